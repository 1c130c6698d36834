//! Getting SIP messages to the exchange and back, over UDP, TCP or TLS. Each call has a wire of its own.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::message::{Incoming, host};
use crate::deliver::gateway::stream::{self, Stream};

/// Longest wait for room to write.
const WRITE: Duration = Duration::from_secs(5);
/// The longest datagram.
const DATAGRAM: usize = 65_536;
/// The port of a SIP URI that names none (RFC 3261, 19.1.2).
const PORT: u16 = 5060;

/// How messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// Datagrams, in clear.
    Udp,
    /// A connection, in clear.
    Tcp,
    /// A connection with TLS.
    Tls,
}

impl Transport {
    /// As `Via` names it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }

    /// Its usual port (RFC 3261, 19.1.2).
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Udp | Self::Tcp => PORT,
            Self::Tls => 5061,
        }
    }
}

/// An exchange, and how to get there.
pub struct Place {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How.
    pub transport: Transport,
    /// What is believed of its certificate.
    pub tls: Option<Arc<ClientConfig>>,
}

enum Way {
    Datagrams(UdpSocket, Vec<u8>),
    Stream(Stream, Vec<u8>),
}

/// A way to the exchange.
pub struct Wire {
    way: Way,
    /// Where the exchange is.
    pub server: SocketAddr,
    /// Our side.
    pub local: SocketAddr,
    /// How.
    pub transport: Transport,
}

impl Wire {
    /// Look the exchange up, and connect.
    ///
    /// # Errors
    /// In words.
    pub async fn open(place: &Place) -> Result<Self, String> {
        let mut trouble = "no address".to_owned();
        for server in stream::addresses(&place.host, place.port).await? {
            let opened = match place.transport {
                Transport::Udp => Self::datagrams(server).await,
                Transport::Tcp | Transport::Tls => Self::stream(place, server).await,
            };
            match opened {
                Ok(wire) => return Ok(wire),
                Err(error) => {
                    trouble = error.to_string();
                    // All of them together may take no longer than one: another gateway may be waiting.
                    if error.kind() == ErrorKind::TimedOut {
                        break;
                    }
                }
            }
        }
        Err(trouble)
    }

    async fn datagrams(server: SocketAddr) -> std::io::Result<Self> {
        let any: IpAddr = if server.is_ipv4() {
            Ipv4Addr::UNSPECIFIED.into()
        } else {
            Ipv6Addr::UNSPECIFIED.into()
        };
        // Connecting sends nothing; it tells which of our addresses leads there. The socket itself is not connected: what
        // belongs to a call may come from elsewhere.
        let probe = UdpSocket::bind((any, 0)).await?;
        probe.connect(server).await?;
        let socket = UdpSocket::bind((probe.local_addr()?.ip(), 0)).await?;
        Ok(Self {
            local: socket.local_addr()?,
            way: Way::Datagrams(socket, vec![0; DATAGRAM]),
            server,
            transport: Transport::Udp,
        })
    }

    async fn stream(place: &Place, server: SocketAddr) -> std::io::Result<Self> {
        let (stream, local) = stream::connect(server, &place.host, place.tls.as_ref()).await?;
        Ok(Self {
            way: Way::Stream(stream, Vec::new()),
            server,
            local,
            transport: place.transport,
        })
    }

    /// Does what is sent arrive, or the connection break?
    #[must_use]
    pub fn is_reliable(&self) -> bool {
        self.transport != Transport::Udp
    }

    /// Send something to where a URI leads; to the exchange where there is none, or where it leads is not known. A
    /// connection has one end only.
    pub async fn send(&mut self, text: &str, uri: Option<&str>) -> std::io::Result<()> {
        let to = match (&self.way, uri) {
            (Way::Datagrams(..), Some(uri)) => self.hop(uri).await,
            (Way::Datagrams(..), None) | (Way::Stream(..), _) => self.server,
        };
        self.send_to(text, to).await
    }

    /// Send an answer to where a request came from (RFC 3581).
    pub async fn send_to(&mut self, text: &str, to: SocketAddr) -> std::io::Result<()> {
        match &mut self.way {
            Way::Datagrams(socket, _) => socket.send_to(text.as_bytes(), to).await.map(drop),
            Way::Stream(stream, _) => {
                let writing = async {
                    stream.write_all(text.as_bytes()).await?;
                    stream.flush().await
                };
                // Whoever reads nothing holds no line of ours.
                let written = timeout(WRITE, writing).await;
                written.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
            }
        }
    }

    async fn hop(&self, uri: &str) -> SocketAddr {
        let Some((host, port)) = host(uri) else {
            return self.server;
        };
        let port = port.unwrap_or(PORT);
        if let Ok(ip) = host.parse() {
            return SocketAddr::new(ip, port);
        }
        let found = stream::addresses(host, port).await;
        let mut found = found.unwrap_or_default().into_iter();
        let same = |one: &SocketAddr| one.is_ipv4() == self.server.is_ipv4();
        found.find(same).unwrap_or(self.server)
    }

    /// The next message, and where it comes from. What is none is passed over, but breaks a connection. To stop waiting
    /// loses nothing.
    pub async fn receive(&mut self) -> std::io::Result<(Incoming, SocketAddr)> {
        match &mut self.way {
            Way::Datagrams(socket, buffer) => loop {
                let (length, from) = socket.recv_from(buffer).await?;
                let bytes = buffer.get(..length).unwrap_or_default();
                if let Ok(message) = Incoming::datagram(bytes) {
                    return Ok((message, from));
                }
            },
            Way::Stream(stream, buffer) => loop {
                let message = Incoming::stream(buffer).map_err(std::io::Error::other)?;
                if let Some(message) = message {
                    return Ok((message, self.server));
                }
                if stream.read_buf(buffer).await? == 0 {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            },
        }
    }
}
