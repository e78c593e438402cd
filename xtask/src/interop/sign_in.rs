//! The second half of `cargo xtask interop config`: in each kind of sign-in that the official SDK
//! for Python and this client both support, both sign in at the local warehouse with the same
//! settings, as the same user; with wrong settings, both fail.

mod kinds;
mod server;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

use self::kinds::{KINDS, Kind};
use self::server::SignInServer;
use crate::interop::{cache_dir, venv};
use crate::{report, workspace};

const SCRIPT: &str = "xtask/src/interop/sign_in/sdk.py";
const BROWSER: &str = "xtask/src/interop/sign_in/browser.py";

/// Signs in with the SDK in this virtual environment, and with ours.
pub(crate) fn run(sh: &Shell, venv: &Path) -> anyhow::Result<()> {
    let built = workspace::programs(sh)?;
    let home = sh.create_dir(cache_dir(sh)?.join("sign-in-home"))?;
    let mut server = SignInServer::start(&built.join("sign-in-server"))?;
    let browser = browser(sh, venv, &home)?;
    server.facts["browser"] = browser.display().to_string().into();
    let token = server.facts["token"].as_str().context("the server does not tell its token")?;
    let programs = stand_ins(sh, &home, token)?;
    server.facts["databricks_program"] = programs.join("databricks").display().to_string().into();
    server.facts["program_path"] = path_with(&programs)?.into();
    let mut failed = 0;
    for kind in KINDS {
        let settings = kind.settings(&server.facts, &home)?;
        let mut sdk = Command::new(venv::python(venv));
        sdk.arg(workspace::root().join(SCRIPT));
        let theirs = signed_in(sdk, &settings, &home)?;
        let between = server.grants()?;
        let ours = signed_in(Command::new(built.join("sign-in")), &settings, &home)?;
        let after = server.grants()?;
        match differences(kind, &theirs, &ours, grants(&between, &after, kind.grant)) {
            None => report::say(&format!("{}: {}", kind.title, outcome(&ours))),
            Some(difference) => {
                failed += 1;
                report::problem(&format!("{}: {difference}\n  {theirs}\n  {ours}", kind.title));
            }
        }
    }
    ensure!(failed == 0, "{failed} of {} kinds of sign-in differ", KINDS.len());
    report::say(&format!("{} kinds of sign-in: the SDK and this client agree", KINDS.len()));
    Ok(())
}

/// Writes a program that opens URLs like a browser, which both clients find in `BROWSER`.
fn browser(sh: &Shell, venv: &Path, home: &Path) -> anyhow::Result<PathBuf> {
    let (python, script) = (venv::python(venv), workspace::root().join(BROWSER));
    let program = home.join("browser");
    let text = format!("#!/bin/sh\nexec '{}' '{}' \"$1\"\n", python.display(), script.display());
    sh.write_file(&program, text)?;
    cmd!(sh, "chmod +x {program}").quiet().run()?;
    // Removes the SDK's tokens of an earlier run.
    sh.remove_path(home.join(".config"))?;
    Ok(program)
}

/// Writes fakes of the Databricks CLI and the Azure CLI to a folder. They print this token.
fn stand_ins(sh: &Shell, home: &Path, token: &str) -> anyhow::Result<PathBuf> {
    let folder = sh.create_dir(home.join("programs"))?;
    for name in ["databricks", "az"] {
        let mut text = sh.read_file(workspace::root().join("tests/fakes").join(name))?;
        if name == "databricks" {
            // The SDK treats a program below 1 MiB as the legacy one.
            text.push_str("exit\n");
            text.push_str(&"# filler\n".repeat(150_000));
        }
        let program = folder.join(name);
        sh.write_file(&program, text)?;
        sh.write_file(folder.join(format!("{name}.token")), token)?;
        cmd!(sh, "chmod +x {program}").quiet().run()?;
    }
    // The SDK requests a new token instead of the cached one: here it is the same.
    sh.write_file(folder.join("databricks.refreshed"), "")?;
    sh.remove_path(folder.join("databricks.mode"))?;
    Ok(folder)
}

/// Returns the `PATH` of this process, preceded by a folder.
fn path_with(folder: &Path) -> anyhow::Result<String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()].into_iter().chain(std::env::split_paths(&path));
    let joined = std::env::join_paths(folders).context("the PATH cannot be extended")?;
    joined.into_string().ok().context("the PATH is no UTF-8")
}

/// Runs a client in an environment with only these settings; returns the line that it prints.
fn signed_in(
    mut command: Command,
    settings: &[(String, String)],
    home: &Path,
) -> anyhow::Result<Value> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    command
        .env_clear()
        .env("PATH", path)
        .env("HOME", home)
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null());
    let output = command.stderr(Stdio::piped()).output().context("cannot run the client")?;
    let text = String::from_utf8(output.stdout).context("what the client prints is no UTF-8")?;
    let Some(line) = text.lines().last() else {
        bail!("the client printed nothing: {}", String::from_utf8_lossy(&output.stderr));
    };
    serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))
}

/// Returns the problems.
fn differences(kind: &Kind, theirs: &Value, ours: &Value, granted: u64) -> Option<String> {
    let user = |value: &Value| value["user"].as_str().map(str::to_owned);
    let Some(expected) = kind.user else {
        let both_fail = user(theirs).is_none() && user(ours).is_none();
        return (!both_fail).then(|| "wrong settings do not fail on both sides".to_owned());
    };
    if theirs["kind"] != kind.name {
        return Some(format!("the SDK chose another kind than {}", kind.name));
    }
    for (who, value) in [("the SDK", theirs), ("this client", ours)] {
        if user(value).as_deref() != Some(expected) {
            return Some(format!("{who} is not signed in as {expected}"));
        }
    }
    if theirs["me"] != expected {
        return Some(format!("for the SCIM API the SDK is not {expected}"));
    }
    (kind.grant.is_some() && granted == 0)
        .then(|| "this client was not issued a token by the grant of this kind".to_owned())
}

/// Returns the number of tokens issued by a grant between two counts.
fn grants(before: &Value, after: &Value, grant: Option<&str>) -> u64 {
    let count = |counts: &Value| grant.and_then(|grant| counts[grant].as_u64()).unwrap_or_default();
    count(after) - count(before)
}

fn outcome(ours: &Value) -> String {
    match ours["user"].as_str() {
        Some(user) => format!("both are {user}"),
        None => format!("both fail ({})", ours["error"].as_str().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const KIND: Kind = Kind {
        title: "x",
        name: "oauth-m2m",
        grant: Some("client_credentials"),
        user: Some("me"),
        settings: &[],
    };

    #[test]
    fn a_difference_is_found() {
        let theirs = json!({ "kind": "oauth-m2m", "user": "me", "me": "me" });
        let ours = json!({ "user": "me" });
        assert_eq!(differences(&KIND, &theirs, &ours, 1), None);
        let failed = json!({ "error": "x" });
        for (theirs, ours, granted) in [
            (&theirs, &ours, 0),
            (&theirs, &failed, 1),
            (&failed, &ours, 1),
            (&json!({ "kind": "pat", "user": "me", "me": "me" }), &ours, 1),
            (&json!({ "kind": "oauth-m2m", "user": "me", "me": "you" }), &ours, 1),
        ] {
            assert!(differences(&KIND, theirs, ours, granted).is_some(), "{theirs} {ours}");
        }
        let fails = Kind { user: None, ..KIND };
        assert_eq!(differences(&fails, &failed, &failed, 0), None);
        assert!(differences(&fails, &failed, &ours, 0).is_some());
    }
}
