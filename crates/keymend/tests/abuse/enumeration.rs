//! EN: nothing tells a stranger who is there. The same steps with every kind of name, compared byte by byte.

use crate::browser::Browser;
use crate::portal::{Portal, Setup};
use crate::walk::{NEW, WRONG, bo, person};

/// A name that nobody has, as long as the others.
const NOBODY: &str = "nobody-0000000";

/// Registered, unknown, disabled, without any method, locked out, frozen, administrator, gone from the directory.
fn everybody() -> (Portal, Vec<String>) {
    let methods = "[\"phone\", \"email\", \"app\", \"questions\"]";
    let setup = Setup::new().loose().with("policy", "methods", methods);
    let portal = setup.people(7).start();
    let database = portal.database();
    let who = |number: u32| format!("WHERE name = '{}'", person(number).name);
    let account =
        |number: u32| format!("WHERE account = (SELECT id FROM accounts {})", who(number));
    database.run(&format!(
        "UPDATE local_accounts SET enabled = FALSE {}",
        who(1)
    ));
    database.run(&format!("DELETE FROM methods {}", account(2)));
    database.run(&format!(
        "UPDATE local_accounts SET locked_until = 9000000000000 {}",
        who(3)
    ));
    database.run(&format!("UPDATE accounts SET frozen = 1 {}", who(4)));
    database.run(&format!(
        "UPDATE local_accounts SET groups = '[\"administrators\"]' {}",
        who(5)
    ));
    database.run(&format!("DELETE FROM local_accounts {}", who(6)));
    let mut names: Vec<String> = (0..7).map(|number| person(number).name).collect();
    names.push(NOBODY.to_owned());
    (portal, names)
}

/// Everything that somebody without a proof can do, and what it answers.
fn tour(browser: &mut Browser, name: &str, goal: &str) -> Vec<String> {
    let mut seen = Vec::new();
    let mut step = |browser: &Browser, what: &str| {
        let mut shape = browser.page.shape();
        if what == "/reset/again" {
            // "Wait 29 seconds" and "wait 30 seconds" are one answer at two moments.
            shape = shape
                .chars()
                .map(|c| if c.is_ascii_digit() { '0' } else { c })
                .collect();
        }
        seen.push(format!("{what}\n{shape}"));
    };
    let phone = [
        ("method", "sms"),
        ("country", "US"),
        ("number", "+12122000000"),
    ];
    browser.begin(name);
    step(browser, "start");
    let posts: [(&str, &[(&str, &str)]); 26] = [
        (
            "/reset/answers",
            &[("answer-1", "a"), ("answer-2", "b"), ("answer-3", "c")],
        ),
        ("/reset/password", &[("password", NEW)]),
        ("/reset/what", &[("goal", goal)]),
        (
            "/reset/answers",
            &[("answer-1", "a"), ("answer-2", "b"), ("answer-3", "c")],
        ),
        ("/reset/send", &[("method", "questions")]),
        ("/reset/verify", &[("code", WRONG)]),
        ("/reset/send", &phone),
        ("/reset/verify", &[("code", WRONG)]),
        (
            "/reset/answers",
            &[("answer-1", "a"), ("answer-2", "b"), ("answer-3", "c")],
        ),
        ("/reset/verify", &[("code", "")]),
        ("/reset/again", &[]),
        ("/reset/verify", &[("code", WRONG)]),
        ("/reset/password", &[("password", NEW)]),
        ("/reset/strength", &[("password", NEW)]),
        ("/reset/unlock", &[]),
        ("/reset/other", &[]),
        ("/reset/send", &[("method", "app")]),
        ("/reset/verify", &[("code", WRONG)]),
        ("/reset/send", &[("method", "email")]),
        ("/reset/verify", &[("code", WRONG)]),
        ("/reset/verify", &[("code", WRONG)]),
        ("/reset/verify", &[("code", WRONG)]),
        ("/reset/verify", &[("code", WRONG)]),
        ("/reset/verify", &[("code", WRONG)]),
        ("/reset/verify", &[("code", WRONG)]),
        ("/reset/cancel", &[]),
    ];
    for (target, fields) in posts {
        browser.post(target, fields);
        step(browser, target);
        for page in [
            "/reset/what",
            "/reset/gate",
            "/reset/number?channel=voice",
            "/reset/password",
            "/reset/help",
        ] {
            browser.get(page);
            step(browser, page);
        }
    }
    seen
}

fn compare(goal: &str) {
    let (portal, names) = everybody();
    let tours: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            tour(
                &mut portal.browser().from(&format!("192.0.2.{number}")),
                name,
                goal,
            )
        })
        .collect();
    for (name, other) in names.iter().zip(&tours).skip(1) {
        for (one, other) in tours[0].iter().zip(other) {
            assert_eq!(one, other, "{} and {name}", names[0]);
        }
    }
}

/// Every step of a reset, for every kind of name.
#[test]
fn en_001_a_reset_looks_alike_for_everybody() {
    compare("forgot");
}

/// Every step of an unlock, for every kind of name.
#[test]
fn en_010_an_unlock_looks_alike_for_everybody() {
    compare("locked");
}

/// With questions registered and without: they are no way to tell before a proof.
#[test]
fn en_005_registered_questions_show_nowhere() {
    let portal = Portal::demo();
    let tours: Vec<_> = ["bo", "zz"]
        .iter()
        .map(|name| tour(&mut portal.browser(), name, "forgot"))
        .collect();
    for (one, other) in tours[0].iter().zip(&tours[1]) {
        assert_eq!(one, other);
    }
}

/// Methods are offered by policy, without any hint of what somebody registered.
#[test]
fn en_006_the_list_of_methods_is_policy() {
    let portal = Setup::new().loose().people(2).start();
    portal
        .database()
        .run("DELETE FROM methods WHERE kind = 'phone'");
    let list = |name: &str| {
        let mut browser = portal.browser();
        browser.begin_for(name, "forgot");
        browser.get("/reset/gate").shape()
    };
    let lists = [
        list(&person(0).name),
        list(NOBODY),
        list(NOBODY),
        list(&person(1).name),
    ];
    assert!(lists.iter().all(|other| *other == lists[0]));
    // EN-007: no hints, so nothing to do statistics with.
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    let page = browser.get("/reset/gate").body.clone();
    for hint in ["mail.example", "2000000", "*", "\u{2022}", "person-"] {
        assert!(!page.contains(hint), "{hint}");
    }
}

/// Tries used up: the same answer and the same time of release.
#[test]
fn en_008_a_rest_tells_nothing() {
    let portal = Setup::new().loose().people(1).start();
    let rest = |name: &str| {
        let mut browser = portal.browser();
        browser.begin_for(name, "forgot");
        browser.text(&person(0).phone);
        let mut seen = Vec::new();
        for _ in 0..5 {
            browser.verify(WRONG);
        }
        portal.database().skip_send_waits();
        assert_eq!(browser.post("/reset/again", &[]).status, 303);
        for _ in 0..3 {
            browser.verify(WRONG);
            seen.push(browser.page.shape());
        }
        assert_eq!(browser.page.status, 429);
        let until = browser
            .page
            .between("try again after ", ".")
            .unwrap_or_default()
            .to_owned();
        (seen, until)
    };
    let (one, other) = (rest(&person(0).name), rest(NOBODY));
    assert_eq!(one.0, other.0);
    // Two tours may lie on two sides of a full minute.
    assert!(
        one.1 == other.1 || rest("nobody-0000002").1 != one.1,
        "{} {}",
        one.1,
        other.1
    );
}

/// Registering what somebody else has: the same answers as for what nobody has.
#[test]
fn en_011_a_taken_destination_is_not_told() {
    let portal = Setup::new().loose().people(2).start();
    portal.database().run(&format!(
        "DELETE FROM methods WHERE account = (SELECT id FROM accounts WHERE name = '{}')",
        person(1).name
    ));
    let (mut seen, mut mails) = (Vec::new(), Vec::new());
    for number in [person(0).phone.as_str(), "+12122999999"] {
        let mut browser = portal.browser();
        assert!(browser.sign_in(&person(1).name, &person(1).password));
        browser.get("/register/phone");
        let answer = browser.submit(
            "/register/phone",
            &[("country", "US"), ("number", number), ("channel", "sms")],
        );
        seen.push(answer.shape().replace(number, "NUMBER"));
        portal.code("sms", number);
        let address = if seen.len() == 1 {
            person(0).email
        } else {
            "nobody-0000000@mail.example".to_owned()
        };
        let answer = browser.submit("/register/email", &[("address", &address)]);
        mails.push(answer.shape().replace(&address, "ADDRESS"));
        portal.code("email", &address);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(
        mails[0].replace("<27>", "ADDRESS"),
        mails[1].replace("<27>", "ADDRESS")
    );
}

/// Wrong password, unknown, disabled, locked: one answer; what is special shows only with the right password.
#[test]
fn en_012_sign_in_has_one_refusal() {
    let (portal, names) = everybody();
    let refusal = |name: &str, password: &str| {
        let mut browser = portal.browser().from("203.0.113.4");
        browser.sign_in(name, password);
        browser.page.shape().replace(name, "NAME")
    };
    let right = person(0).password;
    let wrong = refusal(&names[0], "not the password");
    assert!(wrong.starts_with("422"));
    for name in [&names[1], &names[3], &names[6], &names[7]] {
        assert_eq!(refusal(name, &right), wrong, "{name}");
    }
    portal
        .database()
        .run("UPDATE local_accounts SET must_change = TRUE");
    assert_eq!(refusal(&names[0], "not the password"), wrong);
}

/// The start in unusual dress: whatever is refused is refused for everybody.
#[test]
fn en_014_no_dress_tells_more() {
    let portal = Setup::new().loose().people(1).start();
    let ask = |name: &str| {
        let mut browser = portal.browser();
        browser.get("/reset");
        let seal = browser.page.field("seal").unwrap().to_owned();
        let body = crate::browser::form(&[
            ("name", name),
            ("seal", &seal),
            ("work", "0"),
            ("csrf", browser.guard()),
        ]);
        let mut seen = Vec::new();
        let form = crate::browser::FORM;
        for (method, target, accept) in [
            ("POST", "/reset", "application/json"),
            ("POST", "/reset", "text/xml"),
            ("POST", "/reset/", "*/*"),
            ("POST", "//reset", "*/*"),
            ("POST", "/reset?ui_locales=xx", "*/*"),
            ("HEAD", "/reset", "*/*"),
            ("OPTIONS", "/reset", "*/*"),
            ("PUT", "/reset", "*/*"),
        ] {
            let headers = [("Accept", accept), ("Content-Type", form)];
            seen.push(
                browser
                    .send(method, target, &headers, Some(body.as_bytes()))
                    .shape(),
            );
        }
        let seen: Vec<String> = seen
            .into_iter()
            .map(|shape: String| shape.replace(name, "NAME"))
            .collect();
        let mut seen = seen;
        let hinted = browser.get(&format!("/reset?login_hint={name}")).shape();
        seen.push(hinted.replace(name, "NAME"));
        seen
    };
    assert_eq!(ask(&person(0).name), ask(NOBODY));
}

/// Nothing is sent for anybody but a registered person's own number.
#[test]
fn en_016_only_the_registered_number_gets_a_code() {
    let portal = Portal::demo();
    for (name, number) in [
        ("bo", "+12125550199"),
        ("zz", bo().phone.as_str()),
        ("dev", bo().phone.as_str()),
    ] {
        let mut browser = portal.browser();
        browser.begin_for(name, "forgot");
        assert_eq!(browser.text(number), 303);
    }
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
}
