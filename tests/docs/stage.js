// What the documentation's programs are run against: a workspace with a database, and what a reader has of it.
import assert from "node:assert/strict";
import { setStage } from "../bundlers/harness/stage.js";

export async function startStage() {
  const stage = await setStage();
  const { servicePrincipal } = stage.emulator;
  Object.assign(stage.environment, {
    CLIENT_ID: servicePrincipal.clientId,
    CLIENT_SECRET: servicePrincipal.clientSecret,
  });
  return stage;
}

/** One identity logged in to Postgres, and nobody was refused. */
export function assertLoggedIn({ logins }, { clientId, userName } = {}) {
  const who = clientId ?? userName;
  assert.ok(logins.length > 0 && logins.every((login) => login.accepted && login.user === who), JSON.stringify(logins));
}
