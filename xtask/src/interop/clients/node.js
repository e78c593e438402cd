// The official driver for Node.js: over Thrift with TLS, and with its kernel.
//
// Usage: node node.js MODE URL HTTP_PATH ROWS PICK_UP CERTIFICATE, with NODE_PATH naming the folder of its
// packages. MODE is `thrift` or `kernel`; CERTIFICATE is a PEM file to trust, or empty. The scenarios are
// those of `judging.py` and the values those of `cases.json`; each ends as a line of JSON in the same form.

"use strict";

const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

process.env.DATABRICKS_TELEMETRY_DISABLED = "1";
const { DBSQLClient } = require("@databricks/sql");

const [mode, url, httpPath, rows, pickUp, certificate] = process.argv.slice(2);
const COUNT = parseInt(rows, 10);
const TOKEN = "a-token-of-no-value";
const LARGE = `SELECT id, concat('row ', id) AS t FROM RANGE(${COUNT})`;
const CASES = JSON.parse(fs.readFileSync(path.join(__dirname, "cases.json"), "utf8"));
const LIMIT = 180_000;

class NotApplicable extends Error {}

const NO_HANDLE = "no call takes an id";
const QUIET = { log() {}, setLevel() {} };

let client;
let session;

async function connect() {
  const options = { path: httpPath, token: TOKEN, telemetryEnabled: false };
  // Otherwise a BIGINT is rounded, and so is a DECIMAL.
  options.preserveBigNumericPrecision = true;
  if (mode === "kernel") {
    Object.assign(options, { host: url, useKernel: true });
  } else {
    const { hostname, port } = new URL(url);
    const customCaCert = fs.readFileSync(certificate);
    Object.assign(options, { host: hostname, port: parseInt(port, 10), customCaCert });
  }
  client = new DBSQLClient({ logger: QUIET });
  await client.connect(options);
  session = await client.openSession();
  assert.match(session.id, /^[0-9a-f-]{36}$/);
}

async function read(sql, options) {
  const operation = await session.executeStatement(sql, options ?? {});
  const all = await operation.fetchAll();
  await operation.close();
  return all;
}

// Milliseconds since 1970, with a fraction: a Date keeps three digits of the six and the driver, before
// 1970, rounds up.
function milliseconds(text) {
  const [whole, fraction] = text.replace("Z", "").split(".");
  return new Date(`${whole}Z`).getTime() + Number(`0.${fraction ?? 0}`) * 1000;
}

// The kernel waits for the end of a statement unless it is told not to; Thrift never does.
function submit(sql) {
  return session.executeStatement(sql, { runAsync: true });
}

// What a value of `cases.json` is in JavaScript; a point in time is a number of milliseconds.
function inJavaScript(value) {
  if (value === null) return null;
  const [kind, text] = value;
  switch (kind) {
    case "boolean":
      return text === "true";
    case "int":
    case "float":
      return Number(text);
    case "long":
      return BigInt(text);
    case "decimal":
    case "string":
    case "interval":
      return text;
    case "binary":
      return Buffer.from(text, "hex");
    case "date":
      return new Date(text).getTime();
    case "timestamp":
    case "timestamp_ntz":
      return milliseconds(text);
    case "array":
      return text.map(inJavaScript);
    case "map":
    case "struct":
      return Object.fromEntries(text.map(([name, item]) => [name, inJavaScript(item)]));
    default:
      throw new Error(`a value of ${kind}`);
  }
}

function same(expected, got, about) {
  if (got instanceof Date) {
    const apart = Math.abs(got.getTime() - expected);
    assert.ok(apart < 1, `${about}: ${got.toISOString()}`);
  } else {
    assert.deepEqual(got, expected, about);
  }
}

async function large(useCloudFetch) {
  const operation = await session.executeStatement(LARGE, { useCloudFetch });
  let [count, sum, length] = [0, 0n, 0];
  do {
    for (const row of await operation.fetchChunk({ maxRows: 100_000 })) {
      count += 1;
      sum += BigInt(row.id);
      length += row.t.length;
    }
  } while (await operation.hasMoreRows());
  await operation.close();
  assert.equal(count, COUNT);
  assert.equal(sum, (BigInt(COUNT) * BigInt(COUNT - 1)) / 2n);
  let expected = 0;
  for (let row = 0; row < COUNT; row += 1) expected += 4 + String(row).length;
  assert.equal(length, expected);
}

// What the query history of the warehouse says about the last statement with this text.
async function awaitStatus(sql, wanted) {
  const request = `${url}/api/2.0/sql/history/queries?max_results=100`;
  const transport = require(url.startsWith("https:") ? "node:https" : "node:http");
  const ca = certificate ? fs.readFileSync(certificate) : undefined;
  const ask = () =>
    new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${TOKEN}` };
      const got = (answer) => {
        let body = "";
        answer.on("data", (part) => (body += part));
        answer.on("end", () => resolve(JSON.parse(body).res));
      };
      transport.get(request, { headers, ca }, got).on("error", reject);
    });
  for (let tries = 0; tries < 200; tries += 1) {
    const found = (await ask()).find((query) => query.query_text === sql);
    if (found?.status === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${sql} did not become ${wanted}`);
}

async function fails(promise, check) {
  try {
    await promise;
  } catch (error) {
    check(error);
    return;
  }
  throw new Error("this had to fail");
}

const SCENARIOS = {
  connect,

  async select_one() {
    const operation = await session.executeStatement("SELECT 1 AS one");
    const schema = await operation.getSchema();
    assert.equal(schema.columns[0].columnName, "one");
    assert.equal(schema.columns[0].typeDesc.types[0].primitiveEntry.type, 3);
    assert.deepEqual(await operation.fetchAll(), [{ one: 1 }]);
    await operation.close();
  },

  async types() {
    for (const { sql, value } of CASES.values) {
      const [row] = await read(`SELECT ${sql} AS v`);
      same(inJavaScript(value), row.v, sql);
    }
  },

  async parameters() {
    const expected = [{ n: 7, s: "x", z: null }];
    const namedParameters = { n: 7, s: "x", z: null };
    const named = await read("SELECT :n AS n, :s AS s, :z AS z", { namedParameters });
    assert.deepEqual(named, expected);
    const ordinalParameters = [7, "x", null];
    const byPlace = await read("SELECT ? AS n, ? AS s, ? AS z", { ordinalParameters });
    assert.deepEqual(byPlace, expected);
  },

  async inline() {
    if (mode === "kernel") {
      throw new NotApplicable(
        "no option: the server chooses between rows inside of the response and links",
      );
    }
    await large(false);
  },

  async links() {
    await large(true);
  },

  async execute_async() {
    // Over Thrift longer than the first request waits, and the question about the status behind it.
    const seconds = mode === "thrift" ? 12 : 3;
    const operation = await submit(`SELECT id, sleep(${seconds}) AS s FROM RANGE(1)`);
    const { operationState } = await operation.status();
    assert.ok([0, 1, 7].includes(operationState), `state ${operationState}`);
    await operation.finished();
    const [row] = await operation.fetchAll();
    assert.equal(Number(row.id), 0);
    await operation.close();
  },

  async cancel() {
    const sql = `SELECT sleep(600) /* node ${mode} */`;
    const operation = await submit(sql);
    const rows = operation.fetchAll();
    rows.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assert.ok((await operation.cancel()).isSuccess);
    await fails(rows, (error) => assert.match(error.message, /cancel/i));
    await awaitStatus(sql, "CANCELED");
  },

  async errors() {
    for (const { sql, class: name, sqlstate } of CASES.errors) {
      await fails(read(sql), (error) => {
        assert.equal(error.constructor.name, "OperationStateError");
        assert.ok(error.message.includes(`[${name}]`), error.message);
        assert.ok(error.message.includes(sqlstate), error.message);
      });
    }
    assert.deepEqual(await read("SELECT 1 AS one"), [{ one: 1 }]);
  },

  async picked_up() {
    if (mode === "thrift") {
      throw new NotApplicable("tells the id of a statement, and not the secret that Thrift needs");
    }
    const operation = await submit(LARGE);
    const said = spawnSync(pickUp, {
      input: `sea:${operation.id}`,
      env: { ...process.env, DBSQL_LOCAL_URL: url + httpPath },
      encoding: "utf8",
      maxBuffer: 1 << 30,
    });
    assert.equal(said.status, 0, said.stderr);
    const ids = said.stdout.trim().split("\n").map(Number);
    assert.equal(ids.length, COUNT);
    ids.sort((one, other) => one - other);
    assert.ok(ids.every((id, at) => id === at));
    await operation.close();
  },

  async picks_up() {
    throw new NotApplicable(NO_HANDLE);
  },

  async warehouses() {
    throw new NotApplicable("not part of a driver");
  },

  async history() {
    throw new NotApplicable("not part of a driver");
  },

  async close() {
    const status = await session.close();
    assert.ok(status.isSuccess);
    await fails(session.executeStatement("SELECT 1"), () => {});
    await client.close();
  },
};

async function main() {
  let failed = false;
  for (const [scenario, check] of Object.entries(SCENARIOS)) {
    const began = Date.now();
    let [outcome, note] = ["ok", ""];
    const hangs = setTimeout(() => {
      console.error(`${scenario} takes too long`);
      process.exit(1);
    }, LIMIT);
    try {
      await check();
    } catch (error) {
      if (error instanceof NotApplicable) {
        [outcome, note] = ["n/a", error.message];
      } else {
        console.error(`${scenario}:`, error);
        [outcome, failed] = ["FAILED", true];
      }
    }
    clearTimeout(hangs);
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    console.log(JSON.stringify({ scenario, outcome, note, seconds }));
  }
  process.exit(failed ? 1 : 0);
}

main();
