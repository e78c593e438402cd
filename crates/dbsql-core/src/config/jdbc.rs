//! Converts the URLs of the JDBC driver, as far as possible.

use super::problem::Problem;
use super::setting::Key;
use super::url::shown;
use super::{Config, Sources};
use crate::sql_protocol::SqlProtocol;

/// Parameters that do not affect the endpoint, the credentials or the meaning of a statement.
const WITHOUT_MEANING: &[&str] = &[
    "defaultstringcolumnlength",
    "enablearrow",
    "loglevel",
    "logpath",
    "rowsfetchedperblock",
    "thrifttransport",
    "usenativequery",
];

const FORM: &str = "use a URL such as jdbc:databricks://HOST:443;httpPath=PATH;AuthMech=3;UID=token;\
                    PWD=TOKEN, or the settings of Config";

/// The parameters, by name in lower case. Each is taken once; the rest cannot be converted.
struct Parameters<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Parameters<'a> {
    fn take(&mut self, name: &str) -> Option<&'a str> {
        let at = self.0.iter().position(|(found, _)| found.eq_ignore_ascii_case(name))?;
        Some(self.0.remove(at).1)
    }
}

/// Parameters of the driver: <https://docs.databricks.com/integrations/jdbc/properties.html>.
pub(super) fn parse(text: &str) -> Result<Config, Problem> {
    let rest = text.get(5..).unwrap_or_default();
    let (driver, rest) =
        rest.split_once("://").ok_or_else(|| Problem::new("the JDBC URL has no host", FORM))?;
    if !["databricks", "spark"].iter().any(|name| driver.eq_ignore_ascii_case(name)) {
        return Err(Problem::new("the JDBC URL is not one of Databricks", FORM));
    }
    let (address, parameters) = rest.split_once(';').unwrap_or((rest, ""));
    let mut found = Parameters(Vec::new());
    for part in parameters.split(';').filter(|part| !part.trim().is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| {
            Problem::new("a parameter of the JDBC URL has no value", "write it as name=value")
        })?;
        let name = name.trim();
        if found.0.iter().any(|(earlier, _)| earlier.eq_ignore_ascii_case(name)) {
            let message = format!("duplicate parameter {} in the JDBC URL", shown(name));
            return Err(Problem::new(message, "remove one of the two"));
        }
        found.0.push((name, value.trim()));
    }
    let mut config = connection(address, &mut found)?;
    config = sign_in(config, &mut found)?;
    match found
        .0
        .iter()
        .find(|(name, _)| !WITHOUT_MEANING.iter().any(|known| known.eq_ignore_ascii_case(name)))
    {
        None => Ok(config),
        Some((name, _)) => Err(Problem::new(
            format!("the parameter {} of the JDBC URL cannot be converted", shown(name)),
            "remove it, and use the corresponding method of Config: proxies and certificates \
             with Config::http, session parameters with Config::configuration",
        )),
    }
}

fn connection(address: &str, found: &mut Parameters<'_>) -> Result<Config, Problem> {
    let (host, schema) = address.split_once('/').unwrap_or((address, ""));
    let plain = match found.take("ssl") {
        None | Some("1") => "",
        Some("0") => "http://",
        Some(_) => return Err(Problem::new("the value of ssl is neither 0 nor 1", "remove it")),
    };
    if found.take("transportMode").is_some_and(|mode| !mode.eq_ignore_ascii_case("http")) {
        let message = "the transportMode of the JDBC URL is not http";
        return Err(Problem::new(message, "remove it: Databricks is only reached over HTTP"));
    }
    let mut config = Config::with_sources(Sources::default());
    config = config.with_url_setting(Key::Host, format!("{plain}{host}"));
    let path =
        found.take("httpPath").ok_or_else(|| Problem::new("the JDBC URL has no httpPath", FORM))?;
    config = config.with_url_setting(Key::HttpPath, path.to_owned());
    if let Some(catalog) = found.take("ConnCatalog") {
        config = config.catalog(catalog);
    }
    match found.take("ConnSchema") {
        Some(schema) => config = config.schema(schema),
        None if schema.is_empty() => {}
        None => config = config.schema(schema),
    }
    if let Some(entry) = found.take("UserAgentEntry") {
        config = config.user_agent_entry(entry);
    }
    match found.take("UseThriftClient") {
        None => Ok(config),
        Some("1") => Ok(config.protocol(SqlProtocol::Thrift)),
        Some("0") => Ok(config.protocol(SqlProtocol::Sea)),
        Some(_) => {
            Err(Problem::new("the value of UseThriftClient is neither 0 nor 1", "remove it"))
        }
    }
}

fn sign_in(config: Config, found: &mut Parameters<'_>) -> Result<Config, Problem> {
    match found.take("AuthMech") {
        Some("11") => return oauth(config, found),
        Some("3") | None => {}
        Some(_) => {
            return Err(Problem::new(
                "the AuthMech of the JDBC URL cannot be converted: it is neither 3 nor 11",
                FORM,
            ));
        }
    }
    match (found.take("UID"), found.take("PWD")) {
        (None, None) => Ok(config),
        (Some("token") | None, Some(token)) => {
            Ok(config.with_url_setting(Key::Token, token.to_owned()))
        }
        (Some("token"), None) => Err(Problem::new("the JDBC URL has no PWD", FORM)),
        (Some(_), _) => Err(Problem::new(
            "the UID of the JDBC URL cannot be converted: it is not `token`",
            "Databricks accepts no passwords: use a token, or AuthMech=11 with Auth_Flow=1",
        )),
    }
}

fn oauth(config: Config, found: &mut Parameters<'_>) -> Result<Config, Problem> {
    let missing = |name: &str| {
        Problem::new(format!("the JDBC URL has no {name}, which its Auth_Flow needs"), "add it")
    };
    let flow = found.take("Auth_Flow").ok_or_else(|| missing("Auth_Flow"))?;
    match flow {
        "0" => {
            let token = found.take("Auth_AccessToken");
            let token = token.ok_or_else(|| missing("Auth_AccessToken"))?;
            Ok(config.with_url_setting(Key::Token, token.to_owned()))
        }
        "1" => {
            let id = found.take("OAuth2ClientId").ok_or_else(|| missing("OAuth2ClientId"))?;
            let secret = found.take("OAuth2Secret").ok_or_else(|| missing("OAuth2Secret"))?;
            let config = config.with_url_setting(Key::ClientId, id.to_owned());
            Ok(config.with_url_setting(Key::ClientSecret, secret.to_owned()))
        }
        "2" => {
            let config = config.with_url_setting(Key::AuthType, "external-browser".to_owned());
            match found.take("OAuth2ClientId") {
                Some(id) => Ok(config.with_url_setting(Key::ClientId, id.to_owned())),
                None => Ok(config),
            }
        }
        _ => Err(Problem::new(
            "the Auth_Flow of the JDBC URL cannot be converted: it is none of 0, 1 and 2",
            "set a provider with Config::credentials",
        )),
    }
}

#[cfg(test)]
mod tests;
