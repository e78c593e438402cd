"""The official SDK for Python: statements, warehouses and the query history.

Usage: sdk.py URL HTTP_PATH ROWS PICK_UP. Its models judge the JSON: whatever the server says must come
out of them again. A field or a value of an enum that they do not know fails.
"""

import contextlib
import json
import logging
import sys
import time
import urllib.parse
import urllib.request

import lz4.frame
import pyarrow
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError, NotFound
from databricks.sdk.service import sql

from judging import CASES, LARGE, TOKEN, Client, NotApplicable, judge

# It asks for a file of settings that only a workspace has, and says that there is none.
logging.disable(logging.WARNING)

# In the answers that drivers read, and not in the public models.
BEYOND_THE_MODELS = {"result_compression", "is_volume_operation"}


class Sdk(Client):
    protocol = "sea"

    def check_connect(self):
        self.workspace = WorkspaceClient(host=self.url, token=TOKEN, auth_type="pat")
        send, self.answers = self.workspace.api_client.do, []

        def do(*arguments, **options):
            answer = send(*arguments, **options)
            self.answers.append(json.loads(json.dumps(answer)))
            return answer

        self.workspace.api_client.do = do
        self.statements = self.workspace.statement_execution
        state = self.judged(self.workspace.warehouses.get(self.warehouse)).state
        assert state == sql.State.RUNNING, state

    def judged(self, model, said=None):
        """The model, when it holds all that the last answer said."""
        compare(self.answers[-1] if said is None else said, model.as_dict(), "")
        return model

    def execute(self, text, parameters=None, **options):
        """Runs a statement to its end."""
        answer = self.statements.execute_statement(
            statement=text, warehouse_id=self.warehouse, parameters=parameters, **options
        )
        return self.wait(self.judged(answer))

    def wait(self, answer):
        while answer.status.state in (sql.StatementState.PENDING, sql.StatementState.RUNNING):
            time.sleep(0.2)
            answer = self.judged(self.statements.get_statement(answer.statement_id))
        return answer

    def rows(self, text, parameters=None, **options):
        answer = self.execute(text, parameters, **options)
        assert answer.status.state == sql.StatementState.SUCCEEDED, answer.status
        return [row for part in self.parts(answer) for row in part.data_array or []]

    def parts(self, answer):
        """The chunks, one by one, as the answers lead from each to the next."""
        part = answer.result
        while part is not None:
            yield part
            links = part.external_links or []
            follows = links[-1].next_chunk_index if links else part.next_chunk_index
            if follows is None:
                return
            chunk = self.statements.get_statement_result_chunk_n(answer.statement_id, follows)
            part = self.judged(chunk)

    def files(self, answer):
        """The bytes behind all links."""
        for part in self.parts(answer):
            for link in part.external_links:
                with urllib.request.urlopen(link.external_link) as file:
                    yield file.read()

    def check_select_one(self):
        answer = self.execute("SELECT 1 AS one")
        assert answer.status.state == sql.StatementState.SUCCEEDED, answer.status
        (column,) = answer.manifest.schema.columns
        assert (column.name, column.type_name) == ("one", sql.ColumnInfoTypeName.INT), column
        assert answer.result.data_array == [["1"]], answer.result

    def check_types(self):
        for case in CASES["values"]:
            answer = self.execute(f"SELECT {case['sql']} AS v")
            (column,) = answer.manifest.schema.columns
            assert column.type_name.value == case["type"], (case, column)
            assert answer.result.data_array == [[case["text"]]], (case, answer.result)

    def check_parameters(self):
        item = sql.StatementParameterListItem
        parameters = [
            item(name="n", value="7", type="INT"),
            item(name="s", value="x"),
            item(name="z", type="INT"),
        ]
        rows = self.rows("SELECT :n + 1 AS n, :s AS s, :z AS z", parameters)
        assert rows == [["8", "x", None]], rows

    def check_inline(self):
        rows = self.rows(f"SELECT id FROM RANGE({self.count})", wait_timeout="50s")
        assert len(rows) == self.count, len(rows)
        assert sum(int(row[0]) for row in rows) == self.id_sum

    def check_links(self):
        text = LARGE.format(rows=self.count)
        for form in (sql.Format.ARROW_STREAM, sql.Format.JSON_ARRAY, sql.Format.CSV):
            answer = self.execute(
                text, disposition=sql.Disposition.EXTERNAL_LINKS, format=form, wait_timeout="50s"
            )
            assert answer.manifest.format == form, answer.manifest
            files = list(self.files(answer))
            if form == sql.Format.ARROW_STREAM:
                self.check_arrow(files)
                continue
            if form == sql.Format.JSON_ARRAY:
                rows = [row for file in files for row in json.loads(file)]
            else:
                lines = b"".join(files).decode().splitlines()
                assert lines.pop(0) == "id,t", lines[:1]
                rows = [line.split(",") for line in lines]
            assert len(rows) == self.count, (form, len(rows))
            assert sum(int(row[0]) for row in rows) == self.id_sum, form
            assert all(row[1] == f"row {row[0]}" for row in rows), form

    def check_arrow(self, files):
        tables = [pyarrow.ipc.open_stream(file).read_all() for file in files]
        self.check_large(pyarrow.concat_tables(tables))

    def check_execute_async(self):
        answer = self.statements.execute_statement(
            statement="SELECT id, sleep(3) AS s FROM RANGE(1)",
            warehouse_id=self.warehouse,
            wait_timeout="0s",
        )
        pending = (sql.StatementState.PENDING, sql.StatementState.RUNNING)
        assert self.judged(answer).status.state in pending, answer.status
        answer = self.wait(answer)
        assert [row[0] for row in answer.result.data_array] == ["0"], answer.result

    def check_cancel(self):
        text = "SELECT sleep(600) /* sdk */"
        answer = self.statements.execute_statement(
            statement=text, warehouse_id=self.warehouse, wait_timeout="0s"
        )
        self.statements.cancel_execution(answer.statement_id)
        self.await_status(text, "CANCELED")
        answer = self.wait(answer)
        assert answer.status.state == sql.StatementState.CANCELED, answer.status
        # And the cancel of the server itself, when the time to wait is over.
        answer = self.execute(
            "SELECT sleep(601) /* sdk */",
            wait_timeout="5s",
            on_wait_timeout=sql.ExecuteStatementRequestOnWaitTimeout.CANCEL,
        )
        assert answer.status.state == sql.StatementState.CANCELED, answer.status

    def check_errors(self):
        for case in CASES["errors"]:
            status = self.execute(case["sql"]).status
            assert status.state == sql.StatementState.FAILED, (case, status)
            assert status.sql_state == case["sqlstate"], (case, status)
            assert f"[{case['class']}]" in status.error.message, (case, status)
            assert status.error.error_code == sql.ServiceErrorCode.BAD_REQUEST, (case, status)
        for error, call in [
            (NotFound, lambda: self.statements.get_statement("01f00000-0000-1000-8000-000000000000")),
            (DatabricksError, lambda: self.execute("SELECT 1", wait_timeout="3s")),
        ]:
            try:
                call()
            except error:
                continue
            raise AssertionError(f"{error} was expected")

    @contextlib.contextmanager
    def submitted(self, text):
        answer = self.statements.execute_statement(
            statement=text,
            warehouse_id=self.warehouse,
            wait_timeout="0s",
            disposition=sql.Disposition.EXTERNAL_LINKS,
            format=sql.Format.ARROW_STREAM,
        )
        yield "sea:" + answer.statement_id

    def attach(self, handle):
        statement_id = handle.removeprefix("sea:")
        answer = self.wait(self.judged(self.statements.get_statement(statement_id)))
        # It was submitted with LZ4, which the models know nothing of.
        files = map(lz4.frame.decompress, self.files(answer))
        return pyarrow.concat_tables(pyarrow.ipc.open_stream(file).read_all() for file in files)

    def check_warehouses(self):
        warehouses = self.workspace.warehouses
        listed = list(warehouses.list())
        said = self.answers[-1]["warehouses"]
        assert [warehouse.id for warehouse in listed] == [self.warehouse], listed
        self.judged(listed[0], said[0])
        # Waits for RUNNING, by asking for the state.
        started = self.judged(warehouses.start(self.warehouse).result())
        assert started.state == sql.State.RUNNING, started
        odbc = started.odbc_params
        url = urllib.parse.urlsplit(self.url)
        where = (odbc.protocol, odbc.hostname, odbc.port, odbc.path)
        assert where == (url.scheme, url.hostname, url.port, self.http_path), where

    def check_history(self):
        marks = [sql.QueryTag(key="nonce", value="4711"), sql.QueryTag(key="bare")]
        ids = []
        for number in range(3):
            answer = self.execute(f"SELECT {number} AS marked", query_tags=marks)
            ids.append(answer.statement_id)
        now = int(time.time() * 1000)
        times = sql.TimeRange(start_time_ms=now - 600_000, end_time_ms=now + 60_000)
        of = sql.QueryFilter(
            query_start_time_range=times,
            statement_ids=ids,
            statuses=[sql.QueryStatus.FINISHED],
            warehouse_ids=[self.warehouse],
        )
        found, token = [], None
        for _ in ids:
            page = self.workspace.query_history.list(
                filter_by=of, include_metrics=True, max_results=1, page_token=token
            )
            found += self.judged(page).res
            token = page.next_page_token
        assert not page.has_next_page, page
        assert [query.query_id for query in found] == ids[::-1], found
        for query in found:
            assert [tag.as_dict() for tag in query.query_tags] == [
                mark.as_dict() for mark in marks
            ], query.query_tags
            assert query.metrics.rows_produced_count == 1, query.metrics
            assert query.is_final and query.warehouse_id == self.warehouse, query

        self.check_thrift_in_history()

    def check_thrift_in_history(self):
        """Statements of both protocols have one history."""
        from databricks import sql as connector

        url = urllib.parse.urlsplit(self.url)
        with connector.connect(
            server_hostname=url.hostname,
            _connection_uri=self.url + self.http_path,
            http_path=self.http_path,
            access_token=TOKEN,
            enable_telemetry=False,
        ) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 'over Thrift' AS marked")
            guid = cursor.active_command_id.to_hex_guid()
        of = sql.QueryFilter(statement_ids=[guid])
        (query,) = self.judged(self.workspace.query_history.list(filter_by=of)).res
        assert query.query_text == "SELECT 'over Thrift' AS marked", query

    def check_close(self):
        raise NotApplicable("has no call that closes a statement or a session")

    @property
    def id_sum(self):
        return self.count * (self.count - 1) // 2


def compare(said, read, where):
    """Whatever was said is read; `where` leads there."""
    if isinstance(said, dict):
        assert isinstance(read, dict), f"{where}: {said} is read as {read}"
        for key, value in said.items():
            at = f"{where}.{key}"
            if key in BEYOND_THE_MODELS or (key not in read and value in ({}, [], None)):
                continue
            assert key in read, f"{at}: the models have no place for {value!r}"
            compare(value, read[key], at)
    elif isinstance(said, list):
        assert isinstance(read, list) and len(said) == len(read), f"{where}: {said} as {read}"
        for at, (value, item) in enumerate(zip(said, read)):
            compare(value, item, f"{where}[{at}]")
    else:
        assert type(said) is type(read) and said == read, f"{where}: {said!r} is read as {read!r}"


judge(Sdk(sys.argv[1:]))
