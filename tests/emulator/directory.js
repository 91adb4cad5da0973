import { randomBytes, randomUUID } from "node:crypto";

/** Who the workspace knows: service principals and users, with their secrets and whether they have a Postgres role. */
export function createDirectory() {
  const identities = new Map();
  const secrets = new Map();
  /** Personal access tokens and other ready tokens, by value. */
  const readyTokens = new Map();

  const add = (identity) => {
    identities.set(identity.userName, identity);
    return identity;
  };

  return {
    readyTokens,
    identity: (userName) => identities.get(userName),
    identities: () => [...identities.values()],
    /** `role: false`: known to the workspace, unknown to Postgres. `access: false`: may not ask for credentials. */
    addServicePrincipal({
      clientId = randomUUID(),
      clientSecret = `dose${randomBytes(16).toString("hex")}`,
      displayName = "edge function",
      role = true,
      access = true,
      federationSubject,
    } = {}) {
      secrets.set(clientId, clientSecret);
      add({ kind: "service-principal", userName: clientId, displayName, role, access, federationSubject });
      return { clientId, clientSecret };
    },
    addUser({ userName, displayName = userName, role = true, access = true }) {
      const token = `dapi${randomBytes(16).toString("hex")}`;
      readyTokens.set(token, userName);
      add({ kind: "user", userName, displayName, role, access });
      return { userName, token };
    },
    isSecret: (clientId, secret) => secrets.has(clientId) && secrets.get(clientId) === secret,
    isServicePrincipal: (clientId) => secrets.has(clientId),
    byFederationSubject: (subject) => [...identities.values()].filter((one) => one.federationSubject === subject),
  };
}
