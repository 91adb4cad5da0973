// What the tests of lakebase-credentials/admin share: a workspace, and the search for secrets in all that was shown.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { Workspace } from "../../pkg/admin.js";
import { startEmulator } from "../emulator/index.js";
import { Witness } from "../suite/harness/witness.js";

export async function startStage(settings) {
  const emulator = await startEmulator(settings);
  const { clientId, clientSecret } = emulator.servicePrincipal;
  const witness = new Witness();
  witness.used(clientSecret, emulator.user.token);
  return {
    emulator,
    witness,
    workspace: new Workspace({ host: emulator.url, clientId, clientSecret }),

    /** Asserts that a call fails with these fields; gives the error, which showed no secret. */
    async refused(call, fields) {
      let error;
      await assert.rejects(async () => call(), (caught) => {
        error = caught;
        return true;
      });
      witness.saw(`the error ${error.code}`, inspect(error, { depth: 9 }) + JSON.stringify(error));
      assert.deepEqual(Object.fromEntries(Object.keys(fields).map((name) => [name, error[name]])), fields, error);
      return error;
    },

    async stop() {
      await emulator.stop();
      assert.ok(witness.size.texts > 0, "nothing was searched");
      assert.deepEqual(witness.search(), []);
    },
  };
}
