import { ROUTES } from "./routes.js";

const FIELDS = new Set([
  "status", "headers", "body", "json", "html", "empty", "retryAfter", "delay", "reset", "lose", "hang", "hangBody", "truncate",
  "wrongTypes", "redirect", "date",
]);

/** Faults ordered per route; each answers the next `times` requests of that route, first ordered first served. */
export function createFaults() {
  const queues = new Map();
  return {
    order(route, fault, { times = 1 } = {}) {
      if (!ROUTES.includes(route)) throw new TypeError(`unknown route "${route}"; one of ${ROUTES.join(", ")}`);
      if (typeof fault !== "object" || fault === null) throw new TypeError("a fault is an object");
      for (const field of Object.keys(fault)) {
        if (!FIELDS.has(field)) throw new TypeError(`unknown fault "${field}"; one of ${[...FIELDS].join(", ")}`);
      }
      if (fault.status !== undefined && !(Number.isInteger(fault.status) && fault.status >= 200 && fault.status <= 599)) {
        throw new TypeError("the status of a fault is a whole number from 200 to 599");
      }
      if (!(times === Infinity || (Number.isInteger(times) && times > 0))) {
        throw new TypeError("times is a whole number above 0, or Infinity");
      }
      const queue = queues.get(route) ?? [];
      queue.push({ fault: { ...fault }, left: times });
      queues.set(route, queue);
    },
    take(route) {
      const queue = queues.get(route);
      if (!queue?.length) return undefined;
      const first = queue[0];
      first.left -= 1;
      if (first.left <= 0) queue.shift();
      return first.fault;
    },
    clear(route) {
      if (route === undefined) queues.clear();
      else queues.delete(route);
    },
    pending: (route) => (queues.get(route) ?? []).reduce((sum, entry) => sum + entry.left, 0),
  };
}
