import { randomInt, randomUUID } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pgConnectionString from "pg-connection-string";
import { createAuthority } from "./authority.js";
import { authorizeEndpoint } from "./authorize.js";
import { createClock } from "./clock.js";
import { createComputes, ENDPOINT } from "./computes.js";
import { createControlServer } from "./control.js";
import { databaseApi } from "./database-api.js";
import { createDirectory } from "./directory.js";
import { discovery } from "./discovery.js";
import { createFaults } from "./faults.js";
import { createFederation } from "./federation.js";
import { createFront } from "./front.js";
import { createWorkspaceServer } from "./http.js";
import { createLogins, createRequests } from "./log.js";
import { createGrants, tokenEndpoint } from "./oidc.js";
import { postgresApi } from "./postgres-api.js";
import { startPostgres } from "./postgres-server.js";
import { DATABASE, openRoles } from "./roles.js";
import { scimApi } from "./scim-api.js";
import { createSettings, SETTING_NAMES } from "./settings.js";
import { createTokens } from "./tokens.js";

const LOOPBACK = "127.0.0.1";
const OPTIONS = ["port", "controlPort", "databasePort", "tls", "postgres", "database", "redirectUris", "log", ...SETTING_NAMES];

/**
 * Starts a workspace, and unless `database: false` a PostgreSQL behind the TLS front.
 * See README.md beside this file for the options.
 */
export async function startEmulator(options = {}) {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown) throw new TypeError(`unknown option "${unknown}"; one of ${OPTIONS.join(", ")}`);
  const { port = 0, controlPort = 0, databasePort = 0, tls = false, database = true, log = () => {} } = options;
  const redirectUris = options.redirectUris ?? ["http://localhost/callback", "http://127.0.0.1/callback", "http://localhost/", "http://127.0.0.1/"];
  const { settings, reset: resetSettings } = createSettings(
    Object.fromEntries(SETTING_NAMES.filter((name) => options[name] !== undefined).map((name) => [name, options[name]])),
  );

  // What has been begun, to be ended in the opposite order: at stop(), or when the start fails.
  const undo = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await start();
  } catch (error) {
    await stop();
    throw error;
  }

  async function start() {
    const clock = createClock();
    const workspace = { id: `${randomInt(1e9, 9e9)}${randomInt(1e5, 9e5)}`, accountId: randomUUID(), url: undefined };
    const scratch = await scratchFolder(undo);
    const [authority, connection, federation, tokens] = await together(
      createAuthority(),
      database && (options.postgres ? named(options.postgres) : embedded(scratch)),
      createFederation(clock),
      createTokens({ clock, settings, workspace }),
    );
    const certificate = await authority.issue(["localhost", "*.database.localhost", LOOPBACK, "::1"]);
    const caFile = path.join(scratch, "ca.crt");
    await writeFile(caFile, authority.pem, { mode: 0o644 });

    const directory = createDirectory();
    const servicePrincipal = directory.addServicePrincipal({ federationSubject: "repo:example/shop" });
    const user = directory.addUser({ userName: "ada@example.com", displayName: "Ada Lovelace" });
    const publicClients = [{ clientId: "lakebase-admin-page", redirectUris }];
    const services = {
      clock, settings, workspace, directory,
      faults: createFaults(),
      requests: createRequests(clock),
      logins: createLogins(clock),
      computes: createComputes({ settings, clock }),
      grants: createGrants(clock, tokens.revoke),
      federation,
      tokens,
      publicClients, user, log,
    };
    const handlers = Object.assign(
      {},
      ...[tokenEndpoint, authorizeEndpoint, discovery, databaseApi, postgresApi, scimApi].map((api) => api(services)),
    );

    const server = createWorkspaceServer({ ...services, handlers, tls: tls ? certificate : undefined });
    const workspacePort = await listen(server, port, undo);
    workspace.url = tls ? `https://localhost:${workspacePort}` : `http://${LOOPBACK}:${workspacePort}`;

    const postgres = database ? await openDatabase(connection, services, certificate) : undefined;
    const emulator = {
      url: workspace.url,
      workspaceId: workspace.id,
      accountId: workspace.accountId,
      controlUrl: undefined,
      database: postgres && { host: "localhost", port: postgres.port, database: DATABASE },
      caPem: authority.pem,
      caFile,
      servicePrincipal,
      user,
      publicClient: publicClients[0],
      endpoint: ENDPOINT,
      instances: services.computes.instances,
      endpoints: services.computes.endpoints,
      addInstance: services.computes.addInstance,
      addEndpoint: services.computes.addEndpoint,
      federation: services.federation,
      authority,
      clock,
      settings,
      requests: services.requests,
      logins: services.logins,
      /** Ends all sign-ins at once, as an admin can. */
      revokeSignIns: services.grants.revokeAll,
      fault: services.faults.order,
      /** Drops the faults of a route that are still to come, or all of them. */
      clearFaults: services.faults.clear,
      async addServicePrincipal(given) {
        const added = directory.addServicePrincipal(given);
        if (postgres && given?.role !== false) await postgres.roles.createOwner(added.clientId);
        return added;
      },
      async addUser(given) {
        const added = directory.addUser(given);
        if (postgres && given?.role !== false) await postgres.roles.createOwner(added.userName);
        return added;
      },
      /** Back to how it was at the start; what lies in PostgreSQL, identities and keys stay. */
      reset() {
        services.faults.clear();
        services.requests.clear();
        services.logins.clear();
        services.computes.reset();
        services.grants.reset();
        resetSettings();
        clock.reset();
      },
      /** What another process needs to use the emulator. */
      info: () => ({
        url: emulator.url,
        controlUrl: emulator.controlUrl,
        workspaceId: emulator.workspaceId,
        accountId: emulator.accountId,
        database: emulator.database,
        caFile,
        caPem: authority.pem,
        servicePrincipal,
        user,
        publicClient: emulator.publicClient,
        endpoint: ENDPOINT,
        instances: Object.values(emulator.instances).map(({ name, state, read_write_dns: host }) => ({ name, state, host })),
        settings: { ...settings },
      }),
      stop,
    };
    const controlListening = await listen(createControlServer(emulator), controlPort, undo);
    emulator.controlUrl = `http://${LOOPBACK}:${controlListening}`;
    return emulator;
  }

  async function openDatabase(connection, services, certificate) {
    const roles = await openRoles(connection);
    undo.push(() => roles.close());
    if (options.postgres) undo.push(() => roles.dropAll());
    for (const identity of services.directory.identities()) {
      if (identity.role) await roles.createOwner(identity.userName);
    }
    const front = createFront({ ...services, certificate, connection, roles });
    front.server.listen(databasePort, LOOPBACK);
    await once(front.server, "listening");
    undo.push(() => front.stop());
    return { port: front.server.address().port, roles };
  }

  async function embedded(scratch) {
    const { connection, stop: stopPostgres } = await startPostgres(scratch);
    undo.push(stopPostgres);
    return connection;
  }
}

/** Waits for all, so that what one of them began is known when another fails. */
async function together(...tasks) {
  const results = await Promise.allSettled(tasks);
  for (const { reason, status } of results) {
    if (status === "rejected") throw reason;
  }
  return results.map(({ value }) => value);
}

function named(address) {
  const { host, port, user, password, database } = pgConnectionString.parse(address);
  return { host: host || "localhost", port: Number(port || 5432), user, password, database: database || "postgres" };
}

async function listen(server, port, undo) {
  server.listen(port, LOOPBACK);
  await once(server, "listening");
  undo.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return server.address().port;
}

async function scratchFolder(undo) {
  const folder = await mkdtemp(path.join(tmpdir(), "lakebase-emulator-"));
  await chmod(folder, 0o711); // PostgreSQL may run as another user
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  undo.push(async () => {
    process.off("exit", remove);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}
