// A lane in workerd: each request plays one case.
import { inspect } from "node:util";
import * as core from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import { postgresOptions } from "lakebase-credentials/postgres";
import { createPlayer } from "./play.js";

const player = createPlayer({
  lib: { ...core, pgConfig, postgresOptions },
  runtime: "workerd",
  inspect: (value) => inspect(value, { depth: 12, showHidden: true, getters: true, showProxy: true }),
});
addEventListener("unhandledrejection", ({ reason, promise }) => player.uncaught(reason, promise));
addEventListener("rejectionhandled", ({ reason, promise }) => player.handled(reason, promise));

export default {
  async fetch(request) {
    const { name, env } = await request.json();
    return Response.json(await player.play(name, env));
  },
};
