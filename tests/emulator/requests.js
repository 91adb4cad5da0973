/** What was asked of the workspace: a list, with counts by route. */
export function createRequests(clock) {
  const list = [];
  Object.defineProperties(list, {
    add: { value: (entry) => list.push({ ...entry, at: clock.now() }) },
    count: { value: (route) => (route === undefined ? list.length : list.filter((one) => one.route === route).length) },
    of: { value: (route) => list.filter((one) => one.route === route) },
    clear: { value: () => list.splice(0) },
  });
  return list;
}
