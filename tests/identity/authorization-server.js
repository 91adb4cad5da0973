// A real authorization server, oidc-provider, where a workspace has its own, and beside it an API that takes its tokens.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";
import Provider, { errors } from "oidc-provider";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT = "urn:ietf:params:oauth:token-type:jwt";
const PLATFORM = { issuer: "https://platform.example", audience: "lakebase" };
const PACKAGE = fileURLToPath(new URL("../../pkg/", import.meta.url));
const PAGE = new URL("authorization-server.html", import.meta.url);

/** A service principal, whose scopes are `all-apis` and `sql`. */
export const principal = (clientId, clientSecret) => ({
  client_id: clientId,
  client_secret: clientSecret,
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  scope: "all-apis sql",
});

const workload = {
  client_id: "a-workload",
  token_endpoint_auth_method: "none",
  grant_types: [EXCHANGE],
  redirect_uris: [],
  response_types: [],
  scope: "all-apis",
};

/** Starts the server on a free port; `clients` are in the words of RFC 7591. */
export async function startAuthorizationServer(clients) {
  let handle;
  const server = http.createServer((request, response) => handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;

  const platform = await generateKeyPair("ES256");
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const page = {
    client_id: "a-page",
    token_endpoint_auth_method: "none",
    application_type: "native",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: [`${url}/page`],
    scope: "openid offline_access all-apis",
  };
  const provider = new Provider(`${url}/oidc`, {
    clients: [...clients, workload, page],
    // Browsers name the origin of each POST, to their own origin too.
    clientBasedCORS: (_, origin) => origin === url,
    cookies: { keys: [randomUUID()] },
    features: { clientCredentials: { enabled: true }, devInteractions: { enabled: true } },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    // OpenID Connect gives a refresh token for `prompt=consent` only, a workspace for the scope.
    issueRefreshToken: (_, client) => client.grantTypeAllowed("refresh_token"),
    jwks: { keys: [await exportJWK(privateKey)] },
    pkce: { methods: ["S256"], required: () => true },
    rotateRefreshToken: true,
    routes: { authorization: "/v1/authorize", token: "/v1/token" },
    scopes: ["openid", "offline_access", "all-apis", "sql", "postgres"],
    ttl: { AccessToken: 3600, ClientCredentials: 3600, AuthorizationCode: 60, Grant: 86_400, Interaction: 3600, RefreshToken: 86_400, Session: 86_400 },
  });
  provider.registerGrantType(EXCHANGE, exchange(provider, platform.publicKey), ["subject_token", "subject_token_type", "scope"]);

  /** What the token endpoint was asked for, by its forms, and what it answered. */
  const forms = [];
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.oidc?.route === "token") forms.push({ ...ctx.oidc.body, authorization: ctx.headers.authorization, status: ctx.status });
  });
  const authorize = provider.callback();
  handle = (request, response) => {
    const { pathname } = new URL(request.url, url);
    if (pathname.startsWith("/api/")) return void api(provider, request, response, pathname);
    if (pathname === "/page") return void serve(PAGE, response);
    if (pathname.startsWith("/pkg/")) return void serve(path.join(PACKAGE, pathname.slice("/pkg/".length)), response);
    if (pathname === "/.well-known/databricks-config") return void json(response, 200, { oidc_endpoint: `${url}/oidc` });
    if (!pathname.startsWith("/oidc/")) return void json(response, 404, {});
    request.originalUrl = request.url.replace("oauth-authorization-server", "openid-configuration");
    request.url = request.originalUrl.slice("/oidc".length);
    return authorize(request, response);
  };

  return {
    url,
    clientId: page.client_id,
    redirectUri: page.redirect_uris[0],
    workload: workload.client_id,
    forms,
    /** A token of the platform for a workload, signed by its key unless told otherwise. */
    platformToken: ({ subject, lifetime = "10m", key = platform.privateKey, ...claims }) =>
      new SignJWT(claims).setProtectedHeader({ alg: "ES256" }).setIssuer(PLATFORM.issuer).setAudience(claims.aud ?? PLATFORM.audience)
        .setSubject(subject).setExpirationTime(lifetime).sign(key),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** RFC 8693, which the provider leaves to its users. */
const exchange = (provider, key) => async (ctx, next) => {
  const { subject_token: subjectToken = "", subject_token_type: type, scope } = ctx.oidc.params;
  if (type !== JWT) throw new errors.InvalidRequest("subject_token_type");
  const { payload } = await jwtVerify(subjectToken, key, { ...PLATFORM, currentDate: new Date() }).catch(() => {
    throw new errors.InvalidGrant("the subject token is not valid");
  });
  const token = new provider.AccessToken({ client: ctx.oidc.client, accountId: payload.sub, scope });
  ctx.body = { access_token: await token.save(), expires_in: token.expiration, token_type: token.tokenType, scope };
  await next();
};

/** As much of a workspace as tells whether a token is good, and whose it is. */
async function api(provider, request, response, pathname) {
  request.resume();
  const [, value = ""] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "") ?? [];
  const token = (await provider.AccessToken.find(value)) ?? (await provider.ClientCredentials.find(value));
  if (!token?.isValid) return json(response, 401, { error_code: "401", message: "Access token has expired." });
  if (!token.scope?.split(" ").includes("all-apis")) return json(response, 403, { error_code: "PERMISSION_DENIED", message: "The scope does not cover this." });
  if (pathname === "/api/2.0/preview/scim/v2/Me") return json(response, 200, { userName: token.accountId ?? token.clientId });
  if (pathname === "/api/2.0/database/credentials") {
    return json(response, 200, { token: `database-${randomUUID()}`, expiration_time: new Date(Date.now() + 3_600_000).toISOString() });
  }
  return json(response, 404, { error_code: "ENDPOINT_NOT_FOUND", message: "There is no such route." });
}

function json(response, status, body) {
  response.writeHead(status, { "content-type": "application/json", date: new Date(Date.now()).toUTCString() }).end(JSON.stringify(body));
}

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8" };

async function serve(file, response) {
  const bytes = await readFile(file).catch(() => undefined);
  const type = TYPES[path.extname(file instanceof URL ? file.pathname : file)];
  if (!bytes || !type) return json(response, 404, {});
  response.writeHead(200, { "content-type": type, "content-security-policy": "script-src 'self' 'wasm-unsafe-eval' 'unsafe-inline'" }).end(bytes);
}
