// The Node.js driver reads one result from a bench-server, and prints the measurements as JSON.
//
// Usage: node node.js URL HTTP_PATH SQL TIMES CERTIFICATE, with the folder of its packages in NODE_PATH.
// The figures are those of `bench-client`. The driver has no Arrow API: rows are objects, read chunk by
// chunk, and each chunk is dropped.

"use strict";

const fs = require("fs");

const [url, path, sql, times, certificate] = process.argv.slice(2);
// Rows of a chunk.
const PIECE = 100000;

process.env.DATABRICKS_TELEMETRY_DISABLED = "1";
const { DBSQLClient } = require("@databricks/sql");

// The driver supports only https, by a constant in this method.
if (url.startsWith("http:")) {
  const options = DBSQLClient.prototype.getConnectionOptions;
  DBSQLClient.prototype.getConnectionOptions = function (...given) {
    return { ...options.apply(this, given), https: false };
  };
}

function status(name) {
  const lines = fs.readFileSync("/proc/self/status", "utf8").split("\n");
  return parseInt(lines.find((line) => line.startsWith(name)).split(/\s+/)[1], 10) * 1024;
}

function percentile(each, percent) {
  const at = Math.ceil((each.length * percent) / 100) - 1;
  return at < 0 ? null : each[at];
}

async function main() {
  const { hostname, port } = new URL(url);
  const client = new DBSQLClient();
  const connection = { host: hostname, port: parseInt(port, 10), path, token: "a-token-of-no-value" };
  await client.connect({ ...connection, telemetryEnabled: false });
  const session = await client.openSession();
  const inline = sql.startsWith("SELECT inline");

  const read = async (statement, tally) => {
    const options = { useCloudFetch: !inline, maxRows: PIECE };
    const operation = await session.executeStatement(statement, options);
    do {
      const rows = await operation.fetchChunk({ maxRows: PIECE });
      tally.rows += rows.length;
      for (const row of rows) tally.sum += row.id;
    } while (await operation.hasMoreRows());
    await operation.close();
  };
  await read("SELECT small", { rows: 0, sum: 0 });

  fs.writeFileSync("/proc/self/clear_refs", "5");
  const idle = status("VmRSS:");
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  const since = (at) => Number(process.hrtime.bigint() - at) / 1e9;
  const tally = { rows: 0, sum: 0 };
  const each = [];
  for (let time = 0; time < parseInt(times, 10); time += 1) {
    const at = process.hrtime.bigint();
    await read(sql, tally);
    each.push(since(at) * 1e3);
  }
  const wall = since(began);
  const { user, system } = process.cpuUsage(cpu);
  each.sort((a, b) => a - b);
  console.log(
    JSON.stringify({
      wall_seconds: wall,
      cpu_seconds: (user + system) / 1e6,
      idle_bytes: idle,
      memory_bytes: Math.max(0, status("VmHWM:") - idle),
      rows: tally.rows,
      id_sum: tally.sum,
      p50_ms: percentile(each, 50),
      p99_ms: percentile(each, 99),
    }),
  );
  await session.close();
  await client.close();
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
