// The programs that the documentation shows, each known by its heading and its number there.
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Gives `{ name, line, code }` for each block of TypeScript. */
export function snippetsOf(file) {
  const found = [];
  const lines = readFileSync(path.join(root, file), "utf8").split("\n");
  let heading = "";
  let open;
  const numbers = new Map();
  for (const [index, text] of lines.entries()) {
    const [, fence, language] = /^\s*(```+)(\S*)/.exec(text) ?? [];
    if (open) {
      if (fence !== open.fence || language) open.code.push(text);
      else {
        if (open.language === "ts") found.push({ name: nameOf(heading), line: open.line, code: `${open.code.join("\n")}\n` });
        open = undefined;
      }
    } else if (fence) {
      open = { fence, language, line: index + 1, code: [] };
    } else if (/^#+ /.test(text)) {
      heading = text.replace(/^#+ /, "").replaceAll("`", "");
    }
  }
  return found;

  function nameOf(its) {
    const number = (numbers.get(its) ?? 0) + 1;
    numbers.set(its, number);
    return `${its}, ${number}`;
  }
}
