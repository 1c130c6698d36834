//! HTTP to servers that the operator names: one way to connect, whatever is asked.

use std::error::Error as _;
use std::path::Path;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy};
use url::Url;

/// Longest wait for a connection, TLS included.
pub const CONNECT: Duration = Duration::from_secs(3);
/// Longest wait for a whole answer, from the beginning.
pub const WHOLE: Duration = Duration::from_secs(10);

/// A client that keeps connections, follows no redirect (whoever redirects would learn what was sent), and takes no
/// proxy from the environment. `ca_file`: the only certificate authority that is believed, PEM.
///
/// # Errors
/// In one line that begins with the key at fault.
pub fn client(ca_file: Option<&Path>, proxy: Option<&Url>) -> Result<Client, String> {
    let mut builder = Client::builder()
        .user_agent(concat!("keymend/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT);
    if let Some(path) = ca_file {
        let fault = |what: &dyn std::fmt::Display| format!("ca-file: {}: {what}", path.display());
        let pem = std::fs::read(path).map_err(|error| fault(&error))?;
        let own = Certificate::from_pem_bundle(&pem)
            .map_err(|_| fault(&"no certificates (PEM is wanted)"))?;
        if own.is_empty() {
            return Err(fault(&"no certificate in it (PEM is wanted)"));
        }
        builder = builder.tls_certs_only(own);
    }
    if let Some(proxy) = proxy {
        // The library's error would show the name and the password in the address.
        let proxy = Proxy::all(proxy.clone()).map_err(|_| "proxy: no such proxy")?;
        builder = builder.proxy(proxy);
    }
    let client = builder.build();
    client.map_err(|error| format!("url: {}", innermost(&error.without_url())))
}

/// What went wrong, without the address, which may hold secrets.
pub fn innermost(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| "unknown".to_owned(), ToString::to_string)
}
