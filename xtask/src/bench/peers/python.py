"""One Python client reads one result from a bench-server, and prints what that took, as JSON.

Usage: python.py CLIENT URL HTTP_PATH SQL TIMES CERTIFICATE. CLIENT is `connector`, `connector-sea`,
`kernel`, `arrowbricks` or `arrowbricks-sea`; CERTIFICATE is a PEM file to trust, or empty. The figures are those of `bench-client`.
Rows are consumed as Arrow, piece by piece where the client can do that, and each piece is dropped.
"""

import asyncio
import json
import os
import sys
import time
import urllib.parse

import pyarrow
import pyarrow.compute

CLIENT, URL, HTTP_PATH, SQL, TIMES, CERTIFICATE = sys.argv[1:7]
TIMES = int(TIMES)
TOKEN = "a-token-of-no-value"
# Rows of a piece.
PIECE = 200_000
MASK = (1 << 64) - 1


class Tally:
    def __init__(self):
        self.rows, self.id_sum = 0, 0

    def add(self, table):
        self.rows += table.num_rows
        if isinstance(getattr(table, "column_table", None), list):
            # The connector has columns of Thrift as lists, and makes no Arrow of them.
            self.id_sum += sum(table.column_table[table.column_names.index("id")])
        elif table.num_rows:
            self.id_sum += pyarrow.compute.sum(table.column("id")).as_py()


def status(name):
    with open("/proc/self/status") as lines:
        for line in lines:
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    raise RuntimeError(f"no {name} in /proc/self/status")


def percentile(each, percent):
    return each[(len(each) * percent + 99) // 100 - 1] * 1e3 if each else None


class Measurement:
    def __init__(self):
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        self.idle = status("VmRSS:")
        self.cpu, self.began = time.process_time(), time.perf_counter()

    def finish(self, tally, each):
        wall, cpu = time.perf_counter() - self.began, time.process_time() - self.cpu
        each.sort()
        id_sum = tally.id_sum & MASK
        print(
            json.dumps(
                {
                    "wall_seconds": wall,
                    "cpu_seconds": cpu,
                    "idle_bytes": self.idle,
                    "memory_bytes": max(0, status("VmHWM:") - self.idle),
                    "rows": tally.rows,
                    "id_sum": id_sum - (1 << 64) if id_sum >> 63 else id_sum,
                    "p50_ms": percentile(each, 50),
                    "p99_ms": percentile(each, 99),
                }
            ),
            flush=True,
        )


def connector():
    from databricks import sql

    url = urllib.parse.urlsplit(URL)
    options = {"enable_telemetry": False, "access_token": TOKEN, "http_path": HTTP_PATH}
    if CERTIFICATE:
        options["_tls_trusted_ca_file"] = CERTIFICATE
    if CLIENT == "kernel":
        options |= {"use_kernel": True, "server_hostname": URL}
    elif CLIENT == "connector-sea":
        host = url.hostname if CERTIFICATE else f"{url.scheme}://{url.hostname}"
        options |= {"use_sea": True, "server_hostname": host, "_port": url.port}
    elif CERTIFICATE:
        options |= {"server_hostname": url.hostname, "_port": url.port}
    else:
        options |= {"server_hostname": url.hostname, "_connection_uri": URL + HTTP_PATH}
    if SQL.startswith("SELECT inline"):
        options["use_cloud_fetch"] = False

    with sql.connect(**options) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT small")
            cursor.fetchall_arrow()
        tally, each, measurement = Tally(), [], Measurement()
        for _ in range(TIMES):
            began = time.perf_counter()
            with connection.cursor() as cursor:
                cursor.execute(SQL)
                while True:
                    table = cursor.fetchmany_arrow(PIECE)
                    tally.add(table)
                    if not table.num_rows:
                        break
                    del table
            each.append(time.perf_counter() - began)
        measurement.finish(tally, each)


async def arrowbricks():
    import arrowbricks

    warehouse = HTTP_PATH.rsplit("/", 1)[-1]
    options = {"host": URL, "warehouse_id": warehouse, "token": TOKEN}
    if CLIENT == "arrowbricks-sea":
        options["protocol"] = "sea"
    async with arrowbricks.connect(**options) as connection:
        cursor = connection.cursor()
        await cursor.execute("SELECT small")
        await cursor.fetchall_arrow()
        tally, each, measurement = Tally(), [], Measurement()
        for _ in range(TIMES):
            began = time.perf_counter()
            cursor = connection.cursor()
            await cursor.execute(SQL)
            while True:
                table = pyarrow.table(await cursor.fetchmany_arrow(PIECE))
                tally.add(table)
                if not table.num_rows:
                    break
                del table
            each.append(time.perf_counter() - began)
        measurement.finish(tally, each)


if CERTIFICATE:
    os.environ["SSL_CERT_FILE"] = CERTIFICATE
if CLIENT.startswith("arrowbricks"):
    asyncio.run(arrowbricks())
else:
    connector()
