//! The statements, in groups. A group runs in one session, in order.

mod aggregates;
mod casts;
mod functions;
mod operators;
mod time;

/// The groups, each with the name of its file of answers.
pub(crate) fn groups() -> Vec<(&'static str, Vec<String>)> {
    vec![
        ("ordinary", listed(include_str!("cases/ordinary.sql"))),
        ("further", listed(include_str!("cases/further.sql"))),
        ("own", listed(include_str!("cases/own.sql"))),
        ("queries", listed(include_str!("cases/queries.sql"))),
        ("names", listed(include_str!("cases/names.sql"))),
        ("casts", casts::statements()),
        ("operators", operators::statements()),
        ("functions", functions::statements()),
        ("text", listed(include_str!("cases/text.sql"))),
        ("lists", listed(include_str!("cases/lists.sql"))),
        ("aggregates", aggregates::statements()),
        ("joins", listed(include_str!("cases/joins.sql"))),
        ("windows", listed(include_str!("cases/windows.sql"))),
        ("groups", listed(include_str!("cases/groups.sql"))),
        ("selects", listed(include_str!("cases/selects.sql"))),
        ("columns", listed(include_str!("cases/columns.sql"))),
        ("guards", listed(include_str!("cases/guards.sql"))),
        ("composed", listed(include_str!("cases/composed.sql"))),
        ("mixed", listed(include_str!("cases/mixed.sql"))),
        ("clauses", listed(include_str!("cases/clauses.sql"))),
        ("literals", listed(include_str!("cases/literals.sql"))),
        ("words", listed(include_str!("cases/words.sql"))),
        ("conditions", listed(include_str!("cases/conditions.sql"))),
        ("views", listed(include_str!("cases/views.sql"))),
        ("relations", listed(include_str!("cases/relations.sql"))),
        ("expressions", listed(include_str!("cases/expressions.sql"))),
        ("time", time::statements()),
        ("time_functions", time::more()),
    ]
}

/// What every group starts with: no table of another group, which Spark's server keeps. It is told to
/// use Parquet: it has no Delta.
pub(crate) fn setup(is_spark: bool) -> [String; 4] {
    let format = if is_spark { " USING PARQUET" } else { "" };
    [
        "DROP SCHEMA IF EXISTS cases CASCADE".to_owned(),
        "CREATE SCHEMA cases".to_owned(),
        "USE cases".to_owned(),
        format!(
            "CREATE TABLE s{format} AS SELECT * FROM VALUES (1, 'a', 1), (2, 'a', 2), \
             (3, 'b', 3) AS t(id, g, v) ORDER BY id"
        ),
    ]
}

fn listed(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// Values of each type: usual ones, the ends of the range, and NULL.
pub(crate) const VALUES: &[(&str, &[&str])] = &[
    ("BOOLEAN", &["true", "false", "CAST(NULL AS BOOLEAN)"]),
    ("TINYINT", &["5Y", "CAST(-128 AS TINYINT)", "CAST(NULL AS TINYINT)"]),
    ("SMALLINT", &["300S", "CAST(-32768 AS SMALLINT)"]),
    ("INT", &["0", "7", "-3", "2147483647", "CAST(NULL AS INT)"]),
    ("BIGINT", &["8L", "9223372036854775807", "-9223372036854775807L"]),
    ("FLOAT", &["1.5F", "CAST('NaN' AS FLOAT)", "16777216.0F", "1.0E10F"]),
    (
        "DOUBLE",
        &["2.5D", "-0.0D", "1e10", "1.0E-5D", "CAST('Infinity' AS DOUBLE)", "CAST(NULL AS DOUBLE)"],
    ),
    (
        "DECIMAL(10,2)",
        &[
            "CAST(1.25 AS DECIMAL(10,2))",
            "CAST(-99999999.99 AS DECIMAL(10,2))",
            "CAST(NULL AS DECIMAL(10,2))",
        ],
    ),
    ("DECIMAL(38,10)", &["CAST(12345678901234567890.5 AS DECIMAL(38,10))"]),
    (
        "STRING",
        &[
            "'12'",
            "' 7 '",
            "''",
            "'abc'",
            "'1.9'",
            "'2024-02-29'",
            "'2024-02-29 12:34:56.5'",
            "'true'",
            "CAST(NULL AS STRING)",
        ],
    ),
    ("BINARY", &["X'3132'", "X''"]),
    ("DATE", &["DATE'2024-02-29'", "DATE'0001-01-01'", "CAST(NULL AS DATE)"]),
    (
        "TIMESTAMP",
        &[
            "TIMESTAMP'2024-02-29 12:34:56.5'",
            "TIMESTAMP'1969-12-31 23:59:59.999999'",
            "CAST(NULL AS TIMESTAMP)",
        ],
    ),
    ("TIMESTAMP_NTZ", &["TIMESTAMP_NTZ'2024-02-29 12:34:56'"]),
    ("INTERVAL DAY TO SECOND", &["INTERVAL '1 02:03:04.5' DAY TO SECOND"]),
    ("INTERVAL YEAR TO MONTH", &["INTERVAL '1-2' YEAR TO MONTH"]),
    ("ARRAY<INT>", &["array(1, NULL, 3)", "array()"]),
    ("ARRAY<STRING>", &["array('a', 'b')"]),
    ("MAP<STRING,INT>", &["map('a', 1)"]),
    ("STRUCT<a:INT,b:STRING>", &["named_struct('a', 1, 'b', 'x')"]),
    ("VOID", &["NULL"]),
];
