/** The name of each route, as faults and the request log use it. */
const TABLE = [
  ["token", "POST", "/oidc/v1/token"],
  ["token", "POST", "/oidc/accounts/{account}/v1/token"],
  ["authorize", "GET", "/oidc/v1/authorize"],
  ["authorize", "GET", "/oidc/accounts/{account}/v1/authorize"],
  ["consent", "POST", "/oidc/v1/authorize"],
  ["consent", "POST", "/oidc/accounts/{account}/v1/authorize"],
  ["discovery", "GET", "/oidc/.well-known/oauth-authorization-server"],
  ["discovery", "GET", "/oidc/accounts/{account}/.well-known/oauth-authorization-server"],
  ["databricks-config", "GET", "/.well-known/databricks-config"],
  ["jwks", "GET", "/oidc/jwks.json"],
  ["credentials", "POST", "/api/2.0/database/credentials"],
  ["instances", "GET", "/api/2.0/database/instances"],
  ["instance-by-uid", "GET", "/api/2.0/database/instances:findByUid"],
  ["instance", "GET", "/api/2.0/database/instances/{name}"],
  ["instance-update", "PATCH", "/api/2.0/database/instances/{name}"],
  ["endpoint-credentials", "POST", "/api/2.0/postgres/credentials"],
  ["projects", "GET", "/api/2.0/postgres/projects"],
  ["project", "GET", "/api/2.0/postgres/projects/{project}"],
  ["branches", "GET", "/api/2.0/postgres/projects/{project}/branches"],
  ["branch", "GET", "/api/2.0/postgres/projects/{project}/branches/{branch}"],
  ["endpoints", "GET", "/api/2.0/postgres/projects/{project}/branches/{branch}/endpoints"],
  ["endpoint", "GET", "/api/2.0/postgres/projects/{project}/branches/{branch}/endpoints/{endpoint}"],
  ["me", "GET", "/api/2.0/preview/scim/v2/Me"],
  ["login-page", "GET", "/login.html"],
];

export const ROUTES = [...new Set(TABLE.map(([name]) => name))];

const compiled = TABLE.map(([name, method, path]) => ({
  name,
  method,
  pattern: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
}));

/** The route of a request with its decoded path parameters, or `undefined`. */
export function matchRoute(method, pathname) {
  for (const { name, method: expected, pattern } of compiled) {
    if (method !== expected) continue;
    const found = pattern.exec(pathname);
    if (!found) continue;
    try {
      const params = Object.fromEntries(
        Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
      );
      return { name, params };
    } catch {
      return undefined; // a percent sign that encodes nothing
    }
  }
  return undefined;
}
