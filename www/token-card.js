// The card in which a token is got, watched and kept.
import { announce, announceNow } from "./announce.js";
import { h, newId, setHidden, setText } from "./dom.js";
import { icon } from "./icons.js";
import { note, problem } from "./problem.js";
import { secretField } from "./secret-field.js";
import { timeLeft } from "./time-left.js";
import { timeOfDay } from "./text.js";
import { optionsInWords, tokenOptions } from "./token-options.js";

export function tokenCard(database, credential, { signIn }) {
  const end = new AbortController();
  const heading = newId("token");
  const options = tokenOptions(database.kind);

  // Getting one.
  const get = h("button", { type: "submit", class: "primary" }, icon("key"), h("span", {}, "Get token"));
  const cancel = h("button", { type: "button", onclick: () => change(false) }, "Keep the current token");
  const restrict = h("details", { class: "restrict" }, h("summary", {}, icon("open"), "Restrict this token"), options.element);
  const form = h(
    "form",
    { class: "token-form", onsubmit },
    h("p", { class: "lead" }, "A token is the Postgres password of ", h("strong", { class: "name" }, database.title), " for an hour at most."),
    restrict,
    h("div", { class: "actions" }, get, cancel),
  );

  // The one that is there.
  const time = timeLeft();
  const secret = secretField({ what: "token", read: () => credential.token });
  const renewId = newId("renew");
  const auto = h("input", {
    type: "checkbox",
    role: "switch",
    id: renewId,
    onchange: () => {
      credential.setAutoRenew(auto.checked);
      announce(auto.checked ? "Auto-renew is on" : "Auto-renew is off");
    },
  });
  const renew = h("button", { type: "button", onclick: () => credential.renew() }, icon("renew"), h("span", {}, "Renew now"));
  const another = h("button", { type: "button", class: "plain", onclick: () => change(true) }, "Change restrictions");
  const chips = h("ul", { class: "chips", "aria-label": "Restrictions" });
  const origin = h("p", { class: "origin" });
  time.beside.append(chips);
  const held = h(
    "div",
    { class: "held" },
    time.element,
    h("div", { class: "actions" }, renew, h("label", { class: "switch", for: renewId }, auto, h("span", {}, "Auto-renew"))),
    secret.element,
    h("div", { class: "held-foot" }, another, origin),
  );

  const blocked = h("div", { class: "blocked" });
  const trouble = h("div", { class: "trouble" });
  const element = h("section", { class: "card token-card", "aria-labelledby": heading }, h("h3", { id: heading }, "Token"), blocked, form, held, trouble);

  let changing = false;
  function change(wanted) {
    changing = wanted;
    if (wanted) restrict.open = true;
    update();
    (wanted ? restrict.querySelector("summary") : another).focus();
  }

  async function onsubmit(event) {
    event.preventDefault();
    const had = credential.live;
    await credential.get(options.read());
    if (credential.problem) return;
    changing = false;
    update();
    announce(`A token for ${database.title} is there, good until ${timeOfDay(credential.expirationTime)}`);
    if (!had || form.contains(document.activeElement) || document.activeElement === document.body) held.querySelector(".copy").focus();
  }

  let shownProblem;
  let shownMeaning;
  function update() {
    const { state, pending } = credential;
    const ready = database.meaning.ready;
    const has = state !== "empty";
    if (shownMeaning !== database.meaning) {
      shownMeaning = database.meaning;
      const { why, next, note: remark } = database.meaning;
      blocked.replaceChildren(...(ready ? (remark ? [note(remark)] : []) : [note(why, { tone: "wait", next })]));
    }
    setHidden(!(ready && (!has || changing)), form);
    setHidden(!has, held);
    setHidden(!(has && changing), cancel);
    setHidden(changing || !ready, another);
    form.setAttribute("aria-busy", String(pending));
    for (const button of [get, renew]) {
      // Not disabled, which would take the focus from the person who pressed it.
      button.setAttribute("aria-disabled", String(pending));
      button.classList.toggle("busy", pending);
    }
    setText(get.lastChild, has ? "Get this token" : "Get token");
    setText(renew.lastChild, state === "expired" ? "Get a new one" : "Renew now");
    renew.classList.toggle("primary", state === "expired");
    auto.checked = credential.autoRenew;
    if (has) {
      time.update(credential);
      secret.update();
      const words = optionsInWords(credential.options);
      if (chips.dataset.words !== words.join()) {
        chips.dataset.words = words.join();
        chips.replaceChildren(...words.map((word) => h("li", {}, word)));
      }
      setHidden(words.length === 0, chips);
      const from = credential.origin;
      setText(origin, from ? `Request ${from.requestId}, ${Math.round(from.durationMs)} ms` : "");
    }
    showProblem();
  }

  function showProblem() {
    if (shownProblem === credential.problem) return;
    shownProblem = credential.problem;
    if (!shownProblem) return trouble.replaceChildren();
    const quiet = credential.problemInBackground;
    const title = quiet && credential.live ? "The token was not renewed, and is still good" : undefined;
    const retry = () => (credential.state === "empty" || changing ? form.requestSubmit() : credential.renew());
    return trouble.replaceChildren(problem(shownProblem, { retry, signIn, quiet, title }));
  }

  const on = (type, listener) => credential.addEventListener(type, listener, { signal: end.signal });
  on("change", update);
  on("tick", () => time.update(credential));
  on("renewed", () => announce(`The token for ${database.title} was renewed, good until ${timeOfDay(credential.expirationTime)}`));
  on("expired", () => announceNow(`The token for ${database.title} has expired`));
  update();

  return {
    element,
    update(described) {
      database = described;
      update();
    },
    stop() {
      end.abort();
      secret.hide();
    },
  };
}
