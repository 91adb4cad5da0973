import { invalidParameter } from "./errors.js";

const SHORTEST = 300;
const LONGEST = 3600;
const YEAR = 365 * 24 * 3600;

/** Requested claims: `[{permission_set: "READ_ONLY", resources: [{table_name}]}]`. */
export function checkClaims(claims) {
  if (claims === undefined) return;
  if (!Array.isArray(claims)) throw invalidParameter("claims must be a list.");
  for (const claim of claims) {
    if (typeof claim !== "object" || claim === null) throw invalidParameter("Each claim must be an object.");
    const { permission_set: permissionSet, resources } = claim;
    if (permissionSet !== "READ_ONLY") throw invalidParameter(`Unknown permission_set '${String(permissionSet)}'.`);
    if (resources === undefined) continue;
    const named = Array.isArray(resources) && resources.every((one) => typeof one?.table_name === "string" && one.table_name !== "");
    if (!named) throw invalidParameter("resources must be a list of objects with a table_name.");
  }
}

/** Seconds that a new credential lives. An endpoint's caller may ask for less than the default. */
export function credentialLifetime(settings, { ttl, expireTime, clock } = {}) {
  if (ttl !== undefined && expireTime !== undefined) throw invalidParameter("Only one of ttl and expire_time may be specified.");
  const asked = ttl !== undefined ? durationOf(ttl) : expireTime !== undefined ? secondsUntil(expireTime, clock) : undefined;
  if (asked === undefined) return settings.tokenLifetime;
  if (asked < SHORTEST || asked > LONGEST) {
    throw invalidParameter(`${ttl !== undefined ? "ttl" : "expire_time"} must be between ${SHORTEST} and ${LONGEST} seconds.`);
  }
  return asked;
}

// A google.protobuf.Duration in JSON: seconds with an "s".
function durationOf(ttl) {
  const seconds = typeof ttl === "string" ? /^(\d{1,9})(?:\.\d{1,9})?s$/.exec(ttl)?.[1] : undefined;
  if (seconds === undefined) throw invalidParameter("ttl must be a duration such as '600s'.");
  return Number(seconds);
}

function secondsUntil(expireTime, clock) {
  const time = typeof expireTime === "string" ? Date.parse(expireTime) : Number.NaN;
  if (Number.isNaN(time)) throw invalidParameter("expire_time must be an RFC 3339 timestamp.");
  return Math.floor((time - clock.now()) / 1000);
}

/** The expiry in the shape that the settings ask for; `undefined` leaves the field out. */
export function expirationTime({ expirationTime: shape }, clock, lifetime) {
  const at = (seconds) => new Date((clock.seconds() + seconds) * 1000).toISOString();
  const plain = at(lifetime).replace(".000Z", "Z");
  switch (shape) {
    case "absent": return undefined;
    case "unparsable": return "soon";
    case "past": return at(-lifetime).replace(".000Z", "Z");
    case "year-ahead": return at(YEAR).replace(".000Z", "Z");
    case "fraction": return plain.replace("Z", ".123Z");
    case "nanoseconds": return plain.replace("Z", ".123456789Z");
    case "offset": return at(lifetime + 2 * 3600).replace(".000Z", "+02:00");
    default: return plain;
  }
}
