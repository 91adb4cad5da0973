// Copying with one click, confirmed for eyes and ears.
import { announce, announceNow } from "./announce.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

const CONFIRMED = 2500;

/**
 * @param what what is copied, as it is named to a screen reader: "connection URI"
 * @param text gives the text at once: browsers want the click and the writing together
 */
export function copyButton({ what, text, label = "Copy", class: style = "" }) {
  // All faces have their place from the start, so that nothing moves.
  const face = h("span", { class: "face" }, icon("copy"), label);
  const done = h("span", { class: "face done" }, icon("check"), "Copied");
  const failed = h("span", { class: "face failed" }, icon("cross"), "Failed");
  const button = h("button", { type: "button", class: `copy ${style}`.trim(), onclick }, face, done, failed, h("span", { class: "unseen" }, what));
  let timer;

  function show(result) {
    clearTimeout(timer);
    button.dataset.result = result;
    timer = setTimeout(() => delete button.dataset.result, CONFIRMED);
  }

  async function onclick() {
    try {
      await navigator.clipboard.writeText(text());
      show("done");
      announce(`Copied: ${what}`);
    } catch {
      show("failed");
      announceNow(`The browser did not let this page copy the ${what}. Show it, and copy it by hand.`);
    }
  }
  return button;
}
