//! The servers of a run: warehouses, proxies and TLS terminators. All listen on 127.0.0.1 and are
//! stopped when dropped.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::certificates::{Certificates, Pair};
use super::file;

/// The time limit for the start of a server.
const START: Duration = Duration::from_secs(20);

/// The user and password that proxies require.
pub(super) const USER: &str = "probe-user";
pub(super) const PASSWORD: &str = "probe-password";

/// What squid logs: method, target and the head of each request.
const LOG_FORMAT: &str = r#"logformat probe %rm %ru %>Hs "%>h""#;

/// A child that is stopped when dropped.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        // A child that was not waited for, so the pid cannot have been reused.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The ports of all servers.
pub(super) struct Stage {
    pub(super) good: u16,
    pub(super) expired: u16,
    pub(super) other_host: u16,
    pub(super) self_signed: u16,
    pub(super) unknown: u16,
    /// Requires a client certificate.
    pub(super) mutual: u16,
    /// Supports only TLS 1.1.
    pub(super) tls11: u16,
    pub(super) squid: u16,
    pub(super) squid_with_login: u16,
    /// The first squid, behind TLS.
    pub(super) squid_tls: u16,
    /// The same, with an untrusted certificate.
    pub(super) squid_unknown: u16,
    pub(super) socks: u16,
    pub(super) socks_with_login: u16,
    /// Nothing listens here.
    pub(super) closed: u16,
    children: Vec<Stopped>,
    logs: [PathBuf; 2],
}

/// The logs of the proxies.
pub(super) struct Logs {
    pub(super) open: String,
    pub(super) with_login: String,
    pub(super) warehouse: u16,
}

impl Stage {
    pub(super) fn start(
        probe: &Path,
        folder: &Path,
        certificates: &Certificates,
    ) -> anyhow::Result<Self> {
        let mut children = Vec::new();
        let mut warehouse = |pair: Option<&Pair>| {
            let (child, port) = warehouse(probe, pair)?;
            children.push(child);
            Ok::<_, anyhow::Error>(port)
        };
        let good = warehouse(Some(&certificates.good))?;
        let expired = warehouse(Some(&certificates.expired))?;
        let other_host = warehouse(Some(&certificates.other_host))?;
        let self_signed = warehouse(Some(&certificates.self_signed))?;
        let unknown = warehouse(Some(&certificates.unknown))?;
        let plain = warehouse(None)?;

        let mut starter = Starter { folder, children };
        let (squid, open_log) = starter.squid("squid", false)?;
        let (squid_with_login, login_log) = starter.squid("squid-login", true)?;
        let squid_tls = starter.stunnel("squid-tls", &certificates.good, squid, None)?;
        let squid_unknown = starter.stunnel("squid-unknown", &certificates.unknown, squid, None)?;
        let clients_of = Some(certificates.authority.certificate.as_path());
        let mutual = starter.stunnel("mutual", &certificates.good, plain, clients_of)?;
        let socks = starter.microsocks(&[])?;
        let socks_with_login = starter.microsocks(&["-u", USER, "-P", PASSWORD])?;
        let tls11 = starter.tls11(&certificates.good)?;

        let closed = free_port()?;
        Ok(Self {
            good,
            expired,
            other_host,
            self_signed,
            unknown,
            mutual,
            tls11,
            squid,
            squid_with_login,
            squid_tls,
            squid_unknown,
            socks,
            socks_with_login,
            closed,
            children: starter.children,
            logs: [open_log, login_log],
        })
    }

    /// Stops all, and returns the logs of the proxies.
    pub(super) fn stop(self) -> anyhow::Result<Logs> {
        let Self { children, logs: [open, with_login], good, .. } = self;
        drop(children);
        let read = |path: &Path| {
            fs::read_to_string(path).with_context(|| format!("no log {}", path.display()))
        };
        Ok(Logs { open: read(&open)?, with_login: read(&with_login)?, warehouse: good })
    }
}

struct Starter<'a> {
    folder: &'a Path,
    children: Vec<Stopped>,
}

impl Starter<'_> {
    fn squid(&mut self, name: &str, with_login: bool) -> anyhow::Result<(u16, PathBuf)> {
        let port = free_port()?;
        let at = |suffix: &str| file(self.folder, &format!("{name}.{suffix}"));
        let (settings, log, hosts) = (at("conf"), at("access.log"), at("hosts"));
        fs::write(&hosts, "127.0.0.1 localhost workspace.invalid\n")?;
        let who = if with_login {
            let passwords = at("passwords");
            fs::write(&passwords, format!("{USER}:{}\n", hashed()?))?;
            format!(
                "auth_param basic program /usr/lib/squid/basic_ncsa_auth {}\n\
                 auth_param basic children 2 startup=1\n\
                 acl known proxy_auth REQUIRED\nhttp_access allow known",
                passwords.display()
            )
        } else {
            "http_access allow all".to_owned()
        };
        let text = format!(
            "http_port 127.0.0.1:{port}\nhosts_file {hosts}\npid_filename none\ncache deny all\n\
             {LOG_FORMAT}\naccess_log stdio:{log} probe\nbuffered_logs off\n\
             cache_log {cache_log}\ncoredump_dir {folder}\nvisible_hostname probe.invalid\n\
             shutdown_lifetime 0 seconds\nconnect_timeout 5 seconds\n\
             dns_nameservers 127.0.0.1\ndns_timeout 1 second\n\
             acl forbidden dstdomain forbidden.invalid\nhttp_access deny forbidden\n\
             {who}\nhttp_access deny all\n",
            hosts = hosts.display(),
            log = log.display(),
            cache_log = at("cache.log").display(),
            folder = self.folder.display(),
        );
        fs::write(&settings, text)?;
        let mut command = Command::new("/usr/sbin/squid");
        command.arg("-N").arg("-f").arg(&settings);
        self.run(name, command, port)?;
        Ok((port, log))
    }

    fn microsocks(&mut self, login: &[&str]) -> anyhow::Result<u16> {
        let port = free_port()?;
        let mut command = Command::new("microsocks");
        command.args(["-i", "127.0.0.1", "-p", &port.to_string()]).args(login);
        self.run("microsocks", command, port)?;
        Ok(port)
    }

    /// Terminates TLS and forwards to a port.
    fn stunnel(
        &mut self,
        name: &str,
        pair: &Pair,
        to: u16,
        clients_of: Option<&Path>,
    ) -> anyhow::Result<u16> {
        let port = free_port()?;
        let settings = file(self.folder, &format!("{name}.stunnel"));
        let clients = clients_of.map_or_else(String::new, |authority| {
            format!("CAfile = {}\nverifyChain = yes\nrequireCert = yes\n", authority.display())
        });
        let text = format!(
            "foreground = yes\npid =\nsyslog = no\n[{name}]\naccept = 127.0.0.1:{port}\n\
             connect = 127.0.0.1:{to}\ncert = {}\nkey = {}\n{clients}",
            pair.certificate.display(),
            pair.key.display(),
        );
        fs::write(&settings, text)?;
        let mut command = Command::new("stunnel4");
        command.arg(&settings);
        self.run(name, command, port)?;
        Ok(port)
    }

    fn tls11(&mut self, pair: &Pair) -> anyhow::Result<u16> {
        let port = free_port()?;
        let mut command = Command::new("openssl");
        command.args(["s_server", "-quiet", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]);
        command.arg("-cert").arg(&pair.certificate).arg("-key").arg(&pair.key);
        command.args(["-accept", &format!("127.0.0.1:{port}")]);
        self.run("openssl s_server", command, port)?;
        // Checks that it supports TLS 1.1: otherwise the case could not fail.
        let client = Command::new("openssl")
            .args(["s_client", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
            .args(["-connect", &format!("127.0.0.1:{port}")])
            .stdin(Stdio::null())
            .output()?;
        let output = String::from_utf8_lossy(&client.stdout).into_owned();
        if !output.contains("TLSv1.1") {
            bail!("this OpenSSL does not speak TLS 1.1: {output}");
        }
        Ok(port)
    }

    /// Starts a server and waits until it accepts connections.
    fn run(&mut self, name: &str, mut command: Command, port: u16) -> anyhow::Result<()> {
        let output = file(self.folder, &format!("{port}.output"));
        let log = fs::File::create(&output)?;
        let errors = log.try_clone()?;
        command.stdin(Stdio::null()).stdout(log).stderr(errors);
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let mut child = Stopped(child);
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = child.0.try_wait()?;
            if ended.is_some() || began.elapsed() > START {
                let output = fs::read_to_string(&output).unwrap_or_default();
                bail!("{name} does not listen ({ended:?}): {output}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        self.children.push(child);
        Ok(())
    }
}

fn warehouse(probe: &Path, pair: Option<&Pair>) -> anyhow::Result<(Stopped, u16)> {
    let mut command = Command::new(probe);
    command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped());
    if let Some(Pair { certificate, key }) = pair {
        command.arg(certificate).arg(key);
    }
    let mut child = Stopped(command.spawn().context("cannot start the warehouse")?);
    let output = child.0.stdout.take().context("the warehouse has no standard output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let json: Value = serde_json::from_str(&line).with_context(|| format!("{line}: no port"))?;
    let port = json["port"].as_u64().and_then(|port| u16::try_from(port).ok());
    Ok((child, port.context("the warehouse told no port")?))
}

/// The password in the format of squid's helper.
fn hashed() -> anyhow::Result<String> {
    let output = Command::new("openssl").args(["passwd", "-apr1", PASSWORD]).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Returns a port that was just free.
fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
