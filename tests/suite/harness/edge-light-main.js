// A lane in Vercel's Edge runtime: a process of Node.js that holds one, told over IPC which case to play.
import { readFile } from "node:fs/promises";
import { startEdge } from "./edge-light.js";

const start = async () => (await startEdge(process.cwd(), await readFile(process.argv[2], "utf8"))).evaluate("play");

const starting = start();
// Listens at once: what comes before that is lost.
process.on("message", async ({ name, env }) => process.send(await (await starting)(name, env)));
