import { WorkspaceCore } from "../lakebase_credentials_bg.js";
import { CredentialProvider } from "./provider.js";

export class Workspace {
  // The credentials stay behind a private name: nothing that prints or serialises this object reaches them.
  #core;

  constructor(options) {
    this.#core = new WorkspaceCore(options);
  }

  get host() {
    return this.#core.host;
  }

  generateDatabaseCredential(options) {
    return this.#core.generateDatabaseCredential(options);
  }

  getDatabaseInstance(name, options) {
    return this.#core.getDatabaseInstance(name, options);
  }

  listDatabaseInstances(options) {
    return this.#core.listDatabaseInstances(options);
  }

  getEndpoint(path, options) {
    return this.#core.getEndpoint(path, options);
  }

  waitUntilAvailable(name, options) {
    return this.#core.waitUntilAvailable(name, options);
  }

  currentUser(options) {
    return this.#core.currentUser(options);
  }

  credentials(options) {
    return this.#core.credentials(options, (core) => new CredentialProvider(core));
  }
}
