import { errors as jose } from "jose";
import { ApiError } from "./errors.js";
import { createSigner, verifyToken } from "./keys.js";

const WORKSPACE_AUDIENCE = "databricks-workspace";
const DATABASE_AUDIENCE = "databricks-database";

/** Issues and checks the tokens of one workspace: access tokens for its API, and database tokens for Postgres. */
export async function createTokens({ clock, settings, workspace }) {
  const signer = await createSigner(clock);
  const issuer = () => `${workspace.url}/oidc`;
  const revoked = new Set();

  return {
    jwks: () => ({ keys: [signer.publicJwk] }),

    /** Access tokens of this sign-in are refused from now on. */
    revoke: (signIn) => revoked.add(signIn),

    workspaceToken({ subject, clientId, scope, authorizationDetails, signIn, lifetime = settings.workspaceTokenLifetime }) {
      return signer.sign(
        {
          iss: issuer(),
          aud: WORKSPACE_AUDIENCE,
          sub: subject,
          client_id: clientId,
          scope,
          sid: signIn,
          authorization_details: authorizationDetails,
          "dbx.workspace_id": workspace.id,
        },
        lifetime,
      );
    },

    /** The name of the identity that an `Authorization` header stands for, or the workspace's refusal. */
    async subjectOf(authorization, readyTokens) {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
      if (!token) {
        throw new ApiError(401, "401", "Credential was not sent or was of an unsupported type for this API.", {
          "www-authenticate": 'Bearer realm="DatabricksRealm"',
        });
      }
      const owner = readyTokens.get(token);
      if (owner) return owner;
      try {
        const { sub, exp, sid } = await verifyToken(token, signer.publicKey, clock, { audience: WORKSPACE_AUDIENCE });
        if (exp - clock.seconds() < settings.expiryMargin) throw expired(settings.expiredToken, exp, clock);
        if (revoked.has(sid)) throw new ApiError(403, "403", "Invalid access token.");
        return sub;
      } catch (error) {
        if (error instanceof ApiError) throw error;
        if (error instanceof jose.JWTExpired) throw expired(settings.expiredToken, error.payload.exp, clock);
        throw new ApiError(403, "403", "Invalid access token.");
      }
    },

    async databaseToken({ subject, targets, claims, groupName, lifetime }) {
      const payload = {
        iss: issuer(),
        aud: DATABASE_AUDIENCE,
        sub: subject,
        "dbx.workspace_id": workspace.id,
        targets,
        claims,
        group_name: groupName,
      };
      const plain = await signer.sign(payload, lifetime);
      const missing = settings.tokenLength - plain.length;
      // Base64 makes four characters of three.
      return missing > 0 ? signer.sign({ ...payload, padding: "x".repeat(Math.ceil(missing * 0.75)) }, lifetime) : plain;
    },

    /** The claims of a database token valid now; throws for everything else, access tokens included. */
    databaseClaims: (token) => verifyToken(token, signer.publicKey, clock, { audience: DATABASE_AUDIENCE }),
  };
}

function expired(status, expiry, clock) {
  const at = new Date(expiry * 1000).toISOString();
  const message =
    `io.jsonwebtoken.ExpiredJwtException: JWT expired at ${at}. ` +
    `Current time: ${clock.date().toISOString()}, a difference of ${clock.now() - expiry * 1000} milliseconds. ` +
    "Allowed clock skew: 0 milliseconds.";
  if (status === 400) return new ApiError(400, "400", message);
  if (status === 403) return new ApiError(403, "403", `Invalid access token: ${message}`);
  return new ApiError(401, "401", "Access token has expired.", { "www-authenticate": 'Bearer error="invalid_token"' });
}
