// The certificates that no client may accept, and one that it must.
import { randomBytes, webcrypto } from "node:crypto";
import { createAuthority } from "../emulator/authority.js";
// After the authority, which sets the library up.
import * as x509 from "@peculiar/x509";

const DAY = 24 * 3600 * 1000;

/** `authority` is the one that the clients trust. */
export async function createCertificates(authority) {
  const stranger = await createAuthority();
  return {
    good: await authority.issue(["localhost"]),
    unknownAuthority: await stranger.issue(["localhost"]),
    otherName: await authority.issue(["db.example", "127.0.0.1"]),
    expired: await longAgo(() => authority.issue(["localhost"])),
    selfSigned: await selfSigned("localhost"),
  };
}

/** The authority counts from the clock of this process, and gives a month. */
async function longAgo(issue) {
  const { now } = Date;
  Date.now = () => now() - 60 * DAY;
  try {
    return await issue();
  } finally {
    Date.now = now;
  }
}

async function selfSigned(name) {
  const signingAlgorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(signingAlgorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: `01${randomBytes(15).toString("hex")}`,
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + DAY),
    keys,
    signingAlgorithm,
    extensions: [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: name }]),
    ],
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: certificate.toString("pem"), key: x509.PemConverter.encode(key, "PRIVATE KEY") };
}
