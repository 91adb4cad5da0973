import { invalidArgument } from "./error.js";

// The adapters reach the core through the provider that they are given: they load no WebAssembly of their own.
// The symbol is registered, because a program may hold this package twice, as ESM and as CommonJS.
export const driverConfig = Symbol.for("lakebase-credentials.driverConfig");

const hint = "Give what `workspace.credentials()` returned.";

export async function configFor(driver, provider, options) {
  if (typeof provider?.[driverConfig] === "function") return provider[driverConfig](driver, options);
  throw invalidArgument("provider", "`provider` must be a CredentialProvider", hint);
}
