// A lane in Vercel's Edge runtime.
import * as core from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import { createPlayer } from "./play.js";

const player = createPlayer({ lib: { ...core, pgConfig } });
// It hands the error itself over, in no event.
addEventListener("error", (error) => player.uncaught(error));
addEventListener("unhandledrejection", ({ reason, promise }) => player.uncaught(reason, promise));
globalThis.play = player.play;
