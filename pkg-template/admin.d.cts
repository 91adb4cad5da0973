import type {
  CallOptions,
  ConnectionParameters,
  DatabaseEndpoint,
  DatabaseInstance,
  EndpointTarget,
  InstanceTarget,
  Workspace as ClientWorkspace,
} from "./index.cjs";

export * from "./index.cjs";

/**
 * The root's `Workspace`, with what pages and tools need beside credentials.
 *
 * This subpath has a WebAssembly module of its own, so its classes `Workspace` and `CredentialProvider` are not those of
 * the root: `instanceof` tells them apart. `LakebaseError` is one class for all of the package, and the driver adapters
 * take the providers of either.
 */
export class Workspace extends ClientWorkspace {
  #private;

  /**
   * Reads all autoscaling endpoints that the identity may see: those of all branches of all projects, with one request
   * for each page of each list. Rejects as {@link ClientWorkspace.listDatabaseInstances} does.
   */
  listEndpoints(options?: CallOptions): Promise<DatabaseEndpoint[]>;

  /**
   * Turns native login of a database instance on or off: whether Postgres roles with a password of their own may log
   * in. Resolves with the instance as it then is; `effectiveEnablePgNativeLogin` tells what holds. Those who are logged
   * in stay.
   *
   * Rejects with `INVALID_ARGUMENT` before any request is made, `NOT_FOUND`, `PERMISSION_DENIED` if the identity may not
   * manage the instance, `FEATURE_DISABLED`, and as every call does.
   */
  setNativeLogin(instanceName: string, enabled: boolean, options?: CallOptions): Promise<DatabaseInstance>;
}

/**
 * Gives the statement that makes a native Postgres role, `CREATE ROLE "…" LOGIN PASSWORD '…';`, quoted for any name and
 * password. It means the same whatever `standard_conforming_strings` says.
 *
 * The statement holds the password: keep it out of logs. The server may write it to its own.
 *
 * @param role The name, of 63 bytes in UTF-8 at the most. `public`, `none` and what begins with `pg_` are Postgres's own.
 * @param password Not empty, and not in the form of a hash, which Postgres would store as it is.
 * @throws {LakebaseError} `INVALID_ARGUMENT`; `option` is `"role"` or `"password"`.
 */
export function createRoleStatement(role: string, password: string): string;

/**
 * Gives a random password of 32 letters, digits, `_` and `.`: 192 bits from the platform's `crypto`. Nothing that takes a
 * password needs it quoted.
 *
 * @throws {LakebaseError} `INVALID_ARGUMENT`, with `option` `"crypto"`, on a platform that gives no random values.
 */
export function generatePassword(): string;

/**
 * What {@link clientCode} writes: JavaScript for pg, postgres.js and Bun's own driver, TypeScript for deno-postgres,
 * Python for psycopg 3, Java for JDBC; `"cli"` is the Databricks CLI's line that prints a credential, `"psql"` the line
 * that logs in with one.
 */
export type ClientCodeKind = "pg" | "postgres" | "bun" | "deno" | "python" | "java" | "cli" | "psql";

/**
 * Gives code that is ready to copy: how to connect to one database from one client, with a token that the code fetches.
 *
 * It holds no secret: its identity comes from the variables that the Databricks SDKs read, `DATABRICKS_HOST`,
 * `DATABRICKS_CLIENT_ID` and `DATABRICKS_CLIENT_SECRET`. It verifies the server, and each value is escaped for the
 * language that it stands in. The lines for a shell are for POSIX shells.
 *
 * @param connection As `provider.connection()` gives it. `"cli"` needs none. Without `user`, the code logs in as the
 * service principal that it fetches the token as; `"psql"`, which a person runs, needs one.
 * @param target The instance by its name, or the endpoint by its path.
 * @throws {LakebaseError} `INVALID_ARGUMENT`, or `INSECURE_TLS` for another `sslmode` than `"verify-full"`.
 */
export function clientCode(
  kind: "cli",
  connection: ConnectionParameters | undefined,
  target: InstanceTarget | EndpointTarget,
): string;
export function clientCode(
  kind: Exclude<ClientCodeKind, "psql">,
  connection: Omit<ConnectionParameters, "user"> & { user?: string },
  target: InstanceTarget | EndpointTarget,
): string;
export function clientCode(
  kind: ClientCodeKind,
  connection: ConnectionParameters,
  target: InstanceTarget | EndpointTarget,
): string;
