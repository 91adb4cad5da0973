import { takeRedirect } from "./address.js";
import { accountMenu } from "./account.js";
import { loadConfig } from "./config.js";
import { h } from "./dom.js";
import { problem } from "./problem.js";
import { createSession } from "./session.js";
import { startView } from "./start-view.js";
import { workspaceView } from "./workspace-view.js";

const content = document.getElementById("content");
const account = document.getElementById("account");
let view;

function show(next) {
  view?.stop();
  view = next;
  content.replaceChildren(next.element);
}

async function run(config) {
  const session = createSession(config);
  const signIn = () => session.signIn().catch((error) => start({ error }));

  function start({ error, retry, focus = false } = {}) {
    account.replaceChildren();
    show(startView({ config, session, error, retry, signedOut: session.wasSignedOut && !error, onToken: (token) => enter(session.useToken(token)) }));
    if (focus) view.focus();
  }

  async function enter(identifying) {
    const identified = await identifying;
    account.replaceChildren(accountMenu(identified, config, session));
    // With a pasted token, signing in again is pasting another.
    const again = identified.way === "session" ? signIn : () => start({ focus: true });
    show(workspaceView(identified, { defaults: config.connection, signIn: again }));
  }

  async function resume() {
    try {
      await enter(session.resume());
    } catch (error) {
      start({ error, retry: error?.retryable ? resume : undefined });
    }
  }

  async function demonstrate({ token, instance }) {
    try {
      await enter(session.useToken(token));
      if (instance) view.begin(`instances/${instance}`);
    } catch (error) {
      start({ error, retry: () => demonstrate({ token, instance }) });
    }
  }

  const redirect = takeRedirect();
  if (redirect && session.canSignIn) {
    try {
      await session.complete(redirect);
    } catch (error) {
      return start({ error });
    }
  }
  if (session.signedIn()) return resume();
  if (config.demo?.token && !session.wasSignedOut) return demonstrate(config.demo);
  return start();
}

try {
  await run(await loadConfig());
} catch (error) {
  show({ element: h("div", { class: "start" }, problem(error, { title: "This page is not set up correctly" })), stop() {} });
}
