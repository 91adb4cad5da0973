// The package against a real authorization server, which knows nothing of it: what both sides know is the standards.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { generateKeyPair } from "jose";
import { UserSession, Workspace } from "../../pkg/admin.js";
import { launchChromium } from "../chromium.js";
import { principal, startAuthorizationServer } from "./authorization-server.js";

/** Ids and secrets of all that a form, HTTP Basic or a URL could spoil (RFC 6749, appendix A: visible ASCII and spaces). */
const PRINCIPALS = [
  ["a-service-principal", "a-plain-secret"],
  ["id:with:colons", ":"],
  ["id+plus%2Bpercent%", "a+b c%20d%2be%"],
  ["id&a=b;c?d#e/f", "a&client_secret=b;c?d#e/f"],
  ["!$'()*,;=@[]{}|\\^`~\"<>", " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ "],
];

let server;
before(async () => {
  server = await startAuthorizationServer(PRINCIPALS.map((pair) => principal(...pair)));
});
after(() => server.stop());

const workspaceOf = ([clientId, clientSecret], options) => new Workspace({ host: server.url, clientId, clientSecret, ...options });

/** The error of a call that must fail with this code, and says nothing of what is in `secrets`. */
async function fails(promise, code, ...secrets) {
  const error = await promise.then(
    () => assert.fail(`it did not fail with ${code}`),
    (reason) => reason,
  );
  assert.equal(error.code, code, error.message);
  for (const secret of secrets) assert.ok(!`${error.stack}${JSON.stringify(error)}`.includes(secret), "it shows a secret");
  return error;
}

describe("client credentials", () => {
  for (const [clientId, clientSecret] of PRINCIPALS) {
    it(`are taken, of ${clientId} with ${clientSecret}`, async () => {
      const workspace = workspaceOf([clientId, clientSecret]);
      assert.deepEqual(await workspace.currentUser(), { userName: clientId });
      assert.match(await workspace.credentials({ instance: "orders" }).token(), /^database-/);
      await fails(workspaceOf([clientId, `${clientSecret}x`]).currentUser(), "INVALID_CLIENT", clientSecret + "x");
    });
  }

  it("are refused for another's secret, and for nobody", async () => {
    const [[one], [, secret]] = PRINCIPALS;
    await fails(workspaceOf([one, "a-plain-secret-not"]).currentUser(), "INVALID_CLIENT");
    await fails(workspaceOf(["nobody", secret]).currentUser(), "INVALID_CLIENT");
    // Decoded twice, or not at all, it would be taken.
    await fails(workspaceOf(["id+plus%2Bpercent%", "a b c d+e%"]).currentUser(), "INVALID_CLIENT");
    await fails(workspaceOf(["id+plus%2Bpercent%", encodeURIComponent("a+b c%20d%2be%")]).currentUser(), "INVALID_CLIENT");
  });

  it("are refused for a grant that the client may not use", async () => {
    const workspace = new Workspace({ host: server.url, clientId: server.clientId, clientSecret: "a-page-has-none" });
    await fails(workspace.currentUser(), "INVALID_CLIENT");
  });

  it("are good for the scopes asked for", async () => {
    const [pair] = PRINCIPALS;
    await workspaceOf(pair, { scopes: ["sql", "all-apis"] }).currentUser();
    assert.equal(server.forms.at(-1).scope, "sql all-apis");
    await fails(workspaceOf(pair, { scopes: ["all-apis", "postgres"] }).currentUser(), "INVALID_SCOPE");
    await fails(workspaceOf(pair, { scopes: ["sql"] }).currentUser(), "PERMISSION_DENIED");
  });

  it("go to the token endpoint that the server's own metadata names", async () => {
    const [pair] = PRINCIPALS;
    assert.deepEqual(await workspaceOf(pair, { discovery: true }).currentUser(), { userName: pair[0] });
  });
});

describe("a platform's token", () => {
  const federated = (claims, clientId = server.workload) =>
    new Workspace({ host: server.url, clientId, subjectToken: () => server.platformToken({ subject: "repo:example/shop", ...claims }) });

  it("is exchanged", async () => {
    const workspace = federated();
    assert.deepEqual(await workspace.currentUser(), { userName: "repo:example/shop" });
    assert.match(await workspace.credentials({ instance: "orders" }).token(), /^database-/);
    assert.equal(server.forms.at(-1).authorization, undefined);
  });

  it("is refused if it is another's, for another, or too old", async () => {
    const { privateKey } = await generateKeyPair("ES256");
    for (const claims of [{ key: privateKey }, { aud: "another" }, { lifetime: "-1m" }]) await fails(federated(claims).currentUser(), "INVALID_GRANT");
    await fails(federated({}, "nobody").currentUser(), "INVALID_CLIENT");
    await fails(federated({}, server.clientId).currentUser(), "INVALID_REQUEST");
  });
});

describe("a person", () => {
  it("signs in with PKCE", async () => {
    const { session, workspace } = await signedIn("ada@example.com");
    assert.equal(session.signedIn, true);
    assert.deepEqual(await workspace.currentUser(), { userName: "ada@example.com" });
    assert.match(await workspace.credentials({ instance: "orders" }).token(), /^database-/);
    const { grant_type: grant, client_id: client, authorization, code_verifier: verifier } = server.forms.at(-1);
    assert.deepEqual([grant, client, authorization], ["authorization_code", server.clientId, undefined]);
    assert.match(verifier, /^[\w.~-]{43,128}$/);
  });

  it("is told when the consent was refused", async () => {
    const session = sessionOf(storageOf());
    const redirect = await redirectFor(session, "ada@example.com", { consents: false });
    await fails(session.complete(redirect), "SIGN_IN_FAILED");
    assert.equal(session.signedIn, false);
  });

  it("does not complete a sign-in with a code of another's", async () => {
    const stolen = new URL(await redirectFor(sessionOf(storageOf()), "ada@example.com"));
    // A browser that has begun a sign-in too, and is given the code under its own state.
    const session = sessionOf(storageOf());
    stolen.searchParams.set("state", new URL(await session.authorizationUrl()).searchParams.get("state"));
    await fails(session.complete(stolen.href), "INVALID_GRANT", stolen.searchParams.get("code"));
    assert.equal(session.signedIn, false);
  });

  it("loses all that came of a code that is used twice", async (t) => {
    const storage = storageOf();
    const session = sessionOf(storage);
    const redirect = await redirectFor(session, "ada@example.com");
    const thief = storageOf(new Map(storage.items));
    await session.complete(redirect);
    const workspace = new Workspace({ host: server.url, session });
    await workspace.currentUser();
    await fails(sessionOf(thief).complete(redirect), "INVALID_GRANT");
    pass(t, 3_700);
    await fails(workspace.currentUser(), "INVALID_GRANT");
    assert.equal(session.signedIn, false);
  });

  it("cannot use a code that is too old", async (t) => {
    const session = sessionOf(storageOf());
    const redirect = await redirectFor(session, "ada@example.com");
    pass(t, 120);
    await fails(session.complete(redirect), "INVALID_GRANT");
  });

  it("stays signed in by refresh tokens, each used once", async (t) => {
    const { storage, workspace } = await signedIn("ada@example.com");
    const used = new Set();
    for (let hour = 0; hour < 4; hour++) {
      pass(t, 3_700);
      const before = server.forms.length;
      const users = await Promise.all(Array.from({ length: 20 }, () => workspace.currentUser()));
      assert.ok(users.every(({ userName }) => userName === "ada@example.com"));
      const forms = server.forms.slice(before);
      assert.deepEqual(forms.map(({ grant_type: grant, status }) => [grant, status]), [["refresh_token", 200]]);
      assert.ok(!used.has(forms[0].refresh_token));
      used.add(forms[0].refresh_token);
      assert.ok(![...storage.items.values()].some((text) => text.includes(forms[0].refresh_token)), "a spent refresh token is kept");
    }
  });

  it("in two tabs refreshes once", async (t) => {
    const { storage } = await signedIn("ada@example.com");
    const tabs = [1, 2].map(() => new Workspace({ host: server.url, session: sessionOf(storage) }));
    for (let hour = 0; hour < 3; hour++) {
      pass(t, 3_700);
      const before = server.forms.length;
      await Promise.all(tabs.map((tab) => tab.currentUser()));
      assert.deepEqual(server.forms.slice(before).map(({ status }) => status), [200]);
    }
  });

  it("loses the sign-in when a refresh token is used twice", async (t) => {
    const { session, workspace } = await signedIn("ada@example.com");
    pass(t, 3_700);
    await workspace.currentUser();
    const { refresh_token: spent } = server.forms.at(-1);
    // A thief, whom the tabs of the page's origin do not tell.
    const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: spent, client_id: server.clientId });
    const answer = await fetch(`${server.url}/oidc/v1/token`, { method: "POST", body });
    assert.equal((await answer.json()).error, "invalid_grant");
    pass(t, 3_700);
    await fails(workspace.currentUser(), "INVALID_GRANT", spent);
    assert.equal(session.signedIn, false);
  });

  it("signs in through the server's pages in a browser, comes back, and is forgotten", async (t) => {
    const browser = await launchChromium();
    t.after(() => browser.close());
    const page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    const says = (text) => page.waitForFunction((wanted) => document.body.textContent.trim() === wanted, text);
    await page.goto(`${server.url}/page`);
    await says("signed out");
    await page.evaluate(() => void globalThis.begin());
    await page.fill("input[name=login]", "grace@example.com");
    await page.fill("input[name=password]", "any");
    await page.click("button[type=submit]");
    await page.click("button[type=submit]:has-text('Continue')");
    await says("signed in as grace@example.com");
    assert.equal(page.url(), `${server.url}/page`);
    await page.reload();
    await says("signed in as grace@example.com");
    await page.evaluate(() => globalThis.forget());
    await page.reload();
    await says("signed out");
    assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
  });
});

function storageOf(items = new Map()) {
  return {
    items,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, text) => void items.set(name, text),
    removeItem: (name) => void items.delete(name),
  };
}

const sessionOf = (storage) =>
  new UserSession({ host: server.url, clientId: server.clientId, redirectUri: server.redirectUri, storage });

/** Goes through the server's pages as a browser does, and gives where it sends the person back to. */
async function redirectFor(session, login, { consents = true } = {}) {
  const cookies = new Map();
  const visit = async (url, init) => {
    const response = await fetch(url, { ...init, redirect: "manual", headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") } });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      cookies.set(name, value);
    }
    return response;
  };
  let url = await session.authorizationUrl();
  for (let step = 0; step < 12; step++) {
    const response = await visit(url);
    const location = response.headers.get("location");
    if (location?.startsWith(server.redirectUri)) return location;
    if (location) {
      url = new URL(location, url).href;
      continue;
    }
    const html = await response.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1];
    assert.ok(prompt, html);
    const abort = /href="([^"]+\/abort)"/.exec(html)?.[1];
    if (prompt === "consent" && !consents) {
      url = new URL(abort, url).href;
      continue;
    }
    const action = /action="([^"]+)"/.exec(html)[1];
    const body = new URLSearchParams({ prompt, ...(prompt === "login" && { login, password: "any" }) });
    const submitted = await visit(new URL(action, url), { method: "POST", body });
    url = new URL(submitted.headers.get("location"), url).href;
  }
  return assert.fail("the server's pages do not end");
}

async function signedIn(login) {
  const storage = storageOf();
  const session = sessionOf(storage);
  await session.complete(await redirectFor(session, login));
  return { session, storage, workspace: new Workspace({ host: server.url, session }) };
}

/** Lets so many seconds pass, for the server too, which runs in this process; undone when the test ends. */
function pass(t, seconds) {
  const before = Date.now;
  Date.now = () => before() + seconds * 1000;
  t.after(() => {
    Date.now = before;
  });
}
