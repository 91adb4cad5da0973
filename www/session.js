// Who is signed in. Requests go to this page's own origin, which forwards them to the one workspace.
import { pageAddress } from "./address.js";
import { UserSession, Workspace } from "./lakebase.js";

const host = location.origin;
const SIGNED_OUT = "lakebase-credentials.signed-out";
const channel = globalThis.BroadcastChannel && new BroadcastChannel("lakebase-credentials");

/** A workspace client and the name of its identity, once the workspace has said that the token is good. */
async function identify(identity, way) {
  const workspace = new Workspace({ host, ...identity });
  const { userName } = await workspace.currentUser();
  return { workspace, userName, way };
}

export function createSession({ workspace: authorizeHost, clientId, scopes }) {
  const session = clientId ? new UserSession({ host, authorizeHost, clientId, scopes, redirectUri: pageAddress }) : undefined;

  const forget = () => {
    // It forgets at once. What it waits for ends with this page, which is left now.
    session?.signOut().catch(() => {});
    sessionStorage.clear();
    sessionStorage.setItem(SIGNED_OUT, "yes");
    document.getElementById("content").replaceChildren();
    // A new page: nothing of this one's memory is left.
    location.replace(pageAddress);
  };
  // A browser may keep a page whole, to show it again on the way back.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted && sessionStorage.getItem(SIGNED_OUT) !== null) location.reload();
  });
  // A person who signs out means it for every tab.
  channel?.addEventListener("message", ({ data }) => data === "sign-out" && forget());

  return {
    canSignIn: session !== undefined,
    /** Whether this page was just left by signing out; then nothing signs in by itself. */
    wasSignedOut: sessionStorage.getItem(SIGNED_OUT) !== null,
    signedIn: () => session?.signedIn === true,
    /** Goes to the workspace's own page. */
    async signIn() {
      const url = await session.authorizationUrl();
      sessionStorage.removeItem(SIGNED_OUT);
      location.assign(url);
    },
    /** Takes what the workspace sent the person back with. */
    complete: (redirect) => session.complete(redirect),
    resume: () => identify({ session }, "session"),
    /** The token stays in this page's memory. */
    async useToken(token) {
      const identified = await identify({ token }, "token");
      sessionStorage.removeItem(SIGNED_OUT);
      return identified;
    },
    signOut() {
      channel?.postMessage("sign-out");
      forget();
    },
  };
}
