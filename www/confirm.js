// A question before something that others notice.
import { h, newId } from "./dom.js";

/** Resolves to whether the person said yes. */
export function confirm({ title, text, yes, tone = "primary" }) {
  return new Promise((resolve) => {
    const heading = newId("dialog");
    const dialog = h(
      "dialog",
      { "aria-labelledby": heading, "aria-describedby": `${heading}-text` },
      h("h2", { id: heading }, title),
      h("p", { id: `${heading}-text` }, text),
      h(
        "div",
        { class: "actions" },
        h("button", { type: "button", class: tone, onclick: () => dialog.close("yes") }, yes),
        h("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, "Cancel"),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
