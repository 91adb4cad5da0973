// One cold start: a client is imported and gets its first credential.
import { writeSync } from "node:fs";

const begun = performance.now();
const { open } = await import(process.argv[2]);
const token = open();
const ready = performance.now() - begun;
await token();
writeSync(1, `${JSON.stringify({ ready })}\n`);
process.exit(0);
