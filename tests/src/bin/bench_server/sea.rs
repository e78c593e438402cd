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

#[cfg(test)]
mod tests {
    use lz4_flex::frame::FrameInfo;

    use super::*;

    async fn ask(
        api: &StatementApi,
        results: &Results,
        method: Method,
        path: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let body = Bytes::from(body.to_string());
        let path = format!("/api/2.0/sql/{path}");
        let response = api.answer(results, &method, &path, &body);
        let status = response.status();
        let body = response.into_body().collect(1 << 20).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    fn results() -> Results {
        Results::new("http://x".to_owned(), FrameInfo::new(), (2, 10_000), 10).unwrap()
    }

    #[tokio::test]
    async fn links_of_a_statement_cover_all_its_rows() {
        let (api, results) = (StatementApi::default(), results());
        let asked = json!({"statement": "SELECT links 5", "disposition": "EXTERNAL_LINKS"});
        let (status, answer) = ask(&api, &results, Method::POST, "statements", asked).await;
        assert_eq!(status, StatusCode::OK);
        let links = answer["result"]["external_links"].as_array().unwrap();
        let mut row = 0;
        for (part, link) in links.iter().enumerate() {
            assert_eq!(link["row_offset"], row);
            assert_eq!(link["external_link"], results.url(part, true));
            row += link["row_count"].as_u64().unwrap();
        }
        assert_eq!((links.len(), &answer["manifest"]["total_row_count"]), (5, &json!(row)));
        let id = answer["statement_id"].as_str().unwrap();
        let chunk = format!("statements/{id}/result/chunks/3");
        let (_, rest) = ask(&api, &results, Method::GET, &chunk, json!({})).await;
        assert_eq!(rest["external_links"][0], links[3]);
        let path = format!("statements/{id}");
        ask(&api, &results, Method::DELETE, &path, json!({})).await;
        let (status, _) = ask(&api, &results, Method::GET, &path, json!({})).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn inline_results_are_an_attachment_a_chunk() {
        let (api, results) = (StatementApi::default(), results());
        let asked =
            json!({"statement": "SELECT inline 2", "disposition": "INLINE_OR_EXTERNAL_LINKS"});
        let (_, first) = ask(&api, &results, Method::POST, "statements", asked).await;
        let bytes = |chunk: &Value| STANDARD.decode(chunk["attachment"].as_str().unwrap()).unwrap();
        assert_eq!(bytes(&first["result"]), results.file(0).compressed);
        assert_eq!(first["result"]["next_chunk_index"], 1);
        let id = first["statement_id"].as_str().unwrap();
        let chunk = format!("statements/{id}/result/chunks/1");
        let (_, second) = ask(&api, &results, Method::GET, &chunk, json!({})).await;
        assert_eq!(bytes(&second), results.file(1).compressed);
        assert_eq!(second["row_offset"], results.file(0).rows.rows);
        assert!(second.get("next_chunk_index").is_none());
    }

    #[tokio::test]
    async fn unknown_statement_is_an_error() {
        let (api, results) = (StatementApi::default(), results());
        let asked = json!({"statement": "SELECT 1"});
        let (status, _) = ask(&api, &results, Method::POST, "statements", asked).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
