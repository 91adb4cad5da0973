// A pool whose connection is cut while the token is on its way, and that is used again.
import { Workspace } from "lakebase-credentials";
import { DRIVERS } from "./drivers.js";

/** For a driver that waits for a server without an end, in ms. */
const LIMIT = 4_000;

async function outcome(pool) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, LIMIT, "nothing")));
  const asked = async () => {
    const connection = await pool.connect();
    return connection.ask("select 42 as answer");
  };
  try {
    return await Promise.race([late, asked().then(() => "an answer", () => "an error")]);
  } finally {
    clearTimeout(timer);
  }
}

export async function cut({ workspace, driver, options }) {
  const provider = new Workspace(workspace).credentials({ instance: "orders" });
  const pool = await DRIVERS[driver](provider, { ...options, max: 1 });
  const outcomes = [await outcome(pool), await outcome(pool)];
  // The pool is left as it is: what it tries until the runtime ends is looked at, too.
  return { outcomes, token: await provider.token() };
}
