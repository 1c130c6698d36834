//! CA and DI: the quiet proof of work, and limits when something behind them fails.

use crate::portal::{Portal, Setup};
use crate::walk::{NEW, person, portal, solve};

/// A solution serves once, and only the browser that was asked.
#[test]
fn ca_155_a_solution_serves_once() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    let seal = browser.get("/reset").field("seal").unwrap().to_owned();
    let work = solve(&seal, 16);
    let fields = |name| {
        [
            ("name", name),
            ("seal", seal.as_str()),
            ("work", work.as_str()),
        ]
    };
    assert_eq!(browser.post("/reset", &fields("one")).status, 303);
    assert_eq!(browser.copy().post("/reset", &fields("two")).status, 429);
    // Somebody else's browser: it is as if no work was done, and that is a smaller limit.
    let mut started = 0;
    for number in 0..8 {
        let mut other = portal.browser();
        other.get("/reset");
        let name = format!("other-{number}");
        let fields = [("name", name.as_str()), ("seal", &seal), ("work", &work)];
        started += u32::from(other.post("/reset", &fields).status == 303);
    }
    assert_eq!(started, 6);
}

/// Without work, or with work of another kind: at most the small limit; without its fields: nothing.
#[test]
fn ca_156_no_work_is_a_small_limit() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    let seal = browser.get("/reset").field("seal").unwrap().to_owned();
    assert_eq!(
        browser
            .post("/reset", &[("name", "x"), ("seal", &seal)])
            .status,
        400
    );
    assert_eq!(
        browser
            .post("/reset", &[("name", "x"), ("work", "0")])
            .status,
        400
    );
    let works = [
        "",
        "null",
        "-1",
        "1e5",
        "0x10",
        "\u{661}",
        "99999999999999999999999",
        "1",
        "2",
        "3",
    ];
    let mut started = 0;
    for (number, work) in works.iter().enumerate() {
        let forged = if number % 2 == 0 {
            seal.clone()
        } else {
            format!("9{seal}")
        };
        let name = format!("x-{number}");
        browser.get("/reset");
        let fields = [("name", name.as_str()), ("seal", &forged), ("work", work)];
        started += u32::from(browser.post("/reset", &fields).status == 303);
    }
    assert_eq!(started, 6);
}

/// Work buys nothing once a limit is reached.
#[test]
fn ca_158_work_resets_no_limit() {
    let portal = Portal::demo();
    let started = (0..8)
        .filter(|_| portal.browser().begin("bo") == 303)
        .count();
    assert_eq!(started, 5);
}

/// The counters cannot be written: nothing is started, nothing is proved, nothing is free.
#[test]
fn bf_031_without_counters_nothing_goes() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.text(&person(0).phone);
    let code = portal.code("sms", &person(0).phone);
    let database = portal.database();
    database.run("ALTER TABLE throttles RENAME TO elsewhere");
    assert_eq!(browser.verify(&code), 503);
    assert_eq!(portal.browser().begin("nobody"), 503);
    assert!(!portal.lets_in(&person(0).name, &person(0).password));
    assert_eq!(database.number("SELECT COUNT(*) FROM evidence"), 0);
    database.run("ALTER TABLE elsewhere RENAME TO throttles");
    assert_eq!(browser.verify(&code), 303);
}

/// The audit log cannot be written: no start, no proof, no password.
#[test]
fn di_178_without_an_audit_log_nothing_goes() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    let database = portal.database();
    database.run("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'read only'); END");
    assert_eq!(portal.browser().begin("nobody"), 503);
    assert_eq!(browser.password(NEW), 503);
    assert!(
        !portal
            .browser()
            .sign_in(&person(0).name, &person(0).password)
    );
    assert_eq!(database.number("SELECT COUNT(*) FROM writes"), 0);
    database.run("DROP TRIGGER no_audit");
    assert!(
        portal.lets_in(&person(0).name, &person(0).password),
        "the old password still holds"
    );
    assert_eq!(browser.password(NEW), 303, "and the proofs were kept");
}

/// The disk is full: everything that writes is refused, nothing is half done, and it goes on when there is room.
#[test]
fn di_179_a_full_disk_stops_and_recovers() {
    let mut portal = Setup::new().loose().people(1).blocks(600).start();
    let mut failed = false;
    for number in 0..2000 {
        let mut browser = portal.browser();
        match browser.begin(&format!("filler-{number}")) {
            303 => {}
            503 => {
                failed = true;
                break;
            }
            other => panic!("{other}"),
        }
    }
    assert!(failed, "the disk did not fill up");
    portal.kill();
    portal.free_disk();
    portal.start();
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    assert_eq!(browser.password(NEW), 303);
    assert!(portal.lets_in(&person(0).name, NEW));
}

/// Deleted and made anew under the same name while a reset is under way: a stranger to that reset.
#[test]
fn di_170_a_namesake_is_somebody_else() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    portal.database().run("DELETE FROM local_accounts");
    portal.command(
        &["user", "add", &person(0).name, "--name", "Somebody Else"],
        "Walrus-Cabinet-Tender-41\n",
    );
    assert_eq!(browser.password(NEW), 409);
    assert!(!portal.lets_in(&person(0).name, NEW));
    assert!(portal.lets_in(&person(0).name, "Walrus-Cabinet-Tender-41"));
    let mut again = portal.browser();
    again.begin_for(&person(0).name, "forgot");
    assert_eq!(again.mail(), 303);
    portal.settled();
    assert_eq!(
        portal
            .database()
            .number("SELECT COUNT(*) FROM audit WHERE event = 'reset.done'"),
        0
    );
}

/// Two nodes on one database: one limit, one state, whoever is asked.
#[test]
fn di_175_two_nodes_are_one() {
    let Some(postgres) = crate::database::Postgres::new() else {
        return;
    };
    let one = Setup::new().people(1).database(&postgres.url).start();
    let keys = format!("\"{}\"", one.path("keymend.keys").display());
    let origin = format!("\"http://{}\"", one.host);
    let folder = |name: &str| format!("\"{}\"", one.path(name).display());
    let other = Setup::new()
        .database(&postgres.url)
        .with("keys", "file", keys)
        .with("server", "origin", origin)
        .with("sms", "folder", folder("sms"))
        .with("mail", "folder", folder("mail"))
        .start();
    let hop = |browser: &mut crate::browser::Browser, node: &Portal| {
        let mut there = crate::browser::Browser::new(node.address, &one.host);
        there.cookies.clone_from(&browser.cookies);
        there.keep(browser.page.clone());
        there.get("/");
        *browser = there;
    };
    let mut browser = one.browser();
    browser.begin_for(&person(0).name, "forgot");
    hop(&mut browser, &other);
    assert_eq!(browser.text(&person(0).phone), 303);
    let code = one.code("sms", &person(0).phone);
    for node in [&one, &other, &one, &other] {
        assert_eq!(browser.verify(crate::walk::WRONG), 422);
        hop(&mut browser, node);
    }
    assert_eq!(browser.verify(&code), 303);
    let mut started = 1;
    for node in [&one, &other, &one, &other, &one, &other] {
        let mut other = crate::browser::Browser::new(node.address, &one.host);
        started += u32::from(other.begin(&person(0).name) == 303);
    }
    assert_eq!(started, 5);
}

/// In a restart flows, counters and sessions stay as they were.
#[test]
fn di_174_a_restart_forgets_nothing() {
    let mut portal = portal(1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.text(&person(0).phone);
    let code = portal.code("sms", &person(0).phone);
    for _ in 0..4 {
        assert_eq!(browser.verify(crate::walk::WRONG), 422);
    }
    let mut session = portal.browser();
    assert!(session.sign_in(&person(0).name, &person(0).password));
    portal.kill();
    portal.start();
    assert!(session.is_in());
    assert_eq!(browser.verify(crate::walk::WRONG), 422);
    assert!(
        browser.page.body.contains("tried too often"),
        "the fifth, not the first"
    );
    assert_eq!(browser.verify(&code), 422);
}
