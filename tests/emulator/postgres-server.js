import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chown, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { findBinaries, unprivilegedUser } from "./postgres-binaries.js";

const ADMIN = "lakebase_emulator";

// Stands between Node and PostgreSQL: when Node is gone, however it went (SIGKILL too), the pipe on
// standard input closes, and the server and its files go as well.
const GUARD = `
folder=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r _ <&3; kill -INT $server 2>/dev/null; } &
reader=$!
wait $server
kill $reader 2>/dev/null
rm -rf "$folder"
`;

/**
 * A real PostgreSQL in a folder of its own, for this process alone: it listens
 * on a Unix socket only, and is quick rather than durable.
 * @param {string} scratch a folder of this emulator's alone, traversable by others; it goes when PostgreSQL goes
 */
export async function startPostgres(scratch) {
  if (process.platform === "win32") throw new Error('the emulator starts PostgreSQL on Linux and macOS only: name a server with the option "postgres"');
  const user = unprivilegedUser();
  const folder = path.join(scratch, "pg");
  await mkdir(folder, { mode: 0o700 });
  const password = randomBytes(18).toString("base64url");
  const passwordFile = path.join(folder, "password");
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user) {
    for (const owned of [scratch, folder, passwordFile]) await chown(owned, user.uid, user.gid);
  }
  const native = await findBinaries(scratch, user);
  const data = path.join(folder, "data");
  const environment = { env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" }, cwd: folder, ...user };

  await run(path.join(native, "bin", "initdb"), [
    "-D", data, "-U", ADMIN, "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions",
    "--no-data-checksums", "--wal-segsize=1",
  ], environment);

  const settings = {
    listen_addresses: "",
    unix_socket_directories: folder,
    unix_socket_permissions: "0700",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    shared_buffers: "32MB",
    max_connections: "200",
    scram_iterations: "1",
    timezone: "UTC",
    log_timezone: "UTC",
  };
  const server = spawn(
    "sh",
    ["-c", GUARD, "sh", scratch, path.join(native, "bin", "postgres"), "-D", data,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    // In a session of its own, so that Ctrl-C reaches Node alone, which then ends the rest in order.
    { ...environment, detached: true, stdio: ["pipe", "ignore", "pipe"] },
  );
  const ended = once(server, "exit");
  server.stdin.on("error", () => {});
  await ready(server);
  return {
    // The names of pg's options; `host` is the folder of the socket.
    connection: { host: folder, port: 5432, user: ADMIN, password, database: "postgres" },
    async stop() {
      server.stdin.end();
      await ended;
    },
  };
}

function ready(server) {
  return new Promise((resolve, reject) => {
    let output = "";
    server.stderr.setEncoding("utf8");
    server.stderr.on("data", (text) => {
      output = (output + text).slice(-4000);
      if (output.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`PostgreSQL did not start:\n${output}`)));
  });
}

async function run(file, args, options) {
  const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (text) => (output += text));
  child.stderr.on("data", (text) => (output += text));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${path.basename(file)} ended with ${code}:\n${output.slice(-4000)}`);
}
