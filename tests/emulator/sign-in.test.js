import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, afterEach, before, describe, it } from "node:test";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { startEmulator } from "./index.js";
import { callerOf } from "./raw-client.js";

const REDIRECT = "http://127.0.0.1:5173/callback";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt";

describe("signing in", () => {
  let emulator;
  let client;
  let verifier;
  before(async () => {
    emulator = await startEmulator({ database: false });
    client = callerOf(emulator);
  });
  after(() => emulator.stop());
  afterEach(() => emulator.reset());

  const authorizeUrl = (changes = {}) => {
    verifier = randomBytes(32).toString("base64url");
    const fields = {
      response_type: "code",
      client_id: emulator.publicClient.clientId,
      redirect_uri: REDIRECT,
      scope: "all-apis offline_access",
      state: "s-1",
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...changes,
    };
    for (const [name, value] of Object.entries(fields)) if (value === undefined) delete fields[name];
    return `/oidc/v1/authorize?${new URLSearchParams(fields)}`;
  };
  const locationOf = ({ status, headers }) => {
    assert.equal(status, 302);
    const location = new URL(headers.get("location"));
    assert.equal(location.origin + location.pathname, REDIRECT);
    return Object.fromEntries(location.searchParams);
  };
  const approved = async (changes) => {
    emulator.settings.autoApprove = true;
    return locationOf(await client.call(authorizeUrl(changes)));
  };
  const redeem = (code, changes = {}) =>
    client.tokenRequest({
      grant_type: "authorization_code",
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT,
      client_id: emulator.publicClient.clientId,
      ...changes,
    });
  const refresh = (token, changes = {}) =>
    client.tokenRequest({ grant_type: "refresh_token", refresh_token: token, client_id: emulator.publicClient.clientId, ...changes });

  it("shows a page with a button, which leads back with a code", async () => {
    const { status, body } = await client.call(authorizeUrl({ state: '"><script>' }));
    assert.equal(status, 200);
    assert.match(body, /<button name="decision" value="approve">/);
    assert.ok(!body.includes("<script>"));
    const fields = new URLSearchParams(authorizeUrl().split("?")[1]);
    const press = async (decision) => {
      const response = await fetch(`${emulator.url}/oidc/v1/authorize`, {
        method: "POST",
        body: new URLSearchParams([...fields, ["decision", decision]]),
        redirect: "manual",
      });
      return locationOf(response);
    };
    const { code, state } = await press("approve");
    assert.equal(state, "s-1");
    assert.equal((await redeem(code)).status, 200);
    assert.equal((await press("deny")).error, "access_denied");
  });

  it("gives the person's own tokens for the code", async () => {
    const { code, state } = await approved();
    assert.equal(state, "s-1");
    const { status, body } = await redeem(code);
    assert.equal(status, 200);
    assert.equal(body.scope, "all-apis offline_access");
    const me = await client.call("/api/2.0/preview/scim/v2/Me", { token: body.access_token });
    assert.equal(me.body.userName, "ada@example.com");
    assert.equal((await approved({ scope: "all-apis" })).error, undefined);
  });

  it("gives no refresh token unless it was asked for", async () => {
    const { code } = await approved({ scope: "all-apis" });
    assert.equal((await redeem(code)).body.refresh_token, undefined);
  });

  it("takes a code once, and only in time", async () => {
    const { code } = await approved();
    const { status, body } = await redeem(code);
    assert.equal(status, 200);
    assert.equal((await redeem(code)).body.error, "invalid_grant");
    const me = await client.call("/api/2.0/preview/scim/v2/Me", { token: body.access_token });
    assert.equal(me.status, 403, "a second use revokes what the first one brought");
    assert.equal((await refresh(body.refresh_token)).body.error, "invalid_grant");
    const late = await approved();
    emulator.clock.advance(61);
    assert.equal((await redeem(late.code)).body.error, "invalid_grant");
  });

  it("takes a code only with its verifier, client and redirect", async () => {
    for (const wrong of [{ code_verifier: "x".repeat(43) }, { client_id: "another" }, { redirect_uri: "http://127.0.0.1:5173/" }]) {
      const { code } = await approved();
      assert.equal((await redeem(code, wrong)).body.error, "invalid_grant", JSON.stringify(wrong));
      assert.equal((await redeem(code)).body.error, "invalid_grant", "the attempt used it up");
    }
  });

  it("redirects nowhere that is not registered", async () => {
    for (const redirect of ["https://evil.example/callback", "http://127.0.0.1:5173/other", "nonsense", undefined]) {
      const { status, headers } = await client.call(authorizeUrl({ redirect_uri: redirect }));
      assert.equal(status, 400);
      assert.equal(headers.get("location"), null);
    }
    assert.equal((await client.call(authorizeUrl({ client_id: "unknown" }))).status, 400);
  });

  it("sends other mistakes back to the client", async () => {
    const error = async (changes) => locationOf(await client.call(authorizeUrl(changes))).error;
    assert.equal(await error({ response_type: "token" }), "unsupported_response_type");
    assert.equal(await error({ code_challenge_method: "plain" }), "invalid_request");
    assert.equal(await error({ code_challenge: undefined }), "invalid_request");
    assert.equal(await error({ state: undefined }), "invalid_request");
    assert.equal(await error({ scope: "root" }), "invalid_scope");
  });

  it("rotates refresh tokens, each good for one use", async () => {
    const first = (await redeem((await approved()).code)).body;
    const { status, body: second } = await refresh(first.refresh_token);
    assert.equal(status, 200);
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal((await refresh(second.refresh_token, { client_id: "another" })).body.error, "invalid_grant");
    assert.equal((await refresh(second.refresh_token, { scope: "all-apis sql" })).body.error, "invalid_scope");
    const { status: again, body: third } = await refresh(second.refresh_token);
    assert.equal(again, 200);
    assert.equal((await refresh(first.refresh_token)).body.error, "invalid_grant");
    assert.equal((await refresh(third.refresh_token)).body.error, "invalid_grant", "a second use revokes the newest, too");
    const me = await client.call("/api/2.0/preview/scim/v2/Me", { token: third.access_token });
    assert.equal(me.status, 403);
  });

  it("can end all sign-ins", async () => {
    const { refresh_token: token } = (await redeem((await approved()).code)).body;
    emulator.revokeSignIns();
    assert.equal((await refresh(token)).body.error, "invalid_grant");
  });

  it("can lose an answer whose request was carried out", async () => {
    const first = (await redeem((await approved()).code)).body;
    emulator.fault("token", { lose: true });
    await assert.rejects(refresh(first.refresh_token));
    assert.equal((await refresh(first.refresh_token)).body.error, "invalid_grant");
  });

  it("can let refresh tokens stay", async () => {
    emulator.settings.refreshTokens = "returned";
    const { refresh_token: token } = (await redeem((await approved()).code)).body;
    assert.equal((await refresh(token)).body.refresh_token, token);
    emulator.settings.refreshTokens = "unsaid";
    const { status, body } = await refresh(token);
    assert.deepEqual([status, body.refresh_token], [200, undefined]);
  });

  it("carries authorization_details through", async () => {
    const details = [{ type: "unity_catalog_permission", object_path: "/catalogs/main" }];
    const { code } = await approved({ authorization_details: JSON.stringify(details) });
    assert.deepEqual((await redeem(code)).body.authorization_details, details);
  });

  describe("with a platform's token", () => {
    const exchange = (token, changes = {}) =>
      client.tokenRequest({ grant_type: EXCHANGE, subject_token: token, subject_token_type: JWT_TYPE, scope: "all-apis", ...changes });

    it("works for a service principal under its own policy", async () => {
      const subjectToken = await emulator.federation.platformToken({ subject: "repo:example/shop" });
      const { clientId } = emulator.servicePrincipal;
      const { status, body } = await exchange(subjectToken, { client_id: clientId });
      assert.equal(status, 200);
      assert.ok(body.expires_in <= 600, "the lifetime follows the subject token");
      const me = await client.call("/api/2.0/preview/scim/v2/Me", { token: body.access_token });
      assert.equal(me.body.userName, clientId);
      assert.equal((await exchange(subjectToken, { client_id: "another" })).body.error, "invalid_grant");
      assert.equal((await exchange(subjectToken)).body.error, "invalid_grant");
    });

    it("works for a user without a client id", async () => {
      const { body } = await exchange(await emulator.federation.platformToken({ subject: "ada@example.com" }));
      const me = await client.call("/api/2.0/preview/scim/v2/Me", { token: body.access_token });
      assert.equal(me.body.userName, "ada@example.com");
    });

    it("refuses what it cannot trust", async () => {
      const { platformToken, audience, issuer } = emulator.federation;
      const refusal = async (token, changes) => (await exchange(token, changes)).body.error;
      const good = { subject: "ada@example.com" };
      assert.equal(await refusal(await platformToken({ ...good, aud: "somebody else" })), "invalid_grant");
      assert.equal(await refusal(await platformToken({ ...good, iss: "https://other.example" })), "invalid_grant");
      assert.equal(await refusal(await platformToken({ ...good, lifetime: -1 })), "invalid_grant");
      assert.equal(await refusal("nonsense"), "invalid_grant");
      assert.equal(await refusal(await platformToken(good), { subject_token_type: "other" }), "invalid_request");
      assert.equal(await refusal(await platformToken(good), { client_secret: "x" }), "invalid_client");
      const { status, body } = await client.tokenRequest([["grant_type", EXCHANGE], ["scope", "sql"], ["scope", "all-apis"]]);
      assert.deepEqual([status, body.error], [400, "invalid_request"]);
      const { privateKey } = await generateKeyPair("ES256");
      const forged = new SignJWT({}).setProtectedHeader({ alg: "ES256" }).setIssuer(issuer).setAudience(audience);
      assert.equal(await refusal(await forged.setSubject(good.subject).setExpirationTime("5m").sign(privateKey)), "invalid_grant");
    });

    it("trusts another issuer when told its key", async () => {
      const { privateKey, publicKey } = await generateKeyPair("RS256");
      emulator.federation.trust("https://ci.example", { key: await exportJWK(publicKey), audiences: ["here"] });
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: "RS256" })
        .setIssuer("https://ci.example")
        .setAudience("here")
        .setSubject("ada@example.com")
        .setExpirationTime("5m")
        .sign(privateKey);
      assert.equal((await exchange(token)).status, 200);
    });
  });
});
