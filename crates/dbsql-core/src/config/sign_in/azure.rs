//! Derives settings from the host of an Azure workspace.

use crate::config::host::HostUrl;
use crate::config::problem::Problem;
use crate::config::setting::Key;
use crate::config::sources::Merged;

/// Host suffixes and their clouds: `environments.py` of databricks-sdk 0.162.
const ZONES: [(&str, &str); 3] = [
    (".azuredatabricks.net", "public"),
    (".databricks.azure.us", "usgov"),
    (".databricks.azure.cn", "china"),
];

fn zone(settings: &Merged<'_>) -> Option<&'static str> {
    let host = HostUrl::parse(settings.get(Key::Host)?).ok()?;
    let name = host.authority().host().to_ascii_lowercase();
    ZONES.iter().find(|(end, _)| name.ends_with(end)).map(|(_, cloud)| *cloud)
}

/// Returns `true` if the host is that of an Azure workspace.
pub(super) fn is_azure(settings: &Merged<'_>) -> bool {
    zone(settings).is_some()
}

/// Returns the cloud of the host, or else of the setting.
pub(super) fn cloud(settings: &Merged<'_>) -> Result<Option<&'static str>, Problem> {
    if let Some(cloud) = zone(settings) {
        return Ok(Some(cloud));
    }
    let Some(name) = settings.get(Key::AzureEnvironment) else { return Ok(None) };
    // `AzurePublicCloud` and similar names come from older tools.
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("azure").unwrap_or(&name);
    match name.strip_suffix("cloud").unwrap_or(name) {
        "public" => Ok(Some("public")),
        "usgovernment" | "usgov" => Ok(Some("usgov")),
        "china" => Ok(Some("china")),
        _ => Err(Problem::new(
            format!("{} is not an Azure cloud", settings.named(Key::AzureEnvironment)),
            "set it to public, usgovernment or china, or unset it",
        )),
    }
}
