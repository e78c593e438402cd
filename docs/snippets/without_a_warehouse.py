"""Tests a program against faults of the local warehouse, with the official connector."""

import json
import os
import urllib.request

from databricks import sql

HOST = os.environ["DATABRICKS_HOST"]  # http://127.0.0.1:8080
HTTP_PATH = os.environ["DATABRICKS_HTTP_PATH"]  # /sql/1.0/warehouses/local
ADMIN_TOKEN = os.environ["DBSQL_ADMIN_TOKEN"]


def admin(path, body=None):
    """GET without a body, POST with one."""
    request = urllib.request.Request(f"{HOST}/-/{path}")
    request.add_header("Authorization", f"Bearer {ADMIN_TOKEN}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def connect():
    return sql.connect(
        server_hostname="127.0.0.1",
        http_path=HTTP_PATH,
        access_token="anything",
        _connection_uri=HOST + HTTP_PATH,  # plain http
        enable_telemetry=False,
        _retry_delay_max=5,  # seconds; otherwise it waits for a minute despite Retry-After
    )


QUERY = "SELECT count(*) FROM RANGE(10) /* Python */"
BUSY = {
    "kind": "error",
    "status": 503,
    "message": "TEMPORARILY_UNAVAILABLE: busy",
    "headers": {"retry-after": "1"},
}

admin("recover", {})
before = admin("counts")["requests"].get("ExecuteStatement", 0)
with connect() as connection, connection.cursor() as cursor:
    # The warehouse is busy for two requests. The connector tries again, and the query runs once.
    admin("script", {"method": "ExecuteStatement", "steps": [BUSY, BUSY]})
    cursor.execute(QUERY)
    assert cursor.fetchone()[0] == 10

counts = admin("counts")
assert counts["requests"]["ExecuteStatement"] == before + 3
assert counts["runs"][QUERY] == 1
print("Python: two submits were rejected, and the query ran once")
