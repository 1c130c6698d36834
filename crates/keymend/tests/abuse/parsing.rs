//! IN: how requests are read. One way, strictly.

use crate::browser::form;
use crate::portal::{Portal, Setup};
use crate::walk::{NEW, bo, person, portal};

/// Fields of operators, of rights, of nothing that a form of ours has: refused as a whole.
#[test]
fn in_130_unknown_fields_are_refused() {
    let portal = portal(1);
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person(0).name, &person(0).password));
    browser.begin_for(&person(0).name, "forgot");
    let forms: [(&str, &[(&str, &str)]); 6] = [
        (
            "/register/phone",
            &[
                ("country", "US"),
                ("number", "2125550143"),
                ("channel", "sms"),
            ],
        ),
        ("/register/email", &[("address", "new@mail.example")]),
        ("/register/finish", &[]),
        ("/register/remove", &[("method", "phone")]),
        ("/reset/send", &[("method", "email")]),
        ("/reset/verify", &[("code", "123456")]),
    ];
    let extras = [
        "role",
        "is_admin",
        "verified",
        "gates",
        "created_at",
        "user_id",
        "account",
        "tenant",
        "usable_from",
        "code[$gt]",
        "code[]",
        "__proto__",
        "constructor",
        "_method",
        "CSRF",
        "Code",
    ];
    for (target, fields) in forms {
        for extra in extras {
            let mut all = fields.to_vec();
            all.push((extra, "1"));
            assert_eq!(browser.post(target, &all).status, 400, "{target} {extra}");
        }
    }
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM methods"), 2);
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
}

/// A field that comes twice, or once in the address and once in the body.
#[test]
fn in_131_no_field_comes_twice() {
    let portal = portal(2);
    let mut browser = portal.browser();
    let seal = browser.get("/reset").field("seal").unwrap().to_owned();
    let guard = browser.guard().to_owned();
    let (one, other) = (person(0).name, person(1).name);
    let rest = form(&[("seal", &seal), ("work", "0"), ("csrf", &guard)]);
    for body in [
        format!("name={one}&name={other}&{rest}"),
        format!("name={one}&{rest}&csrf={guard}"),
        format!("name={one}&name=&{rest}"),
        format!("name[]={one}&name[]={other}&{rest}"),
        format!("name[0]={one}&{rest}"),
        format!("name={one};name={other}&seal={seal}&work=0&seal=&csrf={guard}"),
        format!("{rest}&name"),
        rest.clone(),
    ] {
        assert_eq!(browser.post_body("/reset", &body).status, 400, "{body}");
    }
    let target = format!("/reset?name={other}");
    assert_eq!(
        browser
            .post_body(&target, &format!("name={one}&{rest}"))
            .status,
        400
    );
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM flows"), 0);
}

/// Names that only look like a name.
#[test]
fn in_132_look_alikes_are_strangers() {
    let portal = Setup::new().loose().people(1).start();
    let name = person(0).name;
    let alikes = [
        name.replace('e', "\u{435}"),
        name.replace('o', "\u{3bf}"),
        name.replace('p', "\u{ff50}"),
        name.replace("so", "s\u{200d}o"),
        name.replace('-', "\u{ad}-"),
        name.replace('-', "\u{2010}"),
        name.replace('n', "n\u{307}"),
        name.replace('s', "\u{17f}"),
        name.replace('0', "\u{ff10}"),
        name.replace('0', "O"),
        format!("{name}."),
        format!("{name}\u{200b}"),
        format!("{name}@evil.example"),
        format!("evil.example\\{name}"),
        format!("{name}@campus.example.evil.example"),
        format!("{name}@campus.example@campus.example"),
    ];
    for alike in &alikes {
        let mut browser = portal.browser();
        let status = browser.begin(alike);
        assert!(matches!(status, 303 | 422), "{alike} {status}");
        if status == 303 {
            browser.post("/reset/what", &[("goal", "forgot")]);
            assert_eq!(browser.mail(), 303);
        }
        assert!(!portal.lets_in(alike, &person(0).password), "{alike}");
        portal.database().run("DELETE FROM throttles");
    }
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
}

/// Bytes that are no UTF-8, and NUL, in every field.
#[test]
fn in_134_bad_bytes_are_refused() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    assert!(browser.sign_in("bo", &bo().password));
    browser.begin_for("bo", "forgot");
    let guard = browser.guard().to_owned();
    let forms = [
        ("/reset", "name"),
        ("/sign-in", "name"),
        ("/sign-in", "password"),
        ("/reset/what", "goal"),
        ("/reset/send", "number"),
        ("/reset/verify", "code"),
        ("/reset/password", "password"),
        ("/register/email", "address"),
        ("/register/phone", "number"),
        ("/register/questions", "answer-1"),
        ("/password", "current"),
        ("/preferences", "back"),
    ];
    for (target, field) in forms {
        for bad in [
            "%C0%80",
            "%ED%A0%80",
            "%F8%88%80%80%80",
            "%C3",
            "%E2%82",
            "%FF%FE",
            "a%00b",
            "%",
            "%4",
            "%zz",
        ] {
            let body = format!("{field}={bad}&csrf={guard}");
            assert_eq!(
                browser.post_body(target, &body).status,
                400,
                "{target} {body}"
            );
        }
        let mut raw = format!("{field}=").into_bytes();
        raw.extend_from_slice(b"\xff\xfe\xc0\x80");
        raw.extend_from_slice(format!("&csrf={guard}").as_bytes());
        let kind = [("Content-Type", crate::browser::FORM)];
        assert_eq!(
            browser.send("POST", target, &kind, Some(&raw)).status,
            400,
            "{target}"
        );
    }
    assert!(!portal.log().contains('\u{fffd}'));
}

/// Passwords in any script, with spaces at the ends, as long as may be: the very string signs in, however composed.
#[test]
fn in_135_passwords_in_any_script() {
    let composed = "\u{e9}t\u{e9} \u{e0} la plage, t\u{f4}t";
    let decomposed = "e\u{301}te\u{301} a\u{300} la plage, to\u{302}t";
    let longest = "\u{1f41f}".repeat(200) + &"z\u{e9}bre ".repeat(9) + "\u{4e2d}\u{6587}";
    assert_eq!(longest.chars().count(), 256);
    let cases = [
        (decomposed.to_owned(), composed.to_owned()),
        (
            "  two spaces at each end  ".to_owned(),
            "  two spaces at each end  ".to_owned(),
        ),
        (longest.clone(), longest),
    ];
    let portal = Setup::new().loose().people(3).start();
    for (number, (new, typed)) in cases.into_iter().enumerate() {
        let somebody = person(u32::try_from(number).unwrap());
        let mut browser = portal.browser();
        browser.prove(&portal, &somebody, "forgot");
        assert_eq!(browser.password(&new), 303, "{new}");
        assert!(portal.lets_in(&somebody.name, &typed), "{typed}");
        assert!(portal.lets_in(&somebody.name, &new), "{new}");
        assert!(
            !portal.lets_in(&somebody.name, typed.trim_matches(' '))
                || typed.trim_matches(' ') == typed
        );
    }
}

/// Passwords that are too long are refused. That they cost no hash is tested in `web/tests/effort.rs`.
#[test]
fn in_136_long_passwords_are_refused_at_once() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    for (length, statuses) in [
        (257, [422, 422]),
        (10_000, [400, 422]),
        (60_000, [413, 422]),
        (1_000_000, [413, 413]),
    ] {
        // All the same letter would be refused for another reason.
        let long: String = ('!'..='~').cycle().take(length).collect();
        let status = browser.password(&long);
        assert!(statuses.contains(&status), "{length}: {status}");
        browser.get("/reset/password");
    }
    let mut other = portal.browser().from("192.0.2.3");
    other.sign_in(&person(0).name, &"a".repeat(50_000));
    assert_eq!(other.page.status, 422);
    assert_eq!(browser.password(NEW), 303);
}

/// Long and awkward texts in every field that is parsed: one that takes for ever outlasts the browser's patience.
#[test]
fn in_139_no_text_takes_long() {
    let portal = Setup::new().loose().people(1).start();
    portal.database().run("DELETE FROM methods");
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person(0).name, &person(0).password));
    let long = "a".repeat(50_000) + "!";
    let dots = "a.".repeat(25_000) + "@" + &"b.".repeat(5_000);
    let digits = "1".repeat(50_000) + "x";
    for text in [&long, &dots, &digits] {
        for (target, fields) in [
            (
                "/reset",
                vec![("name", text.as_str()), ("seal", "x"), ("work", "0")],
            ),
            ("/reset", vec![("name", "x"), ("seal", text), ("work", "0")]),
            ("/reset", vec![("name", "x"), ("seal", "x"), ("work", text)]),
            ("/register/email", vec![("address", text)]),
            (
                "/register/phone",
                vec![("country", "US"), ("number", text), ("channel", "sms")],
            ),
            (
                "/register/phone",
                vec![("country", text), ("number", "1"), ("channel", "sms")],
            ),
            (
                "/sign-in",
                vec![("name", text), ("password", "x"), ("next", "register")],
            ),
        ] {
            let status = browser.post(target, &fields).status;
            assert!((300..500).contains(&status), "{target} {status}");
            browser.get("/");
        }
    }
}
