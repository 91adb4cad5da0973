import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { output, tests } from "../package/project.js";
import { createExamples, examples, sources } from "./project.js";

let project;
before(async () => (project = await createExamples()));
after(() => project?.remove());

test("docs/orms.md shows the examples, each as it is", async () => {
  const page = await readFile(path.join(examples, "../docs/orms.md"), "utf8");
  const shown = [...page.matchAll(/```\w+\n(?:\/\/|#) examples\/(\S+)\n(.*?)```/gs)].map(([, name, text]) => [name, text]);
  assert.equal(shown.length, page.split("```").length >> 1, "a program that names no example");
  assert.deepEqual(shown.map(([name]) => name).sort(), (await sources(".ts", ".prisma", ".mjs", ".py")).sort());
  for (const [name, text] of shown) assert.equal(text, await readFile(path.join(examples, name), "utf8"), name);
});

test("the examples hold by the types of their packages", async () => {
  const compilerOptions = {
    target: "es2022", lib: ["es2022"], types: ["node"], module: "nodenext", strict: true, noUnusedLocals: true, noEmit: true,
    // The ORMs' own declarations name optional drivers.
    skipLibCheck: true,
  };
  await project.write({ "tsconfig.json": JSON.stringify({ compilerOptions, include: ["examples"] }) });
  await output(process.execPath, [path.join(tests, "node_modules/typescript/bin/tsc")], { cwd: project.folder });
});
