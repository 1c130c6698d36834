//! IN: text that would be code somewhere else.

use crate::portal::{Portal, Setup};
use crate::walk::{bo, person, portal};

const PAYLOADS: [&str; 8] = [
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "</title><svg onload=alert(1)>",
    "<img src='https://evil.example/?",
    "<a href=\"//evil.example/?",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\" autofocus onfocus=\"alert(1)",
    "\u{202e}<b>x</b>",
];

/// The text is inert: nothing in the page opens a tag or leaves an attribute by it.
fn inert(page: &str, payload: &str) {
    assert!(!page.contains(payload), "{payload} in {page}");
    for odd in [
        "<script>",
        "<svg onload",
        "<img src=x",
        "<img src='https",
        "href=\"//evil",
        "<b>x",
        "onfocus=\"alert",
    ] {
        assert!(!page.contains(odd), "{odd} by {payload}");
    }
}

/// Whatever is typed comes back as text, in every field that a page shows again.
#[test]
fn in_115_typed_text_is_inert() {
    let portal = Setup::new().loose().people(1).start();
    let mut signed_in = portal.browser();
    portal.database().run("DELETE FROM methods");
    assert!(signed_in.sign_in(&person(0).name, &person(0).password));
    for payload in PAYLOADS {
        let mut browser = portal.browser();
        browser
            .headers
            .push(("User-Agent".to_owned(), payload.replace('\u{202e}', "")));
        browser
            .headers
            .push(("Referer".to_owned(), payload.replace('\u{202e}', "")));
        browser.headers.push((
            "Accept-Language".to_owned(),
            payload.replace('\u{202e}', ""),
        ));
        let encoded: String = url::form_urlencoded::byte_serialize(payload.as_bytes()).collect();
        for page in [
            format!("/reset?login_hint={encoded}"),
            format!("/sign-in?login_hint={encoded}&next={encoded}"),
            format!("/?ui_locales={encoded}"),
            format!("/reset/number?channel={encoded}"),
            format!("/{encoded}"),
            format!("/n/{encoded}"),
            format!("/assets/{encoded}"),
        ] {
            let answer = browser.get(&page);
            assert!(answer.status < 500, "{page}");
            inert(&answer.body, payload);
        }
        browser.get("/sign-in");
        browser.post(
            "/sign-in",
            &[
                ("name", payload),
                ("password", payload),
                ("next", "register"),
            ],
        );
        inert(&browser.page.body, payload);
        let long = payload.repeat(40);
        browser.post(
            "/reset",
            &[("name", &long), ("seal", payload), ("work", payload)],
        );
        inert(&browser.page.body, payload);
        for (target, fields) in [
            (
                "/register/phone",
                vec![("country", "US"), ("number", payload), ("channel", "sms")],
            ),
            ("/register/email", vec![("address", payload)]),
            (
                "/register/questions",
                vec![
                    ("question-1", payload),
                    ("question-2", payload),
                    ("question-3", payload),
                    ("answer-1", payload),
                    ("answer-2", payload),
                    ("answer-3", payload),
                ],
            ),
        ] {
            signed_in.post(target, &fields);
            assert!(
                (400..500).contains(&signed_in.page.status),
                "{target} {}",
                signed_in.page.status
            );
            inert(&signed_in.page.body, payload);
        }
    }
}

/// The names of a person and of the organisation come from elsewhere, and are text as well.
#[test]
fn in_116_names_are_inert() {
    for payload in [
        "<script>alert(1)</script>",
        "<img src='https://evil.example/?",
    ] {
        let quoted = format!("\"{payload}\"");
        let setup = Setup::new().with("organisation", "name", &quoted).with(
            "organisation",
            "help",
            &quoted,
        );
        let portal = setup.people(1).start();
        portal.command(
            &["user", "add", "eve", "--name", payload],
            "Walrus-Cabinet-Tender-41\n",
        );
        let mut browser = portal.browser();
        assert!(browser.sign_in("eve", "Walrus-Cabinet-Tender-41"));
        for page in [
            "/",
            "/register",
            "/register/phone",
            "/register/questions",
            "/password",
            "/reset",
            "/nothing",
        ] {
            let body = browser.get(page).body.clone();
            inert(&body, payload);
        }
        // IN-118: nothing in a message swallows the code that follows it; the text part is the text.
        let mut other = portal.browser();
        other.prove(&portal, &person(0), "forgot");
    }
}

/// Addresses that would add a header or a recipient to a mail.
#[test]
fn in_120_no_line_ends_in_addresses() {
    let portal = portal(1);
    portal.database().run("DELETE FROM methods");
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person(0).name, &person(0).password));
    browser.get("/register/email");
    for address in [
        "a@mail.example\r\nBcc: evil@evil.example",
        "a@mail.example\nBcc: evil@evil.example",
        "a@mail.example%0d%0aBcc: evil@evil.example",
        "a@mail.example\u{2028}Bcc: evil@evil.example",
        "a@mail.example\u{85}b",
        "=?utf-8?q?=0d=0aBcc:evil=40evil.example?=@mail.example",
        "\"a\r\nb\"@mail.example",
        "a@mail.example, evil@evil.example",
        "a@mail.example;evil@evil.example",
        "<a@mail.example>",
        "A <a@mail.example>",
        "a@[127.0.0.1]",
        "a@b@mail.example",
        "-odQ@mail.example -X",
        "../../etc/passwd@mail.example/../x",
    ] {
        let status = browser
            .post("/register/email", &[("address", address)])
            .status;
        assert_eq!(status, 422, "{address:?}");
    }
    let nul = format!("address=a%00%40mail.example&csrf={}", browser.guard());
    assert_eq!(browser.post_body("/register/email", &nul).status, 400);
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
}

/// Numbers as people write them are one number, and anything else is refused.
#[test]
fn in_123_one_number_has_one_form() {
    let portal = Setup::new().loose().people(1).start();
    for typed in [
        "+1 (212) 200-0000",
        "212-200-0000",
        "(212) 200 0000",
        "1 212 200 0000",
        "212.200.0000",
        "\u{202d}+12122000000\u{202c}",
        "\u{0662}\u{0661}\u{0662}\u{0662}\u{0660}\u{0660}\u{0660}\u{0660}\u{0660}\u{0660}",
        "\u{ff0b}12122000000",
        "tel:+12122000000",
        "+12122000000;ext=5",
        "+12122000000,,5",
        "1-800-FLOWERS",
        "212200000",
        "+882 16 1234567",
        "+979 1 1234 5678",
        "+44 20 7946 0000",
        "+44 (0) 20 7946 0000",
        "0012122000000",
        "911",
        "+1212200000000000000000000000000",
        "2122000000\r\n+12125550199",
        "2122000000 2125550199",
    ] {
        let mut browser = portal.browser();
        browser.begin_for(&person(0).name, "forgot");
        let status = browser.text(typed);
        assert!(matches!(status, 303 | 422), "{typed:?} {status}");
        portal.settled();
        for message in portal.messages() {
            assert_eq!(message.to, person(0).phone, "{typed:?}");
        }
        let usual = [
            "+1 (212) 200-0000",
            "212-200-0000",
            "(212) 200 0000",
            "1 212 200 0000",
        ];
        if usual.contains(&typed) {
            assert_eq!(status, 303, "{typed:?}");
            portal.code("sms", &person(0).phone);
        }
        portal.database().run("DELETE FROM throttles");
    }
}

/// Names that mean something to a directory or a database are names that nobody has.
#[test]
fn in_124_names_are_no_language() {
    let portal = Setup::new().loose().people(1).start();
    let before = portal.database().texts("SELECT name FROM local_accounts");
    for name in [
        "*",
        "*)(uid=*",
        "admin)(|(a=*",
        "\\2a",
        "\\00",
        ")(objectClass=*",
        "%28",
        "' OR '1'='1",
        "\" OR \"\"=\"",
        "person-0000000'--",
        "person-0000000';DROP TABLE flows;--",
        "person%",
        "person-000000_",
        "x'; SELECT pg_sleep(3600); --",
        "CN=Doe\\, J+uid=x",
        "#person",
        "{\"$ne\": \"\"}",
        "__proto__",
        "0e12345",
        "1e308",
        "true",
        "../../etc/passwd",
    ] {
        let mut browser = portal.browser();
        browser.begin_for(name, "forgot");
        assert_eq!(browser.text(&person(0).phone), 303, "{name}");
        assert!(!portal.lets_in(name, &person(0).password), "{name}");
    }
    assert_eq!(portal.browser().begin(&"(".repeat(1000)), 422);
    portal.settled();
    assert_eq!(portal.messages().len(), 0);
    assert_eq!(
        portal.database().texts("SELECT name FROM local_accounts"),
        before
    );
}

/// IN-127: the same in every query and field that picks something.
#[test]
fn in_127_queries_are_no_language() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    assert!(browser.sign_in("bo", &bo().password));
    for odd in [
        "%27",
        "%22",
        "%3B--",
        "%5C",
        "%27%20OR%201%3D1",
        "%00",
        "%ff",
        "[]=1",
        "%24ne",
    ] {
        for page in [
            "/register?news=",
            "/register/remove?method=",
            "/reset/number?channel=",
            "/sign-in?next=",
            "/reset?login_hint=",
            "/?ui_locales=",
            "/register?sort=",
        ] {
            let status = browser.get(&format!("{page}{odd}")).status;
            assert!((200..500).contains(&status), "{page}{odd} {status}");
        }
    }
}
