//! The packages of a release: the order of publishing, and the check that each builds alone.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context as _, bail};
use semver::Version;
use serde_json::Value;
use toml_edit::DocumentMut;
use xshell::{Shell, cmd};

use crate::{report, workspace};

/// Returns the names of all members, including those that are not published.
pub(super) fn members(metadata: &Value) -> anyhow::Result<Vec<&str>> {
    let packages = metadata["packages"].as_array().context("no packages in the metadata")?;
    Ok(packages.iter().filter_map(|package| package["name"].as_str()).collect())
}

/// Returns the published crates, dependencies first, then by name.
pub(super) fn order(metadata: &Value) -> anyhow::Result<Vec<String>> {
    let published = workspace::published(metadata)?;
    let names: Vec<&str> = published.iter().map(|package| package.name).collect();
    let mut left: BTreeMap<&str, Vec<&str>> =
        published.iter().map(|package| (package.name, needs(package.json, &names))).collect();
    let mut order: Vec<String> = Vec::new();
    while !left.is_empty() {
        let ready =
            left.iter().find(|(_, needs)| needs.iter().all(|need| !left.contains_key(need)));
        let Some(name) = ready.map(|(name, _)| *name) else {
            bail!("these crates depend on each other: {:?}", left.keys());
        };
        left.remove(name);
        order.push(name.to_owned());
    }
    Ok(order)
}

/// Returns those of the names that a package depends on. Development dependencies may point
/// upwards, and are not published.
fn needs<'a>(package: &'a Value, names: &[&str]) -> Vec<&'a str> {
    let dependencies = package["dependencies"].as_array().into_iter().flatten();
    let shipped = dependencies.filter(|dependency| dependency["kind"] != "dev");
    shipped.filter_map(|d| d["name"].as_str()).filter(|name| names.contains(name)).collect()
}

/// Builds each crate from its package alone, in the work tree `scratch`.
pub(super) fn build(
    sh: &Shell,
    scratch: &Shell,
    names: &[String],
    version: &Version,
) -> anyhow::Result<String> {
    let began = Instant::now();
    // Its compiled dependencies are reused for the packages.
    let target = workspace::target_dir(sh)?;
    forget(&target, &cargo_home(sh)?, names, version)?;
    let packages = names.iter().flat_map(|name| ["--package", name]);
    let mut command = cmd!(scratch, "cargo package --locked {packages...}")
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("CARGO_BUILD_TARGET");
    // A package does not contain the profile of the workspace, and another profile would recompile
    // all dependencies.
    if let Some(debug) = debug_level(&sh.read_file("Cargo.toml")?)? {
        command = command.env("CARGO_PROFILE_DEV_DEBUG", debug);
    }
    let mut command = Command::from(command);
    let mut child = command.stderr(Stdio::piped()).spawn().context("cannot start cargo")?;
    let stderr = child.stderr.take().context("cargo without standard error")?;
    let (mut verified, mut errors) = (None, Vec::new());
    for line in BufReader::new(stderr).lines() {
        let line = line?;
        if let Some(package) = line.trim_start().strip_prefix("Verifying ") {
            verified = package.split(' ').next().map(str::to_owned);
        }
        // Everything from cargo's first error on belongs to the error.
        if line.starts_with("error") || !errors.is_empty() {
            errors.push(format!("\n  {line}"));
        } else if !line.trim_start().starts_with("Compiling ") {
            report::problem(&line);
        }
    }
    let status = child.wait()?;
    if status.code().is_none() {
        bail!("cargo was killed ({status}): whether the packages build is not known");
    }
    if !status.success() {
        let errors = errors.concat();
        match verified {
            Some(name) => bail!("`{name}` does not build from its package alone:{errors}"),
            None => bail!("cargo cannot package:{errors}"),
        }
    }
    let time = report::seconds(began.elapsed());
    let folder = target.join("package");
    Ok(format!(
        "{} crates build from their packages alone, {time}, in {}",
        names.len(),
        folder.display()
    ))
}

/// A part of the path to which cargo unpacks packages that are being verified: their registry has
/// no host, which would precede the dash.
const UNPACKED: &str = "/registry/src/-";

/// Removes cargo's cache of earlier packages of these crates. Cargo identifies a package of a
/// registry by its version, and would check the next crate against the sources, and the compiled
/// library, of the last attempt at this release.
fn forget(target: &Path, home: &Path, names: &[String], version: &Version) -> anyhow::Result<()> {
    for entry in folders(&target.join("debug/.fingerprint")) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_ours =
            name.rsplit_once('-').is_some_and(|(name, _)| names.iter().any(|n| n == name));
        if is_ours && is_of_a_package(&entry) {
            fs::remove_dir_all(&entry)
                .with_context(|| format!("cannot remove {}", entry.display()))?;
        }
    }
    for registry in folders(&home.join("registry/src")) {
        if !registry.to_string_lossy().replace('\\', "/").contains(UNPACKED) {
            continue;
        }
        for name in names {
            let folder = registry.join(format!("{name}-{version}"));
            if folder.exists() {
                fs::remove_dir_all(&folder)
                    .with_context(|| format!("cannot remove {}", folder.display()))?;
            }
        }
    }
    Ok(())
}

/// Whether a fingerprint belongs to sources that cargo unpacked from a package that is being
/// verified.
fn is_of_a_package(fingerprint: &Path) -> bool {
    let files = fs::read_dir(fingerprint).into_iter().flatten().flatten();
    let mut texts = files.filter_map(|entry| fs::read(entry.path()).ok());
    texts.any(|bytes| String::from_utf8_lossy(&bytes).replace('\\', "/").contains(UNPACKED))
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// Returns cargo's home folder.
pub(super) fn cargo_home(sh: &Shell) -> anyhow::Result<PathBuf> {
    let home = sh.var("CARGO_HOME").map(PathBuf::from);
    home.or_else(|_| sh.var("HOME").map(|home| Path::new(&home).join(".cargo")))
        .context("neither CARGO_HOME nor HOME is set")
}

/// Returns `profile.dev.debug` of the root manifest.
fn debug_level(manifest: &str) -> anyhow::Result<Option<String>> {
    let document: DocumentMut = manifest.parse().context("Cargo.toml")?;
    let debug = document.get("profile").and_then(|p| p.get("dev")).and_then(|dev| dev.get("debug"));
    Ok(debug.and_then(|debug| match debug.as_str() {
        Some(name) => Some(name.to_owned()),
        None => debug.as_integer().map(|level| level.to_string()),
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(name: &str, needs: &[(&str, Option<&str>)]) -> Value {
        let needs = needs.iter().map(|(name, kind)| json!({ "name": name, "kind": kind }));
        json!({
            "name": name, "publish": null, "manifest_path": format!("/w/{name}/Cargo.toml"),
            "dependencies": needs.collect::<Vec<_>>(),
        })
    }

    #[test]
    fn dependencies_are_published_first() {
        let mut packages = vec![
            package("a", &[("c", None), ("serde", None)]),
            package("b", &[("c", Some("build"))]),
            package("c", &[("a", Some("dev"))]),
            package("tests", &[("a", None)]),
        ];
        packages[3]["publish"] = json!([]);
        let metadata = json!({ "workspace_root": "/w", "packages": packages });
        assert_eq!(order(&metadata).unwrap(), ["c", "a", "b"]);
        assert_eq!(members(&metadata).unwrap(), ["a", "b", "c", "tests"]);
    }

    #[test]
    fn cycle_is_an_error() {
        let packages = [package("a", &[("b", None)]), package("b", &[("a", None)])];
        let metadata = json!({ "workspace_root": "/w", "packages": packages });
        assert!(order(&metadata).unwrap_err().to_string().contains("[\"a\", \"b\"]"));
    }

    #[test]
    fn debug_level_is_that_of_the_workspace() {
        let read = |text| debug_level(text).unwrap();
        assert_eq!(
            read("[profile.dev]\ndebug = \"line-tables-only\"\n").as_deref(),
            Some("line-tables-only")
        );
        assert_eq!(
            read("[profile.dev]\ndebug = 1 # why\n").as_deref(),
            Some("1 # why").map(|_| "1")
        );
        assert_eq!(read("[workspace]\n"), None);
    }
}
