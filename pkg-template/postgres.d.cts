import type { ConnectionOptions, CredentialProvider } from "./index.cjs";

/** TLS settings. Whatever would not verify the server is refused with `INSECURE_TLS`. */
export interface VerifiedTls {
  /** The certificate authority to trust, as PEM text. Default: those that the runtime trusts. */
  ca?: string;
  /** The name that the server's certificate must bear, and that the connection is routed by. Default: the host. */
  servername?: string;
  rejectUnauthorized?: true;
}

export interface PostgresOptions extends ConnectionOptions {
  ssl?: true | "verify-full" | VerifiedTls;
  /** Refused: the provider gives the password. */
  password?: never;
  /** Refused: the provider gives the password. */
  pass?: never;
  /** Refused: give `host`. */
  hostname?: never;
  /** Refused: give `user`. */
  username?: never;
}

/** Options for `postgres(…)`. */
export interface PostgresConfig {
  host: string;
  port: number;
  user: string;
  database: string;
  /** Called by postgres.js once for each new connection. */
  password: () => Promise<string>;
  ssl: { ca?: string; servername: string; rejectUnauthorized: true };
  /** When a connection is replaced, in seconds. Lakebase may close one after three days. */
  max_lifetime: number;
}

/**
 * Gives options for postgres.js: host and user, looked up if not given; a password function; verified TLS. All other
 * options are handed on to postgres.js as they are.
 *
 * @example
 * ```ts
 * const sql = postgres(await postgresOptions(provider, { max: 5 }));
 * ```
 */
export function postgresOptions<Options extends PostgresOptions = {}>(
  provider: CredentialProvider,
  options?: Options,
): Promise<PostgresConfig & Omit<Options, keyof PostgresOptions | keyof PostgresConfig>>;
