/**
 * For Bun.SQL.
 *
 * @module lakebase-credentials/bun
 */

import type { CredentialProvider, DriverOptions } from "./index.cjs";

/** What {@link bunSqlOptions} takes, beside Bun's own options. */
export interface BunSqlOptions extends DriverOptions {
  /** TLS settings, as `ssl`. */
  tls?: DriverOptions["ssl"] | undefined;
  /** When a connection is replaced, in seconds. Lakebase may close one after three days. Default: 86,400. */
  maxLifetime?: number | undefined;
  /** Refused: give `maxLifetime`. */
  max_lifetime?: undefined;
  /** Refused: the provider gives the password. */
  password?: undefined;
  /** Refused: the provider gives the password. */
  pass?: undefined;
  /** Refused: give `host`, `user` and `database`. */
  url?: undefined;
  /** Refused: give `host`. */
  hostname?: undefined;
  /** Refused: give `user`. */
  username?: undefined;
  /** Refused: give `database`. */
  db?: undefined;
  /** Refused: a Unix socket has no TLS. */
  path?: undefined;
  /** Refused: it is Postgres. */
  adapter?: undefined;
}

/** TLS that finds the server by its name, and verifies it, in Bun's words. */
export interface BunVerifiedTls {
  /** The certificate authorities to trust, as PEM text. */
  ca?: string | string[];
  /** The host: what the server is routed by, and what its certificate must bear. */
  serverName: string;
  /** No other server. */
  rejectUnauthorized: true;
}

/** Options for `new Bun.SQL(…)`. */
export interface BunSqlConfig {
  /** Not one of Bun's other databases. */
  adapter: "postgres";
  /** Host and port once more, with `sslmode=verify-full`. It holds no password. */
  url: string;
  /** The host, as it was given or looked up. */
  host: string;
  /** The TCP port. */
  port: number;
  /** The Postgres role. */
  user: string;
  /** The database's name. */
  database: string;
  /** Called by Bun once for each new connection. */
  password: () => Promise<string>;
  /** Verified TLS. */
  tls: BunVerifiedTls;
  /** When a connection is replaced, in seconds. */
  maxLifetime: number;
}

/**
 * Gives options for `Bun.SQL`: host and user, looked up if not given; a password function; verified TLS. All other options
 * are handed on to Bun as they are.
 *
 * Rejects as {@link CredentialProvider.connection} does, and with `INVALID_ARGUMENT` or `INSECURE_TLS` for an option that
 * would take the password or the verification away. Rejects with `INSECURE_TLS` in Bun before 1.4, which gives a password
 * to servers that it has not verified, whatever its options say; and in every other runtime.
 *
 * @example
 * ```ts
 * const sql = new Bun.SQL(await bunSqlOptions(provider, { max: 5 }));
 * ```
 */
export function bunSqlOptions<Options extends BunSqlOptions & { [option: string]: any } = {}>(
  provider: CredentialProvider,
  options?: Options,
): Promise<BunSqlConfig & Omit<Options, keyof BunSqlOptions>>;
