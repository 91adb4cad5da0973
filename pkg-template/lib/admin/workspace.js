import { perform, reach, Workspace as ClientWorkspace } from "../admin-client/workspace.js";
import { invalidArgument } from "../error.js";
import { attach } from "./user-session.js";

export class Workspace extends ClientWorkspace {
  constructor(options) {
    super(options);
    if (options.session === undefined) return;
    reach(this, (core, flights) => {
      flights.ask = attach(options.session, core);
    });
  }

  listEndpoints(options) {
    return perform(this, "listEndpoints", options);
  }

  async setNativeLogin(instanceName, enabled, options) {
    if (typeof enabled !== "boolean") {
      throw invalidArgument("enabled", "`enabled` must be a boolean", "Give `true` to turn native login on.");
    }
    return perform(this, enabled ? "nativeLogin" : "noNativeLogin", options, instanceName);
  }
}
