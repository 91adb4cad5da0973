/**
 * For Neon's driver, `@neondatabase/serverless`.
 *
 * @module lakebase-credentials/neon
 */

import type { CredentialProvider, DriverOptions, VerifiedTls } from "./index.cjs";

/** What {@link neonOptions} takes, beside the driver's own options. */
export interface NeonOptions extends DriverOptions {
  /** The driver's `neonConfig`. It is set, for the whole program, so that TLS ends at the database. */
  neonConfig: object;
  /** The module `subtls`, which the driver does TLS within a WebSocket with. */
  subtls: object;
  /**
   * The relay's address, `wss://…`: what it gets over the WebSocket, it passes to the database named by the parameter
   * `address` that is added (`host:port`), and back, byte by byte. A host has one: what was given for it last, relay and
   * `ca`, is for all of its connections from then on.
   */
  relay:
    | string
    | {
        /** The address, as that of a `URL`. */
        readonly href: string;
      };
  /** The certificate authorities of the database, as PEM text: subtls trusts none by itself. */
  ca: string;
  /** When the pool replaces a connection, in seconds. Lakebase may close one after three days. Default: 86,400. */
  maxLifetimeSeconds?: number | undefined;
  /** Refused: the provider gives the password. */
  password?: undefined;
  /** Refused: give `host`, `user` and `database`. */
  connectionString?: undefined;
  /** Refused: the driver makes it. */
  stream?: undefined;
  /** Refused: the driver makes it. */
  connection?: undefined;
}

/** Settings for the `Pool` and the `Client` of `@neondatabase/serverless`. */
export interface NeonConfig {
  /** The host, as it was given or looked up. */
  host: string;
  /** The TCP port. */
  port: number;
  /** The Postgres role. */
  user: string;
  /** The database's name. */
  database: string;
  /**
   * Called by the driver on its client, once for each new connection; rejects with `INSECURE_TLS` if that very connection is
   * not verified.
   */
  password: () => Promise<string>;
  /** Verified TLS. */
  ssl: VerifiedTls;
  /** Absent in workerd, where a connection lasts no longer than its request. */
  maxLifetimeSeconds?: number;
}

/**
 * Gives settings for `@neondatabase/serverless` over a WebSocket relay: host and user, looked up if not given; a password
 * function; TLS within the WebSocket that ends at the database and is verified here, so that the relay sees no token. It
 * sets `neonConfig`: `wsProxy`, `useSecureWebSocket`, `forceDisablePgSSL`, `subtls`, `pipelineConnect`, `pipelineTLS` and
 * `poolQueryViaFetch`. All other options are handed on to the driver as they are.
 *
 * Its authors call subtls experimental: TLS 1.3 alone, with few algorithms. Where TCP can be had, `pg` is the better choice.
 * `neon()`, which speaks HTTP, has no counterpart at Lakebase.
 *
 * Rejects as {@link CredentialProvider.connection} does, and with `INVALID_ARGUMENT` or `INSECURE_TLS` for an option that
 * would take the password or the verification away, or that is missing.
 *
 * @example
 * ```ts
 * const pool = new Pool(await neonOptions(provider, { neonConfig, subtls, relay: "wss://relay.example/v1", ca }));
 * ```
 */
export function neonOptions<Options extends NeonOptions & { [option: string]: any }>(
  provider: CredentialProvider,
  options: Options,
): Promise<NeonConfig & Omit<Options, keyof NeonOptions>>;
