//! Loopback only: in HTTP mode Spark listens on every interface, whatever its `bind.host` says.
//!
//! A preloaded library changes the address, and the kernel's table of sockets is checked
//! afterwards.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use xshell::{Shell, cmd};

/// Builds the library to preload into the server.
pub(super) fn build_shim(sh: &Shell, dir: &Path) -> anyhow::Result<PathBuf> {
    let (source, library) = (dir.join("loopback.c"), dir.join("loopback.so"));
    fs::write(&source, include_str!("loopback.c"))?;
    cmd!(sh, "cc -shared -fPIC -O2 -o {library} {source} -ldl")
        .quiet()
        .run()
        .context("cannot build the library that keeps Spark on loopback")?;
    Ok(library)
}

/// Fails unless the process listens on `port`, and only on loopback.
pub(super) fn verify(pid: u32, port: u16) -> anyhow::Result<()> {
    let sockets = sockets_of(pid)?;
    let mut listeners = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        // A kernel without IPv6 has no second table.
        listeners.extend(listening(&fs::read_to_string(table).unwrap_or_default()));
    }
    listeners.retain(|listener| sockets.contains(&listener.inode));
    ensure!(
        listeners.iter().any(|listener| listener.port == port),
        "process {pid} does not listen on port {port}"
    );
    if let Some(open) = listeners.iter().find(|listener| !is_loopback(&listener.address)) {
        bail!("process {pid} listens on {}:{}, which is not loopback", open.address, open.port);
    }
    Ok(())
}

/// A listening socket in the kernel's table.
#[derive(Debug, PartialEq, Eq)]
struct Listener {
    /// The address in the kernel's hexadecimal form.
    address: String,
    port: u16,
    inode: u64,
}

/// The listening sockets in the text of `/proc/net/tcp` or `tcp6`.
fn listening(table: &str) -> Vec<Listener> {
    const LISTEN: &str = "0A";
    table
        .lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (address, port) = fields.get(1)?.rsplit_once(':')?;
            let port = u16::from_str_radix(port, 16).ok()?;
            let inode = fields.get(9)?.parse().ok()?;
            (fields[3] == LISTEN).then(|| Listener { address: address.to_owned(), port, inode })
        })
        .collect()
}

/// Whether an address in the kernel's form (32-bit words, little-endian) is a loopback one.
fn is_loopback(address: &str) -> bool {
    const V6: &str = "00000000000000000000000001000000";
    const MAPPED_V4: &str = "0000000000000000FFFF0000";
    let v4 = address.strip_prefix(MAPPED_V4).unwrap_or(address);
    address == V6 || (v4.len() == 8 && v4.ends_with("7F"))
}

/// The inodes of the process's open sockets.
fn sockets_of(pid: u32) -> anyhow::Result<BTreeSet<u64>> {
    let dir = format!("/proc/{pid}/fd");
    let inode = |entry: std::io::Result<fs::DirEntry>| {
        let link = fs::read_link(entry.ok()?.path()).ok()?;
        link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
    };
    Ok(fs::read_dir(&dir)
        .with_context(|| format!("cannot read {dir}"))?
        .filter_map(inode)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2761 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100
   2: 0100007F:2761 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100
";

    #[test]
    fn only_listening_sockets_are_taken_from_the_table() {
        let local = Listener { address: "0100007F".to_owned(), port: 10081, inode: 4711 };
        let open = Listener { address: "00000000".to_owned(), port: 80, inode: 4712 };
        assert_eq!(listening(TABLE), [local, open]);
    }

    #[test]
    fn loopback_is_recognised_in_each_form() {
        for address in [
            "0100007F",
            "0200007F",
            "0000000000000000FFFF00000100007F",
            "00000000000000000000000001000000",
        ] {
            assert!(is_loopback(address), "{address}");
        }
        for address in [
            "00000000",
            "0100000A",
            "00000000000000000000000000000000",
            "0000000000000000FFFF000000000000",
            "B80D01200000000000000000000000007F",
        ] {
            assert!(!is_loopback(address), "{address}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_listener_of_our_own_is_seen_where_it_is() {
        let local = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = local.local_addr().unwrap().port();
        verify(std::process::id(), port).unwrap();
        drop(local);
        assert!(verify(std::process::id(), port).is_err());
    }
}
