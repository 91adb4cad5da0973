import { ApiError } from "./errors.js";

/**
 * What an answer may look like where the public documents leave it open. Each
 * can be changed while the emulator runs: `emulator.settings.expirationTime = "absent"`.
 */
const CHOICES = {
  // Of a database credential, in `expiration_time` and `expire_time`.
  expirationTime: ["seconds", "fraction", "nanoseconds", "offset", "absent", "unparsable", "past", "year-ahead"],
  // Of a workspace token, in `expires_in`.
  expiresIn: ["number", "string", "absent", "zero", "negative", "year"],
  refreshTokens: ["rotated", "returned", "unsaid"],
  // How an expired workspace token is refused.
  expiredToken: [401, 403, 400],
};

const DEFAULTS = {
  /** Seconds that a database credential lives. */
  tokenLifetime: 3600,
  /** Seconds that a workspace token lives. */
  workspaceTokenLifetime: 3600,
  expirationTime: "seconds",
  expiresIn: "number",
  expiredToken: 401,
  /** Workspace tokens with fewer seconds than this to live are refused as expired; Azure's number is 30. */
  expiryMargin: 0,
  /** Requests must carry X-Databricks-Workspace-Id, as on a host that serves many workspaces. */
  unifiedHost: false,
  /** Tokens are had at the account's own address only, which `databricks-config` leads to. */
  accountHost: false,
  /** Of refresh tokens: spent by their first use, kept and sent back, or kept without a word. */
  refreshTokens: "rotated",
  /** The consent page answers by itself, as if a signed-in person had pressed the button. */
  autoApprove: false,
  /** Real workspaces send no CORS headers. */
  cors: false,
  /** How often an instance that is STARTING is read before it is AVAILABLE. */
  startingReads: 3,
  /** Database tokens are padded to at least this many characters; real ones are long. */
  tokenLength: 1200,
};

/** Settings that refuse a wrong name or value, so that a misspelt one does not pass unnoticed. */
export function createSettings(given = {}) {
  const initial = { ...DEFAULTS };
  const settings = new Proxy({}, {
    get: (_, name) => values[name],
    has: (_, name) => name in values,
    ownKeys: () => Reflect.ownKeys(values),
    getOwnPropertyDescriptor: (_, name) =>
      name in values ? { value: values[name], enumerable: true, configurable: true, writable: true } : undefined,
    set(_, name, value) {
      check(name, value);
      values[name] = value;
      return true;
    },
  });
  let values = initial;
  Object.assign(settings, given);
  const start = { ...values };
  return {
    settings,
    reset() {
      values = { ...start };
    },
  };
}

function check(name, value) {
  if (!(name in DEFAULTS)) throw invalid(`unknown setting "${String(name)}"`);
  if (CHOICES[name]) {
    if (!CHOICES[name].includes(value)) throw invalid(`${name} is one of ${CHOICES[name].join(", ")}`);
  } else if (typeof value !== typeof DEFAULTS[name] || Number.isNaN(value)) {
    throw invalid(`${name} is a ${typeof DEFAULTS[name]}`);
  }
}

const invalid = (message) => new ApiError(400, "INVALID_PARAMETER_VALUE", message);

/** The names that `startEmulator` passes on to the settings. */
export const SETTING_NAMES = Object.keys(DEFAULTS);
