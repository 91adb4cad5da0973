import { UserSession, Workspace, type CredentialProvider, type SessionStorage } from "lakebase-credentials/admin";

const session = new UserSession({ host: "h", clientId: "page", redirectUri: "https://page.example/" });
const signedIn: boolean = session.signedIn;
const url: Promise<string> = session.authorizationUrl({ timeout: 1 });
const done: Promise<void>[] = [session.complete("https://page.example/?code=c"), session.complete(new URL("https://h")), session.signOut()];
const provider: CredentialProvider = new Workspace({ host: "h", session }).credentials({ instance: "orders" });
const own: SessionStorage = { getItem: async () => null, setItem: async () => {}, removeItem: async () => {} };
new UserSession({
  host: "h",
  authorizeHost: "https://w.example",
  clientId: "page",
  redirectUri: "https://page.example/",
  scopes: ["all-apis"],
  authorizationDetails: [{ type: "unity_catalog_permission", securable: "orders" }],
  storage: own,
});
void [signedIn, url, done, provider];

// @ts-expect-error a public client has no secret
new UserSession({ host: "h", clientId: "page", redirectUri: "https://page.example/", clientSecret: "s" });
// @ts-expect-error one identity
new Workspace({ host: "h", session, token: "t" });
// @ts-expect-error what it gives is what it reads
session.signedIn = true;
