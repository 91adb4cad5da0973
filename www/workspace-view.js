// What a person sees who is signed in: the databases, and the one that is chosen.
import { Catalog } from "./catalog.js";
import { addressOf, chosenKey } from "./choice.js";
import { Credential } from "./credential.js";
import { databaseList } from "./database-list.js";
import { databasePage } from "./database-page.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { note } from "./problem.js";

const CHOOSE = ["Choose a database to get a token for it."];
const UNREAD = ["The databases could not be read."];
const NONE = ["There is no database here that you may see.", "Create one in the workspace, under Compute, Lakebase Postgres, or ask for access to one."];

export function workspaceView({ workspace, userName }, { defaults, signIn }) {
  const catalog = new Catalog(workspace);
  const list = databaseList(catalog, { signIn });
  const pane = h("div", { class: "pane" });
  const element = h("div", { class: "split" }, h("h1", { class: "unseen" }, "Databases and their credentials"), list.element, pane);
  /** By key: they outlive the choice of another database. */
  const credentials = new Map();
  let chosen;
  let page;

  const credentialOf = ({ key, target }) => {
    if (!credentials.has(key)) credentials.set(key, new Credential(workspace, target));
    return credentials.get(key);
  };

  /** Shows what the address names. */
  function follow({ focus = true } = {}) {
    const key = chosenKey();
    const before = chosen;
    if (key === chosen && (page || !key)) return;
    page?.stop();
    page = undefined;
    chosen = key;
    element.classList.toggle("one", Boolean(key));
    list.select(key);
    show();
    if (!focus) return;
    scrollTo(0, 0);
    if (key) page?.focus();
    else list.focus(before);
  }

  function show() {
    const database = chosen && catalog.find(chosen);
    if (database && page) return page.update(database);
    if (database) {
      page = databasePage(database, credentialOf(database), {
        workspace,
        userName,
        defaults,
        signIn,
        onChanged: () => catalog.instances.lookSoon(),
      });
      document.title = `${database.title} · Lakebase credentials`;
      return pane.replaceChildren(page.element);
    }
    document.title = "Lakebase credentials";
    // One that was there and is gone keeps its page: a token that is held is still good.
    if (page) return undefined;
    if (!chosen) return showNothing();
    if (!catalog.knows(chosen)) return pane.replaceChildren(h("div", { class: "nothing", "aria-busy": "true" }));
    return pane.replaceChildren(
      h("a", { class: "back", href: "#/" }, icon("back"), "All databases"),
      note("This workspace has no database of that name that you may see.", { next: "It may have been deleted, or the address is another workspace's." }),
    );
  }

  /** Beside the list when nothing is chosen of it. */
  function showNothing() {
    const [text, next] = catalog.size > 0 ? CHOOSE : !catalog.settled ? [] : catalog.failed ? UNREAD : NONE;
    if (pane.firstChild?.dataset?.says === (text ?? "")) return;
    pane.replaceChildren(h("div", { class: "nothing", "data-says": text ?? "" }, text && [icon("database"), h("p", {}, text), next && h("p", { class: "hint" }, next)]));
  }

  const onHash = () => follow();
  addEventListener("hashchange", onHash);
  catalog.addEventListener("change", show);
  follow({ focus: false });

  return {
    element,
    /** Gets a token as soon as the database is known to be there. */
    begin(key) {
      location.replace(addressOf(key));
      const start = () => {
        const database = catalog.find(key);
        if (!database) return;
        catalog.removeEventListener("change", start);
        const credential = credentialOf(database);
        if (database.meaning.ready && credential.state === "empty") credential.get({});
      };
      catalog.addEventListener("change", start);
    },
    stop() {
      removeEventListener("hashchange", onHash);
      catalog.stop();
      list.stop();
      page?.stop();
      for (const credential of credentials.values()) credential.forget();
      credentials.clear();
    },
  };
}
