"""The official Python connector: over Thrift, over SEA, and with its kernel.

Usage: connector.py MODE URL HTTP_PATH ROWS PICK_UP. MODE is `thrift`, `sea` or `kernel`.
"""

import contextlib
import logging
import sys
import threading
import time
import urllib.parse

from databricks import sql
from databricks.sql.backend.types import CommandId, CommandState

from judging import (
    FIRST_CHUNK_ALONE,
    LARGE,
    TOKEN,
    WHILE_WAITING,
    Bug,
    Client,
    NotApplicable,
    judge,
)

# The connector tells on each download how fast it was; what matters here is raised.
logging.disable(logging.WARNING)


class Connector(Client):
    def __init__(self, mode, arguments):
        super().__init__(arguments)
        self.mode = mode
        self.protocol = "thrift" if mode == "thrift" else "sea"
        self.connection = None

    def connect(self, **options):
        url = urllib.parse.urlsplit(self.url)
        where = {
            "thrift": {
                "server_hostname": url.hostname,
                "_connection_uri": self.url + self.http_path,
            },
            "sea": {
                "server_hostname": f"{url.scheme}://{url.hostname}",
                "_port": url.port,
                "use_sea": True,
            },
            "kernel": {"server_hostname": self.url, "use_kernel": True},
        }
        return sql.connect(
            http_path=self.http_path,
            access_token=TOKEN,
            enable_telemetry=False,
            _retry_stop_after_attempts_count=2,
            **where[self.mode],
            **options,
        )

    def read(self, text, parameters=None):
        with self.connection.cursor() as cursor:
            cursor.execute(text, parameters)
            return cursor.fetchall_arrow()

    def check_connect(self):
        self.connection = self.connect()
        assert self.connection.open

    def check_select_one(self):
        super().check_select_one()
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT 1 AS one")
            assert [column[:2] for column in cursor.description] == [("one", "int")]
            assert [tuple(row) for row in cursor.fetchall()] == [(1,)]

    def check_parameters(self):
        for text, parameters in [
            ("SELECT :n AS n, :s AS s, :z AS z", {"n": 7, "s": "x", "z": None}),
            ("SELECT ? AS n, ? AS s, ? AS z", [7, "x", None]),
        ]:
            (row,) = self.read(text, parameters).to_pylist()
            assert row == {"n": 7, "s": "x", "z": None}, row

    def check_inline(self):
        if self.mode == "kernel":
            raise NotApplicable(
                "no option: the server chooses between rows inside of the response and links"
            )
        with self.connect(use_cloud_fetch=False) as connection, connection.cursor() as cursor:
            cursor.execute(LARGE.format(rows=self.count))
            queue = type(cursor.active_result_set.results).__name__
            assert queue == {"thrift": "ArrowQueue", "sea": "JsonQueue"}[self.mode], queue
            table = cursor.fetchall_arrow()
        if self.mode == "sea":
            # Its queue has the rows of the first chunk alone.
            assert 0 < table.num_rows < self.count, table.num_rows
            raise Bug(FIRST_CHUNK_ALONE)
        self.check_large(table)

    def check_links(self):
        with self.connection.cursor() as cursor:
            cursor.execute(LARGE.format(rows=self.count))
            if self.mode != "kernel":
                queue = type(cursor.active_result_set.results).__name__
                assert queue.endswith("CloudFetchQueue"), queue
            self.check_large(cursor.fetchall_arrow())

    def check_execute_async(self):
        # Longer than the server holds a question about the status.
        with self.connection.cursor() as cursor:
            cursor.execute_async("SELECT id, sleep(7) AS s FROM RANGE(1)")
            polls = 0
            while cursor.is_query_pending():
                polls += 1
                time.sleep(0.1)
            assert polls > 0, "the statement was not pending once"
            cursor.get_async_execution_result()
            assert [row[0] for row in cursor.fetchall()] == [0]

    def check_cancel(self):
        asynchronous = f"SELECT sleep(600) /* async {self.mode} */"
        with self.connection.cursor() as cursor:
            cursor.execute_async(asynchronous)
            assert cursor.get_query_state() in (CommandState.PENDING, CommandState.RUNNING)
            cursor.cancel()
            self.await_status(asynchronous, "CANCELED")
            assert cursor.get_query_state() == CommandState.CANCELLED, cursor.get_query_state()
            with expected_failure():
                cursor.get_async_execution_result()

        blocking = f"SELECT sleep(600) /* execute {self.mode} */"
        failures = []
        with self.connection.cursor() as cursor:

            def run():
                try:
                    cursor.execute(blocking)
                    cursor.fetchall()
                except Exception as error:
                    failures.append(error)

            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            # Until the call has a handle to cancel.
            time.sleep(WHILE_WAITING)
            cursor.cancel()
            thread.join(30)
            assert not thread.is_alive(), "the canceled statement went on"
            self.await_status(blocking, "CANCELED")
            (failure,) = failures
        assert isinstance(failure, sql.exc.Error), failure
        if self.mode == "sea":
            assert str(failure) == "Invalid result format", failure
            raise Bug(
                "the statement is canceled; the `execute` that it ends raises "
                "`Invalid result format`, which names no cancel"
            )
        assert "cancel" in str(failure).lower(), failure

    def check_error(self, case, error):
        super().check_error(case, error)
        assert isinstance(error, sql.exc.ServerOperationError), type(error)
        assert case["sqlstate"] in str(error), (case, error)

    @contextlib.contextmanager
    def submitted(self, text):
        with self.connection.cursor() as cursor:
            cursor.execute_async(text)
            command = cursor.active_command_id
            if self.mode == "thrift":
                yield command.to_hex_guid() + ":" + hex_guid(command.secret)
            else:
                yield "sea:" + command.guid

    def attach(self, handle):
        with self.connection.cursor() as cursor:
            cursor.active_command_id = self.command(handle)
            while cursor.is_query_pending():
                time.sleep(0.1)
            cursor.get_async_execution_result()
            return cursor.fetchall_arrow()

    def command(self, handle):
        if self.mode != "thrift":
            return CommandId.from_sea_statement_id(handle.removeprefix("sea:"))
        from databricks.sql.thrift_api.TCLIService import ttypes

        guid, secret = (bytes.fromhex(part.replace("-", "")) for part in handle.split(":"))
        return CommandId.from_thrift_handle(
            ttypes.TOperationHandle(
                operationId=ttypes.THandleIdentifier(guid=guid, secret=secret),
                operationType=ttypes.TOperationType.EXECUTE_STATEMENT,
                hasResultSet=True,
            )
        )

    def check_close(self):
        self.connection.close()
        assert not self.connection.open
        with expected_failure():
            self.read("SELECT 1")


def hex_guid(secret):
    import uuid

    return str(uuid.UUID(bytes=secret))


@contextlib.contextmanager
def expected_failure():
    try:
        yield
    except sql.exc.Error:
        return
    raise AssertionError("this had to fail")


judge(Connector(sys.argv[1], sys.argv[2:]))
