// What went wrong and what to do, for a person in front of this page. The package's own hints speak to programmers.

const SIGN_IN = "sign-in";
const RETRY = "retry";

/** By `code`: a title, the next step, and what the notice offers. */
export const ADVICE = {
  INVALID_ARGUMENT: ["Something that was entered cannot be used", "Correct it as described, and try again."],
  INSECURE_HOST: ["This page was not opened over https", "Open it with https://. Plain http is for this machine only: tokens must not cross a network in the open."],
  INSECURE_TLS: ["A TLS setting would not verify the server", "Leave the setting out, or name the certificate authority. A token is a password, and must reach the real server only."],
  INVALID_CLIENT: ["The workspace does not know this page", "The person who set the page up must check the OAuth client id in config.json, and that the app is registered in this workspace's account."],
  INVALID_GRANT: ["The sign-in is no longer good", "Sign in again. A sign-in ends after a while, works once only, and must be finished in the tab that began it.", SIGN_IN],
  INVALID_SCOPE: ["The workspace does not allow this page what it asks for", "The person who set the page up must give the OAuth app the scopes all-apis and offline_access, or name others in config.json."],
  SIGN_IN_FAILED: ["The sign-in did not work out", "Sign in again, in this tab and within 10 minutes. If you did not just sign in here, somebody sent you this address: leave it.", SIGN_IN],
  SIGNED_OUT: ["Nobody is signed in any more", "Sign in again, to go on.", SIGN_IN],
  UNAUTHENTICATED: ["The workspace does not accept your token", "It has expired, was revoked, or is another workspace's. Sign in again, or paste a new one.", SIGN_IN],
  PERMISSION_DENIED: ["You may not do this", "Ask an admin for access to the workspace and for CAN USE on the database instance; for changes, for CAN MANAGE."],
  NOT_FOUND: ["There is no such database in this workspace", "It may have been deleted or renamed. Check the name, and that this is its workspace."],
  INVALID_REQUEST: ["The workspace did not understand the request", "Correct what it names. If nothing was entered, the workspace may be older than this page."],
  INSTANCE_NOT_AVAILABLE: ["The database gives no token now", "Wait until it is available, or start it in the workspace.", RETRY],
  FEATURE_DISABLED: ["Lakebase is turned off in this workspace", "Ask a workspace admin to turn it on, under Previews."],
  RATE_LIMITED: ["Too many requests", "Wait a little. The workspace limits how often it may be asked, by all that use it together.", RETRY],
  WORKSPACE_UNAVAILABLE: ["The workspace has a problem", "It answered with an error of its own. Try again soon; a token that you have stays good.", RETRY],
  WORKSPACE_REDIRECT: ["There is no workspace at this address", "The forwarding function is sent elsewhere: check the workspace's address in its settings. With PrivateLink, it must run inside that network."],
  UNEXPECTED_RESPONSE: ["The answer is not the workspace's", "A proxy or a sign-in page may have answered for it. Check the forwarding function, and try again.", RETRY],
  NETWORK: ["The workspace was not reached", "Check your network, a VPN for example, and try again.", RETRY],
  TIMEOUT: ["The workspace took too long", "Try again. If it stays so, the workspace or the network is overloaded.", RETRY],
  ABORTED: ["Stopped", "Nothing was changed. Try again when you want to.", RETRY],
  SHORT_LIVED_TOKEN: ["The sign-in was about to end", "A token needs at least 40 seconds of it. Try again, or sign in anew.", RETRY],
  LIFETIME_TOO_SHORT: ["No token lives for so long", "Choose a longer lifetime.", RETRY],
  WORKSPACE_MISMATCH: ["Another workspace answered", "The forwarding function reaches a workspace that is not the one asked for. Tokens are good in their own workspace only."],
  LOGIN_REFUSED: ["PostgreSQL refused the login", "Check that a Postgres role exists for you in this database, and that the user name is your own."],
};

/** Of a sign-in that the person broke off, or was refused. */
const NOT_ALLOWED = ["The workspace did not let this page in", "You or the workspace said no. Sign in again, and approve what this page asks for."];
const isDenied = ({ code, message }) => code === "SIGN_IN_FAILED" && /access_denied/.test(message);

/** Of the forwarding function itself, which says so with these statuses: the workspace never does. */
const FORWARDING = ["The way to the workspace is not set up correctly", "The person who set this page up must correct the forwarding function, as it says here."];
const isOfForwarding = ({ code, status }) => code === "INVALID_REQUEST" && (status === 421 || status === 502);

const UNKNOWN = ["Something went wrong", "Try again. If it stays so, tell the person who set this page up.", RETRY];

/** Of a token that was just pasted. */
const PASTED = ["The workspace does not take this token", "Check that it is whole, that it is this workspace's own, and that it has neither expired nor been revoked."];

/** Also said with 403, of tokens that are wrong altogether. */
const isRefusedToken = ({ code, message }) => code === "UNAUTHENTICATED" || (code === "PERMISSION_DENIED" && /invalid access token/i.test(message));

function lineFor(error, pasted) {
  if (!Object.hasOwn(ADVICE, error?.code ?? "")) return UNKNOWN;
  if (isRefusedToken(error)) return pasted ? PASTED : ADVICE.UNAUTHENTICATED;
  if (isDenied(error)) return NOT_ALLOWED;
  return isOfForwarding(error) ? FORWARDING : ADVICE[error.code];
}

/** `{ title, advice, action }` for any error. */
export function adviceFor(error, { pasted = false } = {}) {
  const [title, advice, action] = lineFor(error, pasted);
  return { title, advice, action: action ?? (error?.retryable ? RETRY : undefined) };
}

/** What the package says happened, without the code and hint that it adds for logs. */
export function whatHappened(error) {
  let text = String(error?.message ?? error ?? "");
  if (error?.code) text = text.replace(`${error.code}: `, "");
  if (error?.hint) text = text.replace(error.hint, "");
  text = text.trim().replace(/\.$/, "").replace(/ \[[^\]]*\]$/, "").replace(/\.*$/, "");
  return text && `${text[0].toUpperCase()}${text.slice(1)}.`;
}
