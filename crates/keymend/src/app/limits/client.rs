//! Who sends a request, as limits see it.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

use crate::app::App;

/// Who sends a request: the socket's address, or what a listed proxy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client(pub IpAddr);

impl Client {
    /// IPv4 whole, IPv6 by /64: what one connection is given.
    #[must_use]
    pub fn address(&self) -> String {
        match self.0.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => prefix(address, 4),
        }
    }

    /// IPv6 by /48: what one customer is given. `None` for IPv4.
    #[must_use]
    pub fn site(&self) -> Option<String> {
        match self.0.to_canonical() {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => Some(prefix(address, 3)),
        }
    }
}

fn prefix(address: Ipv6Addr, groups: usize) -> String {
    let mut segments = address.segments();
    segments
        .iter_mut()
        .skip(groups)
        .for_each(|segment| *segment = 0);
    format!("{}/{}", Ipv6Addr::from(segments), groups * 16)
}

impl App {
    /// Does a client sit in a network that the organisation knows? A listed proxy's own address says nothing about who asks.
    #[must_use]
    pub fn knows(&self, client: &Client) -> bool {
        let address = client.0.to_canonical();
        let among = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        among(&self.site.known_networks) && !among(&self.site.proxies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> Client {
        Client(text.parse().unwrap())
    }

    #[test]
    fn addresses_count_by_what_one_customer_holds() {
        assert_eq!(client("192.0.2.7").address(), "192.0.2.7");
        assert_eq!(client("::ffff:192.0.2.7").address(), "192.0.2.7");
        assert_eq!(client("192.0.2.7").site(), None);
        assert_eq!(
            client("2001:db8:1:2:3:4:5:6").address(),
            "2001:db8:1:2::/64"
        );
        assert_eq!(
            client("2001:db8:1:2:ffff::1").address(),
            client("2001:db8:1:2::9").address()
        );
        assert_eq!(client("2001:db8:1:2::1").site().unwrap(), "2001:db8:1::/48");
        assert_ne!(
            client("2001:db8:1:2::1").address(),
            client("2001:db8:1:3::1").address()
        );
    }
}
