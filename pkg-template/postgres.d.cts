/**
 * For postgres.js.
 *
 * @module lakebase-credentials/postgres
 */

import type { CredentialProvider, DriverOptions, VerifiedTls } from "./index.cjs";

/** What {@link postgresOptions} takes, beside postgres.js's own options. */
export interface PostgresOptions extends DriverOptions {
  /** When a connection is replaced, in seconds. Lakebase may close one after three days. Default: 86,400. */
  max_lifetime?: number | undefined;
  /** Refused: the provider gives the password. */
  password?: undefined;
  /** Refused: the provider gives the password. */
  pass?: undefined;
  /** Refused: give `host`. */
  hostname?: undefined;
  /** Refused: give `user`. */
  username?: undefined;
  /** Refused: give `database`. */
  db?: undefined;
  /** Refused: a Unix socket has no TLS. */
  path?: undefined;
  /** Refused: the driver makes its socket. */
  socket?: undefined;
}

/** Options for `postgres(…)`. */
export interface PostgresConfig {
  /** The host, as it was given or looked up. */
  host: string;
  /** The TCP port. */
  port: number;
  /** The Postgres role. */
  user: string;
  /** The database's name. */
  database: string;
  /**
   * Called by postgres.js once for each new connection. It catches nothing, so where no token can be had, this gives an
   * empty one: Postgres refuses it (`28P01`), and the provider's `fail` event says why.
   */
  password: () => Promise<string>;
  /** Verified TLS. */
  ssl: VerifiedTls;
  /** When a connection is replaced, in seconds. */
  max_lifetime: number;
}

/**
 * Gives options for postgres.js: host and user, looked up if not given; a password function; verified TLS. All other
 * options are handed on to postgres.js as they are.
 *
 * Rejects as {@link CredentialProvider.connection} does, and with `INVALID_ARGUMENT` or `INSECURE_TLS` for an option
 * that would take the password or the verification away.
 *
 * @example
 * ```ts
 * const sql = postgres(await postgresOptions(provider, { max: 5 }));
 * ```
 */
export function postgresOptions<Options extends PostgresOptions & { [option: string]: any } = {}>(
  provider: CredentialProvider,
  options?: Options,
): Promise<PostgresConfig & Omit<Options, keyof PostgresOptions>>;
