import { randomUUID } from "node:crypto";

export const STATES = ["AVAILABLE", "DELETING", "FAILING_OVER", "STARTING", "STOPPED", "UPDATING", "UPGRADING"];
const DOMAIN = "database.localhost";
export const ENDPOINT = "projects/shop/branches/main/endpoints/primary";

/**
 * The database instances and autoscaling endpoints of the workspace. Of the
 * names of this machine only "localhost" resolves everywhere, so it is the
 * address of the instance "orders" and of the endpoint; all others have names of
 * their own, to be reached by SNI.
 */
export function createComputes({ settings, clock }) {
  const creator = "ada@example.com";
  const created = clock.date().toISOString().replace(/\.\d+Z$/, "Z");

  const instance = (name, state, host) => {
    const uid = randomUUID();
    return {
      name,
      uid,
      state,
      capacity: "CU_1",
      effective_capacity: "CU_1",
      creator,
      creation_time: created,
      pg_version: "PG_VERSION_16",
      node_count: 1,
      effective_node_count: 1,
      read_write_dns: host ?? `instance-${uid}.${DOMAIN}`,
      read_only_dns: `instance-ro-${uid}.${DOMAIN}`,
      enable_pg_native_login: false,
      effective_enable_pg_native_login: false,
      stopped: state === "STOPPED",
      effective_stopped: state === "STOPPED",
    };
  };

  const fresh = () => ({
    orders: instance("orders", "AVAILABLE", "localhost"),
    invoices: instance("invoices", "AVAILABLE"),
    starting: instance("starting", "STARTING"),
    stopped: instance("stopped", "STOPPED"),
    updating: instance("updating", "UPDATING"),
  });
  const freshEndpoints = () => ({ [ENDPOINT]: endpoint(ENDPOINT, "localhost", created) });

  const instances = fresh();
  const endpoints = freshEndpoints();
  const reads = new Map();

  return {
    instances,
    endpoints,
    addInstance(name, { state = "AVAILABLE", host } = {}) {
      instances[name] = instance(name, state, host);
      return instances[name];
    },
    addEndpoint(path, { host } = {}) {
      const id = randomUUID().slice(0, 8);
      endpoints[path] = endpoint(path, host ?? `ep-${id}.${DOMAIN}`, created);
      return endpoints[path];
    },
    instance: (name) => (Object.hasOwn(instances, name) ? instances[name] : undefined),
    endpoint: (path) => (Object.hasOwn(endpoints, path) ? endpoints[path] : undefined),
    /** Counts a read of an instance that is starting; enough of them, and it is there. */
    read(instance) {
      if (instance.state !== "STARTING") return instance;
      const count = (reads.get(instance.uid) ?? 0) + 1;
      reads.set(instance.uid, count);
      const seen = { ...instance };
      if (count >= settings.startingReads) instance.state = "AVAILABLE";
      return seen;
    },
    /** What answers under a host name: instances by both their names, endpoints by theirs. */
    byHost(host) {
      if (!host) return [];
      return [
        ...Object.values(instances)
          .filter((one) => one.read_write_dns === host || one.read_only_dns === host)
          .map((one) => ({
            id: one.uid,
            name: one.name,
            state: one.state,
            available: one.state === "AVAILABLE",
            nativeLogin: one.enable_pg_native_login,
            readOnly: one.read_only_dns === host,
          })),
        ...Object.values(endpoints)
          .filter((one) => one.status.hosts.host === host)
          .map((one) => ({
            id: one.uid,
            name: one.name,
            state: one.status.current_state,
            available: !one.status.disabled,
            nativeLogin: false,
            readOnly: false,
          })),
      ];
    },
    reset() {
      replace(instances, fresh());
      replace(endpoints, freshEndpoints());
      reads.clear();
    },
  };
}

// The objects themselves stay, as tests hold them.
function replace(target, source) {
  for (const key of Object.keys(target)) delete target[key];
  Object.assign(target, source);
}

function endpoint(name, host, created) {
  const [, project, , branch, , id] = name.split("/");
  return {
    name,
    uid: `ep-${randomUUID()}`,
    parent: `projects/${project}/branches/${branch}`,
    endpoint_id: id,
    create_time: created,
    update_time: created,
    status: {
      endpoint_id: id,
      endpoint_type: "ENDPOINT_TYPE_READ_WRITE",
      current_state: "ACTIVE",
      disabled: false,
      autoscaling_limit_min_cu: 0.5,
      autoscaling_limit_max_cu: 4,
      suspend_timeout_duration: "300s",
      group: { min: 1, max: 1 },
      hosts: { host },
      settings: {},
    },
  };
}
