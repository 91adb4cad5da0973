import { perform, Workspace as ClientWorkspace } from "../admin-client/workspace.js";
import { invalidArgument } from "../error.js";

export class Workspace extends ClientWorkspace {
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
