// Tests a program against faults of the local warehouse, with the official driver.
const assert = require("node:assert/strict");
const { DBSQLClient } = require("@databricks/sql");

const HOST = new URL(process.env.DATABRICKS_HOST); // http://127.0.0.1:8080
const PATH = process.env.DATABRICKS_HTTP_PATH; // /sql/1.0/warehouses/local
const ADMIN_TOKEN = process.env.DBSQL_ADMIN_TOKEN;

// GET without a body, POST with one.
async function admin(path, body) {
  const headers = { Authorization: `Bearer ${ADMIN_TOKEN}`, "Content-Type": "application/json" };
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(new URL(`/-/${path}`, HOST), { headers, ...options });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer;
}

async function connect() {
  const client = new DBSQLClient();
  // Plain http: the driver has no option for it.
  const options = client.getConnectionOptions.bind(client);
  client.getConnectionOptions = (...given) => ({ ...options(...given), https: false });
  await client.connect({
    host: HOST.hostname,
    port: Number(HOST.port),
    path: PATH,
    token: "anything",
    telemetryEnabled: false,
  });
  return client;
}

const QUERY = "SELECT count(*) AS n FROM RANGE(10) /* Node.js */";

async function main() {
  await admin("recover", {});
  const client = await connect();
  const session = await client.openSession();
  // Polls are rate limited: the driver waits, and the query ends well.
  const limited = { kind: "http", status: 429, headers: { "retry-after": "1" } };
  await admin("script", { method: "GetResultSetMetadata", steps: [limited] });
  const operation = await session.executeStatement(QUERY);
  assert.equal(Number((await operation.fetchAll())[0].n), 10);
  await operation.close();

  // A request that is misspelled is an error that names the field.
  await assert.rejects(admin("recover", { method: "FetchResult" }), /`method` is not the name/);
  assert.equal((await admin("counts")).runs[QUERY], 1);
  await session.close();
  await client.close();
  console.log("Node.js: the query ran once");
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
