// A notice of what went wrong, what to do, and the button for it.
import { adviceFor, whatHappened } from "./advice.js";
import { h, newId } from "./dom.js";
import { icon } from "./icons.js";
import { inWords, shown } from "./text.js";

/**
 * @param error what was thrown
 * @param actions `{ retry, signIn }`: what the notice can offer here
 * @param quiet whether it came by itself, so that nobody is interrupted
 * @param pasted whether it is about a token that was just pasted
 */
export function problem(error, { retry, signIn, quiet = false, pasted, title: given } = {}) {
  const { title, advice, action } = adviceFor(error, { pasted });
  const heading = newId("problem");
  const offered =
    action === "sign-in" && signIn
      ? h("button", { type: "button", onclick: signIn }, "Sign in again")
      : action && retry
        ? h("button", { type: "button", onclick: retry }, icon("renew"), "Try again")
        : undefined;
  return h(
    "section",
    { class: "notice bad", role: quiet ? "status" : "alert", "aria-labelledby": heading },
    icon("alert"),
    h(
      "div",
      { class: "notice-text" },
      h("p", { class: "notice-title", id: heading }, given ?? title),
      given ? h("p", {}, `${title}. ${advice}`) : h("p", {}, advice),
      details(error),
      offered && h("p", { class: "notice-actions" }, offered),
    ),
  );
}

/** What whoever helps will ask for. */
function details(error) {
  const facts = [
    error?.code,
    error?.status && `HTTP ${error.status}`,
    error?.retryAfter > 0 && `wait ${inWords(error.retryAfter)}`,
    error?.requestId && `request ${error.requestId}`,
  ].filter(Boolean);
  const happened = shown(whatHappened(error));
  return [happened && h("p", { class: "notice-said" }, happened), facts.length > 0 && h("p", { class: "notice-facts" }, facts.join(" · "))];
}

/** A notice that is no error. */
export function note(text, { tone = "info", next } = {}) {
  return h(
    "div",
    { class: `notice ${tone}` },
    icon("info"),
    h("div", { class: "notice-text" }, h("p", {}, text), next && h("p", {}, next)),
  );
}
