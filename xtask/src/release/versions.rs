//! The version of the workspace: where it is declared, and how all of it is bumped in lock-step.

use anyhow::{Context as _, bail};
use semver::Version;
use toml_edit::{DocumentMut, Item, Value, value};

/// Returns the version in the root manifest.
pub(super) fn current(manifest: &str) -> anyhow::Result<Version> {
    let document: DocumentMut = manifest.parse().context("Cargo.toml")?;
    let version = document
        .get("workspace")
        .and_then(|workspace| workspace.get("package"))
        .and_then(|package| package.get("version"))
        .and_then(Item::as_str)
        .context("Cargo.toml: no `workspace.package.version`")?;
    version.parse().with_context(|| format!("Cargo.toml: invalid version `{version}`"))
}

/// Returns the root manifest with a new version for the workspace and for its crates as
/// dependencies.
pub(super) fn raise_manifest(manifest: &str, version: &Version) -> anyhow::Result<String> {
    // It must exist: the code below would add it.
    current(manifest)?;
    let mut document: DocumentMut = manifest.parse().context("Cargo.toml")?;
    let workspace = document.get_mut("workspace").context("Cargo.toml: no `workspace`")?;
    let old = workspace
        .get_mut("package")
        .and_then(|package| package.get_mut("version"))
        .context("Cargo.toml: no `workspace.package.version`")?;
    set(old, version);
    let dependencies = workspace.get_mut("dependencies").and_then(Item::as_table_like_mut);
    for (_, dependency) in dependencies.into_iter().flat_map(|table| table.iter_mut()) {
        if dependency.get("path").is_some()
            && let Some(old) = dependency.get_mut("version")
        {
            set(old, version);
        }
    }
    Ok(document.to_string())
}

/// Returns a lock file with a new version for these packages without a source, which are our own.
pub(super) fn raise_lock(
    path: &str,
    lock: &str,
    names: &[&str],
    version: &Version,
) -> anyhow::Result<String> {
    let mut document: DocumentMut = lock.parse().with_context(|| path.to_owned())?;
    let Some(packages) = document.get_mut("package").and_then(Item::as_array_of_tables_mut) else {
        bail!("{path}: no packages");
    };
    for package in packages.iter_mut() {
        let is_ours =
            package.get("name").and_then(Item::as_str).is_some_and(|n| names.contains(&n));
        if is_ours
            && package.get("source").is_none()
            && let Some(old) = package.get_mut("version")
        {
            set(old, version);
        }
    }
    Ok(document.to_string())
}

/// Replaces a string and keeps the white space and comments around it.
fn set(old: &mut Item, version: &Version) {
    let decor = old.as_value().map(Value::decor).cloned();
    *old = value(version.to_string());
    if let (Some(new), Some(decor)) = (old.as_value_mut(), decor) {
        *new.decor_mut() = decor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[workspace]\nmembers = [\"a\"]\n\n[workspace.package]\n\
        version = \"0.1.0\" # of all\nedition = \"2024\"\n\n[workspace.dependencies]\n# Ours.\n\
        a = { path = \"a\", version = \"0.1.0\", default-features = false }\nserde = \"0.1.0\"\n";

    #[test]
    fn own_versions_are_bumped() {
        let raised = raise_manifest(MANIFEST, &Version::new(0, 2, 0)).unwrap();
        let expected = MANIFEST
            .replace("\"0.1.0\" # of all", "\"0.2.0\" # of all")
            .replace("path = \"a\", version = \"0.1.0\"", "path = \"a\", version = \"0.2.0\"");
        assert_eq!(raised, expected);
        assert_eq!(current(&raised).unwrap(), Version::new(0, 2, 0));
    }

    #[test]
    fn lock_file_is_bumped_only_for_own_packages() {
        let lock = "# This file\nversion = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n\
            dependencies = [\n \"b\",\n]\n\n[[package]]\nname = \"b\"\nversion = \"0.1.0\"\n\
            source = \"registry+https://example.com\"\n";
        let raised = raise_lock("Cargo.lock", lock, &["a", "b"], &Version::new(0, 1, 1)).unwrap();
        let (a, b) = ("\"a\"\nversion = \"0.1.0\"", "\"a\"\nversion = \"0.1.1\"");
        assert_eq!(raised, lock.replace(a, b));
    }

    #[test]
    fn manifest_without_a_version_is_an_error() {
        assert!(current("[workspace]\n").unwrap_err().to_string().contains("workspace.package"));
        assert!(raise_manifest("[workspace]\n", &Version::new(1, 0, 0)).is_err());
    }
}
