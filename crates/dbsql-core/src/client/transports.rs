//! The transports of a client: for the workspace, for result files and for sign-ins, each custom or
//! built from options.

use dbsql_transport::{HttpOptions, SharedTransport};

use crate::config::Config;
use crate::http::endpoint::Endpoint;
use crate::{Error, ErrorKind, Result};

/// The custom transports.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) workspace: Option<SharedTransport>,
    pub(super) storage: Option<SharedTransport>,
    pub(super) sign_in: Option<SharedTransport>,
}

/// One for each of the three purposes; the same one unless settings differ.
pub(super) struct Transports {
    pub(super) workspace: SharedTransport,
    pub(super) storage: SharedTransport,
    pub(super) sign_in: SharedTransport,
}

impl Transports {
    pub(super) fn new(given: Given, config: &Config, endpoint: &Endpoint) -> Result<Self> {
        let workspace = match exclusive(given.workspace, config.http.as_ref())? {
            Choice::Given(transport) => transport,
            Choice::Options(options) => {
                endpoint.check_plain_http(options.allows_plain_http())?;
                built_in(options.clone())?
            }
            Choice::Neither => {
                let options = HttpOptions::default();
                endpoint.check_plain_http(options.allows_plain_http())?;
                built_in(options)?
            }
        };
        let other = |given, options| {
            Ok::<_, Error>(match exclusive(given, options)? {
                Choice::Given(transport) => transport,
                Choice::Options(options) => built_in(options.clone())?,
                Choice::Neither => workspace.clone(),
            })
        };
        let storage = other(given.storage, config.storage_http.as_ref())?;
        let sign_in = other(given.sign_in, config.sign_in_http.as_ref())?;
        Ok(Self { workspace, storage, sign_in })
    }
}

enum Choice<'a> {
    Given(SharedTransport),
    Options(&'a HttpOptions),
    Neither,
}

/// Options for a custom transport would be ignored, so they are an error.
fn exclusive(given: Option<SharedTransport>, options: Option<&HttpOptions>) -> Result<Choice<'_>> {
    match (given, options) {
        (Some(_), Some(_)) => {
            let message = "HTTP options were set together with a custom transport";
            Err(Error::new(ErrorKind::Config, message).with_next_step(
                "set TLS, proxies, timeouts and the like on that transport instead",
            ))
        }
        (Some(transport), None) => Ok(Choice::Given(transport)),
        (None, Some(options)) => Ok(Choice::Options(options)),
        (None, None) => Ok(Choice::Neither),
    }
}

#[cfg(feature = "hyper-client")]
fn built_in(options: HttpOptions) -> Result<SharedTransport> {
    let transport = dbsql_transport::HyperTransport::new(options).map_err(|error| {
        let next_step = match error {
            dbsql_transport::BuildError::ProxyVariable { .. } => {
                "correct or unset the variable, or turn it off with \
                 HttpOptions::proxy_from_environment"
            }
            _ => "check the HTTP options of Config",
        };
        Error::new(ErrorKind::Config, format!("failed to set up the HTTP transport: {error}"))
            .with_next_step(next_step)
            .with_source(error)
    })?;
    Ok(SharedTransport::new(transport))
}

#[cfg(not(feature = "hyper-client"))]
fn built_in(_: HttpOptions) -> Result<SharedTransport> {
    Err(Error::new(ErrorKind::Config, "there is no transport")
        .with_next_step("set one with ClientBuilder::transport, or enable `hyper-client`"))
}
