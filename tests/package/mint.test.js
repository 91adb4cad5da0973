import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startEmulator } from "../emulator/index.js";
import { createProject, output } from "./project.js";

let project;
let emulator;
before(async () => {
  [project, emulator] = await Promise.all([createProject(), startEmulator({ database: false })]);
});
after(() => Promise.all([project?.remove(), emulator?.stop()]));

/** Runs a program in the project, which asserts for itself. */
async function run(text) {
  const { clientId, clientSecret } = emulator.servicePrincipal;
  await project.write({
    "mint.js": `
      import assert from "node:assert/strict";
      import { Workspace } from "lakebase-credentials";
      const workspace = new Workspace(${JSON.stringify({ host: emulator.url, clientId, clientSecret })});
      const provider = workspace.credentials({ instance: "orders" });
      ${text}
    `,
  });
  await output(process.execPath, ["mint.js"], { cwd: project.folder });
}

test("a listener that throws is reported, and breaks neither the mint nor other listeners", async () => {
  await run(`
    const [thrown, seen] = [[], []];
    process.on("uncaughtException", (error) => thrown.push(error.message));
    provider.addEventListener("mint", () => { throw new Error("listener"); });
    provider.addEventListener("mint", ({ type, detail }) => seen.push(type, detail));
    const token = await provider.token();
    await new Promise(setImmediate);
    const [type, { requestId, durationMs, ...detail }] = seen;
    assert.deepEqual([thrown, seen.length, type, detail], [["listener"], 2, "mint", { target: "orders", attempts: 1, reason: "empty" }]);
    assert.match(requestId, /^[0-9a-f-]{36}$/);
    assert.equal(typeof durationMs, "number");
    assert.equal(token, await provider.token());
  `);
});

test("a listener may use the provider that it hears", async () => {
  await run(`
    const states = new Promise((resolve) => {
      provider.addEventListener("mint", async () => {
        resolve([provider.state, provider.invalidate(await provider.token()), provider.state]);
      }, { once: true });
    });
    await provider.token();
    assert.deepEqual(await states, ["fresh", true, "empty"]);
  `);
});

const PLATFORMS = [
  ["Vercel", 'globalThis[Symbol.for("@vercel/request-context")] = { get: () => context };', true],
  ["Supabase", "globalThis.EdgeRuntime = context;", true],
  // Where Vercel's Edge runtime is without a request, its name is all there is.
  ["nobody", 'globalThis.EdgeRuntime = "edge-runtime";', false],
];
for (const [name, set, taken] of PLATFORMS) {
  test(`a mint is given into the care of ${name}`, async () => {
    await run(`
      const promises = [];
      const context = { waitUntil(promise) { if (this === context && promise instanceof Promise) promises.push(promise); } };
      ${set}
      await provider.token();
      assert.equal(promises.length > 0, ${taken});
      await Promise.all(promises);
    `);
  });
}
