/**
 * For pg (node-postgres).
 *
 * @module lakebase-credentials/pg
 */

import type { CredentialProvider, DriverOptions, VerifiedTls } from "./index.cjs";

/** What {@link pgConfig} takes, beside pg's own options. */
export interface PgOptions extends DriverOptions {
  /** When the pool replaces a connection, in seconds. Lakebase may close one after three days. Default: 86,400. */
  maxLifetimeSeconds?: number | undefined;
  /** Refused: the provider gives the password. */
  password?: undefined;
  /** Refused: with one, pg ignores the password function. */
  connectionString?: undefined;
}

/** Settings for `new pg.Pool(…)` and `new pg.Client(…)`. */
export interface PgConfig {
  /** The host, as it was given or looked up. */
  host: string;
  /** The TCP port. */
  port: number;
  /** The Postgres role. */
  user: string;
  /** The database's name. */
  database: string;
  /** Called by pg once for each new connection. */
  password: () => Promise<string>;
  /** Verified TLS. */
  ssl: VerifiedTls;
  /** Absent in workerd, where a connection lasts no longer than its request. */
  maxLifetimeSeconds?: number;
}

/**
 * Gives settings for pg (node-postgres): host and user, looked up if not given; a password function; verified TLS.
 * All other options are handed on to pg as they are.
 *
 * Rejects as {@link CredentialProvider.connection} does, and with `INVALID_ARGUMENT` or `INSECURE_TLS` for an option
 * that would take the password or the verification away.
 *
 * @example
 * ```ts
 * const pool = new pg.Pool(await pgConfig(provider, { max: 5 }));
 * ```
 */
export function pgConfig<Options extends PgOptions & { [option: string]: any } = {}>(
  provider: CredentialProvider,
  options?: Options,
): Promise<PgConfig & Omit<Options, keyof PgOptions>>;
