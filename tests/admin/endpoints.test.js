import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { startStage } from "./stage.js";

const LISTS = ["projects", "branches", "endpoints"];
const path = (project, branch, endpoint) => `projects/${project}/branches/${branch}/endpoints/${endpoint}`;
const numbers = (count) => Array.from({ length: count }, (_, i) => String(i).padStart(3, "0"));

describe("listEndpoints", () => {
  let stage;
  before(async () => {
    stage = await startStage({ database: false });
  });
  after(() => stage?.stop());
  afterEach(() => stage.emulator.reset());

  const list = (options) => stage.workspace.listEndpoints(options);
  const asked = () => LISTS.map((route) => stage.emulator.requests.count(route));

  it("tells each endpoint with its state, its host and what its project settles", async () => {
    const [endpoint, ...others] = await list();
    assert.deepEqual(others, []);
    const { name, pgVersion, enablePgNativeLogin, status } = endpoint;
    assert.deepEqual([name, pgVersion, enablePgNativeLogin], [stage.emulator.endpoint, 17, false]);
    assert.deepEqual([status.currentState, status.hosts, status.disabled], ["ACTIVE", { host: "localhost" }, false]);
    assert.deepEqual([status.autoscalingLimitMinCu, status.autoscalingLimitMaxCu], [0.5, 4]);
    assert.deepEqual(asked(), [1, 1, 1]);
  });

  it("follows all pages of all lists, and asks for each once", async () => {
    const paths = [
      ...numbers(120).map((project) => path(`p-${project}`, "main", "primary")),
      ...numbers(130).map((branch) => path("many-branches", `b-${branch}`, "primary")),
      ...numbers(250).map((endpoint) => path("many-endpoints", "main", `e-${endpoint}`)),
    ];
    for (const one of paths) stage.emulator.addEndpoint(one);
    const names = (await list()).map(({ name }) => name);
    assert.deepEqual(names.sort(), [...paths, stage.emulator.endpoint].sort());
    // 123 projects on two pages; two pages of branches of one of them; three pages of endpoints of one branch.
    assert.deepEqual(asked(), [2, 124, 121 + 130 + 3]);
    const sent = stage.emulator.requests.map(({ path: one }) => one);
    assert.equal(new Set(sent).size, sent.length);
  });

  it("is empty where there is nothing", async () => {
    delete stage.emulator.endpoints[stage.emulator.endpoint];
    assert.deepEqual(await list(), []);
    for (const route of LISTS) {
      stage.emulator.reset();
      stage.emulator.fault(route, { json: {} });
      assert.deepEqual(await list(), [], route);
    }
  });

  it("leaves out what is deleted meanwhile", async () => {
    for (const project of ["one", "two"]) stage.emulator.addEndpoint(path(project, "main", "primary"));
    stage.emulator.fault("branches", { status: 404 });
    stage.emulator.fault("endpoints", { status: 404 });
    assert.deepEqual((await list()).map(({ name }) => name), [path("two", "main", "primary")]);
    // Without a list of projects there is no such feature, or no workspace.
    stage.emulator.fault("projects", { status: 404 });
    await stage.refused(list, { code: "NOT_FOUND" });
  });

  it("goes on after a passing failure in the middle", async () => {
    for (const fault of [{ status: 503, retryAfter: 1 }, { reset: true }, { truncate: true }]) {
      stage.emulator.reset();
      stage.emulator.fault("branches", fault);
      assert.equal((await list()).length, 1);
      assert.deepEqual(asked(), [1, 2, 1]);
    }
  });

  const ODD = {
    "a list that is none": (route) => ({ json: { [route]: { 0: "x" } } }),
    "a list of nothing": (route) => ({ json: { [route]: [null, 7] } }),
    "names of a wrong type": (route) => ({ json: { [route]: [{ name: { toString: 1 } }] } }),
    "names that lead elsewhere": (route) => ({ json: { [route]: [{ name: "projects/../../../oidc/v1/token" }] } }),
    "an array": () => ({ json: [] }),
    "pages that name themselves as the next": (route) => ({ json: { [route]: [], next_page_token: "same" } }),
    "a page whose name has megabytes": (route) => ({ json: { [route]: [], next_page_token: "x".repeat(3_900_000) } }),
    "a redirect": () => ({ redirect: true }),
    "a page for people": () => ({ html: "<title>Sign in</title><script>alert(1)</script>", status: 200 }),
  };
  async function endsWithError(route, fault, code) {
    stage.emulator.fault(route, fault, { times: Infinity });
    await stage.refused(list, { code });
    assert.ok(asked().reduce((sum, count) => sum + count) < 20);
    // The module stays usable.
    stage.emulator.reset();
    assert.equal((await list()).length, 1);
  }
  for (const [name, fault] of Object.entries(ODD)) {
    it(`ends with an error for ${name}, wherever it is given`, async () => {
      const code = name === "a redirect" ? "WORKSPACE_REDIRECT" : "UNEXPECTED_RESPONSE";
      for (const route of LISTS) await endsWithError(route, fault(route), code);
    });
  }

  // After some attempts: the next answer may be whole.
  it("ends with an error for what is no JSON", () => endsWithError("branches", { body: "{" }, "UNEXPECTED_RESPONSE"));
  it("ends with an error for more than is ever read", () =>
    endsWithError("endpoints", { body: `"${"x".repeat(5_000_000)}"` }, "UNEXPECTED_RESPONSE"));

  it("ends with an error for megabytes without end", async () => {
    for (let i = 0; i < 20; i += 1) {
      stage.emulator.fault("projects", { json: { padding: "x".repeat(3_900_000), next_page_token: `page-${i}` } });
    }
    await stage.refused(list, { code: "UNEXPECTED_RESPONSE" });
    assert.ok(stage.emulator.requests.count("projects") < 10);
  });

  it("takes what an endpoint says of itself as it is, and odd types of a project not at all", async () => {
    const { endpoint } = stage.emulator;
    Object.assign(stage.emulator.endpoints[endpoint], { pg_version: "<b>18</b>", html: "<img src=x onerror=alert(1)>", __proto__: null });
    stage.emulator.fault("projects", { json: { projects: [{ name: "projects/shop", status: { pg_version: {}, enable_pg_native_login: "yes" } }] } });
    const [told] = await list();
    assert.deepEqual([told.pgVersion, told.html, told.enablePgNativeLogin], ["<b>18</b>", "<img src=x onerror=alert(1)>", undefined]);
  });

  it("rejects where the identity may not look", async () => {
    stage.emulator.fault("branches", { status: 403 }, { times: Infinity });
    await stage.refused(list, { code: "PERMISSION_DENIED", status: 403 });
  });

  it("ends at its time and with its signal, wherever it is", async () => {
    for (const route of LISTS) {
      stage.emulator.reset();
      stage.emulator.fault(route, { hang: true }, { times: Infinity });
      await stage.refused(() => list({ timeout: 200 }), { code: "TIMEOUT" });
      await stage.refused(() => list({ signal: AbortSignal.timeout(200) }), { code: "ABORTED" });
    }
    for (const [option, value] of [["timeout", "1"], ["signal", {}]]) {
      await stage.refused(() => list({ [option]: value }), { code: "INVALID_ARGUMENT", option });
    }
  });
});

describe("waitUntilAvailable, for an endpoint", () => {
  let stage;
  before(async () => {
    stage = await startStage({ database: false });
  });
  after(() => stage?.stop());
  afterEach(() => stage.emulator.reset());

  it("tells each state on the way, and resolves when logins are taken", async () => {
    const { emulator, workspace } = stage;
    const { status } = emulator.endpoints[emulator.endpoint];
    status.current_state = "INIT";
    const seen = [];
    const endpoint = await workspace.waitUntilAvailable(emulator.endpoint, {
      onProgress({ name, status: { currentState } }) {
        seen.push([name, currentState]);
        if (seen.length === 2) status.current_state = "IDLE";
      },
    });
    assert.deepEqual(seen, ["INIT", "INIT", "IDLE"].map((state) => [emulator.endpoint, state]));
    assert.equal(endpoint.status.currentState, "IDLE");
    assert.equal(emulator.requests.count("endpoint"), 3);
  });

  it("ends at its time, naming the state", async () => {
    const { emulator, workspace, refused } = stage;
    emulator.endpoints[emulator.endpoint].status.current_state = "INIT";
    const begun = Date.now();
    const error = await refused(() => workspace.waitUntilAvailable(emulator.endpoint, { timeout: 1_000 }), { code: "INSTANCE_NOT_AVAILABLE", target: emulator.endpoint, retryable: true });
    assert.match(error.message, /INIT/);
    assert.ok(Date.now() - begun < 2_000);
  });

  it("rejects at once in a state that waiting does not change", async () => {
    const { emulator, workspace, refused } = stage;
    emulator.endpoints[emulator.endpoint].status.current_state = "SOMETHING_NEW";
    await refused(() => workspace.waitUntilAvailable(emulator.endpoint), { code: "INSTANCE_NOT_AVAILABLE", retryable: false });
    assert.equal(emulator.requests.count("endpoint"), 1);
  });
});
