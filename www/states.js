// What the states of instances and endpoints mean for a person who wants a token.

const LATER = "This page keeps looking, and offers the token as soon as there is one.";

const INSTANCE = {
  AVAILABLE: { label: "Available", tone: "good", ready: true },
  STARTING: {
    label: "Starting",
    tone: "wait",
    why: "The instance is starting and takes no logins yet, so the workspace gives no token for it.",
    next: LATER,
  },
  UPDATING: {
    label: "Updating",
    tone: "wait",
    why: "The instance is being changed, its capacity for example. While that lasts the workspace gives no token for it.",
    next: LATER,
  },
  UPGRADING: {
    label: "Upgrading",
    tone: "wait",
    why: "The instance is being upgraded. While that lasts the workspace gives no token for it.",
    next: LATER,
  },
  FAILING_OVER: {
    label: "Failing over",
    tone: "wait",
    why: "Another node is taking over. Until it has, the workspace gives no token for the instance.",
    next: LATER,
  },
  STOPPED: {
    label: "Stopped",
    tone: "off",
    why: "The instance is stopped: nobody can log in, so the workspace gives no token for it.",
    next: "Start it in the workspace, under Compute, Lakebase Postgres. This page shows when it is available.",
  },
  DELETING: {
    label: "Deleting",
    tone: "bad",
    why: "The instance is being deleted. It gives no token any more.",
    next: "Use another instance, or ask its creator.",
  },
};

const ENDPOINT = {
  ACTIVE: { label: "Active", tone: "good", ready: true },
  IDLE: {
    label: "Idle",
    tone: "good",
    ready: true,
    note: "The endpoint sleeps until somebody connects. The first connection takes a few seconds longer.",
  },
  DEGRADED: {
    label: "Degraded",
    tone: "wait",
    ready: true,
    note: "The endpoint works, but not as it should. Logins may be slow or fail.",
  },
  INIT: {
    label: "Starting",
    tone: "wait",
    why: "The endpoint is being made and takes no logins yet.",
    next: LATER,
  },
};

const DISABLED = {
  label: "Disabled",
  tone: "off",
  why: "The endpoint is disabled: it takes no logins, so the workspace gives no token for it.",
  next: "Enable it in the workspace, in the settings of its branch.",
};

/** `{ label, tone, ready }`, with `why` and `next` where no token is to be had, or a `note` where one is. */
export function meaningOf(kind, state, { disabled = false } = {}) {
  if (disabled) return DISABLED;
  const known = kind === "instance" ? INSTANCE : ENDPOINT;
  if (Object.hasOwn(known, state)) return { ready: false, ...known[state] };
  // The workspace decides: a state that is new to this page may well give tokens.
  return {
    label: state || "Unknown",
    tone: "wait",
    ready: true,
    note: "This page does not know this state. The workspace may refuse a token.",
  };
}

/** Whether it will change by itself soon, so that looking more often is worth it. */
export const isPassing = ({ tone, ready }) => tone === "wait" && !ready;
