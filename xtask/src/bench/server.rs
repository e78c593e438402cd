//! The server of a measurement.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::bench::text;

/// A running `bench-server`; stopped when dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
    pub(crate) http_path: String,
    /// The certificate that a client must trust.
    pub(crate) certificate: Option<PathBuf>,
    /// Where counters are served, without TLS.
    control: String,
    /// The bytes of all files: as they are sent, and before compression.
    compressed_bytes: u64,
    plain_bytes: u64,
    files: u64,
}

/// The counters of the server.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counters {
    pub(crate) requests: u64,
    pub(crate) connections: u64,
    pub(crate) file_connections: u64,
    pub(crate) bytes: u64,
    pub(crate) cpu_seconds: f64,
}

impl Server {
    /// Starts the server. The flag `--tls` enables TLS with a new certificate.
    pub(crate) fn start(program: &Path, flags: &[String]) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        let mut certificate = None;
        for flag in flags {
            if flag == "--tls" {
                let folder = program.parent().unwrap_or(Path::new("."));
                let (file, key) = (folder.join("bench-cert.pem"), folder.join("bench-key.pem"));
                command.args(["--tls-cert", text(&file)?, "--tls-key", text(&key)?]);
                command.arg("--make-cert");
                certificate = Some(file);
            } else {
                command.arg(flag);
            }
        }
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = process.stdout.take().context("the server has no standard output")?;
        let mut server = Self {
            process,
            url: String::new(),
            http_path: String::new(),
            certificate,
            control: String::new(),
            compressed_bytes: 0,
            plain_bytes: 0,
            files: 0,
        };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let started: Value =
            serde_json::from_str(&line).with_context(|| format!("the server said {line:?}"))?;
        let words = |key: &str| started[key].as_str().map(str::to_owned).context("no such text");
        let number = |key: &str| started[key].as_u64().with_context(|| format!("no {key}"));
        server.url = words("url")?;
        server.http_path = words("http_path")?;
        server.control = words("control")?;
        server.compressed_bytes = number("compressed_bytes")?;
        server.plain_bytes = number("plain_bytes")?;
        server.files = number("files")?;
        Ok(server)
    }

    pub(crate) fn counters(&self) -> anyhow::Result<Counters> {
        let response = self.get("/bench/counters")?;
        let number = |key: &str| response[key].as_u64().unwrap_or_default();
        Ok(Counters {
            requests: number("requests"),
            connections: number("connections"),
            file_connections: number("file_connections"),
            bytes: number("bytes"),
            cpu_seconds: response["cpu_seconds"].as_f64().unwrap_or_default(),
        })
    }

    /// Returns the number of rows of a statement and the sum of their ids. The server encodes the
    /// result first.
    pub(crate) fn expected(&self, sql: &str) -> anyhow::Result<(u64, i64)> {
        let response = self.get(&format!("/bench/expect/{}", sql.replace(' ', "+")))?;
        let (rows, id_sum) = (response["rows"].as_u64(), response["id_sum"].as_i64());
        rows.zip(id_sum).with_context(|| format!("the server said {response}"))
    }

    /// Returns the size of this many files, as they are sent and before compression.
    pub(crate) fn bytes_of(&self, files: usize) -> (u64, u64) {
        let share = |bytes: u64| bytes * files as u64 / self.files.max(1);
        (share(self.compressed_bytes), share(self.plain_bytes))
    }

    fn get(&self, path: &str) -> anyhow::Result<Value> {
        let mut stream = TcpStream::connect(&self.control)?;
        // Results are encoded on first use.
        stream.set_read_timeout(Some(Duration::from_secs(120)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: bench\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("the server said nothing")?;
        ensure!(head.contains(" 200 "), "the server said {body}");
        Ok(serde_json::from_str(body)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A child that was not waited for, so the pid cannot have been reused.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
