import { randomUUID } from "node:crypto";
import { WorkspaceClient } from "@databricks/sdk-experimental";

export function open() {
  const workspace = new WorkspaceClient({});
  return async () => {
    const request = { request_id: randomUUID(), instance_names: [process.env.INSTANCE] };
    return (await workspace.database.generateDatabaseCredential(request)).token;
  };
}
