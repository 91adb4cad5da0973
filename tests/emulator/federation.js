import { createSigner } from "./keys.js";

/** The platforms whose JWTs the workspace trusts: one of the emulator's own, and any that a test adds. */
export async function createFederation(clock) {
  const signer = await createSigner(clock);
  const issuer = "https://platform.example";
  const audience = "lakebase-emulator";
  const issuers = new Map([[issuer, { key: signer.publicKey, audiences: [audience] }]]);
  return {
    issuer,
    audience,
    /** A JWT as the platform would give it to a workload. */
    platformToken: ({ subject, lifetime = 600, ...claims }) =>
      signer.sign({ iss: issuer, aud: audience, sub: subject, ...claims }, lifetime),
    /** `key` is a public key that jose takes: a CryptoKey, a KeyObject or a JWK. */
    trust(name, { key, audiences = [audience] }) {
      issuers.set(name, { key, audiences });
    },
    trusted(name) {
      const trusted = issuers.get(name);
      if (!trusted) throw new Error(`issuer ${name} is not trusted`);
      return trusted;
    },
  };
}
