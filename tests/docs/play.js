// Runs every program of a page of the documentation. None is left out: each has its way to be run, or the page fails.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { snippetsOf } from "./snippets.js";
import { startStage } from "./stage.js";

export function playSnippets(file, ways) {
  const snippets = snippetsOf(file);
  describe(file, () => {
    let stage;
    before(async () => {
      stage = await startStage();
    });
    after(() => stage?.stop());
    test("each of its programs is run, and each way is for one", () => {
      assert.deepEqual(Object.keys(ways).sort(), snippets.map(({ name }) => name).sort());
    });
    for (const { name, line, code } of snippets) {
      test(`${name}, from line ${line}`, async () => {
        stage.emulator.reset();
        await ways[name](code, stage);
      });
    }
  });
}
