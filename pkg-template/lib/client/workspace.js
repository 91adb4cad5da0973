import { WorkspaceCore } from "../../lakebase_credentials_bg.js";
import { CredentialProvider } from "./provider.js";
import { run } from "./run.js";

// Uses what only the class can reach; the class that extends it needs it too.
export let reach;

// Does what the core calls `what`.
export const perform = async (workspace, what, options, name) =>
  reach(workspace, (core, flights) => run(core.begin(what, options, name), flights, options?.signal));

export class Workspace {
  // The credentials stay behind a private name: nothing that prints or serialises this object reaches them.
  #core;
  #flights = new Map();

  static {
    reach = (workspace, use) => use(workspace.#core, workspace.#flights);
  }

  constructor(options) {
    this.#core = new WorkspaceCore(options);
    this.#flights.ask = options.subjectToken;
  }

  get host() {
    return this.#core.host;
  }

  generateDatabaseCredential(options) {
    return perform(this, "generate", options);
  }

  getDatabaseInstance(name, options) {
    return perform(this, "instance", options, name);
  }

  listDatabaseInstances(options) {
    return perform(this, "list", options);
  }

  getEndpoint(path, options) {
    return perform(this, "endpoint", options, path);
  }

  waitUntilAvailable(name, options) {
    return perform(this, "available", options, name);
  }

  currentUser(options) {
    return perform(this, "user", options);
  }

  credentials(options) {
    return this.#core.credentials(options, (core) => new CredentialProvider(core, this.#flights));
  }
}
