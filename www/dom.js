// Elements are made of nodes and text. What a workspace answers is never read as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** `h("button", { class: "primary", onclick }, "Sign in")`. Children may be nested, or missing. */
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Writes text only where it changed, so that a screen reader is not told twice and a selection stays. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setHidden(hidden, ...elements) {
  for (const element of elements) element.hidden = hidden;
}

let count = 0;
/** An id for what must be referred to. */
export const newId = (word) => `${word}-${(count += 1)}`;
