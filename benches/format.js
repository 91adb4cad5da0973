const grouped = (number, digits = 0) =>
  number.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const kilobytes = (bytes) => grouped(bytes / 1000, 1);
export const count = (number) => grouped(number);

/** Median, and in brackets the tenth and ninetieth percentile. */
export const range = ({ median, p10, p90 }) => `${grouped(median)} (${grouped(p10)}–${grouped(p90)})`;

/** How many times ours something is; what rounds to less than a tenth keeps one more digit. */
export const times = (ratio) => `×${grouped(ratio, ratio < 0.1 ? 2 : 1)}`;

export function table(heads, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  // Columns of numbers to the right.
  const rule = heads.map((_, column) => (rows.some((cells) => /^[×\d]/.test(cells[column])) ? "---:" : "---"));
  return [line(heads), line(rule), ...rows.map(line)].join("\n");
}
