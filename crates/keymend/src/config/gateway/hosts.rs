//! Hosts in the configuration.

use crate::config::reader::Reader;

/// A name or an address, without a scheme, a port or anything else.
pub fn host(from: &mut Reader, section: &str, key: &str, host: Option<String>) -> Option<String> {
    let host = host?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let name = !host.is_empty() && host.len() <= 253 && host.chars().all(plain);
    if name || host.parse::<std::net::IpAddr>().is_ok() {
        return Some(host);
    }
    let what = "a name such as `pbx.example.org` or an address; the port is in `port`";
    from.fault(section, key, what);
    None
}
