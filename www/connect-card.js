// How to connect: what to paste where, each copied with one click.
import { copyButton } from "./copy.js";
import { h, newId, setHidden, setText } from "./dom.js";
import { icon } from "./icons.js";
import { clientCode, connectionUri, pgEnvironment, psqlCommand } from "./lakebase.js";
import { note } from "./problem.js";

/** Stands in what is shown for the token that is in what is copied. */
const STAND_IN = "TOKEN";

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const exports = (variables) =>
  Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quoted(value)}`)
    .join("\n");

/** With the token, if it is wished. */
const FORMS = [
  ["Connection URI", "for most tools", connectionUri],
  ["psql command", "for a shell", psqlCommand],
  ["PG* variables", "for libpq and all that is built on it", (connection, options) => exports(pgEnvironment(connection, options))],
];

/** For whoever is signed in to the Databricks CLI. */
const COMMANDS = [
  ["Databricks CLI", "prints a token", "cli"],
  ["Databricks CLI and psql", "logs in at once", "psql"],
];

/** For programs, which are service principals: they fetch tokens of their own, and hold none. */
const CODE = [
  ["pg", "for Node.js", "pg"],
  ["postgres.js", "for Node.js", "postgres"],
  ["Bun.sql", "for Bun", "bun"],
  ["deno-postgres", "for Deno", "deno"],
  ["psycopg", "for Python", "python"],
  ["JDBC", "for Java", "java"],
];

export function connectCard(database, credential, { userName, defaults }) {
  const end = new AbortController();
  const heading = newId("connect");
  const readOnlyId = newId("read-only");
  const withTokenId = newId("with-token");
  const readOnly = h("input", { type: "checkbox", role: "switch", id: readOnlyId, onchange: () => update() });
  const withToken = h("input", {
    type: "checkbox",
    role: "switch",
    id: withTokenId,
    "aria-describedby": `${withTokenId}-hint`,
    onchange: () => update(),
  });
  const hint = h("p", { class: "hint", id: `${withTokenId}-hint` });

  const connection = () => ({
    host: readOnly.checked ? database.readOnlyHost : database.host,
    user: userName,
    ...Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined)),
  });
  const password = (token) => (withToken.checked && credential.live ? { password: token } : {});

  const forms = FORMS.map(([name, use, write]) =>
    row(name, use, {
      brief: true,
      preview: () => write(connection(), password(STAND_IN)),
      text: () => write(connection(), password(credential.token)),
    }),
  );
  const commands = COMMANDS.map(([name, use, kind]) => {
    const write = () => clientCode(kind, connection(), database.target);
    return row(name, use, { brief: true, preview: write, text: write });
  });
  const code = CODE.map(([name, use, kind]) => {
    const write = () => clientCode(kind, { ...connection(), user: undefined }, database.target);
    return row(name, use, { preview: write, text: write });
  });
  const rows = [...forms, ...commands, ...code];

  const facts = h("dl", { class: "facts" });
  const readOnlySwitch = h("label", { class: "switch", for: readOnlyId }, readOnly, h("span", {}, "Read-only host"));
  const body = h(
    "div",
    {},
    facts,
    h("h4", {}, "Connection"),
    h("div", { class: "switches" }, h("label", { class: "switch", for: withTokenId }, withToken, h("span", {}, "Copy with the token")), readOnlySwitch),
    hint,
    h("ul", { class: "rows" }, [...forms, ...commands].map((one) => one.element)),
    h("h4", {}, "Code"),
    h(
      "p",
      { class: "hint" },
      "It fetches its own tokens, as the service principal of DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET, which needs a Postgres role here. No secret is in it.",
    ),
    h("ul", { class: "rows" }, code.map((one) => one.element)),
  );
  const homeless = note("The workspace names no host for this database that can be connected to. It does once the database runs.", { tone: "wait" });
  const element = h("section", { class: "card connect-card", "aria-labelledby": heading }, h("h3", { id: heading }, "Connect"), homeless, body);

  /** A host that is missing, or that is none: the package refuses to write it anywhere. */
  function isUsable() {
    try {
      return Boolean(database.host && connectionUri(connection()));
    } catch {
      return false;
    }
  }

  let written;
  function update() {
    const usable = isUsable();
    setHidden(usable, homeless);
    setHidden(!usable, body);
    if (!usable) return;
    setHidden(!database.readOnlyHost, readOnlySwitch);
    withToken.disabled = !credential.live;
    setText(
      hint,
      credential.live
        ? "A token in a command stays in the history of your shell. What is shown here never holds it."
        : "Get a token first, to copy them with it.",
    );
    // Only when it would read differently: what is open stays as it is.
    const now = JSON.stringify([connection(), withToken.checked && credential.live]);
    if (now === written) return;
    written = now;
    for (const one of rows) one.update();
    const { host, user, port = 5432, database: name = "databricks_postgres" } = connection();
    facts.replaceChildren(
      ...[["Host", host], ["Port", String(port)], ["User", user], ["Database", name]].map(([label, value]) =>
        h(
          "div",
          {},
          h("dt", {}, label),
          h("dd", {}, h("span", { class: "value", translate: "no" }, value), copyButton({ what: label.toLowerCase(), text: () => value, class: "small" })),
        ),
      ),
    );
  }

  credential.addEventListener("change", update, { signal: end.signal });
  update();
  return {
    element,
    update(described) {
      database = described;
      update();
    },
    stop: () => end.abort(),
  };
}

/** One thing to copy: its name and use, the beginning of it if that says something, and all of it when asked for. */
function row(name, use, { preview, text, brief = false }) {
  const id = newId("code");
  const line = h("span", { class: "row-line", translate: "no", "aria-hidden": "true" });
  const whole = h("pre", { id, class: "code", hidden: true, tabindex: "0", role: "region", "aria-label": name, translate: "no" });
  const toggle = h(
    "button",
    { type: "button", class: "disclose", "aria-expanded": "false", "aria-controls": id, onclick: () => open(whole.hidden) },
    icon("open"),
    h("span", { class: "row-words" }, h("span", {}, name), h("span", { class: "row-use" }, use)),
  );
  function open(wanted) {
    setHidden(!wanted, whole);
    setHidden(wanted || !brief, line);
    toggle.setAttribute("aria-expanded", String(wanted));
  }
  open(false);
  return {
    element: h("li", { class: "row" }, h("div", { class: "row-head" }, h("div", { class: "row-text" }, toggle, line), copyButton({ what: name, text })), whole),
    update() {
      const written = preview();
      setText(whole, written);
      setText(line, brief ? written.replaceAll("\n", " ") : "");
    },
  };
}
