//! The connection of an example: the settings of this machine or, without any, a local warehouse.

use dbsql::Config;
use dbsql_local::TestWarehouse;

/// A local warehouse started by an example. Dropping it stops the warehouse.
pub(crate) type Local = Option<TestWarehouse>;

/// Reads the settings as [`Config::discover`] does. Without a host, starts a local warehouse, which
/// runs until the second value is dropped.
pub(crate) async fn config() -> Result<(Config, Local), Box<dyn std::error::Error + Send + Sync>> {
    let config = Config::discover()?;
    let keys = ["host", "http_path", "warehouse_id", "cluster_id"];
    if keys.iter().any(|key| config.get(key).is_some()) {
        return Ok((config, None));
    }
    let local = dbsql_warehouse::start().await?;
    let config = Config::new(local.host(), local.http_path()).token(local.token());
    Ok((config, Some(local)))
}
