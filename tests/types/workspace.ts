import { Workspace } from "lakebase-credentials";
import type { DatabaseCredential, DatabaseEndpoint, DatabaseInstance, WorkspaceOptions } from "lakebase-credentials";

const host = "https://workspace.example";
export const workspace = new Workspace({ host, clientId: "id", clientSecret: "secret", requestTimeout: 5_000 });
new Workspace({ host, token: "token" });

new Workspace({ host, subjectToken: () => "token" });
new Workspace({ host, subjectToken: async ({ signal }) => (await fetch("https://platform.example", { signal })).text(), clientId: "id" });
new Workspace({ host: `${host}/?o=1`, discovery: true, accountId: "account", clientId: "id", clientSecret: "secret" });
new Workspace({ host, clientId: "id", clientSecret: "secret", scopes: ["sql"], authorizationDetails: [{ type: "t", more: [1] }] });

// @ts-expect-error a function, so that it can be asked again
new Workspace({ host, subjectToken: "token" });
// @ts-expect-error of a string
new Workspace({ host, subjectToken: () => 7 });
// @ts-expect-error two identities
new Workspace({ host, subjectToken: () => "token", clientId: "id", clientSecret: "secret" });
// @ts-expect-error two identities
new Workspace({ host, subjectToken: () => "token", token: "token" });
// @ts-expect-error what the token may do is settled
new Workspace({ host, token: "token", scopes: ["sql"] });
// @ts-expect-error one text
new Workspace({ host, clientId: "id", clientSecret: "secret", scopes: "sql" });
// @ts-expect-error of what type
new Workspace({ host, clientId: "id", clientSecret: "secret", authorizationDetails: [{}] });

// One identity, and a whole one.
// @ts-expect-error no identity
new Workspace({ host });
// @ts-expect-error no host
new Workspace({ token: "token" });
// @ts-expect-error half of a service principal
new Workspace({ host, clientId: "id" });
// @ts-expect-error two identities
new Workspace({ host, clientId: "id", clientSecret: "secret", token: "token" });
// @ts-expect-error a number of milliseconds
new Workspace({ host, token: "token", requestTimeout: "5s" });
// @ts-expect-error read-only
workspace.host = host;

const signal = AbortSignal.timeout(1_000);
const credential: DatabaseCredential = await workspace.generateDatabaseCredential({
  instanceNames: ["orders"],
  requestId: "request-1",
  claims: [{ permissionSet: "READ_ONLY", resources: [{ tableName: "shop.public.orders" }] }],
  timeout: 1_000,
  signal,
});
credential.expirationTime.toISOString();
const endpoint = "projects/shop/branches/main/endpoints/primary";
await workspace.generateDatabaseCredential({ endpoint, ttl: 600, groupName: "readers" });
// @ts-expect-error for one or the other
await workspace.generateDatabaseCredential({ endpoint, instanceNames: ["orders"] });
// @ts-expect-error a lifetime can be asked for on endpoints only
await workspace.generateDatabaseCredential({ instanceNames: ["orders"], ttl: 600 });
// @ts-expect-error for what?
await workspace.generateDatabaseCredential();

workspace.credentials({ instance: "orders", claims: [{ permissionSet: "READ_ONLY" }] });
workspace.credentials({ endpoint, ttl: 600, groupName: "readers" });
// @ts-expect-error for what?
workspace.credentials({});
// @ts-expect-error for one or the other
workspace.credentials({ instance: "orders", endpoint });
// @ts-expect-error a lifetime can be asked for on endpoints only
workspace.credentials({ instance: "orders", ttl: 600 });
// @ts-expect-error the SDK's name on the wire
workspace.credentials({ instance: "orders", claims: [{ permission_set: "READ_ONLY" }] });

const instance: DatabaseInstance = await workspace.getDatabaseInstance("orders", { signal });
instance.readWriteDns?.startsWith("instance-");
const instances: DatabaseInstance[] = await workspace.listDatabaseInstances();
instances.map(({ name, state }) => `${name} ${state}`);
const described: DatabaseEndpoint = await workspace.getEndpoint(endpoint);
described.status?.hosts?.host?.startsWith("ep-");
await workspace.waitUntilAvailable("orders", { timeout: 60_000, onProgress: ({ state }) => state.length });
await workspace.waitUntilAvailable(endpoint, { onProgress: ({ status }) => status?.currentState });
const { userName }: { userName: string } = await workspace.currentUser();
userName.length;

// Built up in parts, as from an environment.
const options: WorkspaceOptions = { host, ...(userName ? { token: userName } : { clientId: "id", clientSecret: "secret" }) };
new Workspace(options);
