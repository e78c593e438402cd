//! The requests of the Statement Execution API that clients send for these results, and no more: so
//! that clients which speak nothing else fetch the same files.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use arrow_schema::DataType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use dbsql_local::engine::SQL_TYPE_NAME;
use dbsql_local::transport::Body;
use hyper::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::Problem;
use crate::front::json_response;
use crate::results::{Results, Work};

/// Far enough away.
const EXPIRATION: &str = "2099-01-01T00:00:00.000Z";

/// The statements that are not closed.
#[derive(Debug, Default)]
pub(crate) struct StatementApi {
    next: AtomicU64,
    statements: Mutex<BTreeMap<String, Statement>>,
}

#[derive(Clone, Copy, Debug)]
struct Statement {
    work: Work,
    /// Rows may come in the answer, as Arrow.
    attachments: bool,
}

impl StatementApi {
    pub(crate) fn answer(
        &self,
        results: &Results,
        method: &Method,
        path: &str,
        body: &Bytes,
    ) -> Response<Body> {
        let parts: Vec<&str> =
            path.trim_matches('/').split('/').skip(3).filter(|part| !part.is_empty()).collect();
        let answer = match (method, &parts[..]) {
            (&Method::POST, ["sessions"]) => Ok(json!({"session_id": self.id()})),
            (&Method::POST, ["statements"]) => self.execute(results, body),
            (&Method::GET, ["statements", id]) => {
                self.find(id).and_then(|statement| finished(results, id, statement))
            }
            (&Method::GET, ["statements", id, "result", "chunks", chunk]) => {
                self.find(id).and_then(|statement| chunk_of(results, statement, chunk.parse()?))
            }
            (&Method::DELETE, ["statements", id]) => {
                self.statements.lock().unwrap_or_else(PoisonError::into_inner).remove(*id);
                Ok(json!({}))
            }
            (&Method::DELETE, ["sessions", _]) | (&Method::POST, ["statements", _, "cancel"]) => {
                Ok(json!({}))
            }
            _ => Err("there is nothing here".into()),
        };
        match answer {
            Ok(answer) => json_response(StatusCode::OK, answer.to_string()),
            Err(problem) => {
                let error = json!({"error_code": "NOT_FOUND", "message": problem.to_string()});
                json_response(StatusCode::NOT_FOUND, error.to_string())
            }
        }
    }

    fn id(&self) -> String {
        format!("01f0{:04x}-0000-1000-8000-000000000000", self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn find(&self, id: &str) -> Result<Statement, Problem> {
        let statements = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
        statements.get(id).copied().ok_or_else(|| "no such statement".into())
    }

    fn execute(&self, results: &Results, body: &Bytes) -> Result<Value, Problem> {
        let request: Value = serde_json::from_slice(body)?;
        let sql = request["statement"].as_str().unwrap_or_default();
        let work = Work::parse(sql).ok_or("no such statement")?;
        let attachments = request["disposition"] == "INLINE_OR_EXTERNAL_LINKS";
        let (statement, id) = (Statement { work, attachments }, self.id());
        let answer = finished(results, &id, statement)?;
        self.statements.lock().unwrap_or_else(PoisonError::into_inner).insert(id, statement);
        Ok(answer)
    }
}

impl Statement {
    /// How many files it is, and whether they travel in the answers.
    fn files(self) -> Result<(usize, bool), Problem> {
        match self.work {
            Work::Small => Ok((1, self.attachments)),
            Work::Links { files, lz4: true } => Ok((files, false)),
            Work::Inline { files, lz4: true } if self.attachments => Ok((files, true)),
            _ => Err("the Statement Execution API has no such results".into()),
        }
    }
}

/// The answer about a statement, with all its links or its first attachment.
fn finished(results: &Results, id: &str, statement: Statement) -> Result<Value, Problem> {
    let (files, attached) = statement.files()?;
    let (rows, _) = results.expected(statement.work)?;
    let columns: Vec<Value> = results.schema.fields().iter().enumerate().map(|(at, field)| {
        let text = field.metadata().get(SQL_TYPE_NAME).cloned().unwrap_or_default();
        let mut column = json!({
            "name": field.name(), "position": at, "type_text": text, "type_name": type_name(&text),
        });
        if let DataType::Decimal128(precision, scale) = field.data_type() {
            column["type_precision"] = json!(precision);
            column["type_scale"] = json!(scale);
        }
        column
    }).collect();
    let chunks: Vec<Value> =
        (0..files).scan(0, |row, part| Some(chunk(results, statement, part, row))).collect();
    let bytes: u64 = chunks.iter().filter_map(|chunk| chunk["byte_count"].as_u64()).sum();
    let result = if attached {
        chunk_of(results, statement, 0)?
    } else {
        json!({"external_links": links(results, statement, 0, files)})
    };
    Ok(json!({
        "statement_id": id,
        "status": {"state": "SUCCEEDED"},
        "manifest": {
            "format": "ARROW_STREAM",
            "schema": {"column_count": columns.len(), "columns": columns},
            "total_chunk_count": files,
            "chunks": chunks,
            "total_row_count": rows,
            "total_byte_count": bytes,
            "truncated": false,
            "result_compression": "LZ4_FRAME",
        },
        "result": result,
    }))
}

fn type_name(text: &str) -> &str {
    match text.split('(').next().unwrap_or_default() {
        "BIGINT" => "LONG",
        other => other,
    }
}

/// A chunk as the manifest lists it.
fn chunk(results: &Results, statement: Statement, part: usize, row: &mut u64) -> Value {
    let (rows, bytes) = match statement.work {
        Work::Small => (1, results.small_file().map_or(0, |file| file.len() as u64)),
        _ => {
            let file = results.file(part);
            (file.rows.rows, file.compressed.len() as u64)
        }
    };
    let chunk = json!({
        "chunk_index": part, "row_offset": *row, "row_count": rows, "byte_count": bytes,
    });
    *row += rows;
    chunk
}

/// The links to the parts from `first` on, all of them.
fn links(results: &Results, statement: Statement, first: usize, files: usize) -> Vec<Value> {
    let mut row = 0;
    let link = |part| {
        let mut link = chunk(results, statement, part, &mut row);
        link["external_link"] = match statement.work {
            Work::Small => json!(format!("{}/files/small", results.origin)),
            _ => json!(results.url(part, true)),
        };
        link["expiration"] = json!(EXPIRATION);
        next(&mut link, part, files);
        link
    };
    (0..files).map(link).skip(first).collect()
}

fn next(chunk: &mut Value, part: usize, files: usize) {
    if part + 1 < files {
        chunk["next_chunk_index"] = json!(part + 1);
    }
}

fn chunk_of(results: &Results, statement: Statement, part: usize) -> Result<Value, Problem> {
    let (files, attached) = statement.files()?;
    if part >= files {
        return Err("no such chunk".into());
    }
    if !attached {
        return Ok(json!({"external_links": links(results, statement, part, files)}));
    }
    let mut row = (0..part).map(|part| results.file(part).rows.rows).sum();
    let mut answer = chunk(results, statement, part, &mut row);
    let file = match statement.work {
        Work::Small => results.small_file()?,
        _ => results.file(part).compressed.clone(),
    };
    answer["attachment"] = json!(STANDARD.encode(file));
    next(&mut answer, part, files);
    Ok(answer)
}
