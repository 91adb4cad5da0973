import type { ConnectionOptions, CredentialProvider } from "./index.cjs";

/** TLS settings. Whatever would not verify the server is refused with `INSECURE_TLS`. */
export interface VerifiedTls {
  /** The certificate authority to trust, as PEM text. Default: those that the runtime trusts. */
  ca?: string;
  /** The name that the server's certificate must bear, and that the connection is routed by. Default: the host. */
  servername?: string;
  rejectUnauthorized?: true;
}

export interface PgOptions extends ConnectionOptions {
  ssl?: true | VerifiedTls;
  /** Refused: the provider gives the password. */
  password?: never;
  /** Refused: pg would ignore the password function. */
  connectionString?: never;
}

/** Settings for `new pg.Pool(…)` and `new pg.Client(…)`. */
export interface PgConfig {
  host: string;
  port: number;
  user: string;
  database: string;
  /** Called by pg once for each new connection. */
  password: () => Promise<string>;
  ssl: { ca?: string; servername: string; rejectUnauthorized: true };
  /** When the pool replaces a connection, in seconds. Lakebase may close one after three days. */
  maxLifetimeSeconds?: number;
}

/**
 * Gives settings for pg (node-postgres): host and user, looked up if not given; a password function; verified TLS.
 * All other options are handed on to pg as they are.
 *
 * @example
 * ```ts
 * const pool = new pg.Pool(await pgConfig(provider, { max: 5 }));
 * ```
 */
export function pgConfig<Options extends PgOptions = {}>(
  provider: CredentialProvider,
  options?: Options,
): Promise<PgConfig & Omit<Options, keyof PgOptions | keyof PgConfig>>;
