import { invalidArgument } from "./error.js";

// The adapters reach the core through the provider that they are given: they load no WebAssembly of their own.
// The symbol is registered, because a program may hold this package twice, as ESM and as CommonJS.
export const driverConfig = Symbol.for("lakebase-credentials.driverConfig");

const hint = "Give what `workspace.credentials()` returned.";

// Well before the three days after which the service may close a connection.
const DAY = 86_400;

// What the driver calls things: `taken` are its options that would take the place of what is given here, and `age` is that
// of a pool's connections, in s. The core judges what was given of them.
export async function configFor(names, provider, options) {
  if (typeof provider?.[driverConfig] !== "function") {
    throw invalidArgument("provider", "`provider` must be a CredentialProvider", hint);
  }
  const config = await provider[driverConfig](names, options);
  if (names.age) config[names.age] ??= DAY;
  return config;
}
