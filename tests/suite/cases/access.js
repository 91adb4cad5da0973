// What a workspace token is asked for: scopes and authorization details, as the token endpoint takes them.
import { assert } from "chai";

/** With all that a form, a query or JSON could spoil. */
const DETAILS = [
  { type: "unity_catalog_permission", object_path: "/catalogs/main", operations: ["read"], note: "a+b & c=d; 100% \"quoted\" \\ \u00fc\u{1f418}\n" },
  { type: "workspace_permission", nested: { deeply: [{ n: 1.5, yes: true, none: null }] } },
];

const forms = async (t) => (await t.requests("token")).map(({ body }) => new URLSearchParams(body));

export const access = {
  async "scopes are asked for as they are given"(t) {
    const subjectToken = () => t.platformToken({ subject: "repo:example/shop" });
    const { clientId } = t.env.servicePrincipal;
    const scopes = ["sql", "iam.current-user:read", "postgres"];
    await t.workspace({ scopes }).currentUser();
    await new t.Workspace({ host: t.env.host, clientId, subjectToken, scopes }).currentUser();
    await t.workspace({ scopes: ["sql"] }).currentUser();
    await t.workspace().currentUser();
    assert.deepEqual((await forms(t)).map((form) => form.getAll("scope")), [[scopes.join(" ")], [scopes.join(" ")], ["sql"], ["all-apis"]]);
    for (const form of await forms(t)) assert.isFalse(form.has("authorization_details"));
    // What came with the token.
    const [, mine] = await t.requests();
    const claims = JSON.parse(atob(mine.headers.authorization.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    assert.equal(claims.scope, scopes.join(" "));
  },

  async "a scope that is refused is the identity's error, and remembered"(t) {
    const workspace = t.workspace({ scopes: ["sql", "no-such-scope"] });
    for (let i = 0; i < 20; i++) await t.fails(workspace.currentUser(), "INVALID_SCOPE", { status: 400, retryable: false, identity: t.env.servicePrincipal.clientId });
    assert.deepEqual(await t.counts(), { token: 1 });
  },

  async "authorization details arrive as they were given"(t) {
    const subjectToken = () => t.platformToken({ subject: "repo:example/shop" });
    const { clientId } = t.env.servicePrincipal;
    await t.workspace({ authorizationDetails: DETAILS }).currentUser();
    await new t.Workspace({ host: t.env.host, clientId, subjectToken, authorizationDetails: DETAILS, scopes: ["sql"] }).currentUser();
    const sent = await forms(t);
    assert.equal(sent.length, 2);
    for (const form of sent) assert.deepEqual(JSON.parse(form.get("authorization_details")), DETAILS);
  },

  async "details that cannot be written are refused, not left out"(t) {
    const cycle = { type: "t" };
    cycle.self = cycle;
    const odd = [[{ type: "t", big: 10n }], [cycle], [{ type: "t", toJSON: () => { throw new Error("no"); } }], Object.assign([{ type: "t" }], { toJSON: () => undefined })];
    for (const authorizationDetails of odd) {
      await t.fails(() => t.workspace({ authorizationDetails }), "INVALID_ARGUMENT", { option: "authorizationDetails" });
    }
    assert.equal(t.calls().length, 0);
  },

  async "what a ready token may do is not for us to say"(t) {
    for (const more of [{ scopes: ["sql"] }, { authorizationDetails: DETAILS }]) {
      await t.fails(() => t.readyWorkspace(more), "INVALID_ARGUMENT", { option: "token" });
    }
  },

  async "a change to what was given changes nothing"(t) {
    const scopes = ["sql"];
    const authorizationDetails = structuredClone(DETAILS);
    const workspace = t.workspace({ scopes, authorizationDetails });
    scopes[0] = "no-such-scope";
    authorizationDetails[0].type = 7;
    await workspace.currentUser();
    const [form] = await forms(t);
    assert.equal(form.get("scope"), "sql");
    assert.deepEqual(JSON.parse(form.get("authorization_details")), DETAILS);
  },
};
