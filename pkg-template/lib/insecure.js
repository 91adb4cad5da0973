import { LakebaseError } from "./error.js";

// For what an adapter alone can see: how its driver, or the runtime, would treat the token.
export function insecureTls(reason, hint) {
  const code = "INSECURE_TLS";
  return new LakebaseError({ code, message: `${code}: ${reason}. ${hint}`, hint, retryable: false });
}
