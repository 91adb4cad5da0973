/**
 * Database credentials of Databricks Lakebase: minted, kept fresh, and written out for those who connect.
 *
 * @module lakebase-credentials
 */

/** How long a call may take, and who may end it. */
export interface CallOptions {
  /** The longest that the call may take, in milliseconds. Default: 30,000. Then it rejects with `TIMEOUT`. */
  timeout?: number | undefined;
  /** Ends this caller's wait with `ABORTED`, and nobody else's. */
  signal?: AbortSignal | undefined;
}

/** What a workspace token is asked for. Default: the scope `all-apis`. */
export interface Access {
  /** The names of the scopes, one at least (RFC 6749, section 3.3). */
  scopes?: string[] | undefined;
  /** Objects with a `type` each, one at least, sent as JSON (RFC 9396). */
  authorizationDetails?: {
    /** What kind of access it is, as the workspace names it. */
    type: string;
    [member: string]: unknown;
  }[] | undefined;
}

/** A service principal: its secret is exchanged for workspace tokens as needed. */
export interface ServicePrincipal extends Access {
  /** The application (client) id. It is the Postgres user name, too. */
  clientId: string;
  /** An OAuth secret of the service principal. Never give one to a page. */
  clientSecret: string;
  token?: undefined;
  subjectToken?: undefined;
}

/**
 * Federation, without a secret: a token of the platform that the program runs on is exchanged for workspace tokens
 * (RFC 8693), under a federation policy of the account or of the service principal.
 */
export interface FederatedIdentity extends Access {
  /**
   * Gives the platform's token, a JWT. It is asked anew for each exchange, which is about once an hour, or as often as
   * the platform's token lives; `signal` is aborted when the time for one request is over. What it throws is an
   * `INVALID_ARGUMENT` with `option: "subjectToken"` that has the name of the error alone, as its words may quote the token;
   * and it is asked again, as a failed request is sent again.
   *
   * The token goes to the token endpoint of `host` and nowhere else.
   */
  subjectToken: (request: { signal: AbortSignal }) => string | PromiseLike<string>;
  /**
   * The application (client) id, under a service principal's own policy; it is the Postgres user name, too. Without it
   * the workspace finds the identity by the account's policy.
   */
  clientId?: string | undefined;
  clientSecret?: undefined;
  token?: undefined;
}

/** A workspace token that is already there: a personal access token, or a forwarded user token. */
export interface ReadyToken {
  /** The token, sent as `Authorization: Bearer`. It cannot be renewed: once it is over, calls fail with `UNAUTHENTICATED`. */
  token: string;
  clientId?: undefined;
  clientSecret?: undefined;
  subjectToken?: undefined;
  /** What a token that is there may do was settled when it was made. */
  scopes?: undefined;
  authorizationDetails?: undefined;
}

/** Which workspace, and as whom: a {@link ServicePrincipal}, a {@link FederatedIdentity} or a {@link ReadyToken}. */
export type WorkspaceOptions = (ServicePrincipal | FederatedIdentity | ReadyToken) & {
  /**
   * The workspace's address, such as `https://my-workspace.cloud.databricks.com`; a bare host name will do.
   * `http://` is taken for loopback addresses only (`INSECURE_HOST`).
   *
   * The address of a host that serves many workspaces names the one that is meant, as in
   * `https://my-company.databricks.com/?o=1234567890`: then each request carries `X-Databricks-Workspace-Id`, and an
   * answer of another workspace is a `WORKSPACE_MISMATCH`.
   */
  host: string;
  /**
   * Whether `host` is to be asked where its tokens are had, with two requests, once: as account-level and unified hosts
   * need it. A token endpoint on another host is refused with `UNEXPECTED_RESPONSE`. Default: `false`, since on a
   * workspace's own host the place is known.
   */
  discovery?: boolean | undefined;
  /** With `discovery`: the account, unless the host names it. */
  accountId?: string | undefined;
  /** The longest that one HTTP request may take, in milliseconds. Default: 10,000. */
  requestTimeout?: number | undefined;
};

/** Narrows what a credential may be used for. */
export interface Claim {
  /** What may be done. `"READ_ONLY"` may read. */
  permissionSet?: "READ_ONLY" | (string & {}) | undefined;
  /** What it may be done with. Default: everything. */
  resources?: {
    /** A table, as `catalog.schema.table`. */
    tableName: string;
  }[] | undefined;
}

/** A database instance (provisioned), by name. */
export interface InstanceTarget {
  /** The instance's name. */
  instance: string;
  endpoint?: undefined;
  ttl?: undefined;
  groupName?: undefined;
}

/** An endpoint (autoscaling), by path: `projects/{project}/branches/{branch}/endpoints/{endpoint}`. */
export interface EndpointTarget {
  /** The endpoint's path. */
  endpoint: string;
  instance?: undefined;
  /** Asked-for lifetime in seconds, 300 to 3,600. Default: the workspace's, one hour. */
  ttl?: number | undefined;
  /** The group to log in as. */
  groupName?: string | undefined;
}

/** What a provider is for. The same target with the same settings gives the same provider. */
export type CredentialOptions = (InstanceTarget | EndpointTarget) & {
  /** What the credential is narrowed to. Default: all that the identity may do. */
  claims?: Claim[] | undefined;
};

/** One to one the request of the Databricks SDKs' `generate_database_credential`. */
export type GenerateDatabaseCredentialOptions = CallOptions &
  (
    | {
        /** The provisioned instances that the token is for; at least one of this and `claims`. */
        instanceNames?: string[] | undefined;
        /** Names the request in the workspace's logs. Default: a random UUID. */
        requestId?: string | undefined;
        /** What the credential is narrowed to. Alone, it is good for the instances that hold the tables. */
        claims?: Claim[] | undefined;
        endpoint?: undefined;
        ttl?: undefined;
        groupName?: undefined;
      }
    | {
        /** The autoscaling endpoint that the token is for. */
        endpoint: string;
        /** What the credential is narrowed to. Default: all that the identity may do. */
        claims?: Claim[] | undefined;
        /** Asked-for lifetime in seconds, 300 to 3,600. Default: the workspace's, one hour. */
        ttl?: number | undefined;
        /** The group to log in as. */
        groupName?: string | undefined;
        /** Names the request in errors and events; this API takes no id. Default: a random UUID. */
        requestId?: string | undefined;
        instanceNames?: undefined;
      }
  );

/** A password for Postgres, and until when it is good. */
export interface DatabaseCredential {
  /** The Postgres password. */
  token: string;
  /** When the token stops being good for new logins. Open connections stay. */
  expirationTime: Date;
}

/** The state of a database instance. In `AVAILABLE` alone it gives credentials and takes connections. */
export type InstanceState =
  | "AVAILABLE"
  | "DELETING"
  | "FAILING_OVER"
  | "STARTING"
  | "STOPPED"
  | "UPDATING"
  | "UPGRADING"
  | (string & {});

/** A database instance as the workspace describes it, its fields in camelCase. */
export interface DatabaseInstance {
  /** The name, by which it is asked for. */
  name: string;
  /** What it is doing. */
  state: InstanceState;
  /** The id, which its host name bears. */
  uid?: string;
  /** The host to connect to. */
  readWriteDns?: string;
  /** The host for reads only. */
  readOnlyDns?: string;
  /** Such as `PG_VERSION_16`. */
  pgVersion?: string;
  /** Such as `CU_2`. */
  capacity?: string;
  /** The capacity that it has; `capacity` is the one that was asked for. */
  effectiveCapacity?: string;
  /** Who made it. */
  creator?: string;
  /** Whether it was asked to stop. */
  stopped?: boolean;
  /** What was asked for; `effectiveEnablePgNativeLogin` is what holds. */
  enablePgNativeLogin?: boolean;
  /** Whether Postgres roles with a password of their own may log in. */
  effectiveEnablePgNativeLogin?: boolean;
  [field: string]: unknown;
}

/** The state of an endpoint. In `IDLE`, the next connection wakes it. */
export type EndpointState = "INIT" | "ACTIVE" | "IDLE" | "DEGRADED" | (string & {});

/** An autoscaling endpoint as the workspace describes it, its fields in camelCase. */
export interface DatabaseEndpoint {
  /** The path, `projects/{project}/branches/{branch}/endpoints/{endpoint}`. */
  name: string;
  /** How it is. */
  status?: {
    /** What it is doing. */
    currentState?: EndpointState;
    /** Where it is reached. */
    hosts?: {
      /** The host to connect to. */
      host?: string;
      [field: string]: unknown;
    };
    /** A disabled endpoint takes no logins, and gives no credential. */
    disabled?: boolean;
    /** In compute units. */
    autoscalingLimitMinCu?: number;
    /** In compute units. */
    autoscalingLimitMaxCu?: number;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** How long to wait for an instance, and who is told meanwhile. */
export interface WaitOptions<Description> {
  /** The longest that the wait may take, in milliseconds. Default: 300,000. */
  timeout?: number | undefined;
  /** Ends this caller's wait with `ABORTED`, and nobody else's. */
  signal?: AbortSignal | undefined;
  /** Called with each answer of the workspace. */
  onProgress?: ((description: Description) => void) | undefined;
}

/**
 * One workspace and one identity. Its tokens go to that workspace's address and nowhere else.
 *
 * @throws {LakebaseError} from the constructor: `INVALID_ARGUMENT`, `INSECURE_HOST`.
 *
 * @example
 * ```ts
 * const workspace = new Workspace({ host, clientId, clientSecret });
 * const provider = workspace.credentials({ instance: "orders" });
 * ```
 */
export class Workspace {
  #private;
  /** Checks the options, and sends nothing. */
  constructor(options: WorkspaceOptions);

  /** The workspace's address, as it is used. */
  readonly host: string;

  /**
   * Gets a database credential, with one request beside the one for a workspace token. Nothing is cached.
   *
   * Rejects with `INVALID_ARGUMENT` before any request is made, `NOT_FOUND`, `PERMISSION_DENIED`,
   * `INSTANCE_NOT_AVAILABLE`, `FEATURE_DISABLED`, `INVALID_REQUEST`, and as every call does: with what the identity is
   * refused with (`INVALID_CLIENT`, `INVALID_GRANT`, `INVALID_SCOPE`, `UNAUTHENTICATED`), what the workspace answers
   * (`RATE_LIMITED`, `WORKSPACE_UNAVAILABLE`, `WORKSPACE_REDIRECT`, `WORKSPACE_MISMATCH`, `UNEXPECTED_RESPONSE`,
   * `SHORT_LIVED_TOKEN`) or not (`NETWORK`), and `TIMEOUT` or `ABORTED`.
   */
  generateDatabaseCredential(options: GenerateDatabaseCredentialOptions): Promise<DatabaseCredential>;

  /** Reads a database instance. Rejects with `NOT_FOUND` if this workspace has none of that name. */
  getDatabaseInstance(name: string, options?: CallOptions): Promise<DatabaseInstance>;

  /** Reads all database instances of the workspace that the identity may see. Rejects as every call does. */
  listDatabaseInstances(options?: CallOptions): Promise<DatabaseInstance[]>;

  /** Reads an autoscaling endpoint by its path. Rejects with `NOT_FOUND` if this workspace has none there. */
  getEndpoint(path: string, options?: CallOptions): Promise<DatabaseEndpoint>;

  /**
   * Waits until a database instance, or an endpoint given by its path, takes connections. Rejects with
   * `INSTANCE_NOT_AVAILABLE`, naming the state, if it does not within the time given, and at once in a state that
   * waiting does not change, such as STOPPED.
   */
  waitUntilAvailable(
    path: `projects/${string}`,
    options?: WaitOptions<DatabaseEndpoint>,
  ): Promise<DatabaseEndpoint>;
  waitUntilAvailable(name: string, options?: WaitOptions<DatabaseInstance>): Promise<DatabaseInstance>;

  /** Reads who the identity is; `userName` is its Postgres user. Rejects as every call does. */
  currentUser(options?: CallOptions): Promise<{
    /** A person's e-mail, or a service principal's client id. */
    userName: string;
  }>;

  /**
   * Gives the credential provider of an instance or endpoint; the same options give the same provider.
   *
   * @throws {LakebaseError} `INVALID_ARGUMENT`, before any request is made.
   */
  credentials(options: CredentialOptions): CredentialProvider;
}

/** How good a token must be, and how long to wait for it. */
export interface TokenOptions extends CallOptions {
  /**
   * How long the token must still be good for, in milliseconds. Default: 30,000, for a slow TLS handshake and a cold
   * start, but no more than a quarter of the credential's life. Rejects with `LIFETIME_TOO_SHORT` if none lives for so
   * long.
   */
  minRemaining?: number | undefined;
}

/** What is known of a connection. What is not is looked up. */
export interface ConnectionOptions extends CallOptions {
  /** Default: looked up, with one request. */
  host?: string | undefined;
  /** Default: the service principal's client id, or looked up, with one request. */
  user?: string | undefined;
  /** Default: `databricks_postgres`. */
  database?: string | undefined;
  /** Default: 5432. */
  port?: number | undefined;
  /** The PEM file with the certificate authorities that libpq trusts. Default: the system's (libpq 16 and newer). */
  sslrootcert?: string | undefined;
  /** How long to wait for an instance that is STARTING, in milliseconds. Default: 0, an error at once. */
  waitForAvailable?: number | undefined;
}

/** Where to connect, and as whom. It holds no secret. */
export interface Connection {
  /** The host, by whose name the server is found and verified. */
  readonly host: string;
  /** The TCP port. */
  readonly port: number;
  /** The Postgres role. */
  readonly user: string;
  /** The database's name. */
  readonly database: string;
  /** Certificate and name are verified. */
  readonly sslmode: "verify-full";
  /** The PEM file with the certificate authorities that libpq trusts. */
  readonly sslrootcert?: string;
}

/** What the driver adapters take beside the driver's own options. */
export interface DriverOptions extends ConnectionOptions {
  /**
   * The certificate authorities to trust, as PEM text. Default: those that the runtime trusts. workerd takes none from
   * a program: there, its own configuration names them.
   */
  ca?: string | undefined;
  /** TLS settings. Verification is on without any; one that would weaken it is refused with `INSECURE_TLS`. */
  ssl?: true | "verify-full" | TlsOptions | undefined;
}

/** TLS settings of Node.js's kind; what would weaken the verification is refused. */
export interface TlsOptions {
  /** The certificate authorities to trust, as PEM text. */
  ca?: string | string[] | undefined;
  /** The host, which the server is routed by and its certificate must bear; another name is refused. */
  servername?: string | undefined;
  /** On without being said. */
  rejectUnauthorized?: true | undefined;
  /** Refused: the name is checked as the runtime does it. */
  checkServerIdentity?: never;
  [setting: string]: unknown;
}

/** What the driver adapters set: the server is found by its name, and verified. */
export interface VerifiedTls {
  /** The certificate authorities to trust, if any were given. */
  ca?: string | string[];
  /** The host, sent as SNI and looked for in the certificate. */
  servername: string;
  /** Written out, as drivers differ in what they take for it. */
  rejectUnauthorized: true;
}

/** What an event is about. No detail ever holds a secret. */
export interface CredentialEventDetail {
  /** The instance's name, or the endpoint's path. */
  readonly target: string;
  /** Names the mint in the workspace's logs. */
  readonly requestId: string;
  /** The time since the mint began, in milliseconds. */
  readonly durationMs: number;
  /** The provider's state before the mint. */
  readonly reason: CredentialState;
}

/** Of `mint` and `renew`: what it took. */
export interface MintDetail extends CredentialEventDetail {
  /** How many requests for a credential it took. */
  readonly attempts: number;
}

/** Of `fail`: what went wrong. */
export interface FailDetail extends CredentialEventDetail {
  /** As {@link LakebaseError.code}. */
  readonly code: LakebaseErrorCode;
  /** What happened, for a person. */
  readonly message: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
}

/** Of `retry`: what went wrong, and what follows. */
export interface RetryDetail extends FailDetail {
  /** How many requests have failed so far: for a credential, or for the workspace token that it takes. */
  readonly attempts: number;
  /** How long until the next attempt, in milliseconds. */
  readonly delayMs: number;
}

/** An event of a {@link CredentialProvider}. */
export interface CredentialEvent<Type extends string, Detail> extends Event {
  /** The event's name. */
  readonly type: Type;
  /** What it is about. */
  readonly detail: Detail;
}

/** The events of a {@link CredentialProvider}, by name. */
export interface CredentialEventMap {
  /** A credential was got while callers waited for it. */
  mint: CredentialEvent<"mint", MintDetail>;
  /** A credential was got early, in the background. */
  renew: CredentialEvent<"renew", MintDetail>;
  /**
   * An attempt failed, and another follows. Where a request for the workspace token failed, the provider hears it whose
   * mint began that request, and no other that waits for it.
   */
  retry: CredentialEvent<"retry", RetryDetail>;
  /** The attempts ended without a credential. Callers are still given a held one that is good for long enough. */
  fail: CredentialEvent<"fail", FailDetail>;
}

/** A function that is called with an event, or an object with such a method. */
export type CredentialListener<Type extends keyof CredentialEventMap> =
  | ((this: CredentialProvider, event: CredentialEventMap[Type]) => void)
  | {
      /** Is called with each event. */
      handleEvent(event: CredentialEventMap[Type]): void;
    };

/**
 * `"empty"`: none is held; `"fresh"`: good; `"stale"`: good, and the next call renews it in the background;
 * `"expired"`: no longer good for a login.
 */
export type CredentialState = "empty" | "fresh" | "stale" | "expired";

/**
 * Keeps the database credential of one target fresh: a call is answered with the one that is held, which is renewed
 * early and in the background. It is made by {@link Workspace.credentials}.
 */
export class CredentialProvider extends EventTarget {
  #private;
  private constructor();

  /** The instance's name, or the endpoint's path. */
  readonly target: string;

  /** How good the held credential is. Reading it fetches nothing. */
  readonly state: CredentialState;

  /** When the held credential expires, or `null` if none is held. */
  readonly expirationTime: Date | null;

  /**
   * Gives a token that is good as the Postgres password, and until `minRemaining`. All callers that wait share one
   * request.
   *
   * Rejects with `LIFETIME_TOO_SHORT`, and as {@link Workspace.generateDatabaseCredential} does; while a token is held that
   * is good for long enough, it does not.
   */
  token(options?: TokenOptions): Promise<string>;

  /** Gives the token and when it expires. Rejects as {@link CredentialProvider.token} does. */
  credential(options?: TokenOptions): Promise<DatabaseCredential>;

  /**
   * Drops a token that the database refused, if it is still the one that is held.
   *
   * @returns whether it was.
   */
  invalidate(token: string): boolean;

  /**
   * Gives where to connect and as whom. What is not given is looked up. Rejects with `INSTANCE_NOT_AVAILABLE` if the
   * instance takes no connections.
   */
  connection(options?: ConnectionOptions): Promise<Connection>;

  /**
   * Calls `attempt` with a token. If that rejects because Postgres refused the login (SQLSTATE 28P01 or 28000), the
   * token is dropped and `attempt` is called once more with a new one; refused again, it rejects with `LOGIN_REFUSED`. Of
   * tokens that have time left, one in a minute is dropped, or the next at once when an attempt has succeeded.
   */
  login<T>(attempt: (token: string) => T | PromiseLike<T>, options?: CallOptions): Promise<T>;

  /**
   * Tells what the error of a pool or an ORM means, if its connection was refused: SQLSTATE 28P01 or 28000, in the error
   * itself or in those that caused it.
   *
   * The token that was refused is dropped, so that the next connection has a new one: the error is `retryable` then. If
   * the new one is refused too, it is kept for a minute, and the error is not retryable: a missing role is refused with
   * every token. Pools and open connections are left alone, and no statement is sent again.
   *
   * @returns `LOGIN_REFUSED`, or the error of the mint if there was no token to log in with, found in the driver's error or
   * else the last one; `undefined` for any other error.
   */
  loginError(error: unknown): LakebaseError | undefined;

  /** Calls a listener with each event of this name. It holds nobody up, and what it throws is reported and not passed on. */
  addEventListener<Type extends keyof CredentialEventMap>(
    type: Type,
    listener: CredentialListener<Type> | null,
    options?: boolean | { capture?: boolean | undefined; once?: boolean | undefined; passive?: boolean | undefined; signal?: AbortSignal | undefined },
  ): void;
  /** As on every `EventTarget`. */
  addEventListener(...listener: Parameters<EventTarget["addEventListener"]>): void;

  /** Takes a listener away. */
  removeEventListener<Type extends keyof CredentialEventMap>(
    type: Type,
    listener: CredentialListener<Type> | null,
    options?: boolean | { capture?: boolean | undefined },
  ): void;
  /** As on every `EventTarget`. */
  removeEventListener(...listener: Parameters<EventTarget["removeEventListener"]>): void;
}

/** Whether the password is written out. */
export interface PasswordOptions {
  /** The token, to be written into the result. Default: none is. */
  password?: string | undefined;
}

/** A connection, or one given by hand. */
export type ConnectionParameters = Pick<Connection, "host" | "user"> & {
  readonly [Name in keyof Connection]?: Connection[Name] | undefined;
};

/**
 * Gives a `postgresql://` URI with `sslmode=verify-full`.
 *
 * @throws {LakebaseError} `INVALID_ARGUMENT`, or `INSECURE_TLS` for another `sslmode`.
 */
export function connectionUri(connection: ConnectionParameters, options?: PasswordOptions): string;

/**
 * Gives libpq keywords and values, `host=… port=…`, with `sslmode=verify-full`.
 *
 * @throws {LakebaseError} `INVALID_ARGUMENT`, or `INSECURE_TLS` for another `sslmode`.
 */
export function libpqKeywords(connection: ConnectionParameters, options?: PasswordOptions): string;

/**
 * Gives the `PG…` environment variables that libpq and the tools built on it read.
 *
 * @throws {LakebaseError} `INVALID_ARGUMENT`, or `INSECURE_TLS` for another `sslmode`.
 */
export function pgEnvironment(connection: ConnectionParameters, options?: PasswordOptions): Record<string, string>;

/**
 * Gives a `psql` command, escaped for POSIX shells.
 *
 * @throws {LakebaseError} `INVALID_ARGUMENT`, or `INSECURE_TLS` for another `sslmode`.
 */
export function psqlCommand(connection: ConnectionParameters, options?: PasswordOptions): string;

/** What went wrong, for programs. The codes are stable; a version may add some. */
export type LakebaseErrorCode =
  /** An option is wrong; `option` names it. */
  | "INVALID_ARGUMENT"
  /** An `http://` workspace that is not on loopback. */
  | "INSECURE_HOST"
  /** A TLS setting that would not verify the server. */
  | "INSECURE_TLS"
  /** The client id or the client secret was refused. */
  | "INVALID_CLIENT"
  /** The grant was refused. */
  | "INVALID_GRANT"
  /** The scope was refused. */
  | "INVALID_SCOPE"
  /** A redirect completes no sign-in that was begun here (`lakebase-credentials/admin`). */
  | "SIGN_IN_FAILED"
  /** Nobody is signed in, or no longer the person for whom it was asked (`lakebase-credentials/admin`). */
  | "SIGNED_OUT"
  /** The workspace token was refused. */
  | "UNAUTHENTICATED"
  /** The identity may not do this. */
  | "PERMISSION_DENIED"
  /** There is no such instance or endpoint in this workspace. */
  | "NOT_FOUND"
  /** The workspace does not accept the request. */
  | "INVALID_REQUEST"
  /** The instance takes no connections in the state that it is in. */
  | "INSTANCE_NOT_AVAILABLE"
  /** The workspace does not have the feature turned on. */
  | "FEATURE_DISABLED"
  /** Too many requests. */
  | "RATE_LIMITED"
  /** The workspace is failing. */
  | "WORKSPACE_UNAVAILABLE"
  /** The address answers with a redirect: it is no workspace, or one behind PrivateLink. */
  | "WORKSPACE_REDIRECT"
  /** An answer that is none of the API's. */
  | "UNEXPECTED_RESPONSE"
  /** No connection to the workspace. */
  | "NETWORK"
  /** The time given is over. */
  | "TIMEOUT"
  /** The caller's signal ended the wait; `cause` is its reason. */
  | "ABORTED"
  /** A workspace token came with too little time to live. */
  | "SHORT_LIVED_TOKEN"
  /** No credential lives for as long as `minRemaining`. */
  | "LIFETIME_TOO_SHORT"
  /** The instance belongs to another workspace. */
  | "WORKSPACE_MISMATCH"
  /** Postgres refused a new token, too; `cause` is the driver's error. */
  | "LOGIN_REFUSED";

/** Every error of this package. No field holds a secret. */
export class LakebaseError extends Error {
  private constructor();
  /** `"AbortError"` when `code` is `"ABORTED"`. */
  readonly name: "LakebaseError" | "AbortError";
  /** What went wrong, for programs. `message` says it for people, and ends with the hint. */
  readonly code: LakebaseErrorCode;
  /** What to do next. */
  readonly hint: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** How long to wait before that, in milliseconds, if the workspace said so. */
  readonly retryAfter?: number;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** Names the request in the workspace's logs. */
  readonly requestId?: string;
  /** Who asked: the client id, or what kind of token. */
  readonly identity?: string;
  /** The instance's name or the endpoint's path. */
  readonly target?: string;
  /** The option that is wrong. */
  readonly option?: string;
  /** What led to it: the driver's error, or the signal's reason. */
  readonly cause?: unknown;
  /** All fields but `cause` and `stack`. */
  toJSON(): Record<string, unknown>;
}
