// A secret that is in the document only while somebody asked to see it.
import { copyButton } from "./copy.js";
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";

const DOTS = "•".repeat(24);
/** A token that somebody forgot to hide is on no screen for ever. */
const SHOWN = 60_000;

/** @param read gives the secret, or undefined when there is none */
export function secretField({ what, read, canHide = true }) {
  const value = h("span", { class: "secret-value", role: "group", "aria-label": what, translate: "no" }, DOTS);
  const words = h("span", {}, "Show");
  const eye = h("span", { class: "swap" }, icon("eye"));
  const toggle = h(
    "button",
    { type: "button", class: "show", onclick: () => show(!shown) },
    eye,
    words,
    h("span", { class: "unseen" }, what),
  );
  const copy = copyButton({ what, text: read });
  const element = h("div", { class: "secret" }, value, h("div", { class: "secret-actions" }, canHide && toggle, copy));
  let shown = false;
  let timer;

  function show(wanted) {
    clearTimeout(timer);
    const secret = wanted ? read() : undefined;
    shown = secret !== undefined;
    setText(value, shown ? secret : DOTS);
    element.classList.toggle("shown", shown);
    // It scrolls then, which keys must reach.
    if (shown) value.setAttribute("tabindex", "0");
    else value.removeAttribute("tabindex");
    setText(words, shown ? "Hide" : "Show");
    eye.replaceChildren(icon(shown ? "hide" : "eye"));
    if (shown && canHide) timer = setTimeout(() => show(false), SHOWN);
  }

  return {
    element,
    show,
    hide: () => show(false),
    /** After the secret has changed. */
    update() {
      const there = read() !== undefined;
      toggle.disabled = !there;
      copy.disabled = !there;
      if (shown) show(there);
    },
  };
}
