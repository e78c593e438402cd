"""The official Python connector in a scenario of `cargo xtask interop reliability`, over Thrift.

Usage: python_faults.py DOES URL. Prints a line of JSON: the outcome in words for the table, the
whole error, and the seconds it took once there was a connection. Its settings are the connector's
own, but for telemetry and for what a scenario is about.
"""

import json
import os
import sys
import threading
import time
import urllib.parse

from databricks import sql

DOES, URL = sys.argv[1:3]
# The same as in the client of this project.
TOKEN = "the-token-of-the-suite"
INSERT, USE = "INSERT INTO t VALUES (1)", "USE SCHEMA main"
SMALL, SMALL_ROWS = "select small", 3
BIG, BIG_ROWS = "select big", 200_000
SLOW = "select slow"
PATIENCE, PAUSE = 3, 5


def connect(**options):
    return sql.connect(
        server_hostname="127.0.0.1",
        http_path=urllib.parse.urlsplit(URL).path,
        access_token=TOKEN,
        _connection_uri=URL,
        enable_telemetry=False,
        **options,
    )


def judge(tables, expected):
    """Looks at every row."""
    ids, texts = [], []
    for table in tables:
        ids += table.column(0).to_pylist()
        texts += table.column(1).to_pylist()
    right = sum(
        row == id and text == f"row {row}" for row, (id, text) in enumerate(zip(ids, texts))
    )
    if right == len(ids) == expected:
        return "all rows"
    return f"**{len(ids)} of {expected} rows, {right} of them right, no error**"


def read(cursor, statement, expected, pause=0):
    cursor.execute(statement)
    tables = []
    if pause:
        tables.append(cursor.fetchmany_arrow(1000))
        time.sleep(pause)
    tables.append(cursor.fetchall_arrow())
    return judge(tables, expected)


def insert(cursor):
    cursor.execute(INSERT)
    return "done"


def after(first):
    def run(cursor):
        cursor.execute(first)
        cursor.fetchall()
        return insert(cursor)

    return run


def canceled_elsewhere(cursor):
    def cancel():
        time.sleep(2)  # past the window of direct results, so that there is a handle
        with connect() as other, other.cursor() as somebody:
            somebody.active_command_id = cursor.active_command_id
            somebody.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    try:
        return read(cursor, SLOW, SMALL_ROWS)
    finally:
        thread.join()


def pick_up(submit):
    def run(cursor):
        submit(cursor)
        with connect() as other, other.cursor() as elsewhere:
            # There is no public call for it; this is what the connector itself keeps of a submit.
            elsewhere.active_command_id = cursor.active_command_id
            elsewhere.get_async_execution_result()
            return judge([elsewhere.fetchall_arrow()], SMALL_ROWS)

    return run


ACTS = {
    "insert": insert,
    "insert-minding-retry-after": insert,
    "select-then-insert": after(SMALL),
    "use-then-insert": after(USE),
    "read-big": lambda cursor: read(cursor, BIG, BIG_ROWS),
    "read-big-with-pause": lambda cursor: read(cursor, BIG, BIG_ROWS, PAUSE),
    "read-slow": lambda cursor: read(cursor, SLOW, SMALL_ROWS),
    "read-slow-with-timeout": lambda cursor: read(cursor, SLOW, SMALL_ROWS),
    "read-slow-canceled-elsewhere": canceled_elsewhere,
    "pick-up-elsewhere": pick_up(lambda cursor: cursor.execute_async(SMALL)),
    "pick-up-direct-result": pick_up(lambda cursor: cursor.execute(SMALL)),
}


SETTINGS = {
    "insert-minding-retry-after": {"_respect_server_retry_after_header": True},
    "read-slow-with-timeout": {"_socket_timeout": PATIENCE},
}

cursor = connect(**SETTINGS.get(DOES, {})).cursor()
report = {}
began = time.monotonic()
try:
    report["outcome"] = ACTS[DOES](cursor)
except Exception as error:  # the connector's own kinds, and those of what it is built on
    report["outcome"] = f"`{type(error).__name__}`"
    report["detail"] = str(error)
report["seconds"] = time.monotonic() - began
print(json.dumps(report), flush=True)
# Nothing is closed: closing a connection that is in trouble is another story, and takes its time.
os._exit(0)
