import { endWith, errorResponse, int32, message, PROTOCOL, ProtocolError, readMessage, readStartup, REQUEST, startupParameters } from "./message.js";
import { cancelUpstream, loginUpstream, openUpstream, UpstreamRefusal } from "./upstream.js";

const CLEARTEXT_PASSWORD = message("R", int32(3));
const AUTHENTICATION_OK = message("R", int32(0));

/** One login over TLS: which compute, which user, which password; then the session is PostgreSQL's. */
export async function serveLogin(client, services) {
  const { computes, connection, logins, log, track } = services;
  const { code, payload: startup } = await readStartup(client);
  if (code === REQUEST.cancel) {
    await cancelUpstream(connection, startup);
    return client.end();
  }
  const parameters = negotiateProtocol(client, code, startup);
  const user = parameters.get("user");
  const host = client.servername || undefined;
  const record = (fields) => logins.add({ user, host, ...fields });
  // The reason is for whoever reads the log; a client learns only what the real service would tell it.
  const refuse = (fields, reason = fields.message) => {
    log(`front: ${user} refused: ${reason}`);
    record({ accepted: false, reason });
    endWith(client, errorResponse(fields));
  };

  const targets = computes.byHost(host);
  if (targets.length === 0) {
    return refuse({
      code: "08004",
      message: host
        ? `no database instance is known as "${host}"`
        : "the database instance is not named: the client sent no server name (SNI)",
      hint: "Connect by the host name of the instance, with a client that sends SNI.",
    });
  }
  if (!user) return refuse({ code: "28000", message: "no PostgreSQL user name specified in startup packet" });
  if (!parameters.get("database")) parameters.set("database", user);

  client.write(CLEARTEXT_PASSWORD);
  const { type, payload } = await readMessage(client);
  if (type !== "p") throw new ProtocolError(`expected a password, got message "${type}"`);
  const password = payload.subarray(0, payload.indexOf(0)).toString();

  const wrongPassword = { code: "28P01", message: `password authentication failed for user '${user}'` };
  const login = await loginOf({ ...services, user, password, targets });
  if (login.refused) return refuse(wrongPassword, login.refused);
  if (!login.target.available) {
    return refuse({ code: "57P03", message: `database instance "${login.target.name}" is not available (state ${login.target.state})` });
  }

  const upstream = track(await openUpstream(connection));
  let greeting;
  try {
    greeting = await loginUpstream(upstream, new Map([...parameters, ["user", login.role]]), login.password);
  } catch (error) {
    upstream.destroy();
    if (!(error instanceof UpstreamRefusal)) throw error;
    if (error.code === "28P01" || error.code === "28000") return refuse(wrongPassword, error.message);
    record({ accepted: false, reason: error.message });
    return endWith(client, error.raw); // no such database, too many connections, …
  }
  record({ accepted: true, target: login.target.name });
  client.write(Buffer.concat([AUTHENTICATION_OK, greeting]));
  client.pipe(upstream).pipe(client);
  // pipe() passes an orderly end on; a connection that is cut takes the other with it.
  client.once("close", () => upstream.destroy());
  upstream.once("close", () => client.destroySoon());
}

/** The parameters of the session. Protocol 3.0 is spoken, and nothing optional; a client that asks for more is told so. */
function negotiateProtocol(client, code, payload) {
  const [major, minor] = [code >>> 16, code & 0xffff];
  if (major !== PROTOCOL) throw new ProtocolError(`unknown protocol ${major}.${minor}`);
  const parameters = startupParameters(payload);
  const extensions = [...parameters.keys()].filter((name) => name.startsWith("_pq_."));
  if (minor > 0 || extensions.length > 0) {
    client.write(message("v", int32(PROTOCOL << 16), int32(extensions.length), ...extensions));
    for (const name of extensions) parameters.delete(name);
  }
  return parameters;
}

/** As which role to log in, with which password of PostgreSQL's own; or why not, for the log alone. */
async function loginOf({ user, password, targets, tokens, workspace, roles }) {
  if (!isToken(password)) {
    const target = targets.find((one) => one.nativeLogin);
    if (!target) return { refused: "the password is no database token, and native login is off" };
    if (roles.isEmulators(user)) return { refused: "the role takes tokens only" };
    return { target, role: user, password };
  }
  let claims;
  try {
    claims = await tokens.databaseClaims(password);
  } catch (error) {
    return { refused: `the token was refused: ${error.message}` };
  }
  if (claims["dbx.workspace_id"] !== workspace.id) return { refused: "the token is for another workspace" };
  if (claims.sub !== user) return { refused: "the token is for another user" };
  // Asked for with claims alone, a token is for every instance of its workspace.
  const target = claims.targets.length === 0 ? targets[0] : targets.find((one) => claims.targets.includes(one.id));
  if (!target) return { refused: "the token is for another instance" };
  if (roles.passwordOf(user) === undefined) return { refused: "there is no such role" };
  const role = claims.claims?.length || target.readOnly ? await roles.readerOf(user, claims.claims ?? []) : user;
  return { target, role, password: roles.passwordOf(role) };
}

// A JWT has three parts; no personal access token and hardly a chosen password looks like one.
const isToken = (password) => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(password);

