// With `exactOptionalPropertyTypes`, too, what is optional may be given as undefined.
import { CredentialProvider, UserSession, Workspace, clientCode } from "lakebase-credentials/admin";
import type { ConnectionParameters, CredentialOptions, GenerateDatabaseCredentialOptions, WorkspaceOptions } from "lakebase-credentials/admin";
import { connectionUri, psqlCommand } from "lakebase-credentials";
import { forward } from "lakebase-credentials/forward";

declare const text: string | undefined;
declare const flag: boolean | undefined;
declare const number: number | undefined;
declare const signal: AbortSignal | undefined;
const call = { timeout: number, signal };
const host = "https://workspace.example";

const identities: WorkspaceOptions[] = [
  { host, clientId: "id", clientSecret: "secret", token: undefined, scopes: undefined, authorizationDetails: undefined },
  { host, subjectToken: () => "jwt", clientId: text, clientSecret: undefined },
  { host, token: "token", clientId: undefined, discovery: flag, accountId: text, requestTimeout: number },
];
const targets: CredentialOptions[] = [
  { instance: "orders", endpoint: undefined, claims: undefined },
  { endpoint: "projects/shop/branches/main/endpoints/primary", ttl: number, groupName: text, claims: [{ permissionSet: undefined, resources: undefined }] },
];
const requests: GenerateDatabaseCredentialOptions[] = [
  { instanceNames: undefined, requestId: text, claims: undefined, ...call },
  { endpoint: "projects/shop/branches/main/endpoints/primary", ttl: number, groupName: text, requestId: text, claims: undefined },
];
const workspace = new Workspace(identities[0]!);
const provider: CredentialProvider = workspace.credentials(targets[0]!);
await workspace.generateDatabaseCredential(requests[0]!);
await workspace.waitUntilAvailable("orders", { ...call, onProgress: undefined });
await workspace.listEndpoints(call);
await provider.token({ ...call, minRemaining: number });
await provider.connection({ ...call, host: text, user: text, database: text, port: number, sslrootcert: text, waitForAvailable: number });
await provider.login((token) => token, call);
provider.addEventListener("mint", () => {}, { once: flag, signal });

const connection: ConnectionParameters = { host: "db.example", user: "me", port: number, database: text, sslmode: undefined, sslrootcert: text };
connectionUri(connection, { password: text }).concat(psqlCommand(connection));
clientCode("pg", { host: "db.example", user: text }, { instance: "orders" }).concat();

const session = new UserSession({
  host, authorizeHost: text, clientId: "app", redirectUri: "https://admin.example/", scopes: undefined, authorizationDetails: undefined, storage: undefined, requestTimeout: number,
});
new Workspace({ host, session, requestTimeout: number, token: undefined });
forward({ host, origin: text, timeout: number, credentials: undefined });
forward({ host: text, credentials: provider, authorize: () => true });
