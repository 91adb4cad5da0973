// What a token may be restricted to: what it may read, and for endpoints how long it lives and as which group.
import { h, newId, setHidden } from "./dom.js";
import { plural } from "./text.js";

const LIFETIMES = [5, 10, 15, 30, 45, 60];

export function tokenOptions(kind) {
  const name = newId("access");
  const all = h("input", { type: "radio", name, value: "all", checked: true });
  const read = h("input", { type: "radio", name, value: "read" });
  const tablesId = newId("tables");
  const tables = h("textarea", {
    id: tablesId,
    rows: 3,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    placeholder: "main.public.orders",
    "aria-describedby": `${tablesId}-hint`,
  });
  const tablesField = h(
    "div",
    { class: "field", hidden: true },
    h("label", { for: tablesId }, "Tables"),
    tables,
    h("p", { class: "hint", id: `${tablesId}-hint` }, "One a line, as catalog.schema.table. Leave it empty for every table that you may read."),
  );
  const choose = () => setHidden(!read.checked, tablesField);
  all.addEventListener("change", choose);
  read.addEventListener("change", choose);

  const lifetimeId = newId("lifetime");
  const lifetime = h(
    "select",
    { id: lifetimeId },
    LIFETIMES.map((minutes) => h("option", { value: minutes * 60, selected: minutes === 60 }, plural(minutes, "minute"))),
  );
  const groupId = newId("group");
  const group = h("input", { id: groupId, type: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off" });

  const element = h(
    "div",
    { class: "token-options" },
    h(
      "fieldset",
      {},
      h("legend", {}, "Permissions"),
      h("label", { class: "choice" }, all, h("span", {}, "Everything that I may do")),
      h("label", { class: "choice" }, read, h("span", {}, "Read only")),
    ),
    tablesField,
    kind === "endpoint" &&
      h(
        "div",
        { class: "field-row" },
        h("div", { class: "field" }, h("label", { for: lifetimeId }, "Lifetime"), lifetime),
        h("div", { class: "field grow" }, h("label", { for: groupId }, "Log in as group ", h("span", { class: "optional" }, "(optional)")), group),
      ),
  );

  return {
    element,
    /** As `workspace.credentials()` takes them; what was left as it was is not in them. */
    read() {
      const options = {};
      if (read.checked) {
        const resources = tables.value
          .split("\n")
          .map((line) => line.trim())
          .filter(Boolean)
          .map((tableName) => ({ tableName }));
        options.claims = [{ permissionSet: "READ_ONLY", ...(resources.length > 0 && { resources }) }];
      }
      if (kind === "endpoint") {
        if (lifetime.value !== "3600") options.ttl = Number(lifetime.value);
        if (group.value.trim()) options.groupName = group.value.trim();
      }
      return options;
    },
  };
}

/** In a few words, what a token is restricted to. */
export function optionsInWords({ claims, ttl, groupName } = {}) {
  const words = [];
  const tables = claims?.[0]?.resources;
  if (claims) words.push(tables ? `Reads ${plural(tables.length, "table")} only` : "Reads only");
  if (ttl) words.push(`Lives ${plural(ttl / 60, "minute")}`);
  if (groupName) words.push(`Group ${groupName}`);
  return words;
}
