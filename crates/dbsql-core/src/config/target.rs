//! The path of the warehouse or cluster.

use super::host::HostUrl;
use super::problem::Problem;
use super::setting::Key;
use super::sources::Merged;

/// Returns the HTTP path: explicit, or that of the warehouse or the cluster.
pub(super) fn http_path(settings: &Merged<'_>, host: Option<&HostUrl>) -> Result<String, Problem> {
    let given = |key| settings.given(key).map(|given| given.text());
    let (path, warehouse, cluster) =
        (given(Key::HttpPath), given(Key::WarehouseId), given(Key::ClusterId));
    let both = |first, second| {
        Problem::new(
            format!(
                "{} and {} contradict each other",
                settings.named(first),
                settings.named(second)
            ),
            "remove one of the two",
        )
    };
    match (path, warehouse, cluster) {
        (Some(path), None, None) => Ok(path.to_owned()),
        (Some(path), Some(id), None) if names(path, id) => Ok(path.to_owned()),
        (Some(path), None, Some(id)) if names(path, id) => Ok(path.to_owned()),
        (Some(_), Some(_), _) => Err(both(Key::HttpPath, Key::WarehouseId)),
        (Some(_), None, Some(_)) => Err(both(Key::HttpPath, Key::ClusterId)),
        (None, Some(_), Some(_)) => Err(both(Key::WarehouseId, Key::ClusterId)),
        (None, Some(id), None) => {
            Ok(format!("/sql/1.0/warehouses/{}", plain(settings, Key::WarehouseId, id)?))
        }
        (None, None, Some(id)) => {
            let id = plain(settings, Key::ClusterId, id)?;
            // The SDK for Python requests the id from the server. The server ignores it unless the
            // host has several workspaces, and 0 is what the connection details of such clusters
            // may have.
            let workspace = workspace_id(settings, host)?;
            let is_number = |id: &&str| id.bytes().all(|byte| byte.is_ascii_digit());
            let workspace = workspace.as_deref().filter(is_number).unwrap_or("0");
            Ok(format!("/sql/protocolv1/o/{workspace}/{id}"))
        }
        (None, None, None) => Err(Problem::missing(
            "http_path is not set",
            "set http_path (DATABRICKS_HTTP_PATH) to the HTTP path in the connection details of the \
             warehouse or cluster, or warehouse_id (DATABRICKS_WAREHOUSE_ID) or cluster_id \
             (DATABRICKS_CLUSTER_ID)",
        )),
    }
}

/// Returns `true` if the last segment of the path is this id.
fn names(path: &str, id: &str) -> bool {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    path.trim_end_matches('/').rsplit('/').next() == Some(id)
}

/// Returns an id that is a single path segment.
fn plain<'a>(settings: &Merged<'_>, key: Key, id: &'a str) -> Result<&'a str, Problem> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !id.is_empty() && id.bytes().all(is_plain) {
        return Ok(id);
    }
    Err(Problem::new(
        format!("{} is not an id of letters, digits and hyphens", settings.named(key)),
        "copy only the id, such as 1234567890abcdef, or set http_path to the whole path",
    ))
}

/// Returns the workspace of a host that serves several: `?o=` of the host, or the setting.
pub(super) fn workspace_id(
    settings: &Merged<'_>,
    host: Option<&HostUrl>,
) -> Result<Option<String>, Problem> {
    let of_host = host.and_then(HostUrl::workspace_id);
    let Some(id) = settings.get(Key::WorkspaceId) else { return Ok(of_host.map(str::to_owned)) };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if id.is_empty() || id.len() > 128 || !id.bytes().all(is_plain) {
        return Err(Problem::new(
            format!("{} is not an id", settings.named(Key::WorkspaceId)),
            "use the number after `?o=` in the address of the workspace",
        ));
    }
    match of_host {
        Some(of_host) if of_host != id => Err(Problem::new(
            format!(
                "{} and the `?o=` of {} contradict each other",
                settings.named(Key::WorkspaceId),
                settings.named(Key::Host)
            ),
            "remove one of the two",
        )),
        _ => Ok(Some(id.to_owned())),
    }
}

#[cfg(test)]
mod tests;
