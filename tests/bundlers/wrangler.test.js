import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startServer } from "./harness/server.js";
import { assertQueried, reportWeight, runTool, setStage } from "./harness/stage.js";

let stage;
before(async () => {
  stage = await setStage("wrangler");
});
after(() => stage?.stop());

test("wrangler deploy --dry-run", async (t) => {
  const { emulator, undo } = stage;
  const said = await runTool(stage, "wrangler/bin/wrangler.js", "deploy", "--dry-run", "--outdir", "dist");
  assert.doesNotMatch(said, /warning|error/i);
  await reportWeight(t, stage, "dist");
  const server = await startServer(stage, [process.execPath, "serve.js"], /http:\/\/127\.0\.0\.1:\d+/);
  undo.push(server.stop);
  const answer = await fetch(server.url);
  assert.equal(answer.status, 200, server.said());
  assertQueried(emulator, await answer.json());
  const forwarded = await fetch(`${server.url}/api/2.0/preview/scim/v2/Me`, { headers: { authorization: `Bearer ${emulator.user.token}` } });
  assert.equal((await forwarded.json()).userName, emulator.user.userName);
});
