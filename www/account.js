// Who is signed in, where, and the way out.
import { h } from "./dom.js";
import { shown } from "./text.js";

export function accountMenu({ userName }, { workspace, name }, session) {
  return h(
    "div",
    { class: "account-inner" },
    h("p", { class: "who" }, h("span", { class: "who-name" }, h("span", { class: "unseen" }, "Signed in as "), shown(userName)), h("span", { class: "who-host" }, name ?? new URL(workspace).host)),
    h("button", { type: "button", onclick: () => session.signOut() }, "Sign out"),
  );
}
