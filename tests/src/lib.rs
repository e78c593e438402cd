//! End-to-end suites over the facade, and the little program that they start as a second process.

/// The variable that names the server of the suites, such as `http://127.0.0.1:10000/cliservice`.
pub const SERVER: &str = "DBSQL_SPARK_URL";

/// Host and HTTP path of the server named by the environment.
///
/// # Errors
///
/// When the variable is missing or holds no URL with a path.
pub fn server() -> Result<(String, String), String> {
    let url = std::env::var(SERVER)
        .map_err(|_| format!("{SERVER} is not set; `cargo xtask interop spark` sets it"))?;
    let (scheme, rest) = url.split_once("://").ok_or_else(|| format!("{url} is no URL"))?;
    let (host, path) = rest.split_once('/').ok_or_else(|| format!("{url} has no path"))?;
    Ok((format!("{scheme}://{host}"), path.to_owned()))
}
