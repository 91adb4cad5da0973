import { ApiError } from "./errors.js";

/** Refuses the address of another account, and where tokens are the account's, the address without one. */
export function checkAccount({ params, workspace, settings }) {
  if (params.account ? params.account === workspace.accountId : !settings.accountHost) return;
  throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `Account ${params.account ?? ""} was not found.`);
}

/** What unified and account-level hosts publish about themselves, and the key that the tokens are signed with. */
export function discovery({ workspace, tokens, settings }) {
  // One host may have several names: its documents name the one that was asked.
  const base = ({ host }) => `${new URL(workspace.url).protocol}//${host}`;
  return {
    discovery({ params, headers }) {
      checkAccount({ params, workspace, settings });
      const oidc = params.account ? `${base(headers)}/oidc/accounts/${params.account}` : `${base(headers)}/oidc`;
      return {
        json: {
          issuer: oidc,
          authorization_endpoint: `${oidc}/v1/authorize`,
          token_endpoint: `${oidc}/v1/token`,
          jwks_uri: `${base(headers)}/oidc/jwks.json`,
          scopes_supported: ["all-apis", "offline_access", "openid", "email", "profile", "sql"],
          response_types_supported: ["code"],
          grant_types_supported: [
            "client_credentials",
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:token-exchange",
          ],
          code_challenge_methods_supported: ["S256"],
          token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
        },
      };
    },
    "databricks-config": ({ headers }) => ({
      json: {
        oidc_endpoint: `${base(headers)}/oidc${settings.accountHost ? "/accounts/{account_id}" : ""}`,
        account_id: workspace.accountId,
        workspace_id: workspace.id,
        cloud: "AWS",
      },
    }),
    jwks: () => ({ json: tokens.jwks() }),
    "login-page": () => ({ html: "<!doctype html><html><head><title>Sign in - Databricks</title></head><body>Sign in</body></html>" }),
  };
}
