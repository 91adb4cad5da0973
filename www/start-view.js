// Where a person chooses the workspace, and signs in or pastes a token.
import { h, newId, setHidden } from "./dom.js";
import { icon } from "./icons.js";
import { note, problem } from "./problem.js";

export function startView({ config, session, error, retry, signedOut, onToken }) {
  const trouble = h("div", { class: "trouble" }, error && problem(error, { retry }));
  const host = new URL(config.workspace).host;

  const signIn = h("button", { type: "button", class: "primary wide", onclick: onSignIn }, "Sign in with Databricks");
  async function onSignIn() {
    if (signIn.classList.contains("busy")) return;
    signIn.classList.add("busy");
    try {
      await session.signIn();
    } catch (failure) {
      trouble.replaceChildren(problem(failure));
      signIn.classList.remove("busy");
    }
  }

  const tokenId = newId("workspace-token");
  const token = h("input", {
    id: tokenId,
    type: "password",
    required: true,
    autocomplete: "off",
    spellcheck: "false",
    autocapitalize: "off",
    "aria-describedby": `${tokenId}-hint`,
  });
  const use = h("button", { type: "submit", class: session.canSignIn ? "" : "primary" }, h("span", {}, "Use token"));
  const form = h(
    "form",
    { class: "paste", onsubmit },
    h("label", { for: tokenId }, "Workspace token"),
    h("div", { class: "field-row" }, h("div", { class: "grow" }, token), use),
    h("p", { class: "hint", id: `${tokenId}-hint` }, "A personal access token or an OAuth token of this workspace. It stays in the memory of this tab: reloading the page forgets it."),
  );
  async function onsubmit(event) {
    event.preventDefault();
    if (use.classList.contains("busy")) return;
    trouble.replaceChildren();
    use.classList.add("busy");
    try {
      await onToken(token.value.trim());
      token.value = "";
    } catch (failure) {
      trouble.replaceChildren(problem(failure, { pasted: true }));
      token.focus();
    } finally {
      use.classList.remove("busy");
    }
  }

  const others = h(
    "div",
    { class: "others" },
    h("p", {}, "Other workspaces"),
    h("ul", {}, config.others.map(({ name, page }) => h("li", {}, h("a", { href: page, rel: "noreferrer" }, name ?? new URL(page).host)))),
  );
  setHidden(config.others.length === 0, others);

  const title = h("h1", { tabindex: "-1" }, "Get a database credential");
  return {
    element: h(
      "div",
      { class: "start" },
      h("section", { class: "card start-card" },
        title,
        h("p", { class: "lead" }, "A Lakebase database takes a short-lived token as the Postgres password. Sign in to get one, see how long it lives, and copy what your client needs."),
        signedOut && note("You are signed out. This page has forgotten every token."),
        trouble,
        h("dl", { class: "workspace" }, h("dt", {}, "Workspace"), h("dd", {}, icon("database"), h("span", {}, config.name && h("strong", {}, config.name), h("span", { class: "host" }, host)))),
        others,
        session.canSignIn && [signIn, h("p", { class: "or" }, h("span", {}, "or"))],
        form,
      ),
    ),
    focus: () => title.focus(),
    stop() {
      token.value = "";
    },
  };
}
