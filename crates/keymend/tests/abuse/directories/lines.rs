//! Lines that cannot be trusted.

use super::middle::{Middle, authority, make_authority};
use super::server::{OLD, Server};
use crate::ldapx::{Fault, Ldapx, Op, Said};
use crate::portal::Setup;

on_each!(
    di_172_a_certificate_of_another_authority_is_refused,
    di_172_a_certificate_for_another_host_is_refused,
    di_172_a_line_without_its_starttls_is_no_line,
);

/// Nobody can sign in, and the way to the directory has seen neither a sign-in nor a secret.
fn is_refused(server: &Server, setup: Setup, middle: &Ldapx) {
    let portal = setup.start();
    let person = server.colleague(&portal);
    assert!(!portal.lets_in(&person.name, OLD));
    assert_eq!(middle.asked(Op::Bind), 0, "a sign-in in the clear");
    for secret in [server.service.1, OLD, &person.name] {
        assert!(!middle.heard(secret.as_bytes()), "{secret} in the clear");
    }
    // Pages that do not need it are there.
    let mut browser = portal.browser();
    assert_eq!(browser.get("/").status, 200);
    assert_eq!(browser.begin(&person.name), 303);
}

/// Somebody who hands on what comes to a server of TLS or without it, unread, at an address of one's own.
fn unread(server: &str, at: &str) -> (Ldapx, String) {
    let (scheme, _) = server.split_once("://").unwrap();
    let middle = Ldapx::before(server, &format!("{at}:0"));
    let url = format!("{scheme}://{}", middle.address);
    (middle, url)
}

fn di_172_a_certificate_of_another_authority_is_refused(server: &Server) {
    let folder = tempfile::TempDir::new().unwrap();
    make_authority(folder.path());
    let ca = format!("\"{}\"", authority(folder.path()).display());
    let believing = |url: &str| server.setup_at(url).with("directory", "ca-file", &ca);
    // The host name is in the certificate; the authority alone is wrong.
    let (middle, url) = unread(&server.url, "127.0.0.1");
    is_refused(server, believing(&url), &middle);
    // Nor by StartTLS.
    let (middle, url) = unread(&server.plain, "127.0.0.1");
    let setup = believing(&url).with("directory", "start-tls", true);
    is_refused(server, setup, &middle);
    assert!(middle.asked(Op::StartTls) > 0);
    // Somebody who has a certificate of his own, for the right host, and would read everything.
    let middle = Middle::before(server);
    is_refused(server, server.setup_at(&middle.url()), &middle);
}

fn di_172_a_certificate_for_another_host_is_refused(server: &Server) {
    let (middle, url) = unread(&server.url, "127.0.0.2");
    is_refused(server, server.setup_at(&url), &middle);
}

/// Somebody takes `StartTLS` out of the conversation: there is no conversation then.
fn di_172_a_line_without_its_starttls_is_no_line(server: &Server) {
    let (middle, url) = unread(&server.plain, "127.0.0.1");
    let setup = || server.setup_at(&url).with("directory", "start-tls", true);
    for code in [1, 2, 52, 53] {
        let said = Said {
            code,
            words: "no TLS here",
            policy: None,
        };
        middle.always(Op::StartTls, Fault::Say(said));
        let before = middle.asked(Op::StartTls);
        is_refused(server, setup(), &middle);
        assert!(middle.asked(Op::StartTls) > before);
    }
    // The same portal, where nobody is in the way.
    middle.heal();
    let portal = setup().start();
    let person = server.colleague(&portal);
    assert!(portal.lets_in(&person.name, OLD));
    assert!(!middle.heard(OLD.as_bytes()));
}
