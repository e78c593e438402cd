//! The only warehouse: its state, and starting it.

use dbsql_protocol::sea::{
    Empty, OdbcParams, Warehouse, WarehouseHealth, WarehouseList, WarehouseState, WarehouseType,
};

use crate::sea::{Ask, Refusal};
use crate::warehouse::Power;

pub(super) fn list(ask: Ask<'_>) -> WarehouseList {
    WarehouseList { warehouses: vec![facts(ask)], next_page_token: None }
}

pub(super) fn get(ask: Ask<'_>, id: &str) -> Result<Warehouse, Refusal> {
    ask.check_warehouse(id)?;
    Ok(facts(ask))
}

pub(super) fn start(ask: Ask<'_>, id: &str) -> Result<Empty, Refusal> {
    ask.check_warehouse(id)?;
    ask.inner.warehouse.start(&ask.inner.settings(), &ask.inner.runtime);
    Ok(Empty {})
}

fn facts(ask: Ask<'_>) -> Warehouse {
    let settings = ask.inner.settings();
    let power = ask.inner.warehouse.power(&settings, &ask.inner.runtime);
    let text = |text: &str| Some(text.to_owned());
    let (scheme, authority) = ask.origin.split_once("://").unwrap_or(("http", ask.origin));
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, ""));
    Warehouse {
        id: text(settings.warehouse_id()),
        name: text("Local warehouse"),
        state: Some(match power {
            Power::Stopped => WarehouseState::Stopped,
            Power::Starting => WarehouseState::Starting,
            Power::Running => WarehouseState::Running,
        }),
        warehouse_type: Some(match settings.quirks.refuse_thrift {
            true => WarehouseType::Realtime,
            false => WarehouseType::Pro,
        }),
        cluster_size: text("2X-Small"),
        num_clusters: Some(i64::from(power == Power::Running)),
        num_active_sessions: i64::try_from(ask.inner.registry.sessions()).ok(),
        statement_timeout: i64::try_from(settings.statement_timeout.as_secs()).ok(),
        health: Some(WarehouseHealth { status: text("HEALTHY"), ..WarehouseHealth::default() }),
        odbc_params: Some(OdbcParams {
            hostname: text(host),
            path: text(&settings.http_path),
            port: port.parse().ok(),
            protocol: text(scheme),
        }),
        ..Warehouse::default()
    }
}
