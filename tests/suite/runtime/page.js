// A lane in a browser: a page that loads the package as it is, without a bundler.
import * as core from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";
import { createPlayer } from "./play.js";

const player = createPlayer({ lib: { ...core, pgConfig }, inPage: true });
addEventListener("error", ({ error, message }) => player.uncaught(error ?? new Error(message)));
addEventListener("unhandledrejection", ({ reason }) => player.uncaught(reason));
addEventListener("rejectionhandled", ({ reason }) => player.handled(reason));
globalThis.play = player.play;
