import { ApiError, invalidParameter } from "./errors.js";
import { checkClaims, credentialLifetime, expirationTime } from "./credential.js";
import { page } from "./pages.js";

/** `/api/2.0/postgres`: autoscaling projects, branches, endpoints, and the credentials of an endpoint. */
export function postgresApi({ computes, tokens, clock, settings, directory }) {
  const missing = (what) => new ApiError(404, "NOT_FOUND", `${what} not found.`);

  const find = (name) => {
    const endpoint = computes.endpoint(name);
    if (!endpoint) throw missing(`Endpoint '${name}'`);
    return endpoint;
  };
  const prefixes = (depth) => [...new Set(Object.keys(computes.endpoints).map((name) => name.split("/").slice(0, depth).join("/")))];
  const among = (names, name, what) => {
    if (!names.includes(name)) throw missing(`${what} '${name}'`);
    return name;
  };
  const projectPath = ({ project }) => among(prefixes(2), `projects/${project}`, "Project");
  const branchPath = ({ project, branch }) => among(prefixes(4), `projects/${project}/branches/${branch}`, "Branch");

  const describeProject = (name) => ({
    name,
    project_id: name.split("/")[1],
    uid: name.split("/")[1],
    status: {
      display_name: name.split("/")[1],
      owner: "ada@example.com",
      pg_version: 17,
      default_branch: `${name}/branches/main`,
      enable_pg_native_login: false,
    },
  });
  const describeBranch = (name) => ({
    name,
    branch_id: name.split("/")[3],
    parent: name.split("/").slice(0, 2).join("/"),
    uid: `br-${name.split("/")[3]}`,
    status: { branch_id: name.split("/")[3], current_state: "READY", default: name.endsWith("/main"), is_protected: false },
  });

  const list = (key, names, describe) => ({ url }) => {
    const { items, next } = page(names, url.searchParams);
    return { json: { [key]: items.map(describe), next_page_token: next } };
  };

  return {
    async "endpoint-credentials"({ json, subject }) {
      const { endpoint: name, claims, ttl, expire_time: expireTime, group_name: groupName } = json();
      if (typeof name !== "string" || name === "") throw invalidParameter("endpoint must be specified.");
      if (groupName !== undefined && (typeof groupName !== "string" || groupName === "")) {
        throw invalidParameter("group_name must be a non-empty string.");
      }
      checkClaims(claims);
      const endpoint = find(name);
      if (!directory.identity(subject).access) {
        throw new ApiError(403, "PERMISSION_DENIED", `${subject} does not have access to endpoint '${name}'.`);
      }
      if (endpoint.status.disabled) throw new ApiError(400, "INVALID_STATE", `Endpoint '${name}' is disabled.`);
      const lifetime = credentialLifetime(settings, { ttl, expireTime, clock });
      const token = await tokens.databaseToken({ subject, targets: [endpoint.uid], claims, groupName, lifetime });
      return { json: { token, expire_time: expirationTime(settings, clock, lifetime) } };
    },
    projects: (request) => list("projects", prefixes(2), describeProject)(request),
    project: ({ params }) => ({ json: describeProject(projectPath(params)) }),
    branches(request) {
      const parent = projectPath(request.params);
      return list("branches", prefixes(4).filter((name) => name.startsWith(`${parent}/`)), describeBranch)(request);
    },
    branch: ({ params }) => ({ json: describeBranch(branchPath(params)) }),
    endpoints(request) {
      const parent = branchPath(request.params);
      return list("endpoints", Object.keys(computes.endpoints).filter((name) => name.startsWith(`${parent}/`)), find)(request);
    },
    endpoint: ({ params }) => ({
      json: find(`projects/${params.project}/branches/${params.branch}/endpoints/${params.endpoint}`),
    }),
  };
}
