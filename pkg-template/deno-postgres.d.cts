/**
 * For deno-postgres.
 *
 * @module lakebase-credentials/deno-postgres
 */

import type { ConnectionOptions, CredentialProvider } from "./index.cjs";

/** What {@link denoPostgresOptionsWithToken} takes, beside the driver's own options. */
export interface DenoPostgresOptions extends ConnectionOptions {
  /** The certificate authorities to trust beside the runtime's, as PEM text. */
  ca?: string | undefined;
  /** Refused: the provider gives the password. */
  password?: undefined;
  /** Refused: give `host`. */
  hostname?: undefined;
  /** Refused: a Unix socket has no TLS. */
  host_type?: undefined;
  /** Refused: TLS is on and verified; a private certificate authority is `ca`. */
  tls?: undefined;
  /** Refused, as `tls`. */
  ssl?: undefined;
}

/** TLS that is verified and enforced, in the driver's words. */
export interface DenoPostgresTls {
  /** TLS is asked for. */
  enabled: true;
  /** Without TLS that is verified, there is no connection. */
  enforce: true;
  /** The certificate authorities to trust beside the runtime's, as PEM text. */
  caCertificates: string[];
}

/** Options for `new Client(…)` of deno-postgres. They hold the token. */
export interface DenoPostgresConfig {
  /** The host, as it was given or looked up. */
  hostname: string;
  /** No Unix socket, which has no TLS. */
  host_type: "tcp";
  /** The TCP port. */
  port: number;
  /** The Postgres role. */
  user: string;
  /** The database's name. */
  database: string;
  /** The token itself, good for half a minute at least. */
  password: string;
  /** Verified TLS, or none of the connection. */
  tls: DenoPostgresTls;
}

/**
 * Gives options for a `Client` of deno-postgres, with the token in them: the driver takes no function. Call it anew for
 * each connection, and do not log what it gives. All other options are handed on to the driver as they are.
 *
 * A `Pool` of deno-postgres keeps the options that it was made with, so that its later connections are refused once the
 * token has ended: make a `Client` for each piece of work, or use postgres.js, which runs in Deno too.
 *
 * Rejects as {@link CredentialProvider.connection} and {@link CredentialProvider.token} do, and with `INVALID_ARGUMENT` or
 * `INSECURE_TLS` for an option that would take the password or the verification away.
 *
 * @example
 * ```ts
 * const client = new Client(await denoPostgresOptionsWithToken(provider));
 * await client.connect();
 * ```
 */
export function denoPostgresOptionsWithToken<Options extends DenoPostgresOptions & { [option: string]: any } = {}>(
  provider: CredentialProvider,
  options?: Options,
): Promise<DenoPostgresConfig & Omit<Options, keyof DenoPostgresOptions>>;
