//! The restriction of a request to addresses beyond this machine and its network link.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Tells the transport not to connect to an address of this machine, of its network link or of a
/// cloud metadata service, whatever the name in the URL resolves to.
///
/// A server returns links to the files of a result, and a name that resolves to such an address
/// would make this client read from services that trust everything on their own machine. The engine
/// therefore puts this value into the extensions of each download, unless the link may point there.
/// Addresses of private networks are allowed.
///
/// The built-in transport obeys it. Through a proxy only the URL can be checked, for an address or
/// a name of this machine such as `localhost`: only the proxy knows the address of a name, and its
/// own rules decide what it connects to. Other transports may ignore it. A transport that obeys it
/// returns [`TransportError::local_address`](crate::TransportError::local_address).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteOnly;

impl RemoteOnly {
    /// Returns `true` if a request with this value may connect to the address.
    #[must_use]
    pub fn allows(address: IpAddr) -> bool {
        let address = canonical(address);
        !Self::is_this_machine(address)
            && match address {
                IpAddr::V4(v4) => !v4.is_link_local() && !METADATA_V4.contains(&v4),
                IpAddr::V6(v6) => !v6.is_unicast_link_local() && !METADATA_V6.contains(&v6),
            }
    }

    /// Returns `true` if the address always means this machine: loopback or unspecified.
    #[must_use]
    pub fn is_this_machine(address: IpAddr) -> bool {
        match canonical(address) {
            // 0.0.0.0/8 is "this network", which systems treat as this machine.
            IpAddr::V4(v4) => v4.is_loopback() || v4.octets()[0] == 0,
            IpAddr::V6(v6) => v6.is_loopback() || v6.is_unspecified(),
        }
    }
}

/// Metadata services outside the link-local range: Alibaba, Oracle and Azure.
const METADATA_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
    Ipv4Addr::new(168, 63, 129, 16),
];

/// AWS, Google and Oracle.
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe),
];

/// Returns the IPv4 address that an IPv6 address represents: mapped, compatible, or behind NAT64.
fn canonical(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let [high @ .., a, b] = v6.segments();
    let embeds = match high {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => true,
        [0, 0, 0, 0, 0, 0] => a != 0,
        _ => false,
    };
    if !embeds {
        return address;
    }
    let [[a, b], [c, d]] = [a.to_be_bytes(), b.to_be_bytes()];
    Ipv4Addr::new(a, b, c, d).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_link_and_metadata_addresses_are_rejected() {
        for address in [
            "127.0.0.1",
            "127.255.255.255",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0.0.0.0",
            "64:ff9b::169.254.169.254",
            "64:ff9b::7f00:1",
            "fe80::1",
            "febf::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "fd00:c1::a9fe:a9fe",
        ] {
            assert!(!RemoteOnly::allows(address.parse().expect(address)), "{address}");
        }
    }

    #[test]
    fn public_and_private_addresses_are_allowed() {
        for address in [
            "1.2.3.4",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "128.0.0.1",
            "2001:db8::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "fec0::1",
        ] {
            assert!(RemoteOnly::allows(address.parse().expect(address)), "{address}");
        }
    }
}
