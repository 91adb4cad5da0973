import { randomBytes } from "node:crypto";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";

// Quick to make a key for.
const ALGORITHM = "ES256";
// Platforms whose keys a test brings may use the other.
const ACCEPTED = ["ES256", "RS256"];

/** A signing key with its public half, as a workspace, a federated platform or an attacker has one. */
export async function createSigner(clock) {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    publicKey,
    publicJwk: { ...jwk, kid, alg: ALGORITHM, use: "sig" },
    /** Signs claims that live `lifetime` seconds by the emulator's clock. */
    sign(claims, lifetime) {
      const issuedAt = clock.seconds();
      return new SignJWT({ ...claims, jti: randomBytes(16).toString("hex") })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: "JWT" })
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + lifetime)
        .sign(privateKey);
    },
  };
}

/** The claims of a token that this key signed; throws jose's own errors otherwise. */
export async function verifyToken(token, publicKey, clock, options = {}) {
  const { payload } = await jwtVerify(token, publicKey, { algorithms: ACCEPTED, currentDate: clock.date(), ...options });
  return payload;
}
