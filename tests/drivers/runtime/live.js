// The life of a pool, past the end of the token that its first connection was opened with.
import { pass } from "./clock.js";
import { Workspace } from "lakebase-credentials";
import { DRIVERS } from "./drivers.js";

const HOUR = 3_600;
const WHO = "select current_user as user, pg_backend_pid() as pid";

export async function live({ workspace, driver, options, controlUrl }) {
  const provider = new Workspace(workspace).credentials({ instance: "orders" });
  const events = [];
  for (const type of ["mint", "renew"]) provider.addEventListener(type, () => events.push(type));
  const pool = await DRIVERS[driver](provider, { ...options, max: 2 });
  try {
    const first = await pool.connect();
    const before = await first.ask(WHO);
    const token = await provider.token();
    await pass(HOUR, controlUrl);
    const state = provider.state;
    const after = await first.ask(WHO);
    const quiet = [...events];
    await pool.endOthers?.(first);
    // The first is in use, so that the pool opens another.
    const second = await pool.connect();
    const anew = await second.ask(WHO);
    for (const connection of [first, second]) connection.release();
    return { before, token, state, after, quiet, anew, events };
  } finally {
    await pool.end();
  }
}
