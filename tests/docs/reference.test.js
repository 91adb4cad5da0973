import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { output } from "../package/project.js";

const script = fileURLToPath(new URL("reference.js", import.meta.url));

test("the reference tells of every name of every subpath, and each of its links leads somewhere", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "lakebase-credentials-reference-"));
  try {
    await output(process.execPath, [script, folder]);
    const { exports } = JSON.parse(await readFile(new URL("../../pkg-template/package.json", import.meta.url), "utf8"));
    const subpaths = Object.keys(exports).filter((name) => exports[name].types);
    const modules = subpaths.map((name) => `lakebase-credentials${name.slice(1).replaceAll("/", "_")}.html`);
    assert.deepEqual((await readdir(path.join(folder, "modules"))).sort(), modules.sort());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
