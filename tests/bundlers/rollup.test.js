import { after, before, beforeEach, test } from "node:test";
import { reportWeight, runInNode, runTool, setStage } from "./harness/stage.js";

let stage;
before(async () => {
  stage = await setStage("programs", "rollup");
});
beforeEach(() => stage.emulator.reset());
after(() => stage?.stop());

test("Rollup for Node.js, with the driver", async (t) => {
  await runTool(stage, "rollup/dist/bin/rollup", "--config", "--failAfterWarnings");
  await reportWeight(t, stage, "dist");
  await runInNode(stage, "dist", "node.mjs");
});
