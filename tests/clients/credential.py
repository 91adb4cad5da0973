"""Asks for everything that the emulator gives, as a user of databricks-sdk would, and prints it as JSON."""

import json
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError
from databricks.sdk.service.database import DatabaseInstance, RequestedClaims, RequestedClaimsPermissionSet, RequestedResource
from google.protobuf.duration_pb2 import Duration

endpoint = sys.argv[1]
workspace = WorkspaceClient()


def refusal(call):
    """The class and code of the error that a call ends with."""
    try:
        call()
    except DatabricksError as error:
        return [type(error).__name__, error.error_code]
    return None


provisioned = workspace.database.generate_database_credential(request_id="request-1", instance_names=["orders"])
limited = workspace.database.generate_database_credential(
    instance_names=["orders"],
    claims=[
        RequestedClaims(
            permission_set=RequestedClaimsPermissionSet.READ_ONLY,
            resources=[RequestedResource(table_name="main.public.orders")],
        )
    ],
)
autoscaling = workspace.postgres.generate_database_credential(endpoint=endpoint, ttl=Duration(seconds=600))
instance = workspace.database.get_database_instance("orders")
updated = workspace.database.update_database_instance(
    "orders", DatabaseInstance(name="orders", enable_pg_native_login=True), "enable_pg_native_login"
)

print(
    json.dumps(
        {
            "me": workspace.current_user.me().user_name,
            "provisioned": {"token": provisioned.token, "expiration_time": provisioned.expiration_time},
            "limited": {"token": limited.token},
            "autoscaling": {"token": autoscaling.token, "expire_time": autoscaling.expire_time.ToJsonString()},
            "instance": {"state": instance.state.value, "host": instance.read_write_dns, "uid": instance.uid},
            "found": workspace.database.find_database_instance_by_uid(uid=instance.uid).name,
            "native_login": updated.enable_pg_native_login,
            "instances": [one.name for one in workspace.database.list_database_instances(page_size=2)],
            "projects": [one.name for one in workspace.postgres.list_projects(page_size=1)],
            "branches": [one.name for one in workspace.postgres.list_branches("projects/shop")],
            "endpoints": [one.name for one in workspace.postgres.list_endpoints("projects/shop/branches/main")],
            "endpoint_host": workspace.postgres.get_endpoint(endpoint).status.hosts.host,
            "refusals": {
                "unknown instance": refusal(lambda: workspace.database.get_database_instance("nowhere")),
                "stopped instance": refusal(
                    lambda: workspace.database.generate_database_credential(instance_names=["stopped"])
                ),
                "nothing named": refusal(lambda: workspace.database.generate_database_credential()),
                "unknown endpoint": refusal(
                    lambda: workspace.postgres.generate_database_credential(endpoint="projects/x/branches/x/endpoints/x")
                ),
            },
        }
    )
)
