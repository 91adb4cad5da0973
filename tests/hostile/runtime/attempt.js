// One attempt to log in and ask something; every runtime does just this.
import { Workspace } from "lakebase-credentials";
import { DRIVERS } from "./drivers.js";
import { INSECURE, REPLACING } from "./settings.js";

let provider;

/** Gives the token that was at stake, and what came of it: `rows` or `error`. */
export async function attempt({ workspace, driver, options, setting, ...limits }) {
  provider ??= new Workspace(workspace).credentials({ instance: "orders" });
  // In hand before the attempt: a password that is not there yet could not get lost.
  const token = await provider.token();
  try {
    const more = INSECURE[setting] ?? REPLACING[driver][setting];
    if (setting && !more) throw new Error(`there is no setting ${setting}`);
    return { token, rows: await DRIVERS[driver](provider, { ...options, ...more }, limits) };
  } catch (error) {
    const { name, message, code, option, hint } = error;
    // Bun has the SQLSTATE elsewhere.
    const sqlstate = error.errno === undefined ? code : String(error.errno);
    return { token, error: { name, message: message || String(error), code, sqlstate, option, hint } };
  }
}
