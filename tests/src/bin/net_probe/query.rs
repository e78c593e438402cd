//! The client: two statements and their outcomes.

use dbsql::{Client, Config, Error, HttpOptions, LinkPolicy};
use serde_json::{Value, json};

use crate::serve::{FILES, INLINE};

/// Runs both statements with the settings, each `name=value` or a name.
pub(crate) async fn run(settings: &[&str]) -> Result<Value, Box<dyn std::error::Error>> {
    let client = match Client::new(config(settings)?) {
        Ok(client) => client,
        Err(error) => return Ok(json!({ "inline": error_json(&error) })),
    };
    let inline = query(&client, INLINE).await;
    if let Err(error) = inline {
        return Ok(json!({ "inline": error_json(&error) }));
    }
    if settings.contains(&"inline-only") {
        return Ok(json!({ "inline": outcome(inline) }));
    }
    Ok(json!({ "inline": outcome(inline), "files": outcome(query(&client, FILES).await) }))
}

fn config(settings: &[&str]) -> Result<Config, Box<dyn std::error::Error>> {
    let mut options = HttpOptions::new();
    let mut host = None;
    let (mut chain, mut key) = (None, None);
    for setting in settings {
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        options = match name {
            "host" => {
                host = Some(value);
                options
            }
            "proxy" => options.proxy(value.parse()?).proxy_loopback(true),
            "no-proxy" => options.no_proxy(value),
            "ca" => options.add_root_certificate_file(value),
            "ca-only" => options.platform_roots(false).add_root_certificate_file(value),
            "client-cert" => {
                chain = Some(value);
                options
            }
            "client-key" => {
                key = Some(value);
                options
            }
            "accept-any" => options.dangerously_accept_any_certificate(true),
            "inline-only" => options,
            _ => return Err(format!("unknown setting {name}").into()),
        };
    }
    if let (Some(chain), Some(key)) = (chain, key) {
        options = options.client_certificate_files(chain, key);
    }
    let host = host.ok_or("no host")?;
    Ok(Config::new(host, "/sql/1.0/warehouses/local")
        .token(dbsql_tests::TOKEN)
        .retry(dbsql::RetryPolicy::none())
        // Links have the address of the warehouse, whatever name was used to reach it.
        .link_policy(LinkPolicy::default().allow_host("127.0.0.1"))
        .http(options))
}

async fn query(client: &Client, sql: &str) -> Result<usize, Error> {
    let batches = client.execute(sql).await?.fetch_all().await?;
    Ok(batches.iter().map(|batch| batch.num_rows()).sum())
}

fn outcome(result: Result<usize, Error>) -> Value {
    match result {
        Ok(rows) => json!({ "rows": rows }),
        Err(error) => error_json(&error),
    }
}

/// Returns the error with all its causes.
fn error_json(error: &Error) -> Value {
    let mut causes = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    json!({
        "kind": format!("{:?}", error.kind()),
        "message": error.to_string(),
        "causes": causes,
        "debug": format!("{error:?}"),
    })
}
