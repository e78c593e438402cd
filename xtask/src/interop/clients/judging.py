"""What every Python client of `cargo xtask interop clients` is asked, and how its answers are judged.

A client's script makes a subclass of `Client` and calls `judge`. Its arguments are URL HTTP_PATH ROWS
PICK_UP: where the local warehouse is, how many rows a large result has, and this project's program that
submits and picks up. Each scenario ends as a line of JSON: `ok`, `n/a` or `bug` with a note, `FAILED`.
"""

import datetime
import faulthandler
import json
import os
import pathlib
import subprocess
import sys
import time
import traceback
import urllib.request

import pyarrow
import pyarrow.compute

CASES = json.loads(pathlib.Path(__file__).with_name("cases.json").read_text())
TOKEN = "a-token-of-no-value"
LARGE = "SELECT id, concat('row ', id) AS t FROM RANGE({rows})"
FIRST_CHUNK_ALONE = (
    "reads the first chunk of an inline result and silently drops the others "
    "(the service documents \"a series of chunks\"; here it has 5 MiB)"
)
# Longer than any call waits for a result before it returns an id.
WHILE_WAITING = 11
# One scenario takes seconds. When it takes this long, where it hangs is printed and the judge ends.
LIMIT = 180


class NotApplicable(Exception):
    """The client has nothing of the kind; the message says why."""


class Bug(Exception):
    """The client did what is a known bug of its own, and all else held; the message says what."""


class Client:
    """One client. What it does not override, it cannot do."""

    def __init__(self, arguments):
        self.url, self.http_path, count, self.pick_up = arguments
        self.count = int(count)
        self.warehouse = self.http_path.rsplit("/", 1)[-1]

    def read(self, sql, parameters=None, **options):
        """The result as a pyarrow table, in a session that is there already or is made for it."""
        raise NotImplementedError

    def check_connect(self):
        raise NotImplementedError

    def check_select_one(self):
        assert self.read("SELECT 1 AS one").to_pydict() == {"one": [1]}

    def check_types(self):
        for case in CASES["values"]:
            table = self.read(f"SELECT {case['sql']} AS v")
            self.check_value(case, table)

    def check_value(self, case, table):
        kind = table.schema.field("v").type
        assert str(kind) in case["arrow"], (case, kind)
        if str(kind) == "month_interval":
            return  # pyarrow has no Python value for it
        (got,) = table.column("v").to_pylist()
        assert same(case["value"], plain(kind, got)), (case, got)

    def check_parameters(self):
        raise NotImplementedError

    def check_inline(self):
        raise NotImplementedError

    def check_links(self):
        raise NotImplementedError

    def check_large(self, table):
        """All rows of the large result: how many, which, and how long their texts are in all."""
        assert table.num_rows == self.count, table.num_rows
        assert pyarrow.compute.sum(table.column("id")).as_py() == self.count * (self.count - 1) // 2
        lengths = pyarrow.compute.sum(pyarrow.compute.utf8_length(table.column("t"))).as_py()
        assert lengths == sum(4 + len(str(row)) for row in range(self.count)), lengths

    def check_execute_async(self):
        raise NotImplementedError

    def check_cancel(self):
        raise NotImplementedError

    def check_errors(self):
        for case in CASES["errors"]:
            try:
                self.read(case["sql"])
            except Exception as error:
                self.check_error(case, error)
            else:
                raise AssertionError(f"{case['sql']} did not fail")
        self.check_select_one()

    def check_error(self, case, error):
        assert f"[{case['class']}]" in str(error), (case, error)

    def check_picked_up(self):
        """A statement of the client is read by this project, in another process, by its id."""
        with self.submitted(LARGE.format(rows=self.count)) as handle:
            said = subprocess.run(
                [self.pick_up], input=handle, env=self.environment(), capture_output=True, text=True
            )
            assert said.returncode == 0, said.stderr
            ids = [int(line) for line in said.stdout.split()]
            assert sorted(ids) == list(range(self.count)), len(ids)

    def submitted(self, sql):
        """A context with the handle of a statement that was submitted and not waited for."""
        raise NotImplementedError

    def check_picks_up(self):
        """A statement of this project is read by the client by its id."""
        sql = LARGE.format(rows=self.count)
        command = [self.pick_up, "submit", self.protocol, sql]
        said = subprocess.run(command, env=self.environment(), capture_output=True, text=True)
        assert said.returncode == 0, said.stderr
        self.check_large(self.attach(said.stdout.strip()))

    def attach(self, handle):
        """The result of a statement that another client submitted, as a pyarrow table."""
        raise NotImplementedError

    def environment(self):
        return {**os.environ, "DBSQL_LOCAL_URL": self.url + self.http_path}

    def check_warehouses(self):
        raise NotApplicable("not part of a driver")

    def check_history(self):
        raise NotApplicable("not part of a driver")

    def check_close(self):
        raise NotImplementedError

    def status(self, sql):
        """What the query history of the warehouse says about the last statement with this text."""
        request = urllib.request.Request(
            self.url + "/api/2.0/sql/history/queries?max_results=100",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        with urllib.request.urlopen(request) as answer:
            queries = json.load(answer)["res"]
        return next((query["status"] for query in queries if query["query_text"] == sql), None)

    def await_status(self, sql, wanted):
        deadline = time.monotonic() + 20
        while (status := self.status(sql)) != wanted:
            assert time.monotonic() < deadline, f"{sql} is {status}, not {wanted}"
            time.sleep(0.1)


def plain(kind, value):
    """A value from pyarrow in the form of `cases.json`."""
    types = pyarrow.types
    if value is None:
        return None
    if types.is_boolean(kind):
        return ["boolean", "true" if value else "false"]
    if types.is_int64(kind):
        return ["long", str(value)]
    if types.is_integer(kind):
        return ["int", str(value)]
    if types.is_floating(kind):
        special = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
        return ["float", special.get(repr(value), repr(value))]
    if types.is_decimal(kind):
        return ["decimal", str(value)]
    if types.is_string(kind):
        return ["string", value]
    if types.is_binary(kind):
        return ["binary", value.hex()]
    if types.is_date(kind):
        return ["date", value.isoformat()]
    if types.is_timestamp(kind) and kind.tz:
        value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return ["timestamp", value.isoformat(timespec="microseconds") + "Z"]
    if types.is_timestamp(kind):
        return ["timestamp_ntz", value.isoformat(timespec="microseconds")]
    if types.is_list(kind):
        return ["array", [plain(kind.value_type, item) for item in value]]
    if types.is_map(kind):
        return ["map", [[key, plain(kind.item_type, item)] for key, item in value]]
    if types.is_struct(kind):
        return ["struct", [[field.name, plain(field.type, value[field.name])] for field in kind]]
    if isinstance(value, pyarrow.MonthDayNano):
        months, days, nanoseconds = value
        if months:
            assert not days and not nanoseconds, value
            return ["interval", f"{months // 12}-{months % 12}"]
        seconds, nanoseconds = divmod(nanoseconds, 1_000_000_000)
        hours, seconds = divmod(seconds, 3600)
        clock = f"{hours:02}:{seconds // 60:02}:{seconds % 60:02}.{nanoseconds:09}"
        return ["interval", f"{days} {clock}"]
    if str(kind) == "duration[us]":
        hours, rest = divmod(value.seconds, 3600)
        clock = f"{hours:02}:{rest // 60:02}:{rest % 60:02}.{value.microseconds:06}000"
        return ["interval", f"{value.days} {clock}"]
    raise AssertionError(f"a value of {kind}")


def same(expected, got):
    # Most clients read intervals as text.
    if expected and expected[0] == "interval" and got and got[0] == "string":
        return expected[1] == got[1]
    return expected == got


SCENARIOS = [
    "connect",
    "select_one",
    "types",
    "parameters",
    "inline",
    "links",
    "execute_async",
    "cancel",
    "errors",
    "picked_up",
    "picks_up",
    "warehouses",
    "history",
    "close",
]


def judge(client):
    """Runs all, prints how each ended, and ends with status 1 when one failed."""
    failed = False
    for name in SCENARIOS:
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        outcome, note, began = "ok", "", time.monotonic()
        try:
            getattr(client, "check_" + name)()
        except NotApplicable as reason:
            outcome, note = "n/a", str(reason)
        except Bug as reason:
            outcome, note = "bug", str(reason)
        except Exception:
            traceback.print_exc()
            outcome, failed = "FAILED", True
        seconds = round(time.monotonic() - began, 1)
        line = {"scenario": name, "outcome": outcome, "note": note, "seconds": seconds}
        print(json.dumps(line), flush=True)
    faulthandler.cancel_dump_traceback_later()
    sys.exit(1 if failed else 0)
