// One database: what it is, its token, how to connect, its native roles.
import { announce } from "./announce.js";
import { setBadge } from "./badge.js";
import { connectCard } from "./connect-card.js";
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { nativeRoleCard } from "./native-role-card.js";
import { tokenCard } from "./token-card.js";

export function databasePage(database, credential, context) {
  const cards = [
    tokenCard(database, credential, context),
    connectCard(database, credential, context),
    nativeRoleCard(database, context),
  ];
  const name = h("bdi");
  const badge = h("span");
  const title = h("h2", { class: "page-title", tabindex: "-1" }, name, " ", badge);
  const facts = h("dl", { class: "summary" });
  const element = h(
    "article",
    { class: "database" },
    h("a", { class: "back", href: "#/" }, icon("back"), "All databases"),
    h("header", { class: "page-head" }, title, facts),
    h("div", { class: "cards" }, cards.map((card) => card.element)),
  );

  function head({ title: called, meaning, kind, version, capacity, nativeLogin, creator }) {
    setText(name, called);
    setBadge(badge, meaning);
    const all = [
      ["Kind", kind === "instance" ? "Instance" : "Autoscaling endpoint"],
      ["Version", version],
      ["Capacity", capacity],
      ["Native login", nativeLogin === undefined ? undefined : nativeLogin ? "On" : "Off"],
      ["Creator", creator],
    ];
    facts.replaceChildren(...all.filter(([, value]) => value).map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
  }
  head(database);
  let described = JSON.stringify(database);

  return {
    element,
    focus: () => title.focus(),
    update(next) {
      const now = JSON.stringify(next);
      if (now === described) return;
      described = now;
      if (next.meaning.label !== database.meaning.label) announce(`${next.title}: ${next.meaning.label}`);
      database = next;
      head(next);
      for (const card of cards) card.update(next);
    },
    stop() {
      for (const card of cards) card.stop();
    },
  };
}
