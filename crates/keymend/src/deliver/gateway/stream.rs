//! A connection to a server that the operator names, with TLS or without.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// Longest wait for a connection, TLS included.
pub const CONNECT: Duration = Duration::from_secs(3);
/// Longest wait for an address.
pub const LOOK_UP: Duration = Duration::from_secs(2);

/// Both ways of a connection.
pub trait Duplex: AsyncRead + AsyncWrite + Unpin + Send + Sync {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync> Duplex for T {}

/// An open connection.
pub type Stream = Box<dyn Duplex>;

/// The addresses of a server.
///
/// # Errors
/// In words.
pub async fn addresses(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    let found = timeout(LOOK_UP, lookup_host((host, port)));
    let found = found.await.map_err(|_| "no address in time".to_owned())?;
    let found = found.map_err(|error| format!("no address: {error}"))?;
    Ok(found.collect())
}

/// Connect to one of them, whose certificate must be of `host`. Our own address comes with it.
///
/// # Errors
/// Also when it takes longer than [`CONNECT`].
pub async fn connect(
    server: SocketAddr,
    host: &str,
    tls: Option<&Arc<ClientConfig>>,
) -> std::io::Result<(Stream, SocketAddr)> {
    let connecting = async {
        let tcp = TcpStream::connect(server).await?;
        tcp.set_nodelay(true)?;
        let local = tcp.local_addr()?;
        let stream: Stream = match tls {
            None => Box::new(tcp),
            Some(config) => {
                let name = ServerName::try_from(host.to_owned());
                let name = name.map_err(std::io::Error::other)?;
                let connector = TlsConnector::from(Arc::clone(config));
                Box::new(connector.connect(name, tcp).await?)
            }
        };
        Ok((stream, local))
    };
    let connected = timeout(CONNECT, connecting).await;
    connected.unwrap_or_else(|_| {
        let what = format!("no connection within {} seconds", CONNECT.as_secs());
        Err(std::io::Error::new(std::io::ErrorKind::TimedOut, what))
    })
}

/// Connect to the first of its addresses that answers.
///
/// # Errors
/// In words.
pub async fn reach(
    host: &str,
    port: u16,
    tls: Option<&Arc<ClientConfig>>,
) -> Result<Stream, String> {
    let mut trouble = "no address".to_owned();
    for server in addresses(host, port).await? {
        match connect(server, host, tls).await {
            Ok((stream, _)) => return Ok(stream),
            Err(error) => trouble = error.to_string(),
        }
    }
    Err(trouble)
}
