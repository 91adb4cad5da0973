// Where a person chooses the workspace, and signs in or pastes a token.
import { h, newId } from "./dom.js";
import { icon } from "./icons.js";
import { note, problem } from "./problem.js";

export function startView({ config, session, error, retry, signedOut, onToken }) {
  const trouble = h("div", { class: "trouble" }, error && problem(error, { retry }));

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
        workspaces(config),
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

/** The workspace that this page is for, and those that other pages are for. */
function workspaces({ workspace, name, others }) {
  const heading = newId("workspaces");
  const called = (title, address) => {
    const { host } = new URL(address);
    return h("span", { class: "workspace-name" }, h("span", {}, title ?? host), title && h("span", { class: "host" }, host));
  };
  const chosen = h("span", { class: "workspace", "aria-current": others.length > 0 && "true" }, icon("database"), called(name, workspace), others.length > 0 && icon("check"));
  return h(
    "div",
    {},
    h("p", { class: "label", id: heading }, "Workspace"),
    h(
      "ul",
      { class: "workspaces", "aria-labelledby": heading },
      h("li", {}, chosen),
      others.map((other) => h("li", {}, h("a", { class: "workspace", href: other.page, rel: "noreferrer" }, icon("database"), called(other.name, other.page), icon("forth")))),
    ),
  );
}
