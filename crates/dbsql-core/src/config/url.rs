//! Connection URLs, which contain all settings of a connection.

use std::str::FromStr;

use super::Config;
use super::connection::known_settings;
use super::jdbc;
use super::origin::Origin;
use super::problem::Problem;
use super::setting::Key;
use crate::sql_protocol::SqlProtocol;
use crate::{Error, Result};

/// The maximum length of a URL.
const MAX_URL_BYTES: usize = 64 << 10;

/// The maximum length of a parameter name that an error quotes.
const MAX_NAME: usize = 40;

/// Parameters that are not settings of the table.
const OTHERS: &str = "catalog, schema, protocol (auto, thrift or sea), user_agent_entry, o";

/// Reads a connection URL:
///
/// ```text
/// databricks://token:TOKEN@HOST[:PORT]/HTTP_PATH?catalog=..&schema=..
/// databricks://CLIENT_ID:CLIENT_SECRET@HOST/HTTP_PATH
/// databricks://token:TOKEN@HOST?http_path=HTTP_PATH
/// databricks://HOST?warehouse_id=ID&auth_type=databricks-cli
/// ```
///
/// The user `token` has a bearer token as its password; any other user is the id of a service
/// principal, with its OAuth secret (with `auth_type=basic`, a user of HiveServer2). The parameters
/// are `catalog`, `schema`, `protocol`, `user_agent_entry`, `o` for the workspace of a host that
/// serves several, and the settings by their keys in profiles. `%` escapes are decoded, and `+` in
/// a parameter is a space. `https://` and, for a server on this machine, `http://` are equivalent
/// to `databricks://`.
///
/// A URL of the JDBC driver (`jdbc:databricks://HOST:443;httpPath=..;AuthMech=3;UID=token;PWD=..`)
/// is converted.
///
/// ```
/// use dbsql_core::Config;
///
/// let config: Config =
///     "databricks://token:dapi123@h.example/sql/1.0/warehouses/abc?catalog=main".parse()?;
/// assert_eq!(config.get("http_path").unwrap().expose(), "/sql/1.0/warehouses/abc");
/// # Ok::<(), dbsql_core::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::Config`](crate::ErrorKind::Config), which names the parameter that is unknown,
/// duplicated or not convertible, and quotes nothing else of the text.
impl FromStr for Config {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.len() > MAX_URL_BYTES {
            let message = "the connection URL is longer than 64 KiB";
            return Err(Problem::new(message, "use only the URL").into());
        }
        if text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("jdbc:")) {
            return Ok(jdbc::parse(text)?);
        }
        Ok(parse(text)?)
    }
}

const FORM: &str =
    "use a URL such as databricks://token:TOKEN@HOST/sql/1.0/warehouses/ID?catalog=main";

fn parse(text: &str) -> Result<Config, Problem> {
    let (scheme, rest) = text
        .split_once("://")
        .ok_or_else(|| Problem::new("the connection URL has no scheme", FORM))?;
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "databricks" | "https" => "https",
        "http" => "http",
        _ => return Err(Problem::new("the scheme of the connection URL is not databricks", FORM)),
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    if rest.contains('#') || query.is_some_and(|query| query.contains('#')) {
        return Err(Problem::new("the connection URL has a `#`", ESCAPE));
    }
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    // The rest of a password with a slash or a question mark.
    if path.contains('@') || (user.is_none() && query.is_some_and(|query| query.contains('@'))) {
        return Err(Problem::new("the connection URL has an `@` behind its host", ESCAPE));
    }
    let mut config = Config::with_sources(super::Sources::default());
    let prefix = if scheme == "http" { "http://" } else { "" };
    config = config.with_url_setting(Key::Host, format!("{prefix}{host}"));
    if path.len() > 1 {
        config = config.with_url_setting(Key::HttpPath, decode(path, false)?);
    }
    let mut seen: Vec<String> = Vec::new();
    for pair in query.unwrap_or("").split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name, true)?, decode(value, true)?);
        if seen.contains(&name) {
            let message = format!("duplicate {} in the connection URL", shown(&name));
            return Err(Problem::new(message, "remove one of the two"));
        }
        config = parameter(config, &name, value)?;
        seen.push(name);
    }
    match user {
        Some(user) => sign_in(config, user),
        None => Ok(config),
    }
}

const ESCAPE: &str = "write the characters @ : / ? # % of a token, secret or value as %40 %3A %2F %3F \
                      %23 %25";

/// Parses `token:TOKEN`, or the id and the secret of a service principal.
fn sign_in(config: Config, user: &str) -> Result<Config, Problem> {
    let form = "use token:TOKEN or CLIENT_ID:CLIENT_SECRET in front of the `@`";
    let (name, password) = user
        .split_once(':')
        .ok_or_else(|| Problem::new("the user of the connection URL has no password", form))?;
    if password.contains(':') {
        return Err(Problem::new("the user information of the connection URL has two `:`", ESCAPE));
    }
    let (name, password) = (decode(name, false)?, decode(password, false)?);
    if password.is_empty() {
        return Err(Problem::new("the password of the connection URL is empty", form));
    }
    let is_basic = config.get("auth_type").is_some_and(|name| name.expose() == "basic");
    let (user, secret) = match &*name {
        // The Go connector uses an empty name.
        "token" | "" => (None, Key::Token),
        _ if is_basic => (Some(Key::Username), Key::Password),
        _ => (Some(Key::ClientId), Key::ClientSecret),
    };
    for key in user.into_iter().chain([secret]) {
        if config.sources.explicit.get(key).is_some() {
            let message = format!("duplicate {} in the connection URL", key.name());
            return Err(Problem::new(message, "remove one of the two"));
        }
    }
    let config = match user {
        Some(key) => config.with_url_setting(key, name),
        None => config,
    };
    Ok(config.with_url_setting(secret, password))
}

fn parameter(config: Config, name: &str, value: String) -> Result<Config, Problem> {
    let twice = |key: Key| {
        let message = format!("duplicate {} in the connection URL", key.name());
        Err(Problem::new(message, "remove one of the two"))
    };
    match name {
        "catalog" => return Ok(config.catalog(value)),
        "schema" => return Ok(config.schema(value)),
        "user_agent_entry" => return Ok(config.user_agent_entry(value)),
        "protocol" => return Ok(config.protocol(protocol(&value)?)),
        _ => {}
    }
    let name = if name == "o" { "workspace_id" } else { name };
    match Key::from_name(name) {
        Some(Key::Host) => twice(Key::Host),
        Some(key) if config.sources.explicit.get(key).is_some() => twice(key),
        Some(key) => Ok(config.with_url_setting(key, value)),
        None => Err(Problem::new(
            format!("unknown parameter {} in the connection URL", shown(name)),
            format!("{}, or of {OTHERS}", known_settings()),
        )),
    }
}

fn protocol(value: &str) -> Result<SqlProtocol, Problem> {
    match value {
        "auto" => Ok(SqlProtocol::Auto),
        "thrift" => Ok(SqlProtocol::Thrift),
        "sea" => Ok(SqlProtocol::Sea),
        _ => Err(Problem::new(
            "unknown protocol in the connection URL",
            "set it to auto, thrift or sea",
        )),
    }
}

impl Config {
    pub(super) fn with_url_setting(self, key: Key, value: String) -> Self {
        self.set_from(Origin::Url, key, value)
    }
}

/// Returns the name of a parameter for an error: anything but a plain word may be part of a secret.
pub(super) fn shown(name: &str) -> String {
    let is_word = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let plain = name.bytes().all(|byte| is_word(byte) || byte.is_ascii_digit());
    if plain && digits <= 2 && !name.is_empty() && name.len() <= MAX_NAME {
        format!("`{name}`")
    } else {
        "with an unusual name".to_owned()
    }
}

/// Decodes `%` escapes.
fn decode(text: &str, plus_is_blank: bool) -> Result<String, Problem> {
    let wrong = || Problem::new("invalid `%` escape in the connection URL", ESCAPE);
    let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let (high, low) = (digit(bytes.next()), digit(bytes.next()));
                let (high, low) = high.zip(low).ok_or_else(wrong)?;
                u8::try_from(high * 16 + low).map_err(|_| wrong())?
            }
            b'+' if plus_is_blank => b' ',
            byte => byte,
        });
    }
    // Without the error, which contains the bytes and may be secret.
    String::from_utf8(decoded).map_err(|_| wrong())
}

#[cfg(test)]
mod tests;
