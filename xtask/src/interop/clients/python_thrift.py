"""The official Python connector against the local warehouse, over Thrift.

Usage: python_thrift.py URL HTTP_PATH. Ends with status 0 and a line for each check when all hold.
"""

import datetime
import decimal
import sys
import threading
import time

from databricks import sql

URL, HTTP_PATH = sys.argv[1:3]


def connect(**options):
    return sql.connect(
        server_hostname="127.0.0.1",
        http_path=HTTP_PATH,
        access_token="anything",
        _connection_uri=URL + HTTP_PATH,
        enable_telemetry=False,
        _retry_stop_after_attempts_count=2,
        **options,
    )


def rows(cursor, statement, parameters=None):
    cursor.execute(statement, parameters)
    return [tuple(row) for row in cursor.fetchall()]


def check_select_one():
    with connect() as connection, connection.cursor() as cursor:
        assert rows(cursor, "SELECT 1") == [(1,)]


def check_types():
    utc = datetime.timezone.utc
    expected = {
        "true": True,
        "CAST(7 AS TINYINT)": 7,
        "CAST(-300 AS SMALLINT)": -300,
        "2147483647": 2147483647,
        "9223372036854775807": 9223372036854775807,
        "CAST(0.5 AS FLOAT)": 0.5,
        "CAST(0.1 AS DOUBLE)": 0.1,
        "CAST('1.50' AS DECIMAL(10,2))": decimal.Decimal("1.50"),
        "'zażółć'": "zażółć",
        "X'00FF'": b"\x00\xff",
        "CAST('2024-02-29' AS DATE)": datetime.date(2024, 2, 29),
        "CAST('2024-02-29 12:34:56.123456' AS TIMESTAMP)": datetime.datetime(
            2024, 2, 29, 12, 34, 56, 123456, tzinfo=utc
        ),
        "CAST(NULL AS INT)": None,
    }
    with connect() as connection, connection.cursor() as cursor:
        for expression, value in expected.items():
            got = rows(cursor, "SELECT " + expression)[0][0]
            if isinstance(got, datetime.datetime) and got.tzinfo is not None:
                got = got.astimezone(utc)
            assert got == value and type(got) is type(value), (expression, got, value)


def check_named_parameters():
    with connect() as connection, connection.cursor() as cursor:
        got = rows(cursor, "SELECT :n AS n, :s AS s", {"n": 7, "s": "x"})
        assert got == [(7, "x")], got
        got = rows(cursor, "SELECT :param `p`, * FROM RANGE(3)", {"param": "foo"})
        assert got == [("foo", 0), ("foo", 1), ("foo", 2)], got


def check_large(use_cloud_fetch):
    with connect(use_cloud_fetch=use_cloud_fetch) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, concat('row ', id) AS t FROM RANGE(100000) ORDER BY id")
        table = cursor.fetchall_arrow()
        assert table.num_rows == 100000, table.num_rows
        ids = table.column("id").to_pylist()
        assert ids == list(range(100000))
        assert table.column("t").to_pylist()[99999] == "row 99999"


def check_large_inline():
    check_large(False)


def check_large_by_links():
    check_large(True)


def check_execute_async():
    with connect() as connection, connection.cursor() as cursor:
        cursor.execute_async("SELECT id, sleep(7) AS s FROM RANGE(1)")
        # Longer than the server holds a question about the status.
        polls = 0
        while cursor.is_query_pending():
            polls += 1
            time.sleep(0.1)
        assert polls > 0, "the statement was not pending once"
        cursor.get_async_execution_result()
        assert [row[0] for row in cursor.fetchall()] == [0]


def check_cancel():
    with connect() as connection, connection.cursor() as cursor:
        failures = []

        def run():
            try:
                cursor.execute("SELECT sleep(600)")
                cursor.fetchall()
            except Exception as error:  # the connector's own kinds differ by version
                failures.append(error)

        started = time.monotonic()
        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(7)  # past the window of direct results, so that there is a handle to cancel
        cursor.cancel()
        thread.join(60)
        assert not thread.is_alive(), "the canceled statement went on"
        assert failures, "a canceled statement gave rows"
        assert time.monotonic() - started < 120


def check_errors():
    with connect() as connection, connection.cursor() as cursor:
        for statement, mark in [
            ("SELEC 1", "PARSE_SYNTAX_ERROR"),
            ("SELECT * FROM no_such_table", "TABLE_OR_VIEW_NOT_FOUND"),
            ("SELECT no_such_column FROM RANGE(1)", "UNRESOLVED_COLUMN"),
        ]:
            try:
                cursor.execute(statement)
            except sql.exc.Error as error:
                assert mark in str(error), (statement, error)
            else:
                raise AssertionError(statement + " did not fail")
        assert rows(cursor, "SELECT 2") == [(2,)], "the session did not survive an error"


for check in [
    check_select_one,
    check_types,
    check_named_parameters,
    check_large_inline,
    check_large_by_links,
    check_execute_async,
    check_cancel,
    check_errors,
]:
    check()
    print("ok", check.__name__, flush=True)
