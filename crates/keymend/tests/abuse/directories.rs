//! DI: a directory that is not ours. OpenLDAP is there when `KEYMEND_TEST_LDAP` names a server;
//! `cargo xtask test` starts one.
//!
//! Here is what each of these stories needs, and the plain ones; [`refusals`] has a directory that
//! says no, [`silence`] one that says nothing, [`people`] people who change under one's hands,
//! [`lines`] connections that cannot be trusted, and nodes that share a slow directory.

mod lines;
mod people;
mod refusals;
mod silence;

use std::collections::HashSet;
use std::net::TcpListener;

use ldap3::controls::{RawControl, RelaxRules};
use ldap3::{LdapConnAsync, Mod, Scope, SearchEntry};

use crate::ldapx::Ldapx;
use crate::portal::{Portal, Setup};
use crate::walk::{NEW, Person};

const SERVICE: &str = "cn=keymend,ou=services,dc=campus,dc=example";
const OLD: &str = "Harbor-Violet-Kite-71";

fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        println!("{name} is not set: OpenLDAP is left out");
    }
    value
}

/// Before the OpenLDAP of the tests, at a URL of one's own.
fn setup(url: &str) -> Setup {
    Setup::new()
        .with("directory", "kind", "\"ldap\"")
        .with("directory", "url", format!("\"{url}\""))
        .with("directory", "bind-dn", format!("\"{SERVICE}\""))
        .with("directory", "base", "\"ou=people,dc=campus,dc=example\"")
        .variable("KEYMEND_DIRECTORY__BIND_PASSWORD", "service-secret")
}

/// The same by TLS, as everybody should.
fn secure() -> Option<Setup> {
    let url = variable("KEYMEND_TEST_LDAPS")?;
    let ca = variable("KEYMEND_TEST_LDAP_CA")?;
    Some(setup(&url).with("directory", "ca-file", format!("\"{ca}\"")))
}

/// A portal by TLS.
fn portal() -> Option<Portal> {
    Some(secure()?.start())
}

/// Somebody before the directory, and a portal, with as many steps as one likes, that goes through.
fn spoilt() -> Option<(Ldapx, Portal)> {
    let (middle, setup) = spoilt_setup()?;
    Some((middle, setup.start()))
}

fn spoilt_setup() -> Option<(Ldapx, Setup)> {
    let middle = Ldapx::before(&variable("KEYMEND_TEST_LDAP")?, "127.0.0.1:0");
    let url = format!("ldap://{}", middle.address);
    let setup = setup(&url).with("directory", "plain", true).loose();
    Some((middle, setup))
}

/// A portal before the built-in directory and that OpenLDAP.
fn two_directories() -> Option<Portal> {
    let url = variable("KEYMEND_TEST_LDAPS")?;
    let ca = variable("KEYMEND_TEST_LDAP_CA")?;
    let staff = "directory.staff";
    let setup = Setup::new()
        .without("directory", "domains")
        .with("directory", "order", "[\"local\", \"staff\"]")
        .with("directory.local", "domains", "[\"guests.example\"]")
        .with(staff, "kind", "\"ldap\"")
        .with(staff, "domains", "[\"staff.example\"]")
        .with(staff, "url", format!("\"{url}\""))
        .with(staff, "ca-file", format!("\"{ca}\""))
        .with(staff, "bind-dn", format!("\"{SERVICE}\""))
        .with(staff, "base", "\"ou=people,dc=campus,dc=example\"")
        .with(staff, "bind-password", "\"service-secret\"");
    Some(setup.start())
}

/// A directory that is gone: pages without it go on, and with it everybody hears the same.
#[test]
fn a_directory_that_is_gone_stops_nothing_that_does_not_need_it() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("ldap://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let portal = setup(&gone).with("directory", "plain", true).start();
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

/// Ask the directory as its administrator.
fn as_admin<T>(ask: impl AsyncFnOnce(&mut ldap3::Ldap) -> T) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = std::env::var("KEYMEND_TEST_LDAP").unwrap();
        let (driven, mut admin) = LdapConnAsync::new(&url).await.unwrap();
        tokio::spawn(driven.drive());
        let bound = admin.simple_bind("cn=admin,dc=campus,dc=example", "admin-secret");
        bound.await.unwrap().success().unwrap();
        ask(&mut admin).await
    })
}

fn dn(name: &str) -> String {
    format!("uid={name},ou=people,dc=campus,dc=example")
}

/// Somebody new in the directory.
fn colleague(portal: &Portal) -> Person {
    another(portal, 0)
}

/// One more, by number.
fn another(portal: &Portal, number: u16) -> Person {
    let port = portal.address.port();
    let name = format!("walker-{port}-{number}");
    // Another test may have had this port, and so this name, before.
    remove(&name);
    add(&name, None);
    let phone = 2_000_000 + u32::from(port) * 10 + u32::from(number);
    Person {
        email: format!("{name}@mail.example"),
        password: OLD.to_owned(),
        phone: format!("+1212{phone}"),
        name,
    }
}

fn one(value: &str) -> HashSet<String> {
    HashSet::from([value.to_owned()])
}

fn add(name: &str, policy: Option<&str>) {
    let mut attributes = vec![
        ("objectClass".to_owned(), one("inetOrgPerson")),
        ("uid".to_owned(), one(name)),
        ("cn".to_owned(), one("Walker Test")),
        ("sn".to_owned(), one("Test")),
        ("userPassword".to_owned(), one(OLD)),
    ];
    attributes.extend(policy.map(|policy| ("pwdPolicySubentry".to_owned(), one(policy))));
    as_admin(async |admin| {
        let added = admin.add(&dn(name), attributes).await.unwrap();
        added.success().unwrap();
    });
}

fn remove(name: &str) {
    as_admin(async |admin| {
        admin.delete(&dn(name)).await.unwrap();
    });
}

/// Set an attribute as the directory's administrator, whatever the directory thinks of it.
fn set(dn: &str, attribute: &str, value: &str) {
    as_admin(async |admin| {
        let change = Mod::Replace(attribute, HashSet::from([value]));
        admin.with_controls(RawControl::from(RelaxRules));
        let set = admin.modify(dn, vec![change]).await.unwrap();
        set.success().unwrap();
    });
}

/// Does the directory itself take this password?
fn lets_in(name: &str, password: &str) -> bool {
    as_admin(async |line| line.simple_bind(&dn(name), password).await.unwrap().rc == 0)
}

fn register(portal: &Portal, person: &Person) {
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person.name, &person.password));
    assert_eq!(browser.register_phone(portal, &person.phone), 303);
    assert_eq!(browser.register_mail(portal, &person.email), 303);
    assert_eq!(browser.post("/register/finish", &[]).status, 303);
}

/// Register, forget, reset, sign in; what the directory refuses is said and costs no proof.
#[test]
fn di_162_a_refusal_of_the_directory_keeps_the_proof() {
    let Some(portal) = portal() else { return };
    let person = colleague(&portal);
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
    for secret in [OLD, NEW, "service-secret"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

/// Locked in the directory, opened here, with the password kept.
#[test]
fn a_lock_of_the_directory_is_opened() {
    let Some(portal) = portal() else { return };
    let person = colleague(&portal);
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
#[test]
fn a_password_that_must_be_changed_is_changed_first() {
    let Some(portal) = portal() else { return };
    let person = colleague(&portal);
    set(&dn(&person.name), "pwdReset", "TRUE");
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
#[test]
fn di_168_a_reset_hits_exactly_the_directory_that_was_chosen() {
    let Some(mut portal) = two_directories() else {
        return;
    };
    let staff = colleague(&portal);
    let uuid = as_admin(async |admin| {
        let wanted = vec!["entryUUID"];
        let dn = dn(&staff.name);
        let found = admin.search(&dn, Scope::Base, "(objectClass=*)", wanted);
        let (found, _) = found.await.unwrap().success().unwrap();
        let entry = SearchEntry::construct(found.into_iter().next().unwrap());
        entry.attrs["entryUUID"][0].clone()
    });
    let guest = Person {
        name: staff.name.clone(),
        password: "Copper-Yacht-Fern-90".to_owned(),
        phone: format!("+1212{}", 3_000_000 + u32::from(portal.address.port())),
        email: format!("{}-guest@mail.example", staff.name),
    };
    let input = format!("{}\n", guest.password);
    portal.command(&["user", "add", &guest.name], &input);
    portal.kill();
    let same = format!("UPDATE local_accounts SET id = '{uuid}', must_change = FALSE");
    portal.database().run(&same);
    portal.start();
    let at = |person: &Person, domain: &str| Person {
        name: format!("{}@{domain}", person.name),
        ..person.clone()
    };
    let (staff, guest) = (at(&staff, "staff.example"), at(&guest, "guests.example"));
    register(&portal, &staff);
    register(&portal, &guest);
    let accounts = format!("SELECT COUNT(*) FROM accounts WHERE subject = '{uuid}'");
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
