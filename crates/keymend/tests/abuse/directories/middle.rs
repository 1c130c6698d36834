//! LDAPX before a server that speaks TLS only: TLS ends before it, and begins again behind it.
//!
//! The portal believes an authority that is made for the test; LDAPX reads and spoils what is inside.

use std::net::SocketAddr;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite, copy, split};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::server::Server;
use crate::ldapx::Ldapx;
use crate::portal::{Portal, Setup};

/// Somebody between portal and server, who can read what they say.
pub struct Middle {
    ldapx: Ldapx,
    front: SocketAddr,
    folder: TempDir,
    /// Both ends of TLS; they end with it.
    _ends: Runtime,
}

impl Deref for Middle {
    type Target = Ldapx;

    fn deref(&self) -> &Ldapx {
        &self.ldapx
    }
}

impl Middle {
    /// Somebody who hands on what comes to a server.
    pub fn before(server: &Server) -> Self {
        let folder = TempDir::new().unwrap();
        make_authority(folder.path());
        let ends = Runtime::new().unwrap();
        let listen = || ends.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let (front, back) = (listen(), listen());
        let behind = format!("ldap://{}", back.local_addr().unwrap());
        let ldapx = Ldapx::before(&behind, "127.0.0.1:0");
        let (_, place) = server.url.split_once("://").unwrap();
        let begin = TlsConnector::from(server.believing());
        ends.spawn(begin_tls(back, begin, place.to_owned()));
        let address = front.local_addr().unwrap();
        ends.spawn(end_tls(front, acceptor(folder.path()), ldapx.address));
        Self {
            ldapx,
            front: address,
            folder,
            _ends: ends,
        }
    }

    /// Where he can be reached.
    pub fn url(&self) -> String {
        format!("ldaps://{}", self.front)
    }

    /// A portal that believes him, with as many steps as one likes.
    pub fn setup(&self, server: &Server) -> Setup {
        let ca = authority(self.folder.path());
        let setup = server.setup_at(&self.url()).loose();
        setup.with("directory", "ca-file", format!("\"{}\"", ca.display()))
    }
}

/// Somebody before a server, and a portal that goes through.
pub fn spoilt(server: &Server) -> (Middle, Portal) {
    let middle = Middle::before(server);
    let portal = middle.setup(server).start();
    (middle, portal)
}

/// Make an authority and a certificate for this machine.
pub fn make_authority(folder: &Path) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/make-ca.sh");
    let made = Command::new(script).arg(folder).status().unwrap();
    assert!(made.success());
}

/// The certificate of the authority in a folder.
pub fn authority(folder: &Path) -> PathBuf {
    folder.join("ca.pem")
}

fn acceptor(folder: &Path) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(folder.join("server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.join("server.key")).unwrap();
    let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.map(Result::unwrap).collect(), key)
        .unwrap();
    TlsAcceptor::from(Arc::new(tls))
}

/// Between the portal and LDAPX.
async fn end_tls(listener: TcpListener, tls: TlsAcceptor, ldapx: SocketAddr) {
    while let Ok((portal, _)) = listener.accept().await {
        let tls = tls.clone();
        tokio::spawn(async move {
            let portal = tls.accept(portal).await?;
            join(portal, TcpStream::connect(ldapx).await?).await
        });
    }
}

/// Between LDAPX and the server.
async fn begin_tls(listener: TcpListener, tls: TlsConnector, place: String) {
    while let Ok((ldapx, _)) = listener.accept().await {
        let (tls, place) = (tls.clone(), place.clone());
        tokio::spawn(async move {
            let (host, _) = place.rsplit_once(':').unwrap();
            let name = ServerName::try_from(host.to_owned()).unwrap();
            let server = TcpStream::connect(&place).await?;
            join(tls.connect(name, server).await?, ldapx).await
        });
    }
}

/// Hand on in both directions until one of them ends; then both have ended.
async fn join(one: impl AsyncRead + AsyncWrite + Send, other: TcpStream) -> std::io::Result<()> {
    other.set_nodelay(true)?;
    let (mut from_one, mut to_one) = split(one);
    let (mut from_other, mut to_other) = split(other);
    tokio::select! {
        ended = copy(&mut from_one, &mut to_other) => ended,
        ended = copy(&mut from_other, &mut to_one) => ended,
    }
    .map(drop)
}
