//! CS: other sites, frames, caches and headers.

use crate::portal::{Portal, Setup};
use crate::walk::{NEW, bo, person, portal};

/// Every address that acts, with the fields of its form.
const ACTS: [(&str, &[(&str, &str)]); 36] = [
    ("/preferences", &[("theme", "dark"), ("back", "/")]),
    (
        "/sign-in",
        &[
            ("name", "bo"),
            ("password", "Maple-Orbit-Lamp-38"),
            ("next", "register"),
        ],
    ),
    ("/sign-out", &[]),
    (
        "/register/phone",
        &[
            ("country", "US"),
            ("number", "2125550143"),
            ("channel", "sms"),
        ],
    ),
    ("/register/phone/verify", &[("code", "123456")]),
    ("/register/phone/again", &[("channel", "sms")]),
    ("/register/email", &[("address", "x@mail.example")]),
    ("/register/email/verify", &[("code", "123456")]),
    ("/register/email/again", &[]),
    ("/register/app", &[("name", "My phone")]),
    ("/register/app/verify", &[("code", "123456")]),
    ("/register/questions", &[]),
    ("/register/remove", &[("method", "phone")]),
    ("/register/confirm-it-is-you", &[("method", "sms")]),
    ("/register/confirm-it-is-you/verify", &[("code", "123456")]),
    ("/register/confirm-it-is-you/answers", &[]),
    ("/register/confirm-it-is-you/again", &[]),
    ("/register/looks-good", &[]),
    ("/register/unfreeze", &[]),
    ("/register/finish", &[]),
    ("/register/cancel", &[]),
    ("/reset", &[("name", "bo"), ("seal", ""), ("work", "")]),
    ("/reset/what", &[("goal", "forgot")]),
    ("/reset/send", &[("method", "email")]),
    ("/reset/verify", &[("code", "123456")]),
    ("/reset/answers", &[]),
    ("/reset/again", &[]),
    ("/reset/other", &[]),
    ("/reset/help", &[]),
    ("/reset/password", &[("password", NEW)]),
    ("/reset/strength", &[("password", NEW)]),
    ("/reset/unlock", &[]),
    ("/reset/cancel", &[]),
    (
        "/password",
        &[("current", "Maple-Orbit-Lamp-38"), ("password", NEW)],
    ),
    ("/password/strength", &[("password", NEW)]),
    ("/n/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &[]),
];

/// Headers by which a browser says that a request comes from another site.
const FOREIGN: [(&str, &str); 7] = [
    ("Origin", "https://evil.example"),
    ("Origin", "http://localhost.evil.example"),
    ("Origin", "http://localhost:1"),
    ("Origin", "https://localhost"),
    ("Sec-Fetch-Site", "cross-site"),
    ("Sec-Fetch-Site", "same-site"),
    ("Sec-Fetch-Site", "none"),
];

/// Everything that a request could have changed.
fn stored(portal: &Portal) -> Vec<i64> {
    let tables = [
        "flows",
        "evidence",
        "outbox",
        "throttles",
        "audit",
        "sessions",
        "methods",
        "notices",
    ];
    let database = portal.database();
    let mut counts: Vec<_> = tables
        .iter()
        .map(|table| database.number(&format!("SELECT COUNT(*) FROM {table}")))
        .collect();
    counts.push(database.number("SELECT COALESCE(SUM(version), 0) FROM flows"));
    counts
}

/// Every form sent from elsewhere, even with the right guard, does nothing.
#[test]
fn cs_092_no_other_site_can_act() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    assert!(browser.sign_in("bo", &bo().password));
    browser.begin_for("bo", "forgot");
    portal.settled();
    let before = stored(&portal);
    for (target, fields) in ACTS {
        for (name, value) in FOREIGN {
            let mut other = browser.copy();
            other.headers.push((name.to_owned(), value.to_owned()));
            assert_eq!(
                other.post(target, fields).status,
                403,
                "{target} {name}: {value}"
            );
            let text = [("Content-Type", "text/plain")];
            assert_eq!(
                other
                    .send("POST", target, &text, Some(b"{\"csrf\":\"\"}"))
                    .status,
                403
            );
        }
    }
    assert_eq!(stored(&portal), before);
}

/// CS-094, 095, 096: without `Origin` and `Sec-Fetch-Site` the guard decides, at the sign-in and the start as well.
#[test]
fn cs_096_the_guard_alone_is_enough() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    assert!(browser.sign_in("bo", &bo().password));
    browser.begin_for("bo", "forgot");
    portal.settled();
    let mut stranger = portal.browser();
    stranger.get("/");
    let foreign = stranger.guard().to_owned();
    let before = stored(&portal);
    for (target, fields) in ACTS {
        let good = crate::browser::form(fields);
        for body in [
            good.clone(),
            format!("{good}&csrf="),
            format!("{good}&csrf={foreign}"),
        ] {
            assert_eq!(
                browser.copy().post_body(target, &body).status,
                403,
                "{target} {body}"
            );
        }
        // `null` is what our own pages send as well, so it proves nothing either way.
        let mut null = browser.copy();
        null.headers.push(("Origin".to_owned(), "null".to_owned()));
        assert_eq!(null.post_body(target, &good).status, 403, "{target}");
        null.headers
            .push(("Sec-Fetch-Site".to_owned(), "cross-site".to_owned()));
        assert_eq!(null.post(target, fields).status, 403, "{target}");
        // The right guard without the cookie that it belongs to: the forms of another browser.
        let mut bare = browser.copy();
        bare.cookies.remove("keymend-form");
        assert_eq!(bare.post(target, fields).status, 403, "{target}");
    }
    assert_eq!(stored(&portal), before);
}

/// Pages that are only looked at change nothing: a picture, a prefetch, a scanner of mails.
#[test]
fn cs_093_looking_changes_nothing() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    browser.begin_for("bo", "forgot");
    browser.text(&bo().phone);
    portal.settled();
    let before = stored(&portal);
    for page in [
        "/",
        "/reset",
        "/reset/gate",
        "/reset/number?channel=sms",
        "/reset/help",
        "/sign-in",
        "/register",
        "/password",
    ] {
        let headers = [
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Dest", "image"),
            ("Purpose", "prefetch"),
        ];
        assert!(
            browser.send("GET", page, &headers, None).status < 400,
            "{page}"
        );
    }
    assert_eq!(stored(&portal), before);
}

/// No answer lets another origin read it.
#[test]
fn cs_098_no_other_origin_can_read() {
    let portal = Portal::demo();
    for origin in [
        "https://evil.example",
        "null",
        "https://localhost.evil.example",
    ] {
        for (method, page) in [
            ("GET", "/reset"),
            ("OPTIONS", "/reset"),
            ("POST", "/reset"),
            ("GET", "/demo/messages.json"),
        ] {
            let mut browser = portal.browser();
            let headers = [
                ("Origin", origin),
                ("Access-Control-Request-Method", "POST"),
            ];
            let answer = browser.send(method, page, &headers, None);
            assert!(
                answer
                    .headers
                    .iter()
                    .all(|(name, _)| !name.starts_with("access-control-")),
                "{method} {page}"
            );
        }
    }
}

/// Pages, redirects, faults, assets and what is not there: every answer has every header.
#[test]
fn cs_099_every_answer_is_protected() {
    let portal = Setup::new()
        .people(1)
        .with("server", "origin", "\"https://reset.example.org\"")
        .start();
    let mut browser = portal.browser();
    "reset.example.org".clone_into(&mut browser.host);
    let page = browser.get("/").clone();
    let css = page
        .between("rel=\"stylesheet\" href=\"", "\"")
        .unwrap()
        .to_owned();
    let script = page
        .between("src=\"/assets/keymend-", "\"")
        .map(|rest| format!("/assets/keymend-{rest}"));
    let asks = [
        ("GET", "/"),
        ("GET", "/reset"),
        ("GET", "/register"),
        ("POST", "/reset"),
        ("GET", "/nothing"),
        ("PUT", "/reset"),
        ("GET", "/assets/nothing.css"),
        ("GET", "/livez"),
        ("GET", "/n/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        ("GET", "/.well-known/change-password"),
        ("GET", css.as_str()),
    ];
    for (method, target) in asks {
        let answer = browser.send(method, target, &[], None).clone();
        let policy = answer
            .header("content-security-policy")
            .unwrap_or_else(|| panic!("{method} {target}"));
        // CS-100: strict, on everything.
        for part in [
            "default-src 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "script-src 'self'",
        ] {
            assert!(policy.contains(part), "{target} {policy}");
        }
        assert!(
            !policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"),
            "{policy}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            (
                "strict-transport-security",
                "max-age=31536000; includeSubDomains",
            ),
        ] {
            assert_eq!(answer.header(name), Some(value), "{method} {target}");
        }
        let cached = target == css;
        assert_eq!(
            answer.header("cache-control") != Some("no-store"),
            cached,
            "{method} {target}"
        );
        assert!(answer.header("server").is_none());
    }
    assert!(script.is_some());
    for inline in ["<script>", "onclick=", "onload=", "style=\"", "javascript:"] {
        assert!(!page.body.contains(inline), "{inline}");
    }
}

/// Addresses that a cache could take for a file are not there, and nothing says that they may be kept.
#[test]
fn cs_102_no_cache_can_be_deceived() {
    let portal = Portal::demo();
    let mut browser = portal.browser();
    assert!(browser.sign_in("bo", &bo().password));
    browser.begin_for("bo", "forgot");
    for target in [
        "/register/x.css",
        "/register;.png",
        "/register/phone/a.js",
        "/reset/password/a.js",
        "/reset/gate.css",
        "/password.js",
        "/assets/../register",
        "/assets/%2e%2e/register",
        "/assets/register",
    ] {
        let answer = browser.get(target);
        assert_eq!(answer.status, 404, "{target}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    // DO-250: conditions and ranges on what is secret.
    for header in [
        ("Range", "bytes=0-10"),
        ("If-None-Match", "*"),
        ("If-Modified-Since", "Sat, 01 Jan 2050 00:00:00 GMT"),
    ] {
        let answer = browser.send("GET", "/register", &[header], None);
        assert_eq!(
            (answer.status, answer.header("cache-control")),
            (200, Some("no-store"))
        );
    }
}

/// Links that lead out give nothing away, and a browser may fill in what it should.
#[test]
fn cs_106_fields_help_password_managers() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.begin_for(&person(0).name, "forgot");
    browser.text(&person(0).phone);
    assert!(
        browser
            .get("/reset/gate")
            .body
            .contains("autocomplete=\"one-time-code\"")
    );
    let code = portal.code("sms", &person(0).phone);
    browser.verify(&code);
    browser.pass_mail(&portal, &person(0));
    let page = browser.get("/reset/password").body.clone();
    assert!(page.contains("autocomplete=\"new-password\"") && page.contains("type=\"password\""));
    assert!(!page.contains("onpaste"));
    // CS-103: nothing but our own addresses, and those without a referrer.
    let links = page
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    for link in links {
        assert!(link.starts_with('/') || link.starts_with('#'), "{link}");
    }
    assert_eq!(browser.page.header("referrer-policy"), Some("no-referrer"));
}
