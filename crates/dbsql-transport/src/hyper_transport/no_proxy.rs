//! The hosts to which connections are direct, in the syntax of `NO_PROXY`.

use std::net::IpAddr;

/// A list of hosts without a proxy.
#[derive(Debug, Default)]
pub(super) struct NoProxy(Vec<Entry>);

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    pattern: Pattern,
    port: Option<u16>,
}

#[derive(Debug, PartialEq, Eq)]
enum Pattern {
    Any,
    /// The name, in lower case, and its subdomains.
    Name(String),
    /// The addresses with the same prefix.
    Network(IpAddr, u32),
}

/// The entry with this number, counted from 1, is invalid.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "entry {0} of the list is not a host name, a suffix, an IP address or a network, with or without a \
     port"
)]
pub(super) struct InvalidEntry(usize);

impl NoProxy {
    /// Adds the entries of a list separated by commas or spaces.
    pub(super) fn add(&mut self, list: &str) -> Result<(), InvalidEntry> {
        let entries = list.split(|c: char| c == ',' || c.is_whitespace());
        for (index, text) in entries.filter(|text| !text.is_empty()).enumerate() {
            self.0.push(Entry::parse(text).ok_or(InvalidEntry(index + 1))?);
        }
        Ok(())
    }

    /// Returns `true` if connections to this host are direct. An IPv6 address may have brackets.
    pub(super) fn matches(&self, host: &str, port: u16) -> bool {
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let address = bare.parse().ok().map(|address: IpAddr| address.to_canonical());
        let name = bare.strip_suffix('.').unwrap_or(bare).to_ascii_lowercase();
        self.0.iter().any(|entry| {
            entry.port.is_none_or(|wanted| wanted == port)
                && match &entry.pattern {
                    Pattern::Any => true,
                    Pattern::Name(suffix) => name
                        .strip_suffix(suffix.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
                    Pattern::Network(network, bits) => {
                        address.is_some_and(|address| is_within(address, *network, *bits))
                    }
                }
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        // Before the port is split off: an IPv6 address contains colons.
        if let Some(pattern) = network(text) {
            return Some(Self { pattern, port: None });
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !text.ends_with(']') => {
                (host, Some(port.parse().ok().filter(|port| *port != 0)?))
            }
            _ => (text, None),
        };
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let pattern = match bare {
            Some(address) => network(address)?,
            None if host == "*" => Pattern::Any,
            None => network(host).or_else(|| ipv4_wildcard(host)).or_else(|| name(host))?,
        };
        Some(Self { pattern, port })
    }
}

/// Parses an address, or an address with a prefix length.
fn network(text: &str) -> Option<Pattern> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = match bits {
        None => most,
        Some(bits) => bits.parse().ok().filter(|bits| *bits <= most)?,
    };
    Some(match (address, address.to_canonical()) {
        // An IPv4 address in IPv6 form, if the prefix is long enough.
        (IpAddr::V6(_), v4 @ IpAddr::V4(_)) if bits >= 96 => Pattern::Network(v4, bits - 96),
        _ => Pattern::Network(address, bits),
    })
}

/// `10.*`, `192.168.*`, `192.168.1.*` and so on.
fn ipv4_wildcard(text: &str) -> Option<Pattern> {
    let mut octets = [0; 4];
    let mut bits = 0;
    let mut parts = text.split('.');
    for octet in &mut octets {
        match parts.next()? {
            "*" => break,
            part => *octet = part.parse().ok()?,
        }
        bits += 8;
    }
    let is_wildcard = (8..32).contains(&bits) && parts.all(|part| part == "*");
    is_wildcard.then(|| Pattern::Network(octets.into(), bits))
}

fn name(text: &str) -> Option<Pattern> {
    let name = text.strip_prefix("*.").or_else(|| text.strip_prefix('.')).unwrap_or(text);
    let name = name.strip_suffix('.').unwrap_or(name);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let is_name = name.split('.').all(|label| !label.is_empty() && label.bytes().all(plain));
    is_name.then(|| Pattern::Name(name.to_ascii_lowercase()))
}

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            (a.to_bits() ^ b.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            (a.to_bits() ^ b.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(list: &str, host: &str, port: u16) -> bool {
        let mut hosts = NoProxy::default();
        hosts.add(list).unwrap_or_else(|error| panic!("{list}: {error}"));
        hosts.matches(host, port)
    }

    #[test]
    fn name_matches_itself_and_its_subdomains() {
        for entry in ["example.com", ".example.com", "*.example.com", "EXAMPLE.com", "example.com."]
        {
            for host in ["example.com", "a.example.com", "a.b.Example.COM", "example.com."] {
                assert!(matches(entry, host, 443), "{entry}: {host}");
            }
            for host in ["notexample.com", "example.com.evil.test", "com", "example.org"] {
                assert!(!matches(entry, host, 443), "{entry}: {host}");
            }
        }
    }

    #[test]
    fn network_matches_only_addresses() {
        for (entry, host) in [
            ("10.0.0.0/8", "10.255.0.1"),
            ("10.1.2.3", "10.1.2.3"),
            ("10.*", "10.9.8.7"),
            ("192.168.*.*", "192.168.7.7"),
            ("192.168.1.*", "192.168.1.7"),
            ("0.0.0.0/0", "8.8.8.8"),
            ("2001:db8::/32", "[2001:db8:1::9]"),
            ("2001:db8::1", "[2001:DB8::1]"),
            ("[2001:db8::1]", "[2001:db8::1]"),
            ("::/0", "[2001:db8::1]"),
            ("10.0.0.0/8", "[::ffff:10.0.0.1]"),
            ("::ffff:10.0.0.0/104", "10.0.0.1"),
            ("10.0.0.1/9", "10.127.0.1"),
        ] {
            assert!(matches(entry, host, 443), "{entry}: {host}");
        }
        for (entry, host) in [
            ("10.0.0.0/8", "11.0.0.1"),
            ("10.0.0.0/9", "10.128.0.1"),
            ("10.0.0.0/8", "10.example.com"),
            ("0.0.0.0/0", "[2001:db8::1]"),
            ("2001:db8::/32", "[2001:db9::1]"),
            ("192.168.1.*", "192.168.2.1"),
            ("10.1.2.3", "10.1.2.30"),
        ] {
            assert!(!matches(entry, host, 443), "{entry}: {host}");
        }
    }

    #[test]
    fn port_restricts_an_entry() {
        for entry in ["h.example:8443", "*:8443", ".example:8443"] {
            assert!(matches(entry, "h.example", 8443), "{entry}");
            assert!(!matches(entry, "h.example", 443), "{entry}");
        }
        assert!(matches("[2001:db8::1]:8443", "[2001:db8::1]", 8443));
        assert!(!matches("[2001:db8::1]:8443", "[2001:db8::1]", 443));
        assert!(matches("10.1.1.1:1", "10.1.1.1", 1) && !matches("10.1.1.1:1", "10.1.1.1", 2));
    }

    #[test]
    fn entries_are_separated_by_commas_or_spaces() {
        let list = ", a.example ,,b.example\tc.example,";
        for host in ["a.example", "b.example", "c.example"] {
            assert!(matches(list, host, 443), "{host}");
        }
        assert!(!matches(list, "d.example", 443) && !matches("", "d.example", 443));
        assert!(matches("a,*", "anything", 1));
    }

    #[test]
    fn invalid_entry_is_named_by_its_number() {
        for entry in [
            "http://h",
            "h:",
            "h:0",
            "h:99999",
            "h:abc",
            "10.0.0.0/33",
            "10.0.0.0/",
            "::/129",
            "[::1",
            "[h]",
            "a..b",
            "a*b",
            "*.*",
            "<local>",
            "h\u{fc}.example",
            "10.*.1",
            ".",
        ] {
            let list = format!("good.example, {entry}");
            let error = NoProxy::default().add(&list).expect_err(entry);
            assert_eq!(error, InvalidEntry(2), "{entry}");
        }
    }
}
