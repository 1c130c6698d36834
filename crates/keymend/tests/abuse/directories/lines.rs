//! Lines that cannot be trusted, and lines that are slow.

use std::path::Path;
use std::process::Command;

use super::{OLD, another, colleague, register, secure, setup, spoilt, spoilt_setup, variable};
use crate::browser::Browser;
use crate::database::Postgres;
use crate::ldapx::{Fault, Ldapx, Op, Said};
use crate::portal::{Portal, Setup};
use crate::walk::NEW;

/// Nobody can sign in, and the way to the directory has seen neither a sign-in nor a secret.
fn is_refused(setup: Setup, middle: &Ldapx) {
    let portal = setup.start();
    let person = colleague(&portal);
    assert!(!portal.lets_in(&person.name, OLD));
    assert_eq!(middle.asked(Op::Bind), 0, "a sign-in in the clear");
    for secret in ["service-secret", OLD, &person.name] {
        assert!(!middle.heard(secret.as_bytes()), "{secret} in the clear");
    }
    // Pages that do not need it are there.
    let mut browser = portal.browser();
    assert_eq!(browser.get("/").status, 200);
    assert_eq!(browser.begin(&person.name), 303);
}

/// Another authority than the directory's.
fn other_authority(folder: &Path) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/make-ca.sh");
    let made = Command::new(script).arg(folder).status().unwrap();
    assert!(made.success());
    format!("\"{}\"", folder.join("ca.pem").display())
}

#[test]
fn di_172_a_certificate_of_another_authority_is_refused() {
    let Some(server) = variable("KEYMEND_TEST_LDAPS") else {
        return;
    };
    let folder = tempfile::TempDir::new().unwrap();
    let ca = other_authority(folder.path());
    // The host name is in the certificate; the authority alone is wrong.
    let middle = Ldapx::before(&server, "127.0.0.1:0");
    let url = format!("ldaps://{}", middle.address);
    is_refused(setup(&url).with("directory", "ca-file", &ca), &middle);
    // Nor by StartTLS.
    let middle = Ldapx::before(&variable("KEYMEND_TEST_LDAP").unwrap(), "127.0.0.1:0");
    let url = format!("ldap://{}", middle.address);
    let setup = setup(&url).with("directory", "ca-file", &ca);
    is_refused(setup.with("directory", "start-tls", true), &middle);
    assert!(middle.asked(Op::StartTls) > 0);
}

#[test]
fn di_172_a_certificate_for_another_host_is_refused() {
    let Some(secure) = secure() else { return };
    let server = variable("KEYMEND_TEST_LDAPS").unwrap();
    let middle = Ldapx::before(&server, "127.0.0.2:0");
    let url = format!("\"ldaps://{}\"", middle.address);
    is_refused(secure.with("directory", "url", url), &middle);
}

/// Somebody takes `StartTLS` out of the conversation: there is no conversation then.
#[test]
fn di_172_a_line_without_its_starttls_is_no_line() {
    let Some(secure) = secure() else { return };
    let server = variable("KEYMEND_TEST_LDAP").unwrap();
    for code in [1, 2, 52, 53] {
        let middle = Ldapx::before(&server, "127.0.0.1:0");
        let said = Said {
            code,
            words: "no TLS here",
            policy: None,
        };
        middle.always(Op::StartTls, Fault::Say(said));
        let url = format!("ldap://{}", middle.address);
        let ca = variable("KEYMEND_TEST_LDAP_CA").unwrap();
        let setup = setup(&url).with("directory", "ca-file", format!("\"{ca}\""));
        is_refused(setup.with("directory", "start-tls", true), &middle);
        assert!(middle.asked(Op::StartTls) > 0);
    }
    // The same portal, where nobody is in the way.
    let portal = secure.start();
    let person = colleague(&portal);
    assert!(portal.lets_in(&person.name, OLD));
}

fn node(first: &Portal, setup: Setup) -> Portal {
    let path = |name: &str| format!("\"{}\"", first.path(name).display());
    setup
        .with("keys", "file", path("keymend.keys"))
        .with("server", "origin", format!("\"http://{}\"", first.host))
        .with("sms", "folder", path("sms"))
        .with("mail", "folder", path("mail"))
        .start()
}

/// Take a browser to another node.
fn hop(browser: &mut Browser, node: &Portal) {
    let mut there = Browser::new(node.address, &browser.host);
    there.cookies.clone_from(&browser.cookies);
    there.keep(browser.page.clone());
    there.get("/");
    *browser = there;
}

/// Two nodes before one directory: one reset, wherever each of its steps arrives.
#[test]
fn di_175_two_nodes_before_one_directory_are_one() {
    let (Some(first), Some(second)) = (secure(), secure()) else {
        return;
    };
    let Some(postgres) = Postgres::new() else {
        return;
    };
    let one = first.database(&postgres.url).start();
    let other = node(&one, second.database(&postgres.url));
    let person = colleague(&one);
    register(&one, &person);
    let mut browser = one.browser();
    browser.begin_for(&person.name, "forgot");
    hop(&mut browser, &other);
    browser.pass_phone(&one, &person);
    hop(&mut browser, &one);
    browser.pass_mail(&one, &person);
    hop(&mut browser, &other);
    // The directory refuses at one node; the proof is good at the other.
    assert_eq!(browser.password(OLD), 422);
    hop(&mut browser, &one);
    assert_eq!(browser.password(NEW), 303, "{}", browser.page.body);
    let lets_in = |node: &Portal, password: &str| {
        let mut browser = Browser::new(node.address, &one.host).from("192.0.2.250");
        browser.sign_in(&person.name, password)
    };
    for node in [&one, &other] {
        assert!(lets_in(node, NEW) && !lets_in(node, OLD));
    }
}

/// A dead directory at one node: pages that need none do not ask, and a stranger gets a colleague's answers.
#[test]
fn di_175_a_directory_that_does_not_answer_holds_up_nobody_else() {
    let Some((middle, setup)) = spoilt_setup() else {
        return;
    };
    let portal = match Postgres::new() {
        Some(postgres) => {
            silent(&middle, &setup.database(&postgres.url).start());
            return;
        }
        None => setup.start(),
    };
    silent(&middle, &portal);
}

fn silent(middle: &Ldapx, portal: &Portal) {
    let colleague = another(portal, 0);
    let stranger = colleague.name.replace("walker", "waiter");
    middle.always(Op::Search, Fault::SwallowQuestion);
    middle.always(Op::Bind, Fault::SwallowQuestion);
    for path in ["/", "/reset", "/sign-in"] {
        assert_eq!(portal.browser().get(path).status, 200, "{path}");
    }
    let answers = [&colleague.name, &stranger].map(|name| {
        let mut browser = portal.browser();
        let mut said = vec![(browser.begin(name), browser.page.shape())];
        said.push((
            browser.post("/reset/what", &[("goal", "forgot")]).status,
            browser.page.shape(),
        ));
        said.push((browser.get("/reset/gate").status, browser.page.shape()));
        said.push((browser.text(&colleague.phone), browser.page.shape()));
        said.push((browser.get("/reset/gate").status, browser.page.shape()));
        said.into_iter()
            .map(|(status, page)| (status, page.replace(name.as_str(), "NAME")))
            .collect::<Vec<_>>()
    });
    assert_eq!(answers[0], answers[1]);
    // Signing in needs it, and says that it is away; to a stranger as to a colleague.
    let signs = [&colleague.name, &stranger].map(|name| {
        let mut browser = portal.browser();
        assert!(!browser.sign_in(name, OLD));
        browser.page.status
    });
    assert_eq!(signs, [503, 503]);
}

/// Nothing before the first code asks the directory, so a slow one cannot slow a start.
#[test]
fn di_175_a_start_does_not_ask_the_directory() {
    let Some((middle, portal)) = spoilt() else {
        return;
    };
    let person = colleague(&portal);
    let asked = || middle.asked(Op::Search) + middle.asked(Op::Bind);
    let before = asked();
    let mut browser = portal.browser();
    browser.begin_for(&person.name, "forgot");
    for path in ["/", "/reset", "/reset/gate", "/sign-in"] {
        browser.get(path);
    }
    assert_eq!(asked(), before);
    // Who does need it waits for it, and is served.
    let slow = std::time::Duration::from_millis(300);
    for op in [Op::Search, Op::Bind] {
        middle.always(op, Fault::Delay(slow));
    }
    assert!(portal.lets_in(&person.name, OLD));
    assert!(asked() > before);
}
