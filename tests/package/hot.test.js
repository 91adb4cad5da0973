// What runs for long is compiled anew by V8, and dropped when its assumptions no longer hold. In Node.js 20 and 22 that
// must not happen around an inlined call of WebAssembly which gives one reference: it ends the process. The clock is
// read within such calls, so it is there that the compiled code is dropped.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { createProject, output } from "./project.js";

const PROGRAM = `
  import { Workspace } from "lakebase-credentials";
  const workspace = new Workspace({ host: process.argv[1], token: "t" });
  const provider = workspace.credentials({ instance: "orders" });
  const first = await provider.token();
  const now = performance.now.bind(performance);
  const calls = [() => provider.token(), () => provider.state, () => provider.expirationTime, () => provider.target, () => workspace.host];
  for (const call of calls) {
    // Each is compiled by itself, as it would be called.
    const hot = new Function("call", "let last; for (let i = 0; i < 30000; i++) last = call(); return last;");
    for (let round = 0; round < 6; round++) {
      hot(call);
      let reads = 0;
      performance.now = () => {
        if (++reads === 50) {
          %DeoptimizeFunction(call);
          %DeoptimizeFunction(hot);
          gc();
        }
        return now();
      };
      hot(call);
      performance.now = now;
      await null;
      gc();
    }
  }
  console.log((await provider.token()) === first ? "alive" : "another token");
`;

let project;
let server;
before(async () => {
  project = await createProject();
  server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ token: "one", expiration_time: new Date(Date.now() + 3_600_000).toISOString() }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => Promise.all([project.remove(), server.close()]));

test("a process that has asked for tokens very often stays alive", async () => {
  const flags = ["--expose-gc", "--allow-natives-syntax", "--input-type=module", "--eval", PROGRAM];
  const said = await output(process.execPath, [...flags, `http://127.0.0.1:${server.address().port}`], { cwd: project.folder });
  assert.equal(said.trim(), "alive");
});
