/** What happened, in order and with the time of the emulator's clock. */
function createLog(clock, extra = {}) {
  const list = [];
  const methods = {
    add: (entry) => list.push({ ...entry, at: clock.now() }),
    clear: () => list.splice(0),
    ...extra,
  };
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(list, name, { value });
  return list;
}

/** What was asked of the workspace: `{route, method, path, headers, body, at}`, with counts by route. */
export function createRequests(clock) {
  const list = createLog(clock, {
    count: (route) => (route === undefined ? list.length : list.of(route).length),
    of: (route) => list.filter((one) => one.route === route),
  });
  return list;
}

/** Who tried to log in to the database, over TLS: `{user, host, accepted, target | reason, at}`. */
export const createLogins = (clock) => createLog(clock);
