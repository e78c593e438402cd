"""arrowbricks, an independent client with a core in Rust: over Thrift and over SEA.

Usage: bricks.py PROTOCOL URL HTTP_PATH ROWS PICK_UP. PROTOCOL is `thrift` or `sea`.
"""

import asyncio
import sys

import arrowbricks
import pyarrow

from judging import (
    CASES,
    FIRST_CHUNK_ALONE,
    LARGE,
    TOKEN,
    WHILE_WAITING,
    Bug,
    Client,
    NotApplicable,
    judge,
)

NO_HANDLE = "no call submits without waiting or takes an id"


class Arrowbricks(Client):
    def __init__(self, protocol, arguments):
        super().__init__(arguments)
        self.protocol = protocol
        self.loop = asyncio.new_event_loop()
        self.events = []
        self.connection = None

    def run(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    async def execute(self, sql, parameters=None, **options):
        cursor = self.connection.cursor()
        await cursor.execute(sql, parameters, **options)
        return pyarrow.table(await cursor.fetchall_arrow())

    def read(self, sql, parameters=None, **options):
        return self.run(self.execute(sql, parameters, **options))

    def check_connect(self):
        # It makes no request here; the next scenario does.
        self.connection = arrowbricks.connect(
            host=self.url,
            warehouse_id=self.warehouse,
            token=TOKEN,
            protocol=self.protocol,
            retry_attempts=1,
            on_event=self.events.append,
        )

    def check_types(self):
        bare_null = CASES["values"].pop()
        assert bare_null["sql"] == "NULL", bare_null
        super().check_types()
        CASES["values"].append(bare_null)
        try:
            table = self.read("SELECT NULL AS v")
        except arrowbricks.ArrowbricksError as error:
            assert self.protocol == "thrift" and "Unexpected End of Stream" in str(error), error
            raise Bug(
                "`SELECT NULL`: it reads a batch without buffers only when an end of stream follows, "
                "which no batch inside of a Thrift response has"
            ) from None
        self.check_value(bare_null, table)

    def check_parameters(self):
        parameters = [
            {"name": "n", "value": "7", "type": "INT"},
            {"name": "s", "value": "x", "type": "STRING"},
            {"name": "z", "value": None, "type": "INT"},
        ]
        (row,) = self.read("SELECT :n AS n, :s AS s, :z AS z", parameters).to_pylist()
        assert row == {"n": 7, "s": "x", "z": None}, row

    def check_inline(self):
        if self.protocol == "thrift":
            raise NotApplicable("no option: it takes links whenever the server has some")
        table = self.read(LARGE.format(rows=self.count), prefer_inline=True)
        assert 0 < table.num_rows < self.count, table.num_rows
        raise Bug(FIRST_CHUNK_ALONE)

    def check_links(self):
        self.check_large(self.read(LARGE.format(rows=self.count)))
        assert self.events[-1].bytes_downloaded > self.count, self.events[-1]

    def check_execute_async(self):
        raise NotApplicable(NO_HANDLE)

    def check_cancel(self):
        sql = f"SELECT sleep(600) /* arrowbricks {self.protocol} */"

        async def cancel():
            task = asyncio.create_task(self.execute(sql))
            # Until the call has a handle to cancel.
            await asyncio.sleep(WHILE_WAITING)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                # The cancel goes to the server in the background.
                await asyncio.to_thread(self.await_status, sql, "CANCELED")
            else:
                raise AssertionError("the canceled statement gave rows")

        self.run(cancel())

    def check_error(self, case, error):
        super().check_error(case, error)
        assert isinstance(error, arrowbricks.StatementError), type(error)
        assert f"SQLSTATE: {case['sqlstate']}" in str(error), (case, error)

    def check_picked_up(self):
        raise NotApplicable(NO_HANDLE)

    def check_picks_up(self):
        raise NotApplicable(NO_HANDLE)

    def check_close(self):
        self.run(self.connection.close())


judge(Arrowbricks(sys.argv[1], sys.argv[2:]))
