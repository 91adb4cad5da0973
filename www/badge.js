// A state in one word, with a colour that says the same.
import { setText } from "./dom.js";

export function setBadge(element, { label, tone }) {
  element.className = `badge ${tone}`;
  setText(element, label);
}
