// A lane in workerd: each request plays one case.
import * as core from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import { createPlayer } from "./play.js";

export function createLane({ adapters, inspect } = {}) {
  const player = createPlayer({ lib: { ...core, pgConfig, ...adapters }, inspect });
  addEventListener("unhandledrejection", ({ reason, promise }) => player.uncaught(reason, promise));
  addEventListener("rejectionhandled", ({ reason, promise }) => player.handled(reason, promise));
  return {
    async fetch(request) {
      const { name, env } = await request.json();
      return Response.json(await player.play(name, env));
    },
  };
}
