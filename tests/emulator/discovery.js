import { ApiError } from "./errors.js";

/** What unified and account-level hosts publish about themselves, and the key that the tokens are signed with. */
export function discovery({ workspace, tokens }) {
  return {
    discovery({ params }) {
      if (params.account && params.account !== workspace.accountId) {
        throw new ApiError(404, "RESOURCE_DOES_NOT_EXIST", `Account ${params.account} was not found.`);
      }
      const oidc = params.account ? `${workspace.url}/oidc/accounts/${params.account}` : `${workspace.url}/oidc`;
      return {
        json: {
          issuer: oidc,
          authorization_endpoint: `${oidc}/v1/authorize`,
          token_endpoint: `${oidc}/v1/token`,
          jwks_uri: `${workspace.url}/oidc/jwks.json`,
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
    "databricks-config": () => ({
      json: {
        oidc_endpoint: `${workspace.url}/oidc`,
        account_id: workspace.accountId,
        workspace_id: workspace.id,
        cloud: "AWS",
      },
    }),
    jwks: () => ({ json: tokens.jwks() }),
    "login-page": () => ({ html: "<!doctype html><html><head><title>Sign in - Databricks</title></head><body>Sign in</body></html>" }),
  };
}
