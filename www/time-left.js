// The time that a credential has left, as a ring that closes, with its state in words.
import { h, setText, svg } from "./dom.js";
import { inWords, minutesAndSeconds, timeOfDay } from "./text.js";

const STATES = {
  fresh: ["Fresh", "Good for logins."],
  stale: ["Stale", "Still good for logins; renewal is due."],
  expired: ["Expired", "No longer good for logins. Connections that are open stay."],
};

export function timeLeft() {
  const arc = svg("circle", { class: "ring-arc", cx: 60, cy: 60, r: 52, pathLength: 100, "stroke-dasharray": "100 100" });
  const figures = h("span", { class: "ring-figures" });
  const ring = h(
    "div",
    { class: "ring", role: "timer", "aria-label": "Time left" },
    svg(
      "svg",
      { viewBox: "0 0 120 120", "aria-hidden": "true", focusable: "false" },
      svg("circle", { class: "ring-track", cx: 60, cy: 60, r: 52 }),
      arc,
    ),
    figures,
    h("span", { class: "ring-caption", "aria-hidden": "true" }, "left"),
  );
  const word = h("span", { class: "state-word" });
  const meaning = h("span", { class: "state-meaning" });
  const until = h("p", { class: "state-until" });
  const element = h("div", { class: "time-left" }, ring, h("div", { class: "state" }, h("p", { class: "state-line" }, word), h("p", {}, meaning), until));

  let shownState;
  return {
    element,
    /** What stands beside the ring; more may be put there. */
    beside: element.lastChild,
    update({ state, remaining, lifetime, expirationTime }) {
      const [label, explanation] = STATES[state];
      const left = state === "expired" ? 0 : remaining;
      const share = lifetime > 0 ? Math.min(1, left / lifetime) : 0;
      // A new credential's ring is whole at once: it does not grow.
      const leaps = shownState !== state;
      shownState = state;
      element.dataset.state = state;
      ring.classList.toggle("leaps", leaps);
      arc.setAttribute("stroke-dasharray", `${(share * 100).toFixed(3)} 100`);
      setText(figures, minutesAndSeconds(left));
      ring.setAttribute("aria-label", `Time left: ${inWords(left)}`);
      setText(word, label);
      setText(meaning, explanation);
      setText(until, `${state === "expired" ? "Expired at" : "Expires at"} ${timeOfDay(expirationTime)}`);
    },
  };
}
