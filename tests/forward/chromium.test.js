// In a real browser: a page reaches the workspace through its own origin, and a page of another origin does not.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, afterEach, before, describe, it } from "node:test";
import { launchChromium } from "../chromium.js";
import { startEmulator } from "../emulator/index.js";
import { createProject } from "../package/project.js";
import { startSite } from "./harness/site.js";

/** A name that an attacker has pointed to the function's address. */
const REBOUND = "evil.example";
const MINT = "/api/2.0/database/credentials";
const LIST = "/api/2.0/database/instances";

describe("in Chromium", () => {
  const undo = [];
  let browser, emulator, forward, provider, own, other;
  before(async () => {
    const project = await createProject();
    undo.push(project.remove);
    emulator = await startEmulator({ database: false });
    undo.push(emulator.stop);
    browser = await launchChromium(`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`);
    undo.push(() => browser.close());
    own = await startSite(project.folder);
    undo.push(own.stop);
    other = await startSite(project.folder);
    undo.push(other.stop);
    const load = (file) => import(`${project.folder}/node_modules/lakebase-credentials/${file}`);
    ({ forward } = await load("forward.js"));
    const { Workspace } = await load("index.js");
    provider = new Workspace({ host: emulator.url, ...emulator.servicePrincipal }).credentials({ instance: "orders" });
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });
  afterEach(() => {
    emulator.reset();
    own.seen.length = 0;
  });

  /** A page at this address, in a profile of its own. `settings` are what its functions are given. */
  async function open(t, url, options = {}) {
    own.handle = forward({ host: emulator.url, ...options });
    const profile = await browser.newContext();
    t.after(() => profile.close());
    const page = await profile.newPage();
    await page.goto(url);
    return page;
  }
  const settings = () => ({ target: own.url, token: emulator.user.token, MINT, LIST });
  const localhost = (site) => site.url.replace("127.0.0.1", "localhost");

  for (const origin of [undefined, "the page's"]) {
    it(`a page does its work through its own origin, ${origin ? "configured" : "whichever it is"}`, async (t) => {
      const page = await open(t, own.url, origin && { origin: own.url });
      const result = await page.evaluate(async ({ token }) => {
        const { Workspace } = await import("/pkg/admin.js");
        const workspace = new Workspace({ host: location.origin, token });
        const provider = workspace.credentials({ instance: "orders" });
        const endpoints = await workspace.listEndpoints();
        const { token: password } = await provider.credential();
        return {
          user: (await workspace.currentUser()).userName,
          names: (await workspace.listDatabaseInstances()).map(({ name }) => name),
          state: (await workspace.getDatabaseInstance("orders")).state,
          native: (await workspace.setNativeLogin("orders", true)).enablePgNativeLogin,
          endpoint: (await workspace.getEndpoint(endpoints[0].name)).name,
          passwords: [password, (await workspace.generateDatabaseCredential({ endpoint: endpoints[0].name, ttl: 600 })).token].map(({ length }) => length > 1_000),
        };
      }, settings());
      assert.deepEqual([result.user, result.state, result.native, result.passwords], [emulator.user.userName, "AVAILABLE", true, [true, true]]);
      assert.ok(result.names.includes("orders") && result.endpoint === emulator.endpoint);
      for (const { status, method, origin: sent, fetchSite } of own.seen) {
        assert.deepEqual([status, sent, fetchSite], [200, method === "GET" ? null : own.url, "same-origin"]);
      }
    });
  }

  it("a person signs in with a code and PKCE", async (t) => {
    emulator.settings.autoApprove = true;
    const verifier = randomBytes(32).toString("base64url");
    const client = { client_id: emulator.publicClient.clientId, redirect_uri: `${localhost(own)}/` };
    const query = new URLSearchParams({
      ...client, response_type: "code", scope: "all-apis offline_access", state: "s",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
    });
    const approved = await fetch(`${emulator.url}/oidc/v1/authorize?${query}`, { redirect: "manual" });
    const page = await open(t, approved.headers.get("location"));
    const granted = await page.evaluate(async ([client, code_verifier]) => {
      const code = new URL(location).searchParams.get("code");
      const body = new URLSearchParams({ grant_type: "authorization_code", code, code_verifier, ...client });
      const response = await fetch("/oidc/v1/token", { method: "POST", body });
      return [response.status, Object.keys(await response.json())];
    }, [client, verifier]);
    assert.deepEqual(granted, [200, ["access_token", "refresh_token", "scope", "token_type", "expires_in"]]);
  });

  it("no cookie leaves the page's origin, and none comes in", async (t) => {
    const page = await open(t, own.url);
    emulator.fault("me", { headers: { "set-cookie": "planted=1; Path=/" } });
    const cookies = await page.evaluate(async ({ token }) => {
      document.cookie = "session=1";
      await fetch("/api/2.0/preview/scim/v2/Me", { credentials: "include", headers: { authorization: `Bearer ${token}` } });
      return document.cookie;
    }, settings());
    assert.equal(cookies, "session=1");
    assert.equal(own.seen[0].cookie, "session=1");
    assert.equal(emulator.requests[0].headers.cookie, undefined);
  });

  it("the package's client knows what went wrong, and tries again only where that helps", async (t) => {
    const page = await open(t, own.url, { timeout: 2_000 });
    for (const [fault, code, retried] of [
      [{ redirect: true }, "INVALID_REQUEST", false],
      [{ body: " ".repeat(4 * 1024 * 1024 + 1) }, "INVALID_REQUEST", false],
      [{ status: 403 }, "PERMISSION_DENIED", false],
      [{ status: 404 }, "NOT_FOUND", false],
      [{ hang: true }, "WORKSPACE_UNAVAILABLE", true],
      [{ reset: true }, "WORKSPACE_UNAVAILABLE", true],
      [{ truncate: true }, "WORKSPACE_UNAVAILABLE", true],
      [{ status: 429, retryAfter: 1 }, "RATE_LIMITED", true],
    ]) {
      emulator.reset();
      emulator.fault("credentials", fault);
      const met = await page.evaluate(async ({ token }) => {
        const { Workspace } = await import("/pkg/index.js");
        const provider = new Workspace({ host: location.origin, token }).credentials({ instance: "orders" });
        const met = [];
        for (const type of ["retry", "fail"]) provider.addEventListener(type, ({ detail }) => met.push([type, detail.code]));
        await provider.token().catch((error) => met.push(error.code));
        return met;
      }, settings());
      assert.deepEqual(met, retried ? [["retry", code]] : [["fail", code], code], JSON.stringify(fault).slice(0, 80));
      assert.equal(emulator.requests.length, retried ? 2 : 1);
    }
  });

  for (const [where, place, sameSite] of [["on another site", () => localhost(other), false], ["on the same site, at another port", () => other.url, true]]) {
    it(`a page ${where} gets nothing, whatever it tries`, async (t) => {
      let judged = 0;
      const page = await open(t, place(), { credentials: provider, authorize: () => (judged += 1) > 0 });
      await page.context().addCookies([{ name: "session", value: "of-the-person", url: own.url }]);
      const read = await page.evaluate(async ({ target, token, MINT, LIST }) => {
        const authorization = `Bearer ${token}`;
        const body = JSON.stringify({ instance_names: ["orders"] });
        const tries = [
          [LIST, { headers: { authorization } }],
          [LIST, {}],
          [LIST, { credentials: "include" }],
          [LIST, { mode: "no-cors", credentials: "include" }],
          [MINT, { method: "POST", body, headers: { authorization, "content-type": "application/json" } }],
          [MINT, { method: "POST", body, headers: { "content-type": "text/plain" } }],
          [MINT, { method: "POST", body, mode: "no-cors", credentials: "include" }],
          [MINT, { method: "POST", body, referrerPolicy: "no-referrer" }],
          ["/credential", { method: "POST" }],
          ["/credential", { method: "POST", credentials: "include" }],
          ["/credential", { method: "POST", mode: "no-cors", credentials: "include" }],
          ["/oidc/v1/token", { method: "POST", body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "r" }) }],
        ];
        const read = [];
        for (const [path, init] of tries) {
          const text = await fetch(target + path, init).then((response) => response.text()).catch(() => "");
          if (text) read.push([path, text]);
        }
        navigator.sendBeacon(`${target}/credential`, "x");
        const add = (name, set) =>
          new Promise((resolve) => {
            const element = Object.assign(document.createElement(name), set, { onload: () => resolve(true), onerror: () => resolve(false) });
            document.body.append(element);
            setTimeout(resolve, 2_000);
          });
        await add("img", { src: target + LIST });
        await add("script", { src: target + LIST });
        const frame = add("iframe", { name: "frame", src: "about:blank" });
        const form = Object.assign(document.createElement("form"), { method: "post", action: `${target}/credential`, target: "frame" });
        document.body.append(form);
        form.submit();
        await frame;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return read;
      }, settings());
      assert.deepEqual(read, []);
      assert.deepEqual([judged, emulator.requests.length], [0, 0]);
      assert.ok(own.seen.length >= 12, `${own.seen.length} requests came`);
      assert.equal(own.seen.some(({ cookie }) => cookie), sameSite);
      for (const { status, method, fetchSite } of own.seen) {
        assert.equal(status, method === "OPTIONS" ? 405 : 403);
        assert.notEqual(fetchSite, "same-origin");
      }
    });
  }

  for (const origin of [undefined, "the page's"]) {
    it(`a name that was pointed here is no page's, with the origin ${origin ? "configured" : "not configured"}`, async (t) => {
      let judged = 0;
      const page = await open(t, own.url.replace("127.0.0.1", REBOUND), {
        ...(origin && { origin: own.url }),
        credentials: provider,
        authorize: () => (judged += 1) > 0,
      });
      const answers = await page.evaluate(async ({ token, MINT, LIST }) => {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const forged = { ...headers, "x-forwarded-host": "127.0.0.1", forwarded: "host=127.0.0.1" };
        const body = JSON.stringify({ instance_names: ["orders"] });
        const tries = [[LIST, { headers }], [LIST, { headers: forged }], [MINT, { method: "POST", headers, body }], ["/credential", { method: "POST" }], ["/credential", { method: "POST", headers: forged }]];
        return Promise.all(tries.map(async ([path, init]) => (await fetch(path, init)).status));
      }, settings());
      assert.deepEqual(answers, [421, 421, 421, 421, 421]);
      assert.deepEqual([judged, emulator.requests.length], [0, 0]);
      for (const { host } of own.seen) assert.equal(new URL(`http://${host}`).hostname, REBOUND);
    });
  }

  it("a page is handed the service principal's credential if its person may have it", async (t) => {
    const authorize = (request) => request.headers.get("cookie") === "session=of-the-person";
    const page = await open(t, own.url, { credentials: provider, authorize });
    const ask = () =>
      page.evaluate(async () => {
        const response = await fetch("/credential", { method: "POST" });
        const { token = "", error_code } = await response.json();
        return [response.status, error_code, token.length > 1_000, document.cookie];
      });
    assert.deepEqual(await ask(), [403, "PERMISSION_DENIED", false, ""]);
    await page.context().addCookies([{ name: "session", value: "of-the-person", url: own.url, httpOnly: true }]);
    assert.deepEqual(await ask(), [200, undefined, true, ""]);
  });
});
