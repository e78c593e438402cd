//! End-to-end suites for the facade, the small program that they start as a second process, and
//! code shared by the load-test programs.

pub mod measure;
pub mod random;
pub mod raw_server;
pub mod web;
pub mod webdriver;

pub use dbsql::SqlProtocol;
use dbsql::{Config, HttpOptions};

/// Runs each test over both protocols, as `name::thrift` and `name::sea`. The tests take the
/// protocol as an argument; the attribute is that of a test without arguments.
#[macro_export]
macro_rules! over_both {
    (#[$attribute:meta] $($test:ident),+ $(,)?) => {$(
        mod $test {
            #[$attribute]
            async fn thrift() {
                super::$test($crate::SqlProtocol::Thrift).await;
            }

            #[$attribute]
            async fn sea() {
                if $crate::speaks_sea() {
                    super::$test($crate::SqlProtocol::Sea).await;
                }
            }
        }
    )+};
}

/// Whether the server under test has the Statement Execution API: Apache Spark does not.
#[must_use]
pub fn speaks_sea() -> bool {
    std::env::var_os(SPARK).is_none()
}

/// The variable with the URL of Apache Spark's Thrift server, such as
/// `http://127.0.0.1:10000/cliservice`. Without it, the suite starts a local warehouse.
pub const SPARK: &str = "DBSQL_SPARK_URL";
/// The variable with which a second process finds the local warehouse of the first.
pub const LOCAL: &str = "DBSQL_LOCAL_URL";
/// The variable with the certificate, in PEM, that a second process has to trust.
pub const ROOT: &str = "DBSQL_LOCAL_ROOT";
/// The only token that the local warehouse of the suite accepts.
pub const TOKEN: &str = "the-token-of-the-suite";

/// The server under test, and its expected behaviour.
#[derive(Clone, Debug)]
pub struct Server {
    /// The product.
    pub kind: Kind,
    /// Scheme, host and port.
    pub host: String,
    /// The path of the Thrift endpoint.
    pub path: String,
    /// The certificate to trust, in PEM, if it uses TLS.
    pub root: Option<String>,
}

/// The product of the server. The suite uses it where the two are known to differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Apache Spark's own Thrift server: Hive's protocol, rows in columns, one cursor per result.
    Spark,
    /// The local warehouse: the protocol of Databricks, rows as Arrow, results read by offset.
    Local,
}

impl Server {
    /// The server in the environment, if any.
    ///
    /// # Errors
    ///
    /// If a variable does not contain a URL with a path.
    pub fn from_env() -> Result<Option<Self>, String> {
        for (variable, kind) in [(SPARK, Kind::Spark), (LOCAL, Kind::Local)] {
            if let Ok(url) = std::env::var(variable) {
                let server = Self::at(&url, kind)?;
                return Ok(Some(Self { root: std::env::var(ROOT).ok(), ..server }));
            }
        }
        Ok(None)
    }

    /// The server at this URL.
    ///
    /// # Errors
    ///
    /// If this is not a URL with a path.
    pub fn at(url: &str, kind: Kind) -> Result<Self, String> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| format!("{url} is no URL"))?;
        let (host, path) = rest.split_once('/').ok_or_else(|| format!("{url} has no path"))?;
        let (host, path) = (format!("{scheme}://{host}"), path.to_owned());
        Ok(Self { kind, host, path, root: None })
    }

    /// The variables by which a second process finds this server.
    #[must_use]
    pub fn for_second_process(&self) -> Vec<(&'static str, String)> {
        let variable = match self.kind {
            Kind::Spark => SPARK,
            Kind::Local => LOCAL,
        };
        let url = format!("{}/{}", self.host, self.path);
        let root = self.root.clone().map(|root| (ROOT, root));
        [(variable, url)].into_iter().chain(root).collect()
    }

    /// How to connect, with the right credentials.
    pub fn config(&self) -> Config {
        let config = self.config_without_credentials();
        match self.kind {
            Kind::Spark => config.basic("tests", "any"),
            Kind::Local => config.token(TOKEN),
        }
    }

    /// How to connect, without credentials.
    pub fn config_without_credentials(&self) -> Config {
        let config = Config::new(&self.host, &self.path);
        match &self.root {
            Some(root) => config.http(HttpOptions::new().add_root_certificate_pem(root.clone())),
            None => config,
        }
    }
}

/// The examples in the pages of the book that need the local warehouse.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../docs/testing-without-a-warehouse.md")]
    struct Testing;

    #[doc = include_str!("../../docs/local-sign-in.md")]
    struct LocalSignIn;

    #[doc = include_str!("../../docs/transports.md")]
    struct Transports;
}
