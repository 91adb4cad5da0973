// What is wrong with the options is thrown before anything is served.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { forward } from "../../pkg/forward.js";
import { LakebaseError, Workspace } from "../../pkg/index.js";

const require = createRequire(import.meta.url);
const host = "https://workspace.example";
const origin = "https://admin.example";
const credentials = new Workspace({ host, token: "token" }).credentials({ instance: "orders" });
const authorize = () => true;

function refusal(make, about) {
  try {
    make();
  } catch (error) {
    return error;
  }
  return assert.fail(`taken: ${about}`);
}

test("options that are wrong are refused by their name", () => {
  for (const [options, option, code = "INVALID_ARGUMENT"] of [
    [undefined, "host"], [null, "options"], ["https://workspace.example", "options"], [7, "options"], [[], "options"], [{}, "host"],
    [{ host: 7 }, "host"], [{ host: "" }, "host"], [{ host: "https://workspace.example/path" }, "host"], [{ host: "https://u:p@workspace.example" }, "host"],
    [{ host: "http://workspace.example" }, undefined, "INSECURE_HOST"], [{ host, origin: "http://admin.example" }, "origin", "INSECURE_HOST"],
    [{ host, origin: "" }, "origin"], [{ host, origin: "*" }, "origin"], [{ host, origin: "null" }, "origin"], [{ host, origin: "admin.example" }, "origin"],
    [{ host, origin: "https://*.example" }, "origin"], [{ host, origin: "https://admin.example/page" }, "origin"], [{ host, origin: [] }, "origin"],
    [{ host, origin: [origin, 7] }, "origin"], [{ host, origin: new URL(origin) }, "origin"], [{ host, origin: /admin/ }, "origin"], [{ host, origin: () => true }, "origin"],
    [{ host, timeout: 0 }, "timeout"], [{ host, timeout: "5s" }, "timeout"], [{ host, timeout: NaN }, "timeout"], [{ host, timeout: Infinity }, "timeout"],
  ]) {
    const error = refusal(() => forward(options), JSON.stringify(options));
    assert.ok(error instanceof LakebaseError, String(error));
    assert.deepEqual([error.code, error.option], [code, option], JSON.stringify(options));
  }
});

test("a service principal's credential is guarded, or nothing starts", () => {
  for (const [options, option] of [
    [{ credentials }, "authorize"], [{ host, credentials }, "authorize"], [{ host, origin, credentials, authorize: undefined }, "authorize"],
    [{ credentials, authorize: null }, "authorize"], [{ credentials, authorize: true }, "authorize"], [{ credentials, authorize: "yes" }, "authorize"],
    [{ credentials, authorize: {} }, "authorize"], [{ credentials, authorize: Promise.resolve(true) }, "authorize"],
    [{ host, authorize }, "authorize"],
    [{ credentials: null, authorize }, "credentials"], [{ credentials: "token", authorize }, "credentials"], [{ credentials: {}, authorize }, "credentials"],
    [{ credentials: new Workspace({ host, token: "token" }), authorize }, "credentials"],
  ]) {
    const error = refusal(() => forward(options), JSON.stringify(options));
    assert.deepEqual([error.code, error.option], ["INVALID_ARGUMENT", option], error.message);
  }
  for (const options of [{ credentials, authorize }, { host, credentials, authorize }, { host }]) assert.equal(typeof forward(options), "function");
});

test("objects that do not let themselves be read are refused like any other", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const thrower = Object.defineProperty({}, "host", { enumerable: true, get() { throw new Error("secret"); } });
  for (const options of [proxy, thrower, new Proxy({}, { ownKeys() { throw new Error("secret"); } })]) {
    const error = refusal(() => forward(options));
    assert.equal(error.code, "INVALID_ARGUMENT");
    assert.ok(!String(error).includes("secret"));
  }
  assert.equal(typeof forward({ host }), "function");
});

test("both sides of the package give the same error class, and take each other's providers", () => {
  const required = require("../../pkg/forward.cjs");
  assert.ok(refusal(() => required.forward({})) instanceof require("../../pkg/index.cjs").LakebaseError);
  assert.equal(typeof required.forward({ credentials, authorize }), "function");
});
