/** Who sent a request, by its Authorization header: a client id, or a token that is none of the emulator's own. */
export function senderOf(authorization) {
  const [scheme, value = ""] = (authorization ?? "").split(" ");
  try {
    if (scheme === "Basic") return decodeURIComponent(atob(value).split(":")[0]);
    return JSON.parse(atob(value.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub;
  } catch {
    return value;
  }
}
