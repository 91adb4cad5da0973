import { parseArgs } from "node:util";
import { startEmulator } from "./index.js";

const USAGE = `Usage: node tests/emulator/main.js [options]

  --port N                      of the workspace (default: any free one)
  --database-port N             of the database
  --control-port N              of the control server
  --tls                         the workspace over https
  --postgres URL                a PostgreSQL to use in place of an embedded one
  --no-database                 the workspace alone
  --token-lifetime S            seconds that a database credential lives (3600)
  --workspace-token-lifetime S  seconds that a workspace token lives (3600)
  --auto-approve                the consent page answers by itself
  --redirect-uri URI            of the page that people sign in to; may be repeated
  --verbose                     print each request
`;

const { values } = parseArgs({
  options: {
    port: { type: "string" },
    "database-port": { type: "string" },
    "control-port": { type: "string" },
    tls: { type: "boolean" },
    postgres: { type: "string" },
    "no-database": { type: "boolean" },
    "token-lifetime": { type: "string" },
    "workspace-token-lifetime": { type: "string" },
    "auto-approve": { type: "boolean" },
    "redirect-uri": { type: "string", multiple: true },
    verbose: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const number = (name) => (values[name] === undefined ? undefined : Number(values[name]));

const emulator = await startEmulator({
  port: number("port"),
  databasePort: number("database-port"),
  controlPort: number("control-port"),
  tls: values.tls,
  postgres: values.postgres,
  database: !values["no-database"],
  tokenLifetime: number("token-lifetime"),
  workspaceTokenLifetime: number("workspace-token-lifetime"),
  autoApprove: values["auto-approve"],
  redirectUris: values["redirect-uri"],
  log: values.verbose ? console.error : undefined,
});
const { url, controlUrl, database, caFile, servicePrincipal, user, endpoint, instances } = emulator;
const lines = {
  workspace: url,
  database: database && `${database.host}:${database.port}/${database.database}`,
  "certificate authority": caFile,
  "client id": servicePrincipal.clientId,
  "client secret": servicePrincipal.clientSecret,
  user: user.userName,
  "user token": user.token,
  instances: Object.values(instances).map(({ name, state }) => `${name} (${state})`).join(", "),
  endpoint,
  control: controlUrl,
};
for (const [name, value] of Object.entries(lines)) {
  if (value !== undefined) console.log(`${name}: ${value}`);
}

let stopping;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    stopping ??= emulator.stop().then(() => process.exit(0));
  });
}
