// A person with a browser: what a page does to sign in, and the storages that it may do it with.
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { UserSession, Workspace } from "../../pkg/admin.js";
import { startEmulator } from "../emulator/index.js";

export const REDIRECT = "http://127.0.0.1:5173/callback";

/** A workspace where people sign in without a click. */
export const startWorkspace = () => startEmulator({ database: false, autoApprove: true });

/**
 * A storage of a tab, filled with `items`. `hook(method, name, text)` runs before each use, and may throw; with `slow`
 * ms the methods give promises.
 */
export function storageOf(items = new Map(), { hook = () => {}, slow } = {}) {
  const does = {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, text) => void items.set(name, text),
    removeItem: (name) => void items.delete(name),
  };
  const storage = { items, hook };
  for (const [method, work] of Object.entries(does)) {
    storage[method] = (name, text) => {
      storage.hook(method, name, text);
      if (slow === undefined) return work(name, text);
      return new Promise((resolve) => setTimeout(() => resolve(work(name, text)), slow));
    };
  }
  return storage;
}

export const kept = (storage, what) => {
  const [, text] = [...storage.items].find(([name]) => name.endsWith(` ${what}`)) ?? [];
  return text && JSON.parse(text);
};

/** Changes what is stored, as time or another tab would. */
export function rewrite(storage, what, change) {
  const [name, text] = [...storage.items].find(([key]) => key.endsWith(` ${what}`));
  storage.items.set(name, JSON.stringify(change(JSON.parse(text))));
}

export function sessionAt(emulator, options = {}) {
  const { clientId } = emulator.publicClient;
  return new UserSession({ host: emulator.url, clientId, redirectUri: REDIRECT, storage: storageOf(), ...options });
}

/** Where the workspace sends the person back to. */
export async function redirectFor(session) {
  const response = await fetch(await session.authorizationUrl(), { redirect: "manual" });
  assert.equal(response.status, 302);
  return response.headers.get("location");
}

export async function signIn(session) {
  await session.complete(await redirectFor(session));
  return session;
}

/** A person who has signed in, with a workspace. */
export async function signedIn(emulator, options) {
  const storage = options?.storage ?? storageOf();
  const session = await signIn(sessionAt(emulator, { ...options, storage }));
  return { session, storage, workspace: new Workspace({ host: emulator.url, session }) };
}

/** Refreshes that the workspace was asked for, by their refresh tokens. */
export const refreshesAt = (emulator) =>
  emulator.requests.of("token").map(({ body }) => new URLSearchParams(body).get("refresh_token")).filter(Boolean);

/** Lets so many seconds pass, on both sides; undone by `emulator.reset()` and the end of the test. */
export function pass(t, emulator, seconds) {
  emulator.clock.advance(seconds);
  moveClock(t, seconds);
}

/** Sets this machine's clock forward or back. */
export function moveClock(t, seconds) {
  const before = Date.now;
  Date.now = () => before() + seconds * 1000;
  t.after(() => {
    Date.now = before;
  });
}

/** The error of a call that has to fail with this code, and holds none of what the storage and the log do. */
export async function fails(promise, code, emulator) {
  const error = await Promise.resolve(promise).then(
    () => assert.fail(`it did not fail with ${code}`),
    (reason) => reason,
  );
  assert.equal(error.code, code, error.message);
  assert.ok(error.hint && error.message.startsWith(`${code}: `), error.message);
  const printed = inspect(error, { depth: 9 }) + JSON.stringify(error);
  for (const secret of emulator ? secretsOf(emulator) : []) assert.ok(!printed.includes(secret), "it shows a secret");
  return error;
}

/** What was sent to the workspace and no error may show. */
export function secretsOf(emulator) {
  const secrets = new Set();
  for (const { headers, body } of emulator.requests) {
    const form = new URLSearchParams(body);
    for (const name of ["code", "code_verifier", "refresh_token"]) secrets.add(form.get(name));
    secrets.add(headers.authorization?.split(" ")[1]);
  }
  return [...secrets].filter(Boolean);
}

export { UserSession, Workspace };
