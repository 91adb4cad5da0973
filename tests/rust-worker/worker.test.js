// The Worker in Rust of examples/worker/, in workerd: what the crate promises holds there too.
import assert from "node:assert/strict";
import { copyFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { bundleWorker } from "../demo/bundle.js";
import { startEmulator } from "../emulator/index.js";
import { DATES, startWorkerd } from "../suite/harness/workerd.js";
import { Witness } from "../suite/harness/witness.js";

const MODULE = "orders_worker_bg.wasm";
const built = process.env.RUST_WORKER;

let folder;

before(async () => {
  assert.ok(built, "RUST_WORKER names no folder: `cargo xtask test rust` builds the Worker, and says where it is");
  folder = await mkdtemp(path.join(os.tmpdir(), "lakebase-rust-worker-"));
  await cp(built, folder, { recursive: true });
  await copyFile(fileURLToPath(new URL("entry.js", import.meta.url)), path.join(folder, "entry.js"));
  await bundleWorker(path.join(folder, "entry.js"), path.join(folder, "bundle.js"));
});

after(() => folder && rm(folder, { recursive: true }));

/** Plays with an emulator and a workerd of its own. */
async function stage(play, { date, database = false, trusted = true, bindings = {} } = {}) {
  const witness = new Witness();
  const emulator = await startEmulator({ database });
  let workerd;
  try {
    const { clientId, clientSecret } = emulator.servicePrincipal;
    witness.used(clientSecret);
    workerd = await startWorkerd({
      folder,
      script: "bundle.js",
      date: date ?? DATES.at(-1),
      witness,
      modules: [],
      wasm: [MODULE],
      flags: [],
      caPem: trusted ? emulator.caPem : undefined,
      bindings: {
        DATABRICKS_HOST: emulator.url,
        DATABRICKS_CLIENT_ID: clientId,
        DATABRICKS_CLIENT_SECRET: clientSecret,
        LAKEBASE_INSTANCE: "orders",
        ...(database && { PGPORT: `${emulator.database.port}` }),
        ...bindings,
      },
    });
    const ask = async (route) => {
      const response = await fetch(workerd.url + route, { signal: AbortSignal.timeout(60_000) });
      const text = await response.text();
      witness.saw(`the answer to ${route}`, text);
      return { status: response.status, ...JSON.parse(text) };
    };
    /** Begins a request, and gives what resets it: to workerd, a connection that is closed in order is none that has ended. */
    const open = (route) => {
      const request = http.get(workerd.url + route);
      request.on("error", () => {});
      return () => request.socket.resetAndDestroy();
    };
    await play({ emulator, ask, open, clientId });
  } finally {
    await workerd?.stop();
    await emulator.stop();
  }
  assert.deepEqual(witness.search(), []);
}

const reached = async (emulator, route, count = 1) => {
  for (const until = Date.now() + 60_000; emulator.requests.count(route) < count; ) {
    assert.ok(Date.now() < until, `${route} is not asked`);
    await sleep(10);
  }
};

const counts = ({ requests }) => ({ token: requests.count("token"), credentials: requests.count("credentials") });

for (const date of DATES) {
  describe(`a Worker in Rust, in workerd of ${date}`, { concurrency: true }, () => {
    test("mints once for all requests of the isolate, and tells no token", () =>
      stage(async ({ emulator, ask, clientId }) => {
        emulator.fault("credentials", { delay: 300 });
        const answers = await Promise.all(Array.from({ length: 50 }, () => ask("/")));
        answers.push(await ask("/"));
        for (const { status, user, state, expirationTime } of answers) {
          assert.deepEqual({ status, user, state }, { status: 200, user: clientId, state: "fresh" });
          const life = Date.parse(expirationTime) - Date.now();
          assert.ok(life > 3_000_000 && life <= 3_600_000, expirationTime);
        }
        assert.deepEqual(counts(emulator), { token: 1, credentials: 1 });
      }, { date, bindings: { PGHOST: "localhost" } }));

    test("queries the database over verified TLS, and logs in anew with a new token", () =>
      stage(async ({ emulator, ask, clientId }) => {
        const first = await ask("/orders");
        assert.ok(first.orders > 0, JSON.stringify(first));
        assert.equal(first.user, clientId);
        emulator.clock.advance(3_700);
        assert.deepEqual(await ask("/orders"), first);
        assert.deepEqual(emulator.logins.map(({ accepted }) => accepted), [true, false, true]);
      }, { date, database: true }));

    for (const route of ["token", "credentials"]) {
      test(`lets nobody hang on a request that was reset while ${route} hung`, () =>
        stage(async ({ emulator, ask, open }) => {
          emulator.fault(route, { hang: true });
          const reset = open("/");
          await reached(emulator, route);
          const joined = ask("/");
          await sleep(100);
          reset();
          const answers = await Promise.all([joined, ...Array.from({ length: 5 }, () => ask("/"))]);
          for (const { status, state, message } of answers) assert.deepEqual({ status, state }, { status: 200, state: "fresh" }, message);
          // The one that hung, and the one after it.
          assert.equal(emulator.requests.count(route), 2);
        }, { date, bindings: { PGHOST: "localhost" } }));
    }

    test("what a request that was reset had begun is good for the others", () =>
      stage(async ({ emulator, ask, open }) => {
        emulator.fault("credentials", { delay: 500 });
        const reset = open("/");
        await reached(emulator, "credentials");
        reset();
        assert.equal((await ask("/")).status, 200);
        assert.equal(emulator.requests.count("credentials"), 1);
      }, { date, bindings: { PGHOST: "localhost" } }));
  });
}

test("nothing that is for npm is in it", async () => {
  const glue = await readFile(path.join(built, "orders_worker_bg.js"), "utf8");
  assert.match(glue, /waitUntil/);
  assert.doesNotMatch(glue, /WorkspaceCore|ProviderCore|LakebaseError/);
});

test("a database that is not verified gets no token", () =>
  stage(async ({ emulator, ask }) => {
    const { status } = await ask("/orders");
    assert.equal(status, 500);
    assert.equal(emulator.requests.count("credentials"), 1);
    assert.deepEqual(emulator.logins, []);
  }, { database: true, trusted: false }));

test("errors say what to do", () =>
  stage(async ({ ask }) => {
    const { status, code, hint } = await ask("/");
    assert.deepEqual({ status, code }, { status: 500, code: "INVALID_CLIENT" });
    assert.match(hint, /client id and secret/);
  }, { bindings: { DATABRICKS_CLIENT_SECRET: "a-wrong-secret", PGHOST: "localhost" } }));
