import { createHash, randomBytes, randomUUID } from "node:crypto";
import { decodeJwt } from "jose";
import { checkAccount } from "./discovery.js";
import { OAuthError } from "./errors.js";
import { verifyToken } from "./keys.js";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt";
const SCOPES = new Set([
  "all-apis", "offline_access", "openid", "email", "profile", "sql", "database", "postgres", "file.files",
  "iam.current-user:read", "iam.access-control:read",
]);

const invalidRequest = (description) => new OAuthError(400, "invalid_request", description);
const invalidGrant = (description) => new OAuthError(400, "invalid_grant", description);
const invalidClient = () => new OAuthError(401, "invalid_client", "Client authentication failed");

/** `POST /oidc/v1/token`: every grant that the workspace knows. */
export function tokenEndpoint({ directory, tokens, settings, clock, grants, federation, workspace }) {
  const answer = async ({ subject, clientId, scope, authorizationDetails, lifetime, refreshToken, signIn }) => ({
    json: {
      access_token: await tokens.workspaceToken({ subject, clientId, scope, authorizationDetails, lifetime, signIn }),
      ...(refreshToken && { refresh_token: refreshToken }),
      scope,
      token_type: "Bearer",
      ...expiresIn(settings.expiresIn, lifetime ?? settings.workspaceTokenLifetime),
      ...(authorizationDetails && { authorization_details: authorizationDetails }),
    },
    headers: { "cache-control": "no-store" },
  });

  const byGrant = {
    client_credentials(form, authorization) {
      const { clientId, clientSecret } = clientOf(form, authorization);
      if (!directory.isSecret(clientId, clientSecret)) throw invalidClient();
      const scope = scopeOf(form.get("scope"));
      return answer({ subject: clientId, clientId, scope, authorizationDetails: detailsOf(form) });
    },

    authorization_code(form) {
      const code = grants.redeemCode(form.get("code") ?? "");
      if (!code) throw invalidGrant("The authorization code is unknown, expired or was used before.");
      if (form.get("client_id") !== code.clientId) throw invalidGrant("The code was issued to another client.");
      if (form.get("redirect_uri") !== code.redirectUri) throw invalidGrant("redirect_uri differs from the one of the authorization.");
      const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
      if (challenge !== code.challenge) throw invalidGrant("code_verifier does not match the code_challenge.");
      const { subject, clientId, scope, authorizationDetails, signIn } = code;
      const granted = { subject, clientId, scope, authorizationDetails, signIn };
      const refreshToken = scope.split(" ").includes("offline_access") ? grants.newRefreshToken(granted) : undefined;
      return answer({ ...granted, refreshToken });
    },

    refresh_token(form) {
      const used = form.get("refresh_token") ?? "";
      const grant = grants.refreshGrant(used);
      if (!grant) throw invalidGrant("The refresh token is unknown, expired or was used before.");
      if (form.get("client_id") !== grant.clientId) throw invalidGrant("The refresh token was issued to another client.");
      const scope = form.get("scope") ? scopeOf(form.get("scope")) : grant.scope;
      const wider = scope.split(" ").some((one) => !grant.scope.split(" ").includes(one));
      if (wider) throw new OAuthError(400, "invalid_scope", "The scope is wider than the one that was granted.");
      const next = { rotated: () => grants.rotate(used), returned: () => used, unsaid: () => undefined };
      return answer({ ...grant, scope, refreshToken: next[settings.refreshTokens]() });
    },

    async [EXCHANGE](form, authorization) {
      if (authorization !== undefined || form.has("client_secret")) throw invalidClient();
      if (form.get("subject_token_type") !== JWT_TYPE) throw invalidRequest(`subject_token_type must be ${JWT_TYPE}.`);
      const claims = await federatedClaims(form.get("subject_token") ?? "");
      const scope = scopeOf(form.get("scope"));
      const clientId = form.get("client_id");
      const subject = clientId
        ? directory.byFederationSubject(claims.sub).find((one) => one.userName === clientId)
        : directory.identity(claims.sub);
      if (!subject) throw invalidGrant("No federation policy matches the token.");
      const lifetime = Math.min(claims.exp - clock.seconds(), settings.workspaceTokenLifetime);
      return answer({
        subject: subject.userName,
        clientId: clientId ?? subject.userName,
        scope,
        lifetime,
        authorizationDetails: detailsOf(form),
      });
    },
  };

  async function federatedClaims(token) {
    try {
      const { iss } = decodeJwt(token);
      const trusted = federation.trusted(iss);
      const audience = [...trusted.audiences, workspace.id, `${workspace.url}/oidc/v1/token`];
      return await verifyToken(token, trusted.key, clock, { audience, requiredClaims: ["exp", "sub"] });
    } catch {
      throw invalidGrant("The subject token is not valid: its issuer, signature, audience or expiry was refused.");
    }
  }

  return {
    token({ form, headers, params }) {
      checkAccount({ params, workspace, settings });
      if (!/^application\/x-www-form-urlencoded\b/i.test(headers["content-type"] ?? "")) {
        throw invalidRequest("The body must be application/x-www-form-urlencoded.");
      }
      const fields = form();
      // RFC 6749, 3.2.
      if (new Set(fields.keys()).size !== [...fields.keys()].length) throw invalidRequest("A parameter is given twice.");
      const grantType = fields.get("grant_type") ?? "";
      if (!Object.hasOwn(byGrant, grantType)) {
        throw new OAuthError(400, "unsupported_grant_type", `Unsupported grant_type '${grantType}'`);
      }
      return byGrant[grantType](fields, headers.authorization);
    },
  };
}

// RFC 6749, 2.3.1: id and secret are form-urlencoded before they are joined for HTTP Basic.
function clientOf(form, authorization) {
  const basic = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1];
  if (!basic) return { clientId: form.get("client_id") ?? "", clientSecret: form.get("client_secret") ?? "" };
  const [id, ...secret] = Buffer.from(basic, "base64").toString().split(":");
  const decode = (part) => {
    try {
      return decodeURIComponent(part.replaceAll("+", " "));
    } catch {
      throw invalidClient();
    }
  };
  return { clientId: decode(id), clientSecret: decode(secret.join(":")) };
}

/** The scopes asked for, `all-apis` when none are; an unknown one is refused. */
export function scopeOf(text) {
  const scopes = (text ?? "").split(" ").filter(Boolean);
  const unknown = scopes.find((scope) => !SCOPES.has(scope));
  if (unknown) throw new OAuthError(400, "invalid_scope", `Unknown scope '${unknown}'`);
  return scopes.length ? scopes.join(" ") : "all-apis";
}

export function detailsOf(form) {
  const text = form.get("authorization_details");
  if (text === null) return undefined;
  try {
    const details = JSON.parse(text);
    if (Array.isArray(details) && details.every((one) => typeof one?.type === "string")) return details;
  } catch {
    // said below
  }
  throw invalidRequest("authorization_details must be a JSON list of objects with a type.");
}

function expiresIn(shape, lifetime) {
  switch (shape) {
    case "absent": return {};
    case "string": return { expires_in: String(lifetime) };
    case "zero": return { expires_in: 0 };
    case "negative": return { expires_in: -lifetime };
    case "year": return { expires_in: 365 * 24 * 3600 };
    default: return { expires_in: lifetime };
  }
}

/**
 * Codes and refresh tokens. Each is good for one use: a second one means that it was stolen, so that all that came of
 * its sign-in is revoked (RFC 6749, section 4.1.2; RFC 9700, section 4.14.2).
 */
export function createGrants(clock, revokeTokens) {
  const codes = new Map();
  const refreshTokens = new Map();
  const CODE_LIFETIME = 60_000;

  const use = (grants, text) => {
    const grant = grants.get(text);
    if (grant?.spent) revoke(grant.signIn);
    return grant?.spent ? undefined : grant;
  };
  const revoke = (signIn) => {
    revokeTokens(signIn);
    for (const [token, grant] of refreshTokens) if (grant.signIn === signIn) refreshTokens.delete(token);
  };

  const grants = {
    newCode(grant) {
      const code = `dcod${randomBytes(24).toString("hex")}`;
      codes.set(code, { ...grant, signIn: randomUUID(), expires: clock.now() + CODE_LIFETIME });
      return code;
    },
    // Used up by the attempt, whether or not it succeeds.
    redeemCode(code) {
      const grant = use(codes, code);
      if (grant) codes.set(code, { ...grant, spent: true });
      return grant && grant.expires > clock.now() ? grant : undefined;
    },
    newRefreshToken(grant) {
      const token = `doau${randomBytes(24).toString("hex")}`;
      refreshTokens.set(token, grant);
      return token;
    },
    refreshGrant: (token) => use(refreshTokens, token),
    rotate(token) {
      const grant = refreshTokens.get(token);
      refreshTokens.set(token, { ...grant, spent: true });
      return grants.newRefreshToken(grant);
    },
    /** As an admin does who ends all that is signed in. */
    revokeAll() {
      for (const { signIn } of [...refreshTokens.values()]) revoke(signIn);
    },
    reset() {
      codes.clear();
      refreshTokens.clear();
    },
  };
  return grants;
}
