//! SQL beside the answers of Apache Spark's own server, which are kept in `answers/`.
//!
//! Each statement is right (the same column names, types and values, or the same error class), refused
//! (an error that says what is not supported), or wrong. None may be wrong except for the listed
//! differences between Databricks and Apache Spark, `differences.jsonl`, each with the page on the
//! statement, and the open faults in `wrong.txt`, which the page of the book shows. Those that are
//! refused are listed in `refused/`, so that none becomes it unnoticed.
//!
//! `cargo xtask interop sql` asks Spark again and writes the answers. With `DBSQL_UPDATE_REFUSED=1` the
//! lists of what is refused are written.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test that reports")]

mod answer;
mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use dbsql_local::engine::{Engine as _, ProgressSink, Query, SessionOptions};
use dbsql_local::serde_json::{self, Value};
use dbsql_warehouse::DataFusionEngine;

use self::answer::Answer;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spark")
}

/// Answers by statement, from a file with a JSON object in each line.
fn answers(path: &Path) -> BTreeMap<String, Answer> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .filter_map(|line| Some((line["sql"].as_str()?.to_owned(), Answer::from_json(&line)?)))
        .collect()
}

/// Runs the statements of a group in one session.
fn run(statements: &[String]) -> Vec<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let engine = DataFusionEngine::builder().build().unwrap();
    let session = engine.open_session(&SessionOptions::default()).unwrap();
    let execute = |sql: &str| {
        let ran = runtime.block_on(session.execute(Query::new(sql), ProgressSink::ignored()));
        Answer::new(ran)
    };
    for sql in &cases::setup(false) {
        let answer = execute(sql);
        assert!(!matches!(answer, Answer::Error(_)), "{sql}: {answer:?}");
    }
    statements.iter().map(|sql| execute(sql)).collect()
}

#[derive(Default)]
struct Outcome {
    right: usize,
    /// Those of `wrong.txt`.
    known_wrong: BTreeSet<String>,
    refused: BTreeSet<String>,
    wrong: Vec<String>,
    /// The wrong answers, as lines of `differences.jsonl` without a source.
    answers: String,
}

fn judge(name: &str, statements: &[String]) -> Outcome {
    let spark = answers(&folder().join(format!("answers/{name}.jsonl")));
    let known = answers(&folder().join("differences.jsonl"));
    let known_wrong = lines_of("wrong.txt");
    let mut outcome = Outcome::default();
    for (sql, answer) in statements.iter().zip(run(statements)) {
        let Some(right) = known.get(sql).or_else(|| spark.get(sql)) else {
            outcome
                .wrong
                .push(format!("{sql}\n    has no answer of Spark: run `cargo xtask interop sql`"));
            continue;
        };
        match answer.difference(right) {
            None => outcome.right += 1,
            Some(_) if known_wrong.contains(sql) => drop(outcome.known_wrong.insert(sql.clone())),
            Some(_) if answer.is_refusal() => drop(outcome.refused.insert(sql.clone())),
            Some(difference) => {
                outcome.wrong.push(format!("{sql}\n    {difference}"));
                let _ = writeln!(outcome.answers, "{}", answer.to_json(sql));
            }
        }
    }
    outcome
}

fn lines_of(file: &str) -> BTreeSet<String> {
    let text = std::fs::read_to_string(folder().join(file)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn check(name: &str) {
    let groups = cases::groups();
    let (_, statements) = groups.iter().find(|(group, _)| *group == name).unwrap();
    let outcome = judge(name, statements);
    let (right, refused) = (outcome.right, outcome.refused.len());
    println!("{name}: {right} right, {refused} refused, {} wrong", outcome.wrong.len());

    let path = folder().join(format!("refused/{name}.txt"));
    if std::env::var_os("DBSQL_UPDATE_REFUSED").is_some() {
        let text: String = outcome.refused.iter().fold(String::new(), |mut text, sql| {
            let _ = writeln!(text, "{sql}");
            text
        });
        std::fs::create_dir_all(folder().join("refused")).unwrap();
        std::fs::write(&path, text).unwrap();
        let wrong = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("wrong-{name}.jsonl"));
        std::fs::write(wrong, &outcome.answers).unwrap();
    }
    let listed = lines_of(&format!("refused/{name}.txt"));
    let known: BTreeSet<_> = lines_of("wrong.txt");
    let known: BTreeSet<_> =
        statements.iter().filter(|sql| known.contains(*sql)).cloned().collect();
    assert_eq!(outcome.known_wrong, known, "{name}: right now, so remove from wrong.txt");
    let wrong = outcome.wrong.join("\n");
    assert!(outcome.wrong.is_empty(), "{name}: {} wrong:\n{wrong}", outcome.wrong.len());
    let more: Vec<_> = outcome.refused.difference(&listed).collect();
    assert!(more.is_empty(), "{name}: no longer right: {more:#?}");
    let fewer: Vec<_> = listed.difference(&outcome.refused).collect();
    assert!(fewer.is_empty(), "{name}: right now, so remove from refused/: {fewer:#?}");
}

#[test]
fn ordinary_statements() {
    check("ordinary");
}

#[test]
fn statements_of_our_own_tests_and_guides() {
    check("own");
}

#[test]
fn names_of_columns() {
    check("names");
}

#[test]
fn further_statements() {
    check("further");
}

#[test]
fn forms_of_queries() {
    check("queries");
}

#[test]
fn casts() {
    check("casts");
}

#[test]
fn operators() {
    check("operators");
}

#[test]
fn functions() {
    check("functions");
}

#[test]
fn text() {
    check("text");
}

#[test]
fn lists_and_the_syntax_of_queries() {
    check("lists");
}

#[test]
fn joins() {
    check("joins");
}

#[test]
fn windows() {
    check("windows");
}

#[test]
fn groups() {
    check("groups");
}

#[test]
fn selects() {
    check("selects");
}

#[test]
fn columns() {
    check("columns");
}

#[test]
fn guards() {
    check("guards");
}

#[test]
fn composed() {
    check("composed");
}

#[test]
fn mixed() {
    check("mixed");
}

#[test]
fn clauses() {
    check("clauses");
}

#[test]
fn literals() {
    check("literals");
}

#[test]
fn words() {
    check("words");
}

#[test]
fn conditions() {
    check("conditions");
}

#[test]
fn views() {
    check("views");
}

#[test]
fn relations() {
    check("relations");
}

/// The page of what works, made of the lists that the other tests keep true.
#[test]
fn page_of_supported_sql() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sql.md");
    let page = page();
    if std::env::var_os("DBSQL_UPDATE_REFUSED").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == page, "write docs/sql.md with DBSQL_UPDATE_REFUSED=1");
}

fn page() -> String {
    let version = std::fs::read_to_string(folder().join("answers/version.txt")).unwrap_or_default();
    let mut page = format!(
        "# SQL of the local warehouse\n\n\
         The local warehouse answers a statement as Apache Spark {} does in ANSI mode, or refuses it \
         with the error class `UNSUPPORTED_FEATURE`; a function that is not listed here may be \
         `UNRESOLVED_ROUTINE`. This page is made by a test of `dbsql-warehouse` that compares both: \
         names and types of columns, values, error classes. The statements are those of each file in \
         `crates/dbsql-warehouse/tests/spark/cases`, the refused ones in `refused` beside it.\n\n\
         | Statements | Right | Refused | Wrong |\n|---|---:|---:|---:|\n",
        version.trim()
    );
    let known_wrong = lines_of("wrong.txt");
    for (name, statements) in cases::groups() {
        let refused = std::fs::read_to_string(folder().join(format!("refused/{name}.txt")));
        let refused = refused.unwrap_or_default().lines().count();
        let wrong = statements.iter().filter(|sql| known_wrong.contains(*sql)).count();
        let right = statements.len() - refused - wrong;
        let _ = writeln!(page, "| {name} | {right} | {refused} | {wrong} |");
    }
    let known = answers(&folder().join("differences.jsonl")).len();
    let _ = writeln!(
        page,
        "\nFor {known} statements we expect Databricks to differ from Apache Spark: \
         `crates/dbsql-warehouse/tests/spark/differences.jsonl` has what is expected in place of Spark's \
         answer, with its source or that none is known. No workspace was asked, so names of columns and error \
         classes may be others there.\n\n\
         Not compared: quotation marks inside of nested values, which Spark's server leaves out; the \
         fields of an interval type, which `to_json` of one shows, too; which error it is where Spark's has \
         no class; the part of an error class behind its point.\n\n\
         Two things are computed otherwise, which shows only where they fail: in arguments of \
         aggregate functions, in ORDER BY and in `nullif`, an operand is computed also if the one before it \
         is NULL, so that its error fails the statement; and rows of VALUES are computed \
         when they are needed, where Spark computes them while it plans. `-0.0` and `0.0` are one group of \
         DISTINCT, INTERSECT and GROUP BY by a constant, and equal NaNs one item of `collect_set`. A column \
         without an alias is called `(d + 1)` in place of `date_add(d, 1)` where this stands in another \
         expression and no column or type in it shows that it is a date, as in `year(max(d) + 1)`.\n\n\
         INSERT, UPDATE and MERGE convert values by CAST in ANSI mode, as Delta Lake does \
         (`getCastFunction` of its `DeltaAnalysis`), and not by the rules of Apache Spark, which rejects \
         some of them.\n"
    );
    if !known_wrong.is_empty() {
        let list: Vec<_> = known_wrong.iter().map(String::as_str).collect();
        let list = list.join("\n");
        let _ = write!(
            page,
            "## Known to answer otherwise\n\nTheir views are made at the start of the files in `cases`; Spark's \
             answers are in `answers`.\n\n```sql\n{list}\n```\n\n"
        );
    }
    page.push_str("## Functions\n\n");
    let functions = include_str!("../../src/engine/functions/supported.txt").lines();
    let functions: Vec<_> = functions.map(|name| format!("`{name}`")).collect();
    page + &functions.join(", ") + ".\n"
}

#[test]
fn aggregates() {
    check("aggregates");
}

#[test]
fn expressions() {
    check("expressions");
}

#[test]
fn time() {
    check("time");
}

#[test]
fn time_functions() {
    check("time_functions");
}

/// Prints the statements as JSON for the program that asks Spark.
#[test]
#[ignore = "used by `cargo xtask interop sql`"]
fn print_statements() {
    let path = std::env::var_os("DBSQL_STATEMENTS").expect("a file to write to");
    let groups: serde_json::Map<String, Value> =
        cases::groups().into_iter().map(|(name, all)| (name.to_owned(), all.into())).collect();
    let all = serde_json::json!({ "setup": cases::setup(true), "groups": groups });
    std::fs::write(path, all.to_string()).unwrap();
}
