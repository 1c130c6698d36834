//! Several directories: the built-in one, and one that does not answer, or an OpenLDAP
//! (`tests/peers/README.md`) with two.

use std::collections::HashSet;
use std::time::Duration;

use keymend_core::id::{self, Id};
use ldap3::{LdapConnAsync, Mod, Scope, SearchEntry};

use super::effort;
use super::portal::Portal;
use crate::chance::Os;
use crate::config::{self, Passwords};

const BO: &str = "Maple-Orbit-Lamp-38";
const STAFF: &str = "Harbor-Violet-Kite-71";
const STUDENT: &str = "Signal-Peach-Tundra-26";
const PEOPLE: &str = "ou=people,dc=campus,dc=example";

/// An LDAP directory as the configuration says it.
fn ldap(name: &str, keys: &str) -> (String, Passwords) {
    let text = format!(
        "[server]\norigin = \"http://localhost\"\n[organisation]\nname = \"x\"\nhelp = \"x\"\n\
         [database]\nurl = \"sqlite:x\"\n[keys]\nfile = \"x\"\n\
         [mail]\nserver = \"localhost\"\nfrom = \"x@mail.example\"\n\
         [policy]\nmethods = [\"email\"]\ngates = 1\nminimum = 1\ncode-digits = 8\n\
         [directory.{name}]\nkind = \"ldap\"\ndomains = [\"{name}.example\"]\n{keys}"
    );
    let settings = config::read("test", &text, std::iter::empty()).unwrap();
    settings.directories.into_iter().next().unwrap()
}

/// A directory where nobody answers.
fn silent(name: &str) -> (String, Passwords) {
    // Free a moment ago, and nobody's now.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    let keys = format!(
        "url = \"ldap://127.0.0.1:{port}\"\nplain = true\nbind-dn = \"cn=x\"\nbind-password = \"x\"\nbase = \"dc=x\"\n"
    );
    ldap(name, &keys)
}

/// The answer to a sign-in, from another browser.
async fn answer(portal: &mut Portal, name: &str, password: &str) -> u16 {
    portal.other_browser();
    portal.sign_in(name, password).await
}

#[tokio::test]
async fn a_silent_directory_keeps_nobody_out_whose_domain_says_where_they_belong() {
    let mut portal = Portal::open_with(|settings| {
        settings.directories.insert(0, silent("students"));
    })
    .await;
    assert_eq!(answer(&mut portal, "bo@campus.example", BO).await, 303);
    // Without a domain bo may be a student.
    assert_eq!(answer(&mut portal, "bo", BO).await, 503);
    assert_eq!(answer(&mut portal, "bo@students.example", BO).await, 503);
    assert_eq!(answer(&mut portal, "nobody@campus.example", BO).await, 422);
}

#[tokio::test]
async fn a_silent_directory_behind_does_not_tell_who_is_in_front() {
    let mut portal = Portal::open_with(|settings| {
        settings.directories.push(silent("students"));
    })
    .await;
    assert_eq!(answer(&mut portal, "bo", BO).await, 303);
    assert_eq!(answer(&mut portal, "bo", "wrong").await, 503);
    assert_eq!(answer(&mut portal, "nobody", "wrong").await, 503);
    assert_eq!(answer(&mut portal, "ｂｏ", "wrong").await, 503);
}

/// Nobody is asked before counting, so it does not matter that the other directory is silent.
#[tokio::test]
async fn no_spelling_buys_another_try() {
    let several = async || {
        Portal::open_with(|settings| {
            settings.policy.limits.wrong_sign_ins.most = 6;
            settings.directories.push(silent("students"));
        })
        .await
    };
    let spellings = [
        "bo",
        "bo@campus.example",
        "CAMPUS\\Bo",
        "ｂｏ@campus.example",
    ];
    let mut portal = several().await;
    for at in 0..6 {
        let answered = answer(&mut portal, spellings[at % 4], "wrong").await;
        assert_ne!(answered, 429, "{at}");
    }
    for name in spellings {
        assert_eq!(answer(&mut portal, name, "wrong").await, 429, "{name}");
    }
    // Whoever has that name elsewhere was meant by one in four only.
    let namesake = "bo@students.example";
    assert_eq!(answer(&mut portal, namesake, "wrong").await, 503);
    let mut portal = several().await;
    for _ in 0..6 {
        assert_eq!(answer(&mut portal, namesake, "wrong").await, 503);
    }
    assert_eq!(answer(&mut portal, namesake, "wrong").await, 429);
    assert_eq!(answer(&mut portal, "STUDENTS\\bo", "wrong").await, 429);
    // A namesake's counter closes the name that may mean both, and not one's own.
    assert_eq!(answer(&mut portal, "bo", BO).await, 429);
    assert_eq!(answer(&mut portal, "bo@campus.example", BO).await, 303);
}

/// Offer wrong codes for somebody, from another browser.
async fn guess(portal: &mut Portal, name: &str, times: usize) -> Vec<u16> {
    portal.other_browser();
    assert_eq!(portal.start(name).await.0, 303);
    portal.post("/reset/what", &[("goal", "forgot")]).await;
    let sent = portal.post("/reset/send", &[("method", "email")]).await;
    assert_eq!(sent.status, 303, "{name}");
    let mut answers = Vec::new();
    for _ in 0..times {
        let wrong = [("code", "000000")];
        answers.push(portal.post("/reset/verify", &wrong).await.status);
    }
    answers
}

/// Full success empties one's own counters. Whoever has a namesake elsewhere must not be able to
/// guess the namesake's codes for ever by succeeding in between.
#[tokio::test]
async fn a_success_does_not_clear_the_counters_of_a_namesake() {
    for (guessed, still) in [("bo@students.example", 1), ("bo@campus.example", 4)] {
        let mut portal = Portal::open_with(|settings| {
            settings.policy.limits.wrong_per_method.most = 4;
            settings.directories.push(silent("students"));
        })
        .await;
        assert_eq!(guess(&mut portal, guessed, 3).await, [422; 3]);
        // The code that is read next is the newest.
        portal.deliver().await;
        portal.wait(Duration::from_mins(1));
        portal.other_browser();
        portal.proven("bo", "2125550142", "forgot").await;
        portal.get("/reset/password").await;
        let new = [("password", STUDENT)];
        assert_eq!(portal.post("/reset/password", &new).await.status, 303);
        let mut expected = vec![422; still];
        expected.push(429);
        assert_eq!(guess(&mut portal, guessed, still + 1).await, expected);
    }
}

#[tokio::test]
async fn people_of_a_directory_that_is_not_configured_any_more_are_gone() {
    let mut portal = Portal::open().await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    assert_eq!(portal.get("/register").await.status, 200);
    portal
        .change("UPDATE accounts SET directory = 'gone'")
        .await;
    assert_eq!(portal.get("/register").await.header("location"), "/sign-in");
    portal
        .change("UPDATE accounts SET directory = 'local'")
        .await;
    portal.other_browser();
    portal.proven("bo", "2125550142", "forgot").await;
    portal
        .change("UPDATE accounts SET directory = 'gone'")
        .await;
    let new = [("password", STUDENT)];
    portal.get("/reset/password").await;
    let answered = portal.post("/reset/password", &new).await.status;
    assert_ne!(answered, 303);
    portal
        .change("UPDATE accounts SET directory = 'local'")
        .await;
    assert_eq!(answer(&mut portal, "bo", BO).await, 303);
    // A code that was asked for before goes nowhere.
    portal.other_browser();
    assert_eq!(portal.start("cleo").await.0, 303);
    portal.post("/reset/what", &[("goal", "forgot")]).await;
    portal.post("/reset/send", &[("method", "email")]).await;
    let before = portal.messages().await.len();
    let again = async |portal: &mut Portal| {
        portal.wait(Duration::from_mins(1));
        portal.post("/reset/again", &[]).await;
        portal.messages().await.len()
    };
    assert_eq!(again(&mut portal).await, before + 1);
    portal
        .change("UPDATE accounts SET directory = 'gone'")
        .await;
    assert_eq!(again(&mut portal).await, before + 1);
}

/// Two directories in the OpenLDAP of the tests, with one more person in both.
struct Campus {
    admin: ldap3::Ldap,
    both: String,
    directories: Vec<(String, Passwords)>,
}

impl Campus {
    async fn open() -> Option<Self> {
        let Ok(url) = std::env::var("KEYMEND_TEST_LDAPS") else {
            println!("KEYMEND_TEST_LDAPS is not set: OpenLDAP is left out");
            return None;
        };
        let ca = std::env::var("KEYMEND_TEST_LDAP_CA").unwrap();
        let plain = std::env::var("KEYMEND_TEST_LDAP").unwrap();
        let (driven, mut admin) = LdapConnAsync::new(&plain).await.unwrap();
        tokio::spawn(driven.drive());
        let bound = admin.simple_bind("cn=admin,dc=campus,dc=example", "admin-secret");
        bound.await.unwrap().success().unwrap();
        let mut directories = Vec::new();
        for name in ["staff", "students"] {
            let unit = vec![("objectClass", HashSet::from(["organizationalUnit"]))];
            // Another test may have made it.
            let made = admin.add(&format!("ou={name},{PEOPLE}"), unit).await;
            assert!(matches!(made.unwrap().rc, 0 | 68));
            let keys = format!(
                "url = \"{url}\"\nca-file = \"{ca}\"\nbase = \"ou={name},{PEOPLE}\"\n\
                 bind-dn = \"cn=keymend,ou=services,dc=campus,dc=example\"\nbind-password = \"service-secret\"\n"
            );
            directories.push(ldap(name, &keys));
        }
        let id: Id<id::Job> = Id::random(&mut Os);
        let mut campus = Self {
            admin,
            both: format!("t{id}").to_lowercase(),
            directories,
        };
        let both = campus.both.clone();
        campus.add("staff", &both, STAFF).await;
        campus.add("students", &both, STUDENT).await;
        Some(campus)
    }

    async fn add(&mut self, unit: &str, name: &str, password: &str) {
        let one = |value| HashSet::from([value]);
        let attributes = vec![
            ("objectClass", one("inetOrgPerson")),
            ("cn", one("Test Person")),
            ("sn", one("Test")),
            ("uid", one(name)),
            ("userPassword", one(password)),
        ];
        let dn = format!("uid={name},ou={unit},{PEOPLE}");
        let added = self.admin.add(&dn, attributes).await;
        added.unwrap().success().unwrap();
    }

    /// The built-in directory, staff, students.
    async fn portal(&self) -> Portal {
        Portal::open_with(|settings| settings.directories.extend(self.directories.clone())).await
    }

    /// Wrong passwords that the server has counted for somebody.
    async fn failures(&mut self, unit: &str) -> usize {
        let dn = format!("uid={},ou={unit},{PEOPLE}", self.both);
        let wanted = vec!["pwdFailureTime"];
        let found = self
            .admin
            .search(&dn, Scope::Base, "(objectClass=*)", wanted);
        let (found, _) = found.await.unwrap().success().unwrap();
        let entry = SearchEntry::construct(found.into_iter().next().unwrap());
        entry.attrs.get("pwdFailureTime").map_or(0, Vec::len)
    }
}

#[tokio::test]
async fn a_password_is_tried_in_the_directory_that_has_the_name_and_in_no_other() {
    let Some(mut campus) = Campus::open().await else {
        return;
    };
    let mut portal = campus.portal().await;
    let name = campus.both.clone();
    for (name, password, expected) in [
        (name.clone(), STAFF, 303),
        (name.clone(), STUDENT, 422),
        (format!("{name}@staff.example"), STAFF, 303),
        (format!("{name}@staff.example"), STUDENT, 422),
        (format!("STUDENTS\\{name}"), STUDENT, 303),
        (format!("STUDENTS\\{name}"), STAFF, 422),
        (format!("{name}@campus.example"), STAFF, 422),
        (format!("{name}@other.example"), STAFF, 422),
        ("bo".to_owned(), BO, 303),
        ("bo@staff.example".to_owned(), BO, 422),
    ] {
        let answered = answer(&mut portal, &name, password).await;
        assert_eq!(answered, expected, "{name} {password}");
    }
    assert_eq!(
        answer(&mut portal, &format!("STUDENTS\\{name}"), STUDENT).await,
        303
    );
    assert_eq!(answer(&mut portal, &name, STAFF).await, 303);
    for (asked, staff, students) in [
        (name.clone(), 1, 0),
        (format!("{name}@students.example"), 1, 1),
    ] {
        assert_eq!(answer(&mut portal, &asked, "wrong").await, 422);
        assert_eq!(campus.failures("staff").await, staff, "{asked}");
        assert_eq!(campus.failures("students").await, students, "{asked}");
    }
    // Three accounts were seen, each under its own directory.
    let mut tx = portal.app.store.read().await.unwrap();
    let found = portal.app.directories.find(&name, Some("students")).await;
    let subject = found.unwrap().unwrap().entry.subject;
    let mut seen = async |directory| tx.account_of(directory, &subject).await.unwrap().is_some();
    assert!(seen("students").await);
    assert!(!seen("staff").await);
}

/// One of the later directories is the one that has the name: found without a domain.
#[tokio::test]
async fn a_name_is_found_in_whichever_directory_has_it_first() {
    let Some(mut campus) = Campus::open().await else {
        return;
    };
    let student = format!("{}-s", campus.both);
    campus.add("students", &student, STUDENT).await;
    let mut portal = campus.portal().await;
    assert_eq!(answer(&mut portal, &student, STUDENT).await, 303);
    assert_eq!(answer(&mut portal, &student, STAFF).await, 422);
    let found = portal.app.directories.find(&campus.both, None).await;
    assert_eq!(found.unwrap().unwrap().directory, "staff");
    // Locked by its directory, which a disabled sign-in must not tell from a wrong password.
    let dn = format!("uid={student},ou=students,{PEOPLE}");
    let lock = Mod::Replace("pwdAccountLockedTime", HashSet::from(["000001010000Z"]));
    let locked = campus.admin.modify(&dn, vec![lock]).await;
    locked.unwrap().success().unwrap();
    assert_eq!(answer(&mut portal, &student, STUDENT).await, 422);
}

/// A name without a domain: whichever directory has it, and if none has.
#[tokio::test]
async fn it_is_the_same_work_whichever_directory_has_the_name() {
    let Some(mut campus) = Campus::open().await else {
        return;
    };
    let student = format!("{}-s", campus.both);
    campus.add("students", &student, STUDENT).await;
    let both = campus.both.clone();
    let classes = [
        ("built-in", "bo", ""),
        ("unknown", "nobody", ""),
        ("in two", both.as_str(), ""),
        ("in the last", student.as_str(), ""),
    ];
    let open = async || campus.portal().await;
    effort::compare(open, &classes, effort::wrong_passwords).await;
    effort::compare(open, &classes, effort::reset).await;
    // And so for one directory of several.
    let students = [
        ("in two", format!("{both}@students.example")),
        ("in the last", format!("STUDENTS\\{student}")),
        ("unknown", "nobody@students.example".to_owned()),
    ];
    let students = students
        .each_ref()
        .map(|(class, name)| (*class, name.as_str(), ""));
    effort::compare(open, &students, effort::reset).await;
}
