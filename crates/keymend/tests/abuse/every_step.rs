//! FL-050: every state of a flow × every address × every method × every kind of body, held against one table.

use std::fmt::Write as _;

use crate::browser::{Browser, FORM};
use crate::database::Database;
use crate::portal::{PATIENCE, Portal};
use crate::walk::{ANSWERS, NEW, WRONG, bo, cleo};

/// Addresses of the reset that take a form.
const POSTS: [&str; 13] = [
    "what", "send", "verify", "answers", "again", "other", "help", "password", "strength",
    "unlock", "cancel", "gate", "done",
];
/// Addresses that show a page.
const GETS: [&str; 7] = ["what", "gate", "number", "help", "password", "done", ""];
const METHODS: [&str; 9] = [
    "GET",
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECTED",
    "post",
];
const TABLES: [&str; 5] = ["flows", "evidence", "writes", "throttles", "local_accounts"];

/// What a well-made form may do: (state, address, answer, state afterwards). Everything else changes nothing.
const TABLE: [(&str, &str, u16, &str); 22] = [
    ("named", "what", 303, "choosing"),
    ("named", "cancel", 303, "closed"),
    ("choosing", "send", 303, "waiting"),
    ("choosing", "other", 303, "choosing"),
    ("choosing", "cancel", 303, "closed"),
    ("waiting-code", "send", 303, "waiting"),
    ("waiting-code", "again", 303, "waiting"),
    ("waiting-code", "other", 303, "choosing"),
    ("waiting-code", "cancel", 303, "closed"),
    ("waiting-questions", "answers", 303, "proven"),
    ("waiting-questions", "send", 303, "waiting"),
    ("waiting-questions", "other", 303, "choosing"),
    ("waiting-questions", "cancel", 303, "closed"),
    ("proven-reset", "password", 303, "done"),
    ("proven-reset", "cancel", 303, "closed"),
    ("proven-unlock", "unlock", 303, "done"),
    ("proven-unlock", "cancel", 303, "closed"),
    // Refused, and the flow stays as it is; the cookie goes.
    ("done", "cancel", 303, "done"),
    ("closed", "cancel", 303, "closed"),
    ("applying", "cancel", 303, "applying"),
    ("proven-reset", "strength", 200, "proven"),
    ("proven-unlock", "strength", 200, "proven"),
];

/// The one flow, and everything that it could have changed.
fn seen(database: &Database, counted: bool) -> String {
    let flows = "SELECT state || ' ' || hex(cookie) || ' ' || body FROM flows ORDER BY id";
    let mut text = String::new();
    for line in database.texts(flows) {
        let (front, body) = line.split_once('{').unwrap();
        let mut body: serde_json::Value = serde_json::from_str(&format!("{{{body}")).unwrap();
        if counted {
            body["wrong"] = serde_json::Value::Null;
            if let Some(tries) = body.pointer_mut("/state/challenge/tries") {
                *tries = serde_json::Value::Null;
            }
        }
        writeln!(text, "{front} {body}").unwrap();
    }
    for table in ["evidence", "writes", "outbox"] {
        writeln!(
            text,
            "{table} {}",
            database.number(&format!("SELECT COUNT(*) FROM {table}"))
        )
        .unwrap();
    }
    let accounts = "SELECT password || locked_until FROM local_accounts ORDER BY id";
    text + &database.texts(accounts).join("\n")
}

fn keep(database: &Database) {
    for table in TABLES {
        database.run(&format!("DROP TABLE IF EXISTS kept_{table}"));
        database.run(&format!(
            "CREATE TABLE kept_{table} AS SELECT * FROM {table}"
        ));
    }
}

fn restore(database: &Database) {
    // Messages of the step before may still be under way.
    let queued = "SELECT COUNT(*) FROM outbox WHERE state = 'queued'";
    let began = std::time::Instant::now();
    while database.number(queued) > 0 && began.elapsed() < PATIENCE {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    database.run("DELETE FROM outbox");
    for table in TABLES.iter().rev() {
        database.run(&format!("DELETE FROM {table}"));
    }
    for table in TABLES {
        database.run(&format!(
            "INSERT OR REPLACE INTO {table} SELECT * FROM kept_{table}"
        ));
    }
}

/// The fields of a well-made form.
fn fields(address: &str) -> &'static [(&'static str, &'static str)] {
    match address {
        "what" => &[("goal", "forgot")],
        "send" => &[("method", "email")],
        "verify" => &[("code", WRONG)],
        "answers" => &ANSWERS,
        "password" | "strength" => &[("password", NEW)],
        _ => &[],
    }
}

/// The same as the beginning of a body, to which the guard is added.
fn front(address: &str) -> String {
    fields(address)
        .iter()
        .fold(String::new(), |text, (name, value)| {
            text + name + "=" + value + "&"
        })
}

/// A browser whose flow stands in this state.
fn stand(portal: &Portal, state: &str) -> Browser {
    let mut browser = portal.browser();
    let database = portal.database();
    database.run("DELETE FROM throttles");
    database.run("DELETE FROM flows");
    if state == "proven-unlock" {
        browser.prove(portal, &cleo(), "locked");
        return browser;
    }
    browser.begin("bo");
    if state == "named" {
        return browser;
    }
    browser.post("/reset/what", &[("goal", "forgot")]);
    match state {
        "choosing" => {}
        "closed" => {
            let kept = browser.copy();
            browser.post("/reset/cancel", &[]);
            browser = kept;
        }
        "waiting-code" => {
            browser.text(&bo().phone);
        }
        _ => {
            browser.pass_phone(portal, &bo());
            browser.post("/reset/send", &[("method", "questions")]);
            if state != "waiting-questions" {
                assert_eq!(browser.post("/reset/answers", &ANSWERS).status, 303);
            }
            if state == "done" {
                assert_eq!(browser.password(NEW), 303);
            }
            if state == "applying" {
                database.run(
                    "UPDATE flows SET state = 'applying', body = \
                     replace(body, '\"at\":\"proven\"', '\"at\":\"applying\",\"since\":9000000000000')",
                );
            }
        }
    }
    browser
}

fn walk(states: &[&str]) {
    let portal = Portal::demo();
    let database = portal.database();
    for state in states {
        let browser = stand(&portal, state);
        portal.settled();
        database.skip_send_waits();
        keep(&database);
        restore(&database);
        well_made(&browser, &database, state);
        ill_made(&browser, &database, state);
        other_methods(&browser, &database, state);
    }
}

fn well_made(browser: &Browser, database: &Database, state: &str) {
    let before = [seen(database, false), seen(database, true)];
    for address in POSTS {
        let mut browser = browser.copy();
        let status = browser
            .post(&format!("/reset/{address}"), fields(address))
            .status;
        let allowed = TABLE.iter().find(|row| (row.0, row.1) == (state, address));
        let now = &database.texts("SELECT state FROM flows")[0];
        if let Some((.., answer, after)) = allowed {
            assert_eq!(
                (status, now.as_str()),
                (*answer, *after),
                "{state} {address}"
            );
        } else if address == "help" {
            assert!(matches!(status, 200 | 410), "{state} {address} {status}");
            assert_eq!(seen(database, false), before[0], "{state} {address}");
        } else {
            // While the directory is asked, every step answers "please wait".
            let wait = status == 202 && *state == *"applying";
            assert!(
                wait || (400..500).contains(&status),
                "{state} {address} {status}"
            );
            let counts = state.starts_with("waiting") && matches!(address, "verify" | "answers");
            assert_eq!(
                seen(database, counts),
                before[usize::from(counts)],
                "{state} {address}"
            );
        }
        restore(database);
    }
}

/// FL-051: nothing, other kinds of nothing, lists, objects, fields twice, fields too many, and no guard.
fn ill_made(browser: &Browser, database: &Database, state: &str) {
    let before = seen(database, true);
    let guard = browser.guard();
    for address in POSTS {
        let name = fields(address).first().map_or("x", |field| field.0);
        let good = front(address);
        let mut bodies: Vec<(u16, &str, String)> = vec![
            (403, FORM, String::new()),
            (403, FORM, "csrf=".to_owned()),
            (403, FORM, format!("{good}csrf=AAAA")),
            (400, FORM, format!("{name}[]=1&csrf={guard}")),
            (400, FORM, format!("{good}{name}=1&{name}=2&csrf={guard}")),
            (400, FORM, format!("{good}extra=1&csrf={guard}")),
            (400, FORM, format!("{good}csrf={guard}&csrf={guard}")),
            (
                415,
                "application/json",
                format!("{{\"{name}\": [], \"csrf\": \"{guard}\"}}"),
            ),
            (415, "application/json", "null".to_owned()),
            (415, "text/plain", format!("{good}csrf={guard}")),
            (415, "multipart/form-data; boundary=x", "--x--".to_owned()),
            (
                415,
                "application/x-www-form-urlencoded; charset=utf-7",
                format!("{good}csrf={guard}"),
            ),
        ];
        if !good.is_empty() && address != "what" {
            bodies.push((400, FORM, format!("csrf={guard}")));
        }
        let mut changed = false;
        for (wanted, kind, body) in bodies {
            let mut browser = browser.copy();
            let target = format!("/reset/{address}");
            let status = browser
                .send(
                    "POST",
                    &target,
                    &[("Content-Type", kind)],
                    Some(body.as_bytes()),
                )
                .status;
            let shown_only = matches!(address, "gate" | "done");
            // Without a flow to speak of, any refusal will do; a button's form has no field that could be missing.
            let fine =
                status == wanted || shown_only && status == 405 || matches!(status, 404 | 410);
            assert!(fine, "{state} {address} {kind} {body}: {status}");
            assert_eq!(
                seen(database, true),
                before,
                "{state} {address} {kind} {body}"
            );
            changed |= wanted != 403 && matches!(address, "verify" | "answers");
            if changed {
                restore(database);
            }
        }
    }
}

/// FL-070: methods that an address does not declare do nothing, whatever they carry.
fn other_methods(browser: &Browser, database: &Database, state: &str) {
    let before = seen(database, false);
    let all = POSTS
        .iter()
        .chain(&GETS)
        .copied()
        .chain(["number?channel=sms", "number?channel=email"]);
    for address in all {
        let target = format!("/reset/{address}");
        let target = target.trim_end_matches('/');
        let path = address.split('?').next().unwrap();
        for method in METHODS {
            let mut browser = browser.copy();
            let headers = [
                ("X-HTTP-Method-Override", "POST"),
                ("X-Method-Override", "POST"),
            ];
            let status = browser.send(method, target, &headers, None).status;
            let shows = matches!(method, "GET" | "HEAD") && GETS.contains(&path);
            let fine = if shows {
                status < 500 && status != 405
            } else {
                matches!(status, 405 | 403)
            };
            assert!(fine, "{state} {method} {target} {status}");
            // The same methods with everything that a form has.
            let guard = browser.guard().to_owned();
            let good = front(path);
            let body = format!("{good}csrf={guard}");
            browser.send(
                method,
                target,
                &[("Content-Type", FORM)],
                Some(body.as_bytes()),
            );
            let query = format!(
                "{target}{}{body}",
                if target.contains('?') { '&' } else { '?' }
            );
            browser.send(method, &query, &[], None);
        }
        assert_eq!(seen(database, false), before, "{state} {target}");
    }
}

/// States before any proof.
#[test]
fn fl_050_every_step_before_a_proof() {
    walk(&["named", "choosing", "waiting-code"]);
}

/// States after the first proof.
#[test]
fn fl_050_every_step_between_proofs() {
    walk(&["waiting-questions", "proven-reset", "proven-unlock"]);
}

/// States in which nothing can be done any more.
#[test]
fn fl_050_every_step_at_the_end() {
    walk(&["applying", "done", "closed"]);
}

/// Without any flow: pages lead to the start, forms are refused.
#[test]
fn fl_050_every_step_without_a_flow() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.get("/reset");
    for address in POSTS {
        let status = browser
            .post(&format!("/reset/{address}"), fields(address))
            .status;
        let fine = (400..500).contains(&status) || address == "cancel" && status == 303;
        assert!(fine, "{address} {status}");
        browser.get("/reset");
    }
    for address in GETS {
        let status = browser
            .get(format!("/reset/{address}").trim_end_matches('/'))
            .status;
        let own = matches!(address, "" | "help");
        assert!(
            if own {
                status == 200
            } else {
                matches!(status, 303 | 400 | 410)
            },
            "{address} {status}"
        );
    }
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM flows"), 0);
}

/// FL-072: other spellings of an address are other addresses, which are not there.
#[test]
fn fl_072_no_spelling_of_an_address_skips_a_check() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.begin_for("bo", "forgot");
    let before = portal.database().texts("SELECT body FROM flows");
    for path in [
        "/reset/./password",
        "/reset/x/../password",
        "/reset;x=1/password",
        "/reset/password;x=1",
        "/reset/%2e/password",
        "/reset%2fpassword",
        "/reset/%70assword",
        "/reset/%2570assword",
        "/RESET/PASSWORD",
        "/reset/Password",
        "//reset/password",
        "/reset//password",
        "/reset/password/",
        "/reset/password%00",
        "/reset/password%20",
        "/reset\\password",
        "/register/../reset/password",
        "/reset/password/a.js",
    ] {
        let status = browser.post(path, &[("password", NEW)]).status;
        assert!(matches!(status, 400 | 404 | 409), "{path} {status}");
    }
    assert_eq!(portal.database().texts("SELECT body FROM flows"), before);
    assert!(portal.lets_in("bo", &bo().password));
}
