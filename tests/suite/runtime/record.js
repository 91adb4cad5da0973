// Takes down what the package throws, rejects with and dispatches, without changing any of it.

/** The package as the cases use it; `record` gets every error, event and secret that comes out of it. */
export function recorded(lib, record) {
  const { Workspace, CredentialProvider } = lib;
  for (const { prototype } of [Workspace, CredentialProvider]) {
    for (const [name, { value: method }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name !== "constructor" && typeof method === "function") prototype[name] = watched(method, record);
    }
  }
  CredentialProvider.prototype.dispatchEvent = function dispatchEvent(event) {
    record().event(event);
    return EventTarget.prototype.dispatchEvent.call(this, event);
  };
  const functions = Object.entries(lib).filter(([, value]) => typeof value === "function" && !/^class\b/.test(value));
  return {
    ...lib,
    ...Object.fromEntries(functions.map(([name, value]) => [name, watched(value, record)])),
    Workspace: new Proxy(Workspace, {
      construct(target, args, newTarget) {
        try {
          return Reflect.construct(target, args, newTarget);
        } catch (error) {
          record().error(error);
          throw error;
        }
      },
    }),
  };
}

function watched(method, record) {
  return function (...args) {
    let result;
    try {
      result = method.apply(this, args);
    } catch (error) {
      record().error(error);
      throw error;
    }
    if (result instanceof Promise) {
      const { value, error } = record();
      result.then(value, error);
    }
    return result;
  };
}

/** What one case saw, as texts, and the secrets that it was given. */
export function createRecord(inspect) {
  const seen = new Set();
  const secrets = new Set();
  const text = (value) => seen.add(String(value));
  const look = (value, depth = 0) => {
    if (typeof value === "string") text(value);
    if (typeof value !== "object" || value === null || depth > 4) return;
    for (const name of Reflect.ownKeys(value)) {
      text(String(name));
      attempt(() => look(Reflect.get(value, name), depth + 1));
    }
  };
  return {
    seen,
    secrets,
    text,
    error(error) {
      // A thousand callers are told the same: once is enough.
      const before = seen.size;
      for (const show of [String, JSON.stringify, ({ stack }) => stack, ({ cause }) => cause, ({ cause }) => cause.stack]) attempt(() => text(show(error)));
      if (seen.size === before) return;
      look(error);
      attempt(() => text(inspect?.(error)));
    },
    event({ type, detail }) {
      text(type);
      look(detail);
      for (const show of [JSON.stringify, inspect]) attempt(() => text(show?.(detail)));
    },
    value(value) {
      const token = typeof value === "string" ? value : value?.token;
      if (typeof token === "string") secrets.add(token);
    },
  };
}

// An odd cause cannot be shown in each way.
function attempt(show) {
  try {
    show();
  } catch {
    // Then it shows nothing.
  }
}
