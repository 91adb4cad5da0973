// Neon's driver keeps its settings for the whole program: whoever else sets them, the token goes through verified TLS alone.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createAuthority } from "../emulator/authority.js";
import { startEmulator } from "../emulator/index.js";
import { createCertificates } from "../hostile/certificates.js";
import { hostileServers, startServer, trustedServers } from "../hostile/servers.js";
import { Witness } from "../suite/harness/witness.js";
import { LANES } from "./lanes.js";
import { createDriverProject } from "./project.js";
import { startRelay } from "./relay.js";

const emulator = await startEmulator();
const relay = await startRelay();
const project = await createDriverProject();
const witness = new Witness();
cpSync(fileURLToPath(new URL("runtime", import.meta.url)), `${project.folder}/runtime`, { recursive: true });
after(() => Promise.all([emulator.stop(), relay.stop(), project.remove()]));

const other = await createAuthority();
const certificates = { ...(await createCertificates(emulator.authority)), unknownAuthority: await other.issue(["localhost"]) };
const hostile = hostileServers(certificates);
const SERVERS = {
  "no TLS": hostile["asks in clear before it is spoken to"],
  "other roots": hostile["has a certificate of an unknown authority"],
  "the password at once": undefined, // the database itself
};

for (const [runtime, [open]] of Object.entries(LANES)) {
  describe(runtime, () => {
    for (const [setting, server] of Object.entries(SERVERS)) {
      test(`it gives no token where something else has set ${setting}, and goes on when that is over`, async () => {
        const closing = await startServer(trustedServers(certificates)["is verified, and closes before it asks"]);
        const next = server && (await startServer(server));
        const lane = await open({ folder: project.folder, witness, caPem: emulator.caPem });
        try {
          const { clientId, clientSecret } = emulator.servicePrincipal;
          const { port } = emulator.database;
          const result = await lane.run({
            name: "meddled",
            workspace: { host: emulator.url, clientId, clientSecret },
            options: { host: "localhost", user: clientId, ca: emulator.caPem, relay: relay.url },
            setting,
            otherCa: other.pem,
            ports: { closing: closing.port, next: next?.port ?? port, database: port },
          });
          assert.equal(result.error, undefined);
          const { token, closed, refused, answered } = result;
          witness.used(token, clientSecret);
          assert.ok(closing.record.handshake && closed.message, "a connection was verified, and asked for no token");
          assert.deepEqual(refused.map(({ code }) => code), ["INSECURE_TLS", "INSECURE_TLS"], refused[0].message);
          if (next) {
            assert.equal(next.record.connections, 2);
            assert.equal(next.record.passwordMessages, 0);
          }
          for (const { record } of next ? [closing, next] : [closing]) assert.equal(record.holds(token), false);
          assert.deepEqual(answered, { answer: 42 });
        } finally {
          await Promise.all([lane, closing, next].map((running) => running?.stop()));
        }
      });
    }
  });
}

test("nothing that was printed holds a secret", () => assert.deepEqual(witness.search(), []));
