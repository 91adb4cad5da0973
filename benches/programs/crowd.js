// Callers who all come at once, before anything is cached.
import { writeSync } from "node:fs";

const [client, callers] = process.argv.slice(2);
const { open } = await import(client);
const token = open();
const begun = performance.now();
const tokens = await Promise.all(Array.from({ length: Number(callers) }, () => token()));
const elapsed = performance.now() - begun;
writeSync(1, `${JSON.stringify({ elapsed, tokens: new Set(tokens).size })}\n`);
process.exit(0);
