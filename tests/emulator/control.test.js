import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startEmulator } from "./index.js";

describe("the control server", () => {
  let emulator;
  before(async () => {
    emulator = await startEmulator({ database: false });
  });
  after(() => emulator.stop());

  const control = async (path, body) => {
    const response = await fetch(`${emulator.controlUrl}/_emulator/${path}`, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };
  const jwks = async () => (await fetch(`${emulator.url}/oidc/jwks.json`)).status;

  it("tells another process what it needs", async () => {
    const { body } = await control("info");
    assert.equal(body.url, emulator.url);
    assert.deepEqual(body.servicePrincipal, emulator.servicePrincipal);
    assert.equal(body.endpoint, emulator.endpoint);
    assert.ok(body.instances.some(({ name, state }) => name === "orders" && state === "AVAILABLE"));
  });

  it("orders faults, shows requests and resets", async () => {
    await control("fault", { route: "jwks", fault: { status: 503 }, times: 2 });
    assert.deepEqual([await jwks(), await jwks(), await jwks()], [503, 503, 200]);
    await control("fault", { route: "jwks", fault: { status: 503 }, times: "Infinity" });
    assert.equal(await jwks(), 503);
    const { body } = await control("requests");
    assert.equal(body.filter(({ route }) => route === "jwks").length, 4);
    await control("reset", {});
    assert.equal(await jwks(), 200);
    assert.equal((await control("requests")).body.length, 1);
  });

  it("moves the clock", async () => {
    const { body } = await control("clock", { advance: 3600 });
    assert.equal(body.offset, 3600);
    assert.ok(emulator.clock.now() - Date.now() > 3_590_000);
    assert.equal((await control("clock", { advance: "an hour" })).status, 400);
  });

  it("changes settings and instances", async () => {
    assert.equal((await control("settings", { expirationTime: "absent" })).body.expirationTime, "absent");
    assert.equal((await control("settings", { expirationTime: "whenever" })).status, 400);
    assert.equal((await control("settings", { nothing: 1 })).status, 400);
    assert.equal((await control("instance", { name: "orders", state: "UPDATING" })).body.state, "UPDATING");
    assert.equal((await control("instance", { name: "nowhere", state: "UPDATING" })).status, 404);
    assert.equal((await control("instance", { name: "orders", state: "TIRED" })).status, 400);
  });

  it("answers mistakes with 4xx", async () => {
    assert.equal((await control("nothing")).status, 404);
    assert.equal((await control("fault", { route: "nowhere", fault: {} })).status, 400);
    assert.equal((await fetch(`${emulator.controlUrl}/_emulator/fault`, { method: "POST", body: "{" })).status, 400);
  });

  it("is not reached through the workspace", async () => {
    assert.equal((await fetch(`${emulator.url}/_emulator/info`)).status, 404);
  });
});
