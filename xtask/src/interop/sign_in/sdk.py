"""Signs in with the official SDK, with the settings of the environment, and prints who it is then.

One line of JSON: the kind of sign-in that the SDK chose and the user as the workspace has it, by the
SCIM API and by SQL; or the error.
"""

import json
import os
import sys


def in_azure(entra_url):
    """The SDK takes Azure's hosts from that of the workspace: let this one be in the public cloud, and the
    cloud's Entra at this URL, if one is given."""
    from databricks.sdk import environments

    cloud = environments.ENVIRONMENTS["PUBLIC"]
    if entra_url:
        cloud.active_directory_endpoint = entra_url.rstrip("/") + "/"
    environments.DEFAULT_ENVIRONMENT.azure_environment = cloud
    environments.DEFAULT_ENVIRONMENT.azure_application_id = environments.ARM_DATABRICKS_RESOURCE_ID


def main():
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.core import Config

    entra_url = os.environ.get("DBSQL_ENTRA_URL")
    if entra_url or "DBSQL_IN_AZURE" in os.environ:
        in_azure(entra_url)
    config = Config(retry_timeout_seconds=5, http_timeout_seconds=5)
    client = WorkspaceClient(config=config)
    statement = client.statement_execution.execute_statement(
        warehouse_id="local", statement="SELECT current_user()"
    )
    return {
        "kind": config.auth_type,
        "me": client.current_user.me().user_name,
        "user": statement.result.data_array[0][0],
    }


try:
    print(json.dumps(main()))
except Exception as error:
    print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
    sys.exit(1)
