const SECTIONS = ["custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data", "data count", "tag"];
const HEADER = 8;
const PAGE = 65_536;

/** The sections of a WebAssembly module as `{ name, bytes }`, in their order. */
export function sections(module) {
  const found = [];
  for (let at = HEADER; at < module.length; ) {
    const { value: size, next } = unsigned(module, at + 1);
    found.push({ name: SECTIONS[module[at]] ?? `section ${module[at]}`, bytes: module.subarray(next, next + size) });
    at = next + size;
  }
  return found;
}

/** Bytes of linear memory that an instance has before anything is called. */
export function initialMemory(module) {
  const memory = sections(module).find(({ name }) => name === "memory").bytes;
  const [COUNT, FLAGS] = [1, 1];
  return unsigned(memory, COUNT + FLAGS).value * PAGE;
}

// LEB128, as the format writes numbers.
function unsigned(bytes, start) {
  let value = 0;
  for (let at = start, factor = 1; ; at += 1, factor *= 128) {
    value += (bytes[at] & 0x7f) * factor;
    if (bytes[at] < 0x80) return { value, next: at + 1 };
  }
}
