import { takeRedirect } from "./address.js";
import { accountMenu } from "./account.js";
import { whatHappened } from "./advice.js";
import { announce } from "./announce.js";
import { loadConfig } from "./config.js";
import { h } from "./dom.js";
import { note, problem } from "./problem.js";
import { createSession } from "./session.js";
import { startView } from "./start-view.js";
import { shown } from "./text.js";
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
    show(startView({ config, session, error, retry, signedOut: session.wasSignedOut && !error, onToken }));
    if (focus) view.focus();
  }

  async function onToken(token) {
    await enter(session.useToken(token));
    // The field that had the focus is gone.
    content.focus();
  }

  /** `aside` is the error of a sign-in that changed nothing, as somebody was signed in already. */
  async function enter(identifying, aside) {
    if (!view) show(waitView());
    const identified = await identifying;
    account.replaceChildren(accountMenu(identified, config, session));
    announce(`Signed in as ${shown(identified.userName)}`);
    // With a pasted token, signing in again is pasting another.
    const again = identified.way === "session" ? signIn : () => start({ focus: true });
    show(workspaceView(identified, { defaults: config.connection, signIn: again }));
    if (aside) content.prepend(leftAside(aside));
  }

  async function resume(aside) {
    try {
      await enter(session.resume(), aside);
    } catch (error) {
      start({ error, retry: error?.retryable ? () => resume() : undefined });
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
  let aside;
  if (redirect && session.canSignIn) {
    show(waitView());
    try {
      await session.complete(redirect);
    } catch (error) {
      if (!session.signedIn()) return start({ error });
      aside = error;
    }
  }
  if (session.signedIn()) return resume(aside);
  if (config.demo?.token && !session.wasSignedOut) return demonstrate(config.demo);
  return start();
}

/** Seen only if it lasts. */
function waitView() {
  return { element: h("p", { class: "wait-view", role: "status" }, "Signing in …"), stop() {} };
}

function leftAside(error) {
  const notice = note("That sign-in was not completed. You are still signed in, as before.", { tone: "wait", next: whatHappened(error) });
  notice.append(h("button", { type: "button", class: "plain", onclick: () => notice.remove() }, "Dismiss"));
  notice.classList.add("aside");
  return notice;
}

try {
  await run(await loadConfig());
} catch (error) {
  show({ element: h("div", { class: "start" }, problem(error, { title: "This page is not set up correctly" })), stop() {} });
}
