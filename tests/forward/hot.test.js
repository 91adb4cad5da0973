// What runs for long is compiled anew by V8, and dropped when its assumptions no longer hold. In Node.js 20 and 22 that
// must not happen around an inlined call of WebAssembly which gives one reference: it ends the process.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

const PROGRAM = `
  import * as glue from "./lakebase_credentials_forward_bg.js";
  import "./forward.js";
  const core = new glue.ForwarderCore({ host: "https://workspace.example", origin: "https://admin.example" });
  const headers = { "sec-fetch-site": "same-origin" };
  const calls = [
    () => core.judge("GET", "https://admin.example/api/2.0/clusters/list", headers).answer.status,
    () => core.pass(undefined).status,
    () => glue.rewrite(2, "grant_type=x").status,
    () => glue.refuse("late").status,
    () => glue.handOut(undefined, {}).status,
  ];
  // Each is compiled by itself, as it would be called.
  for (const call of calls) {
    const run = new Function("call", "let sum = 0; for (let i = 0; i < 20000; i++) sum += call(); return sum;");
    for (let round = 0; round < 6; round++) {
      if (!(run(call) > 0)) throw new Error("no answers");
      await null;
      gc();
    }
  }
  console.log("alive");
`;

test("a process that has answered very often stays alive", async () => {
  const args = ["--expose-gc", "--input-type=module", "--eval", PROGRAM];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: new URL("../../pkg", import.meta.url) });
  assert.equal(stdout.trim(), "alive");
});
