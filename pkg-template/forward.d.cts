/**
 * The function between a page and its workspace.
 *
 * @module lakebase-credentials/forward
 */

import type { CredentialProvider } from "./index.cjs";

/** For which pages, to which workspace, and whether a credential is handed out. */
export type ForwardOptions = {
  /**
   * The origin of the page, such as `https://admin.example`, or several. Requests must come from it and be sent to it.
   * Default: the origin that a request is sent to, if that is `https://` or on loopback. `http://` is taken for
   * loopback addresses only (`INSECURE_HOST`).
   */
  origin?: string | readonly string[] | undefined;
  /** The longest that a request may take from end to end, in milliseconds. Default: 10,000. */
  timeout?: number | undefined;
} & (
  | {
      /** The workspace's address. Requests go to it and nowhere else. */
      host: string;
      credentials?: undefined;
      authorize?: undefined;
    }
  | {
      /** Without one, nothing is forwarded: every `POST` that is allowed is answered with the credential. */
      host?: string | undefined;
      /** Whose credential `POST /credential` hands out, as `{ token, expirationTime }`. */
      credentials: Pick<CredentialProvider, "credential">;
      /**
       * Whether the caller may have that credential. All but `true` is a no, and so is an error. What is forwarded is
       * not asked about: there the caller's own token counts.
       */
      authorize: (request: Request) => boolean | PromiseLike<boolean>;
    }
);

/**
 * Gives the function with which a page reaches its workspace through its own origin: workspaces send no CORS headers.
 *
 * It forwards what a page needs and nothing else: the token endpoint, for public clients; lists of database instances
 * and of the projects, branches and endpoints of Lakebase; their credentials; native login; and who the caller is. It
 * adds no power: each request carries its caller's own token. Cookies stay here, redirects are not followed, nothing is
 * cached, and pages of other origins are refused, preflights included. It rejects for no request: what is refused or
 * fails is answered as the workspace's API does it, `{ error_code, message }`.
 *
 * @throws {LakebaseError} `INVALID_ARGUMENT`, `INSECURE_HOST`.
 *
 * @example
 * ```ts
 * const handle = forward({ host: "https://my-workspace.cloud.databricks.com", origin: "https://admin.example" });
 * export default { fetch: (request: Request) => handle(request) };
 * ```
 */
export function forward(options: ForwardOptions): (request: Request) => Promise<Response>;
