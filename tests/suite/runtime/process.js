// A lane in Node.js, Deno or Bun: a process of the project, told over IPC which case to play.
import { inspect } from "node:util";
import * as core from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import { postgresOptions } from "lakebase-credentials/postgres";
import { createPlayer } from "./play.js";

const player = createPlayer({
  lib: { ...core, pgConfig, postgresOptions },
  inspect: (value) => inspect(value, { depth: 12, showHidden: true, getters: true, showProxy: true }),
});
process.on("uncaughtException", player.uncaught);
process.on("unhandledRejection", player.uncaught);
process.on("message", async ({ name, env }) => process.send(await player.play(name, env)));
