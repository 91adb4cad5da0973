/**
 * For postgres.js.
 *
 * @module lakebase-credentials/postgres
 */

import type { CredentialProvider, DriverOptions } from "./index.cjs";

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
  /** Refused: the sockets are made here. */
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
   * Gives postgres.js each of its connections: with a token at hand, and in TLS with the server that was verified. Where no
   * token can be had, the query fails with the provider's error.
   */
  socket: (options: { connect_timeout: number }) => object;
  /** The token that the connection was opened for. */
  password: () => string;
  /** There is TLS already, to which postgres.js adds none of its own. */
  ssl: false;
  /** When a connection is replaced, in seconds. */
  max_lifetime: number;
}

/**
 * Gives options for postgres.js: host and user, looked up if not given; sockets in verified TLS, each with a token at
 * hand. All other options are handed on to postgres.js as they are, `ssl` to TLS.
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
