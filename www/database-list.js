// The list of databases, live.
import { addressOf } from "./choice.js";
import { h, newId, setHidden, setText } from "./dom.js";
import { setBadge } from "./badge.js";
import { icon } from "./icons.js";
import { problem } from "./problem.js";
import { timeOfDay } from "./text.js";

/** From so many on, a field to search by. */
const SEARCHABLE = 8;
/** Rows shown at first, and with each wish for more. */
const PORTION = 100;

export function databaseList(catalog, { signIn }) {
  const end = new AbortController();
  const heading = newId("databases");
  const refresh = h("button", { type: "button", class: "icon-button", "aria-label": "Refresh", title: "Refresh", onclick: () => catalog.look() }, icon("renew"));
  const when = h("p", { class: "when" });
  const searchId = newId("search");
  const search = h("input", { type: "search", id: searchId, placeholder: "Search by name", "aria-label": "Search databases", autocomplete: "off", spellcheck: "false", oninput: () => update() });
  const searchField = h("div", { class: "search" }, search);
  const sections = [
    section("Instances", catalog.instances, "This workspace has no database instances that you may see."),
    section("Autoscaling endpoints", catalog.endpoints, "This workspace has no autoscaling endpoints that you may see."),
  ];

  const element = h(
    "nav",
    { class: "databases", "aria-labelledby": heading },
    h("div", { class: "list-head" }, h("h2", { id: heading }, "Databases"), when, refresh),
    searchField,
    sections.map((one) => one.element),
  );

  function section(title, part, none) {
    const rows = new Map();
    const id = newId("part");
    const count = h("span", { class: "count" });
    const list = h("ul", { class: "list", "aria-labelledby": id });
    const empty = h("p", { class: "empty" });
    const trouble = h("div", { class: "trouble" });
    const waiting = h("div", { class: "waiting", "aria-hidden": "true" }, h("div"), h("div"), h("div"));
    const more = h("button", { type: "button", class: "plain", onclick: () => showMore() }, "Show more");
    let portion = PORTION;
    let shownError;
    function showMore() {
      const before = portion;
      portion += PORTION;
      update();
      list.children[before]?.querySelector("a").focus();
    }
    return {
      element: h("section", { "aria-busy": "true" }, h("h3", { id }, title, " ", count), trouble, waiting, list, empty, more),
      update(words) {
        const all = [...(part.databases?.values() ?? [])].sort((a, b) => a.title.localeCompare(b.title, undefined, { numeric: true }));
        const fitting = all.filter(({ title: name }) => words.every((word) => name.toLowerCase().includes(word)));
        const wanted = fitting.slice(0, portion);
        setHidden(part.databases !== undefined || Boolean(part.error), waiting);
        this.element.setAttribute("aria-busy", String(part.databases === undefined && !part.error));
        setText(count, part.databases ? String(all.length) : "");
        setHidden(!(part.databases || part.absent) || fitting.length > 0, empty);
        setText(empty, words.length > 0 && all.length > 0 ? "No database has that name." : none);
        setHidden(fitting.length <= portion, more);
        reconcile(list, rows, wanted);
        const said = isSaidAbove(part);
        setHidden(said && part.databases === undefined, this.element);
        const error = part.absent || said ? undefined : part.error;
        if (shownError === error) return;
        shownError = error;
        const title = part.at && `Not refreshed since ${timeOfDay(part.at)}`;
        trouble.replaceChildren(...(error ? [problem(error, { quiet: true, title, retry: () => catalog.look(), signIn })] : []));
      },
    };
  }

  /** What keeps one list from being read mostly keeps the next one, too. */
  const isSaidAbove = (part) => part !== catalog.instances && part.error !== undefined && part.error.code === catalog.instances.error?.code;

  let selected;
  /** Rows stay the same elements for as long as their databases are there: focus and selection stay with them. */
  function reconcile(list, rows, wanted) {
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    wanted.forEach((database, index) => {
      let row = rows.get(database.key);
      if (!row) rows.set(database.key, (row = databaseRow(database)));
      row.update(database, selected === database.key);
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
    });
  }

  function update() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    setHidden(catalog.size < SEARCHABLE && words.length === 0, searchField);
    for (const one of sections) one.update(words);
    const { parts } = catalog;
    refresh.classList.toggle("busy", parts.some((part) => part.reading));
    const at = catalog.instances.at;
    setText(when, at ? `As of ${timeOfDay(at)}` : "");
  }
  catalog.addEventListener("change", update, { signal: end.signal });
  update();

  return {
    element,
    select(key) {
      selected = key;
      update();
    },
    focus: (key) => (key && element.querySelector(`a[href="${CSS.escape(addressOf(key))}"]`))?.focus(),
    stop: () => end.abort(),
  };
}

function databaseRow(database) {
  const name = h("bdi", { class: "row-title" });
  const badge = h("span");
  const facts = h("span", { class: "row-facts" });
  const link = h("a", { href: addressOf(database.key) }, h("span", { class: "row-top" }, name, badge), facts);
  return {
    element: h("li", {}, link),
    update({ title, meaning, version, capacity, nativeLogin }, current) {
      setText(name, title);
      setBadge(badge, meaning);
      setText(facts, [version, capacity, nativeLogin === undefined ? undefined : `native login ${nativeLogin ? "on" : "off"}`].filter(Boolean).join(" · "));
      if (current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    },
  };
}

