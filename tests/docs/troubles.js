// How each error comes about, against a workspace: what docs/errors.md tells of is done, and the error is caught.
import http from "node:http";
import { pathToFileURL } from "node:url";
import { listen } from "../suite/harness/listen.js";

/** What the troubles are made with: the installed package, a workspace, and short ways to both. */
export async function createWorld({ folder, emulator }) {
  const load = (file) => import(pathToFileURL(`${folder}/node_modules/lakebase-credentials/${file}`));
  const [{ Workspace }, admin, { pgConfig }] = await Promise.all(["index.js", "admin.js", "pg.js"].map(load));
  const { url: host, publicClient } = emulator;
  const nobody = await listen(http.createServer());
  await nobody.stop();
  const workspace = ({ clientId, clientSecret, scopes } = {}) => {
    const identity = { ...emulator.servicePrincipal, ...(clientId && { clientId }), ...(clientSecret && { clientSecret }) };
    return new Workspace({ host, ...identity, ...(scopes && { scopes }) });
  };
  const storage = { getItem: () => null, setItem() {}, removeItem() {} };
  const redirectUri = "https://admin.example/";
  return {
    emulator, host, Workspace, admin, pgConfig, workspace,
    provider: (identity) => workspace(identity).credentials({ instance: "orders" }),
    session: () => new admin.UserSession({ host, clientId: publicClient.clientId, redirectUri, storage }),
    closed: nobody.url,
  };
}

/** `{ code: (world) => … }`, each of which fails. */
export const TROUBLES = {
  INVALID_ARGUMENT: ({ Workspace, host }) => new Workspace({ host, clientId: "0a1b2c3d" }),
  INSECURE_HOST: ({ Workspace }) => new Workspace({ host: "http://workspace.example", token: "t" }),
  INSECURE_TLS: ({ provider, pgConfig }) => pgConfig(provider(), { host: "db.example", ssl: { rejectUnauthorized: false } }),
  INVALID_CLIENT: ({ provider }) => provider({ clientSecret: "wrong" }).token(),
  INVALID_GRANT: ({ Workspace, host }) => new Workspace({ host, subjectToken: () => "not.a.jwt" }).currentUser(),
  INVALID_SCOPE: ({ provider }) => provider({ scopes: ["everything"] }).token(),
  SIGN_IN_FAILED: ({ session }) => session().complete("https://admin.example/?code=c&state=forged"),
  SIGNED_OUT: ({ admin, host, session }) => new admin.Workspace({ host, session: session() }).currentUser(),
  UNAUTHENTICATED({ emulator, Workspace, host }) {
    emulator.fault("me", { status: 401, json: { error_code: "UNAUTHENTICATED", message: "Token is expired." } });
    return new Workspace({ host, token: emulator.user.token }).currentUser();
  },
  async PERMISSION_DENIED({ emulator, provider }) {
    return provider(await emulator.addServicePrincipal({ access: false })).token();
  },
  NOT_FOUND: ({ workspace }) => workspace().credentials({ instance: "odrers" }).token(),
  INVALID_REQUEST: ({ workspace }) => workspace().generateDatabaseCredential({ claims: [{ permissionSet: "EVERYTHING" }] }),
  INSTANCE_NOT_AVAILABLE: ({ workspace }) => workspace().credentials({ instance: "stopped" }).token(),
  FEATURE_DISABLED({ emulator, provider }) {
    emulator.fault("credentials", { status: 400, json: { error_code: "FEATURE_DISABLED", message: "Lakebase is not enabled." } });
    return provider().token();
  },
  RATE_LIMITED({ emulator, provider }) {
    const json = { error_code: "REQUEST_LIMIT_EXCEEDED", message: "Too many requests." };
    emulator.fault("credentials", { status: 429, json, retryAfter: 600 }, { times: Infinity });
    return provider().token();
  },
  WORKSPACE_UNAVAILABLE({ emulator, provider }) {
    const json = { error_code: "TEMPORARILY_UNAVAILABLE", message: "The service is overloaded." };
    emulator.fault("credentials", { status: 503, json }, { times: Infinity });
    return provider().token();
  },
  WORKSPACE_REDIRECT({ emulator, provider }) {
    emulator.fault("credentials", { redirect: true });
    return provider().token();
  },
  UNEXPECTED_RESPONSE({ emulator, provider }) {
    emulator.fault("credentials", { status: 200, body: "<html><title>Welcome</title></html>" }, { times: Infinity });
    return provider().token();
  },
  NETWORK: ({ Workspace, closed }) => new Workspace({ host: closed, token: "t" }).currentUser(),
  TIMEOUT({ emulator, provider }) {
    emulator.fault("credentials", { hang: true }, { times: Infinity });
    return provider().token({ timeout: 500 });
  },
  ABORTED: ({ provider }) => provider().token({ signal: AbortSignal.abort() }),
  SHORT_LIVED_TOKEN({ emulator, provider }) {
    emulator.settings.workspaceTokenLifetime = 20;
    return provider().token();
  },
  LIFETIME_TOO_SHORT({ emulator, provider }) {
    emulator.settings.tokenLifetime = 600;
    return provider().token({ minRemaining: 1_800_000 });
  },
  WORKSPACE_MISMATCH({ emulator, Workspace, host }) {
    emulator.fault("me", { headers: { "x-databricks-org-id": "123" } });
    return new Workspace({ host: `${host}/?o=${emulator.workspaceId}`, token: emulator.user.token }).currentUser();
  },
  async LOGIN_REFUSED({ emulator, provider }) {
    const roleless = await emulator.addServicePrincipal({ role: false });
    const refused = Object.assign(new Error("password authentication failed"), { code: "28P01" });
    return provider(roleless).login(() => Promise.reject(refused));
  },
};
