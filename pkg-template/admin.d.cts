/**
 * All of the package, and what pages and tools need beside it.
 *
 * @module lakebase-credentials/admin
 */

import type {
  CallOptions,
  ConnectionParameters,
  DatabaseEndpoint,
  DatabaseInstance,
  EndpointTarget,
  InstanceTarget,
  Workspace as ClientWorkspace,
  WorkspaceOptions,
} from "./index.cjs";

export * from "./index.cjs";

/** An endpoint, with what its project settles for it. */
export interface ListedEndpoint extends DatabaseEndpoint {
  /** The major version of its Postgres. */
  pgVersion?: number;
  /** Whether Postgres roles with a password of their own may log in. */
  enablePgNativeLogin?: boolean;
}

/**
 * The root's `Workspace`, with what pages and tools need beside credentials.
 *
 * This subpath has a WebAssembly module of its own, so its classes `Workspace` and `CredentialProvider` are not those of
 * the root: `instanceof` tells them apart. `LakebaseError` is one class for all of the package, and the driver adapters
 * take the providers of either.
 */
export class Workspace extends ClientWorkspace {
  #private;
  /** Checks the options, and sends nothing. */
  constructor(options: WorkspaceOptions | SignedInOptions);

  /**
   * Reads all autoscaling endpoints that the identity may see: those of all branches of all projects, with one request
   * after the other for each page of each list. Where there are many projects, give it a longer `timeout`. What is
   * deleted meanwhile is left out.
   *
   * Rejects with `NOT_FOUND` where there are no autoscaling projects, `PERMISSION_DENIED` if one of the lists may not be
   * seen, `UNEXPECTED_RESPONSE` for lists that do not end, and as every call does.
   */
  listEndpoints(options?: CallOptions): Promise<ListedEndpoint[]>;

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

/** The identity of the person who signed in. */
export interface SignedInOptions {
  /** The session's `host` or `authorizeHost`; another is refused with `WORKSPACE_MISMATCH`. */
  host: string;
  /** The person's sign-in. */
  session: UserSession;
  /** The longest that one HTTP request may take, in milliseconds. Default: 10,000. */
  requestTimeout?: number | undefined;
  clientId?: undefined;
  clientSecret?: undefined;
  subjectToken?: undefined;
  token?: undefined;
  /** What the tokens may do was settled when the person signed in. */
  scopes?: undefined;
  authorizationDetails?: undefined;
}

/** What a {@link UserSession} remembers things in: `sessionStorage`, `localStorage`, or your own, which may give promises. */
export interface SessionStorage {
  /** Gives the text of this name, if there is one. */
  getItem(name: string): string | null | undefined | PromiseLike<string | null | undefined>;
  /** Stores a text under this name. */
  setItem(name: string, text: string): unknown;
  /** Removes what is stored under this name. */
  removeItem(name: string): unknown;
}

/** Where a person signs in, as which client, and where it is remembered. */
export interface UserSessionOptions {
  /** Where token requests go: the workspace, or the page's own origin, which forwards to it. */
  host: string;
  /** The workspace's own address, where people sign in. Default: `host`. */
  authorizeHost?: string | undefined;
  /** The id of an OAuth app of the workspace or its account: a public client, which has no secret. */
  clientId: string;
  /** Where the person comes back to, as it is registered for the client: https, or http on loopback. */
  redirectUri: string;
  /** Default: `["all-apis", "offline_access"]`. Without `offline_access` a sign-in ends after an hour. */
  scopes?: readonly string[] | undefined;
  /** What the tokens are narrowed to (RFC 9396), where the workspace takes it. */
  authorizationDetails?: readonly {
    /** What kind of access it is, as the workspace names it. */
    type: string;
    [field: string]: unknown;
  }[] | undefined;
  /**
   * Default: `sessionStorage`, so that each tab has a sign-in of its own, which ends with the tab. With `localStorage`
   * all tabs of the origin share one, which outlives them.
   */
  storage?: SessionStorage | undefined;
  /** The longest that one HTTP request may take, in milliseconds. Default: 10,000. */
  requestTimeout?: number | undefined;
}

/**
 * The sign-in of a person at one workspace: authorization code with PKCE (S256), as a client without a secret.
 *
 * Its refresh tokens are good for one use each: the next is stored before it is used, and no two tabs or callers use the
 * same, for which there is a Web Lock where the platform has them. Tabs that hold the same sign-in, as one that was
 * duplicated does, tell each other of it.
 *
 * @example
 * ```ts
 * const session = new UserSession({ host, clientId, redirectUri });
 * if (new URL(location.href).searchParams.has("state")) {
 *   await session.complete(location.href).finally(() => history.replaceState(null, "", redirectUri));
 * } else if (!session.signedIn) {
 *   location.assign(await session.authorizationUrl());
 * }
 * const workspace = new Workspace({ host, session });
 * ```
 *
 * @throws {LakebaseError} from the constructor: `INVALID_ARGUMENT`, `INSECURE_HOST`.
 */
export class UserSession {
  #private;
  /** Checks the options, reads the storage, and sends nothing. */
  constructor(options: UserSessionOptions);

  /**
   * Whether somebody is signed in. With a storage that gives promises: as of the last call, so that
   * {@link UserSession.restore} comes first.
   */
  readonly signedIn: boolean;

  /** Reads the storage, and resolves with whether somebody is signed in. */
  restore(options?: CallOptions): Promise<boolean>;

  /**
   * Begins a sign-in, and resolves with the address to send the person to. It is good for 10 minutes, and for one
   * {@link UserSession.complete}. Rejects with `INVALID_ARGUMENT` if the storage fails, or on a page that is not secure.
   */
  authorizationUrl(options?: CallOptions): Promise<string>;

  /**
   * Completes the sign-in with the address that the person came back to, such as `location.href`. Take it out of the
   * address bar then: it carries the code.
   *
   * Rejects with `SIGN_IN_FAILED` if the redirect answers no sign-in that was begun in this browser within 10 minutes, was
   * completed already, or carries an error; with `INVALID_GRANT` if the code was used or is too old; and as every request
   * does. A code is good for one call, so whatever the reason, begin the sign-in again. Who was signed in before stays so.
   */
  complete(url: string | { readonly href: string }, options?: CallOptions): Promise<void>;

  /**
   * Forgets the person, at once: tokens are dropped, in other tabs that hold the sign-in, too, and the workspaces of
   * this session fail with `SIGNED_OUT`. Resolves when nothing that was under way can bring the sign-in back.
   */
  signOut(options?: CallOptions): Promise<void>;
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
  connection: Omit<ConnectionParameters, "user"> & { user?: string | undefined },
  target: InstanceTarget | EndpointTarget,
): string;
export function clientCode(
  kind: ClientCodeKind,
  connection: ConnectionParameters,
  target: InstanceTarget | EndpointTarget,
): string;
