import { optionsFor } from "./lib/postgres.js";
import { openVerified } from "./lib/tls/node.js";

export function postgresOptions(provider, options) {
  return optionsFor(openVerified, provider, options);
}
