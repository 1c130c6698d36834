//! DI: a directory that is not ours. A server is there when `cargo xtask peers` has started it; a story that every
//! server can tell is a function of a [`server::Server`], and `on_each!` tells it of each.
//!
//! Here are the plain ones; [`refusals`] has a directory that says no, [`silence`] one that says nothing, [`people`]
//! people who change under one's hands, [`lines`] connections that cannot be trusted, and [`nodes`] portals that share a
//! directory. [`middle`] is somebody between portal and directory.

/// Tells each of these stories of each server that is there.
macro_rules! on_each {
    ($($story:ident),+ $(,)?) => {
        $crate::directories::on!(open_ldap: $($story),+);
        $crate::directories::on!(samba: $($story),+);
    };
}

/// Tells each of these stories of one server, if it is there.
macro_rules! on {
    ($server:ident: $($story:ident),+) => {
        mod $server {
            $(
                #[test]
                fn $story() {
                    if let Some(server) = $crate::directories::server::Server::$server() {
                        super::$story(&server);
                    }
                }
            )+
        }
    };
}

use on;

mod answers;
mod history;
mod lines;
mod middle;
mod nodes;
mod people;
mod refusals;
mod server;
mod silence;

use std::collections::HashSet;
use std::net::TcpListener;

use self::server::{OLD, Server};
use crate::portal::Portal;
use crate::walk::{NEW, Person};

on_each!(
    a_directory_that_is_gone_stops_nothing_that_does_not_need_it,
    di_162_a_refusal_of_the_directory_keeps_the_proof,
    a_lock_of_the_directory_is_opened,
    a_password_that_must_be_changed_is_changed_first,
    di_168_a_reset_hits_exactly_the_directory_that_was_chosen,
);

/// A directory that is gone: pages without it go on, and with it everybody hears the same.
fn a_directory_that_is_gone_stops_nothing_that_does_not_need_it(server: &Server) {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("ldaps://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let portal = server.setup_at(&gone).start();
    let mut said = HashSet::new();
    for name in ["boss", "nobody-at-all", "boss"] {
        let mut browser = portal.browser();
        assert!(!browser.sign_in(name, OLD));
        assert_eq!(browser.page.status, 503);
        said.insert(browser.page.body.len());
        // A reset begins before anybody asks the directory.
        for page in ["/livez", "/readyz", "/", "/reset", "/sign-in"] {
            assert!(browser.get(page).status < 400, "{page}");
        }
    }
    assert_eq!(said.len(), 1, "{said:?}");
    let log = portal.log();
    let changes = log.matches("no server is left").count();
    assert_eq!(
        changes, 1,
        "one line for the change, none for each request: {log}"
    );
}

fn register(portal: &Portal, person: &Person) {
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person.name, &person.password));
    assert_eq!(browser.register_phone(portal, &person.phone), 303);
    assert_eq!(browser.register_mail(portal, &person.email), 303);
    assert_eq!(browser.post("/register/finish", &[]).status, 303);
}

/// Register, forget, reset, sign in; what the directory refuses is said and costs no proof.
fn di_162_a_refusal_of_the_directory_keeps_the_proof(server: &Server) {
    let portal = server.portal();
    let person = server.colleague(&portal);
    register(&portal, &person);
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "forgot");
    assert_eq!(browser.password(OLD), 422);
    let said = &browser.page.body;
    assert!(
        said.contains("You have used that password before"),
        "{said}"
    );
    assert_eq!(browser.password(NEW), 303);
    assert!(portal.lets_in(&person.name, NEW));
    assert!(!portal.lets_in(&person.name, OLD));
    let log = portal.log();
    for secret in [OLD, NEW, server.service.1] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

/// Locked in the directory, opened here, with the password kept.
fn a_lock_of_the_directory_is_opened(server: &Server) {
    let portal = server.portal();
    let person = server.colleague(&portal);
    register(&portal, &person);
    for _ in 0..3 {
        assert!(!portal.lets_in(&person.name, "wrong"));
    }
    assert!(!portal.lets_in(&person.name, OLD));
    let mut browser = portal.browser();
    browser.prove(&portal, &person, "locked");
    assert_eq!(browser.post("/reset/unlock", &[]).status, 303);
    assert!(portal.lets_in(&person.name, OLD));
}

/// Must change: the sign-in leads to the change, and nowhere else before it is done.
fn a_password_that_must_be_changed_is_changed_first(server: &Server) {
    let portal = server.portal();
    let person = server.colleague(&portal);
    server.set(&server.dn(&person.name), server.must_change);
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person.name, OLD));
    assert_eq!(browser.page.location(), "/password");
    let fields = [("current", OLD), ("password", NEW), ("confirm", NEW)];
    let changed = browser.post("/password", &fields);
    assert!(matches!(changed.status, 200 | 303), "{}", changed.body);
    assert!(portal.lets_in(&person.name, NEW));
}

/// Two people with one name and one id, each in a directory: who resets one's password leaves the
/// other's as it is, whichever spelling chose.
fn di_168_a_reset_hits_exactly_the_directory_that_was_chosen(server: &Server) {
    let mut portal = server.beside_the_built_in();
    let staff = server.colleague(&portal);
    let id = server.id(&staff.name);
    let guest = Person {
        name: staff.name.clone(),
        password: "Copper-Yacht-Fern-90".to_owned(),
        phone: format!("+1212{}", 3_000_000 + u32::from(portal.address.port())),
        email: format!("{}-guest@mail.example", staff.name),
    };
    let input = format!("{}\n", guest.password);
    portal.command(&["user", "add", &guest.name], &input);
    portal.kill();
    let same = format!("UPDATE local_accounts SET id = '{id}', must_change = FALSE");
    portal.database().run(&same);
    portal.start();
    let at = |person: &Person, domain: &str| Person {
        name: format!("{}@{domain}", person.name),
        ..person.clone()
    };
    let (staff, guest) = (at(&staff, "staff.example"), at(&guest, "guests.example"));
    register(&portal, &staff);
    register(&portal, &guest);
    let accounts = format!("SELECT COUNT(*) FROM accounts WHERE subject = '{id}'");
    assert_eq!(portal.database().number(&accounts), 2);
    let now = |staff_has: &str, guest_has: &str| {
        let right = [(&staff, staff_has), (&guest, guest_has)];
        for (person, password) in right {
            assert!(portal.lets_in(&person.name, password), "{}", person.name);
        }
        assert!(!portal.lets_in(&staff.name, guest_has));
        assert!(!portal.lets_in(&guest.name, staff_has));
    };
    now(OLD, &guest.password);
    let mut browser = portal.browser();
    browser.prove(&portal, &staff, "forgot");
    assert_eq!(browser.password(NEW), 303);
    now(NEW, &guest.password);
    // Without a domain the first directory that has the name is meant.
    let (bare, _) = guest.name.split_once('@').unwrap();
    let first = Person {
        name: bare.to_owned(),
        ..guest.clone()
    };
    let mut browser = portal.browser();
    browser.prove(&portal, &first, "forgot");
    let newer = "Walnut-Prism-Delta-53";
    assert_eq!(browser.password(newer), 303);
    now(NEW, newer);
    // Changed by somebody signed in: there, and only there.
    let [guests, staffs] = ["Orbit-Lamp-Maple-38", "Kite-Harbor-Slate-71"];
    for (person, old, new) in [(&guest, newer, guests), (&staff, NEW, staffs)] {
        let mut browser = portal.browser();
        assert!(browser.sign_in(&person.name, old));
        browser.get("/password");
        let fields = [("current", old), ("password", new), ("confirm", new)];
        let changed = browser.post("/password", &fields);
        assert!(matches!(changed.status, 200 | 303), "{}", changed.body);
        now(if new == staffs { staffs } else { NEW }, guests);
    }
    // What proves one of them does not prove the other.
    let texts = || {
        let mut messages = portal.messages();
        messages.retain(|message| message.channel == "sms" && message.to == staff.phone);
        messages.len()
    };
    portal.settled();
    let before = texts();
    let mut browser = portal.browser();
    browser.begin_for(&guest.name, "forgot");
    assert_eq!(browser.text(&staff.phone), 303);
    portal.settled();
    assert_eq!(texts(), before);
    // Commands know whom they are about.
    let shown = portal.command(&["user", "show", &guest.name], "");
    assert!(shown.contains("email, phone"), "{shown}");
    let said = portal.command(&["user", "unfreeze", bare, "--directory", "staff"], "");
    assert!(said.contains("was not frozen"), "{said}");
    let report = portal.command(&["doctor"], "");
    assert!(
        report.contains("local: the built-in directory answers"),
        "{report}"
    );
    assert!(report.contains("staff: "), "{report}");
}
