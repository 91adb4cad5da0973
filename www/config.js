// config.json beside this page says which workspace it is for. README.md has its fields.
import { setClockBy } from "./clock.js";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const onLoopback = LOOPBACK.includes(location.hostname);

/** Gives the configuration; without a file the page is for the workspace that serves it. */
export async function loadConfig() {
  const response = await fetch("./config.json", { cache: "no-store", credentials: "omit", redirect: "error" });
  setClockBy(response.headers.get("date"));
  if (response.status === 404) return readConfig({});
  if (!response.ok) throw new Error(`config.json answers with status ${response.status}`);
  return readConfig(await response.json());
}

/** Checks each field: what is wrong here would otherwise show only when somebody signs in. */
export function readConfig(given) {
  if (typeof given !== "object" || given === null) throw new Error("config.json is not an object");
  const { workspace = location.origin, name, clientId, scopes, others = [], connection = {}, demo } = given;
  return {
    workspace: address(workspace, "workspace").origin,
    name: text(name, "name"),
    clientId: text(clientId, "clientId"),
    scopes: scopes === undefined ? undefined : list(scopes, "scopes").map((scope) => text(scope, "scopes")),
    others: list(others, "others").map((other) => ({
      name: text(other?.name, "others"),
      page: address(other?.page, "others").href,
    })),
    connection: {
      port: connection.port,
      database: text(connection.database, "connection.database"),
      sslrootcert: text(connection.sslrootcert, "connection.sslrootcert"),
    },
    // An identity in a file that anybody can read: of use on one's own machine alone.
    demo: onLoopback && demo ? { token: text(demo.token, "demo"), instance: text(demo.instance, "demo") } : undefined,
  };
}

function address(value, field) {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  const secure = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.includes(url.hostname));
  if (!secure) throw new Error(`config.json: "${field}" is not an https:// address`);
  return url;
}

function text(value, field) {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value === "") throw new Error(`config.json: "${field}" is not a text`);
  return value;
}

function list(value, field) {
  if (!Array.isArray(value)) throw new Error(`config.json: "${field}" is not a list`);
  return value;
}
