import { ApiError, invalidParameter, notFound } from "./errors.js";
import { checkClaims, credentialLifetime, expirationTime } from "./credential.js";
import { page } from "./pages.js";

const UPDATABLE = new Set(["enable_pg_native_login", "capacity", "stopped"]);

/** `/api/2.0/database`: provisioned instances and their credentials. */
export function databaseApi({ computes, tokens, clock, settings, directory }) {
  const find = (name) => {
    const instance = computes.instance(name);
    if (!instance) throw notFound(`Database instance '${name}' does not exist.`);
    return instance;
  };

  return {
    async credentials({ json, subject }) {
      const body = json();
      const { request_id: requestId, instance_names: names, claims } = body;
      if (requestId !== undefined && typeof requestId !== "string") throw invalidParameter("request_id must be a string.");
      if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === "string"))) {
        throw invalidParameter("instance_names must be a list of strings.");
      }
      checkClaims(claims);
      if (!names?.length && !claims?.length) {
        throw invalidParameter("At least one of instance_names and claims must be specified.");
      }
      const targets = (names ?? []).map((name) => {
        const instance = find(name);
        if (!directory.identity(subject).access) {
          throw new ApiError(403, "PERMISSION_DENIED", `${subject} does not have access to database instance '${name}'.`);
        }
        if (instance.state !== "AVAILABLE") {
          throw new ApiError(400, "INVALID_STATE", `Database instance '${name}' is not available. Current state: ${instance.state}.`);
        }
        return instance.uid;
      });
      const lifetime = credentialLifetime(settings);
      const token = await tokens.databaseToken({ subject, targets, claims, lifetime });
      return { json: { token, expiration_time: expirationTime(settings, clock, lifetime) } };
    },

    instances({ url }) {
      const names = Object.keys(computes.instances);
      const { items, next } = page(names, url.searchParams);
      return {
        json: { database_instances: items.map((name) => computes.read(find(name))), next_page_token: next },
      };
    },

    instance: ({ params }) => ({ json: computes.read(find(params.name)) }),

    "instance-by-uid"({ url }) {
      const uid = url.searchParams.get("uid");
      const instance = Object.values(computes.instances).find((one) => one.uid === uid);
      if (!instance) throw notFound(`Database instance with uid '${uid}' does not exist.`);
      return { json: computes.read(instance) };
    },

    "instance-update"({ params, url, json }) {
      const instance = find(params.name);
      const body = json();
      const mask = url.searchParams.get("update_mask");
      const fields = mask && mask !== "*" ? mask.split(",") : Object.keys(body).filter((field) => UPDATABLE.has(field));
      for (const field of fields) {
        if (!UPDATABLE.has(field)) throw invalidParameter(`Field '${field}' in update_mask cannot be updated.`);
        const value = body[field] ?? (typeof instance[field] === "boolean" ? false : undefined);
        if (typeof value !== typeof instance[field]) throw invalidParameter(`Field '${field}' has the wrong type.`);
        instance[field] = value;
        instance[`effective_${field}`] = value;
        if (field === "stopped") instance.state = value ? "STOPPED" : "STARTING";
      }
      return { json: instance };
    },
  };
}
