import { connectionUri, CredentialProvider, LakebaseError, libpqKeywords, pgEnvironment, psqlCommand } from "lakebase-credentials";
import type { Connection, LakebaseErrorCode } from "lakebase-credentials";
import { workspace } from "./workspace.js";

const provider: CredentialProvider = workspace.credentials({ instance: "orders" });
// @ts-expect-error made by workspace.credentials() alone
new CredentialProvider();

const token: string = await provider.token({ minRemaining: 60_000, timeout: 5_000, signal: AbortSignal.timeout(5_000) });
const { expirationTime }: { expirationTime: Date } = await provider.credential();
expirationTime.getTime();
const dropped: boolean = provider.invalidate(token);
dropped.valueOf();
// @ts-expect-error which one?
provider.invalidate();
// @ts-expect-error null when none is held
provider.expirationTime.getTime();
provider.expirationTime?.getTime();
const state: "empty" | "fresh" | "stale" | "expired" = provider.state;
state.length;
// @ts-expect-error no such state
provider.state === "renewing";
// @ts-expect-error a number of milliseconds
await provider.token({ minRemaining: "1m" });

// Events bear the detail of their type.
provider.addEventListener("mint", ({ type, detail }) => [type satisfies "mint", detail.attempts, detail.reason]);
provider.addEventListener("retry", ({ detail }) => [detail.delayMs, detail.code satisfies LakebaseErrorCode], { once: true });
provider.addEventListener("fail", { handleEvent: ({ detail }) => detail.message });
provider.addEventListener("renew", function () {
  this.removeEventListener("renew", null);
});
// @ts-expect-error a credential was got: there is no error code
provider.addEventListener("renew", ({ detail }) => detail.code);
// @ts-expect-error no event holds the token
provider.addEventListener("mint", ({ detail }) => detail.token);
const target: EventTarget = provider;
target.dispatchEvent(new Event("mint"));

const connection: Connection = await provider.connection({ database: "shop", waitForAvailable: 60_000 });
// @ts-expect-error frozen
connection.host = "elsewhere.example";
// @ts-expect-error never anything weaker
connection.sslmode === "require";
const texts: string[] = [
  connectionUri(connection),
  libpqKeywords(connection, { password: token }),
  psqlCommand({ host: "db.example", user: "me@example.com" }),
  pgEnvironment(connection).PGHOST ?? "",
];
texts.join();
// @ts-expect-error a host is missing
connectionUri({ user: "me@example.com" });
// @ts-expect-error never anything weaker
connectionUri({ host: "db.example", user: "me@example.com", sslmode: "require" });

const rows: number = await provider.login(async (password) => password.length, { timeout: 5_000 });
rows.toFixed();
const refused: LakebaseError | undefined = provider.loginError("anything may be thrown");
refused?.retryable.valueOf();

try {
  await provider.token();
} catch (error) {
  if (error instanceof LakebaseError) {
    const parts: [LakebaseErrorCode, string, boolean, number | undefined] = [error.code, error.hint, error.retryable, error.retryAfter];
    parts.length;
    // @ts-expect-error no such code
    error.code === "EXPIRED";
    error.name === "AbortError";
    const asError: Error = error;
    asError.message;
  }
}
// @ts-expect-error made by this package alone
new LakebaseError("message");
