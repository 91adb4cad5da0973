import { CredentialProvider, LakebaseError, Workspace, clientCode, createRoleStatement, generatePassword } from "lakebase-credentials/admin";
import type { ClientCodeKind, DatabaseInstance, ListedEndpoint, WorkspaceOptions } from "lakebase-credentials/admin";
import { LakebaseError as RootError, type Workspace as RootWorkspace } from "lakebase-credentials";
import { pgConfig } from "lakebase-credentials/pg";

const options: WorkspaceOptions = { host: "https://workspace.example", token: "token" };
const workspace = new Workspace(options);

// What takes the root's takes this.
const root: RootWorkspace = workspace;
const error: LakebaseError = new Error() as RootError;
const provider: CredentialProvider = root.credentials({ instance: "orders" });
error.code satisfies string;
await pgConfig(provider);

const endpoints: ListedEndpoint[] = await workspace.listEndpoints({ timeout: 1_000, signal: AbortSignal.timeout(1_000) });
endpoints.map(({ name, pgVersion, enablePgNativeLogin, status }) => [name, pgVersion?.toFixed(), enablePgNativeLogin === true, status?.disabled]);
const instance: DatabaseInstance = await workspace.setNativeLogin("orders", true, { timeout: 1_000 });
instance.effectiveEnablePgNativeLogin satisfies boolean | undefined;
// @ts-expect-error on or off?
await workspace.setNativeLogin("orders");
// @ts-expect-error a boolean
await workspace.setNativeLogin("orders", "on");

const statement: string = createRoleStatement("app", generatePassword());
statement.length;
// @ts-expect-error a role without a password cannot log in
createRoleStatement("app");

const kind: ClientCodeKind = "python";
const connection = await provider.connection();
clientCode(kind, connection, { instance: "orders" }).length;
clientCode("pg", { host: "db.example" }, { endpoint: "projects/shop/branches/main/endpoints/primary" });
clientCode("cli", undefined, { instance: "orders" });
// @ts-expect-error for all but the CLI's line there must be a connection
clientCode("psql", undefined, { instance: "orders" });
// @ts-expect-error no such client
clientCode("ruby", connection, { instance: "orders" });
// @ts-expect-error for what?
clientCode("pg", connection, {});
