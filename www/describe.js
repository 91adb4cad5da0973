// From the workspace's description of an instance or endpoint to what this page shows of it.
import { meaningOf } from "./states.js";
import { shown } from "./text.js";

/** `PG_VERSION_16` and `17` are both seen. */
function version(value) {
  const digits = /(\d+(?:\.\d+)?)$/.exec(String(value ?? ""))?.[1];
  return digits && `PostgreSQL ${digits}`;
}

/** `CU_2` */
function capacity(value) {
  const units = /^CU_(\d+)$/.exec(value ?? "")?.[1];
  return units ? `${units} CU` : shown(value);
}

const flag = (...values) => values.find((value) => typeof value === "boolean");

export function describeInstance(given) {
  const name = String(given.name);
  return {
    key: `instances/${name}`,
    kind: "instance",
    name,
    title: shown(name),
    target: { instance: name },
    state: shown(given.state),
    meaning: meaningOf("instance", shown(given.state)),
    version: version(given.pgVersion),
    capacity: capacity(given.effectiveCapacity ?? given.capacity),
    nativeLogin: flag(given.effectiveEnablePgNativeLogin, given.enablePgNativeLogin),
    host: shown(given.readWriteDns) || undefined,
    readOnlyHost: shown(given.readOnlyDns) || undefined,
    creator: shown(given.creator),
  };
}

/** `projects/shop/branches/main/endpoints/primary` is called `shop / main / primary`. */
const PATH = /^projects\/([^/]+)\/branches\/([^/]+)\/endpoints\/([^/]+)$/;

export function describeEndpoint(given) {
  const name = String(given.name);
  const { status = {} } = given;
  const parts = PATH.exec(name)?.slice(1);
  const [least, most] = [status.autoscalingLimitMinCu, status.autoscalingLimitMaxCu].map(Number);
  return {
    key: `endpoints/${name}`,
    kind: "endpoint",
    name,
    title: shown(parts ? parts.join(" / ") : name),
    target: { endpoint: name },
    state: shown(status.currentState),
    meaning: meaningOf("endpoint", shown(status.currentState), { disabled: status.disabled === true }),
    version: version(given.pgVersion ?? status.pgVersion),
    capacity: most > 0 ? (least === most ? `${most} CU` : `${least}–${most} CU`) : undefined,
    nativeLogin: flag(given.enablePgNativeLogin, status.enablePgNativeLogin),
    host: shown(status.hosts?.host) || undefined,
    readOnlyHost: shown(status.hosts?.readOnlyHost) || undefined,
    creator: undefined,
  };
}
