// The programs of runtimes that npm brings: `cargo xtask test suite` installs them into tests/runtimes/.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../runtimes/node_modules/.bin", import.meta.url));

/** The path of `node` (the newest, not the one that runs this), `deno` or `bun`. */
export const program = (name) => path.join(bin, name);

/** What it says of its version. */
export const versionOf = (command) => /\d+\.\d+\.\d+\S*/.exec(execFileSync(command, ["--version"], { encoding: "utf8" }))[0];
