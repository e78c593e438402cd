//! Aggregate and window functions.

/// Columns of values: `x INT, y DOUBLE, d DECIMAL(10,2), t STRING, b BOOLEAN, e DATE, i INTERVAL DAY`.
const ROWS: &str = "(SELECT *, e - DATE'2023-12-31' AS i FROM VALUES \
     (1, 1.0D, CAST(1.25 AS DECIMAL(10,2)), 'a', true, DATE'2024-01-01'), \
     (2, 3.0D, CAST(2.50 AS DECIMAL(10,2)), 'b', false, DATE'2024-01-03'), \
     (NULL, NULL, NULL, NULL, NULL, NULL), \
     (3, 5.0D, CAST(3.75 AS DECIMAL(10,2)), 'c', true, DATE'2024-01-05') \
     AS r(x, y, d, t, b, e))";

const PLAIN: &[&str] = &[
    "count",
    "sum",
    "avg",
    "mean",
    "min",
    "max",
    "try_sum",
    "try_avg",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "variance",
    "var_samp",
    "var_pop",
    "skewness",
    "kurtosis",
    "first",
    "last",
    "any_value",
    "median",
    "mode",
    "bool_and",
    "bool_or",
    "every",
    "some",
    "count_if",
    "bit_and",
    "bit_or",
    "bit_xor",
    "collect_list",
    "collect_set",
    "array_agg",
    "approx_count_distinct",
    "first_value",
    "last_value",
];

pub(super) fn statements() -> Vec<String> {
    let mut all = Vec::new();
    for name in PLAIN {
        for column in ["x", "y", "d", "t", "b", "e", "i"] {
            // Which comes first is not told here.
            if matches!(*name, "mode" | "collect_set") && column != "x" {
                continue;
            }
            let wrapped = match *name {
                "collect_set" => format!("sort_array({name}({column}))"),
                "mode" => format!("{name}({column}) IS NOT NULL"),
                _ => format!("{name}({column})"),
            };
            all.push(format!("SELECT {wrapped} AS v FROM {ROWS}"));
            all.push(format!("SELECT {wrapped} AS v FROM {ROWS} WHERE x > 5"));
        }
        all.push(format!("SELECT {name}(x) FROM {ROWS} WHERE x = 2"));
        all.push(format!("SELECT {name}(CAST(NULL AS INT)) AS v FROM {ROWS}"));
    }
    for expr in [
        "count(*)",
        "count(1)",
        "count(DISTINCT x)",
        "sum(DISTINCT x)",
        "avg(DISTINCT y)",
        "corr(x, y)",
        "covar_pop(x, y)",
        "covar_samp(x, y)",
        "regr_count(x, y)",
        "regr_avgx(x, y)",
        "regr_avgy(x, y)",
        "regr_slope(x, y)",
        "regr_intercept(x, y)",
        "regr_r2(x, y)",
        "regr_sxx(x, y)",
        "regr_syy(x, y)",
        "regr_sxy(x, y)",
        "max_by(t, x)",
        "min_by(t, x)",
        "max_by(x, d)",
        "first(x, true)",
        "first(x) IGNORE NULLS",
        "last(t, true)",
        "any_value(x, true)",
        "percentile(x, 0.5)",
        "percentile(y, array(0.25, 0.5))",
        "percentile(x, 1.5)",
        "percentile_approx(x, 0.5)",
        "percentile_approx(y, array(0.0, 1.0))",
        "approx_percentile(x, 0.3, 100)",
        "percentile_cont(0.25) WITHIN GROUP (ORDER BY x)",
        "percentile_cont(0.25) WITHIN GROUP (ORDER BY x DESC)",
        "percentile_disc(0.5) WITHIN GROUP (ORDER BY x)",
        "sum(x) FILTER (WHERE x > 1)",
        "sum(CAST(x AS TINYINT))",
        "sum(CAST(x AS FLOAT))",
        "sum(x + 9223372036854775800)",
        "try_sum(x + 9223372036854775800)",
        "avg(CAST(d AS DECIMAL(38,10)))",
        "sum(CAST(d AS DECIMAL(38,10)))",
        "sum('x')",
        "count_if(x > 1)",
        "sum(true)",
    ] {
        all.push(format!("SELECT {expr} AS v FROM {ROWS}"));
        // Without rows Spark still computes these, since they are constant.
        if !matches!(expr, "sum('x')" | "percentile(x, 1.5)") {
            all.push(format!("SELECT {expr} FROM {ROWS} WHERE x > 5"));
        }
    }
    for call in [
        "row_number()",
        "rank()",
        "dense_rank()",
        "percent_rank()",
        "cume_dist()",
        "ntile(2)",
        "lag(x)",
        "lag(x, 1, 0)",
        "lag(x, 2)",
        "lead(x)",
        "lead(x, 1, 9)",
        "first_value(x)",
        "last_value(x)",
        "nth_value(x, 2)",
        "sum(x)",
        "avg(y)",
        "count(*)",
        "max(t)",
        "collect_list(x)",
        "stddev(y)",
        "count_if(b)",
        "first(t)",
    ] {
        all.push(format!("SELECT y, {call} OVER (ORDER BY y) AS v FROM {ROWS} ORDER BY y"));
        all.push(format!(
            "SELECT y, {call} OVER (PARTITION BY b ORDER BY y DESC) AS v FROM {ROWS} ORDER BY y"
        ));
        all.push(format!("SELECT {call} OVER (ORDER BY y) FROM {ROWS} WHERE x = 2"));
    }
    for call in ["sum(x)", "avg(d)", "min(x)", "count(x)", "collect_list(x)", "sum(y)"] {
        for frame in [
            "ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
            "ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING",
            "ROWS UNBOUNDED PRECEDING",
            "RANGE BETWEEN 2 PRECEDING AND CURRENT ROW",
        ] {
            all.push(format!(
                "SELECT y, {call} OVER (ORDER BY x {frame}) AS v FROM {ROWS} ORDER BY y"
            ));
        }
    }
    all
}
