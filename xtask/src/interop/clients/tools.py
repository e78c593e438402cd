"""dbt and SQLAlchemy with pandas against the local warehouse.

Usage: tools.py URL HTTP_PATH PROJECT, with the dbt project in a folder that may be written to.
"""

import datetime
import os
import pathlib
import sys

URL, HTTP_PATH, PROJECT = sys.argv[1:4]
os.environ.update(WAREHOUSE_URL=URL, WAREHOUSE_PATH=HTTP_PATH, DBT_SEND_ANONYMOUS_USAGE_STATS="false")

import pandas
import sqlalchemy
from dbt.cli.main import dbtRunner

ENGINE = sqlalchemy.create_engine(
    f"databricks://token:anything@localhost?http_path={HTTP_PATH}&catalog=main&schema=default",
    connect_args={
        "_connection_uri": URL + HTTP_PATH,
        "enable_telemetry": False,
        "_retry_stop_after_attempts_count": 2,
    },
)


def rows(text):
    with ENGINE.connect() as connection:
        return [tuple(row) for row in connection.execute(sqlalchemy.text(text))]


def equal(found, expected):
    assert found == expected, f"{found!r} instead of {expected!r}"


def dbt(*arguments):
    folders = ["--project-dir", PROJECT, "--profiles-dir", PROJECT]
    ended = dbtRunner().invoke(["--quiet", *arguments, *folders])
    assert ended.success, f"dbt {' '.join(arguments)}: {ended.exception or ended.result}"


def dbt_runs_a_project():
    dbt("debug")
    dbt("seed")
    dbt("run")
    equal(rows("SELECT * FROM main.analytics.daily ORDER BY placed")[0][1], 1)
    # Once more: the table is replaced, and the incremental model merged.
    with (pathlib.Path(PROJECT) / "seeds/raw_orders.csv").open("a") as seed:
        seed.write("4,eve,7.5,2024-01-03\n")
    dbt("seed")
    dbt("run")
    daily = rows("SELECT placed, orders FROM main.analytics.daily ORDER BY placed")
    equal(daily[-1], (datetime.date(2024, 1, 3), 2))
    equal(len(daily), 3)
    equal(rows("SELECT count(*) FROM main.analytics.customers"), [(3,)])
    dbt("test")
    dbt("docs", "generate")
    comment = "SELECT comment FROM system.information_schema.{} WHERE table_schema = 'analytics' AND {}"
    equal(rows(comment.format("tables", "table_name = 'orders'")), [("One row an order.",)])
    found = rows(comment.format("columns", "table_name = 'orders' AND column_name = 'id'"))
    equal(found, [("The number of the order.",)])


def pandas_writes_and_reads():
    times = pandas.to_datetime(["2024-01-01 00:00:00", "2024-01-02 03:04:05"])
    frame = pandas.DataFrame(
        {"id": [1, 2], "name": ["a", None], "x": [1.5, 2.5], "t": times, "b": [True, False]}
    )
    for method in [None, "multi"]:
        frame.to_sql("frame", ENGINE, index=False, if_exists="replace", method=method)
        read = pandas.read_sql("SELECT * FROM frame ORDER BY id", ENGINE)
        equal(read["id"].tolist(), [1, 2])
        equal(read["t"].tolist(), frame["t"].tolist())
        equal(read["name"].isna().tolist(), [False, True])
        equal(read["b"].tolist(), [True, False])
    frame.to_sql("frame", ENGINE, index=False, if_exists="append")
    equal(len(pandas.read_sql_table("frame", ENGINE)), 4)


def sqlalchemy_creates_and_reflects():
    from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, String, Table

    metadata = MetaData()
    key = {"primary_key": True, "autoincrement": False}
    Table("parent", metadata, Column("id", BigInteger, **key), Column("n", String, comment="a name"), comment="all")
    Table("child", metadata, Column("id", BigInteger, **key), Column("p", ForeignKey("parent.id", name="to_parent")))
    metadata.create_all(ENGINE)
    inspector = sqlalchemy.inspect(ENGINE)
    equal(inspector.get_pk_constraint("parent")["constrained_columns"], ["id"])
    [foreign] = inspector.get_foreign_keys("child")
    equal((foreign["name"], foreign["referred_table"]), ("to_parent", "parent"))
    equal(inspector.get_table_comment("parent"), {"text": "all"})
    equal([column["comment"] for column in inspector.get_columns("parent")], [None, "a name"])
    equal(inspector.has_table("nothing"), False)
    metadata.drop_all(ENGINE)
    equal([name for name in sqlalchemy.inspect(ENGINE).get_table_names() if name != "frame"], [])


for check in [dbt_runs_a_project, pandas_writes_and_reads, sqlalchemy_creates_and_reflects]:
    check()
    print(f"ok: {check.__name__}", flush=True)
# An open connection would be closed by an interpreter that is gone by half.
ENGINE.dispose()
