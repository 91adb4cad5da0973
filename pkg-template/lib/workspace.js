import { WorkspaceCore } from "../lakebase_credentials_bg.js";
import { CredentialProvider } from "./provider.js";
import { run } from "./run.js";

export class Workspace {
  // The credentials stay behind a private name: nothing that prints or serialises this object reaches them.
  #core;
  #flights = new Map();

  constructor(options) {
    this.#core = new WorkspaceCore(options);
    this.#flights.ask = options.subjectToken;
  }

  get host() {
    return this.#core.host;
  }

  async generateDatabaseCredential(options) {
    return run(this.#core.begin("generate", options), this.#flights, options?.signal);
  }

  async getDatabaseInstance(name, options) {
    return run(this.#core.begin("instance", options, name), this.#flights, options?.signal);
  }

  async listDatabaseInstances(options) {
    return run(this.#core.begin("list", options), this.#flights, options?.signal);
  }

  async getEndpoint(path, options) {
    return run(this.#core.begin("endpoint", options, path), this.#flights, options?.signal);
  }

  async waitUntilAvailable(name, options) {
    return run(this.#core.begin("available", options, name), this.#flights, options?.signal);
  }

  async currentUser(options) {
    return run(this.#core.begin("user", options), this.#flights, options?.signal);
  }

  credentials(options) {
    return this.#core.credentials(options, (core) => new CredentialProvider(core, this.#flights));
  }
}
