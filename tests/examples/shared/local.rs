//! Where an example connects: as this machine is set up or, where nothing is, to a local warehouse.

use dbsql::Config;
use dbsql_local::TestWarehouse;

/// A local warehouse that an example started for itself. Dropping it stops the warehouse.
pub(crate) type Local = Option<TestWarehouse>;

/// Reads the settings as [`Config::discover`] does. Without any that says where to connect, starts a
/// local warehouse, which runs as long as the second value lives.
pub(crate) async fn config() -> Result<(Config, Local), Box<dyn std::error::Error + Send + Sync>> {
    let config = Config::discover()?;
    let places = ["host", "http_path", "warehouse_id", "cluster_id"];
    if places.iter().any(|key| config.get(key).is_some()) {
        return Ok((config, None));
    }
    let local = dbsql_warehouse::start().await?;
    let config = Config::new(local.host(), local.http_path()).token(local.token());
    Ok((config, Some(local)))
}
