// Pools whose logins fail, and go on when that is over.
import { control, pass } from "./clock.js";
import { Workspace } from "lakebase-credentials";
import { DRIVERS } from "./drivers.js";

const HOUR = 3_600;
/** Longer than a refusal is remembered, in s. */
const MINUTE = 60;
const ANSWER = "select 42 as answer";

// Bun tells nobody of a login that fails while the pool has another connection.
const openPool = (provider, driver, options) => DRIVERS[driver](provider, { ...options, max: 1 });

/** What a program learns of an error. */
function tell(provider, error) {
  const { code, retryable } = provider.loginError(error) ?? error;
  return { thrown: [error.name, error.errno ?? error.code], told: [code, retryable] };
}

async function ask(pool) {
  const connection = await pool.connect();
  try {
    return await connection.ask(ANSWER);
  } finally {
    connection.release();
  }
}

/** The workspace gives no token, until it comes to itself. */
export async function withoutToken({ workspace, driver, options, controlUrl }) {
  const provider = new Workspace(workspace).credentials({ instance: "orders" });
  const failures = [];
  provider.addEventListener("fail", ({ detail }) => failures.push(detail.code));
  const pool = await openPool(provider, driver, options);
  try {
    const failed = await ask(pool).catch((error) => tell(provider, error));
    await control(controlUrl, "reset");
    await pass(MINUTE, controlUrl);
    return { ...failed, failures, ...(await ask(pool)) };
  } finally {
    await pool.end();
  }
}

/** The token ends at the service, before its time. */
export async function withOldToken({ workspace, driver, options, controlUrl }) {
  const provider = new Workspace(workspace).credentials({ instance: "orders" });
  const [first, second] = [await openPool(provider, driver, options), await openPool(provider, driver, options)];
  try {
    await ask(first);
    await control(controlUrl, "clock", { advance: HOUR });
    const failed = await ask(second).catch((error) => tell(provider, error));
    return { ...failed, ...(await ask(second)), ...(await ask(first)) };
  } finally {
    await Promise.all([first.end(), second.end()]);
  }
}
