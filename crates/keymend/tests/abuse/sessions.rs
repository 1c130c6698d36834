//! SE: sessions and cookies.

use crate::browser::Browser;
use crate::portal::{Portal, Setup};
use crate::walk::{NEW, bo, person, portal};

/// A cookie value of the right form that somebody else chose.
const PLANTED: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn signed_in(portal: &Portal, number: u32) -> Browser {
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person(number).name, &person(number).password));
    browser
}

/// A flow cookie that was planted is replaced at the start and at each gate, and every old value is dead.
#[test]
fn se_078_flow_cookies_rotate() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser
        .cookies
        .insert("keymend-flow".to_owned(), PLANTED.to_owned());
    let mut old = vec![PLANTED.to_owned()];
    browser.begin_for(&person(0).name, "forgot");
    old.push(browser.cookie("keymend-flow").unwrap().to_owned());
    browser.pass_phone(&portal, &person(0));
    old.push(browser.cookie("keymend-flow").unwrap().to_owned());
    browser.pass_mail(&portal, &person(0));
    let current = browser.cookie("keymend-flow").unwrap().to_owned();
    assert!(!old.contains(&current));
    for value in old {
        let mut thief = browser.copy();
        thief.cookies.insert("keymend-flow".to_owned(), value);
        assert_eq!(thief.password(NEW), 410);
    }
    assert_eq!(browser.password(NEW), 303);
}

/// The same for the session: at the sign-in, and at every proof inside it.
#[test]
fn se_079_session_cookies_rotate() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser
        .cookies
        .insert("keymend-session".to_owned(), PLANTED.to_owned());
    assert!(browser.sign_in(&person(0).name, &person(0).password));
    let mut first = browser.copy();
    assert_ne!(browser.cookie("keymend-session").unwrap(), PLANTED);
    assert_eq!(
        browser
            .post("/register/confirm-it-is-you", &[("method", "sms")])
            .status,
        303
    );
    let code = portal.code("sms", &person(0).phone);
    assert_eq!(
        browser
            .post("/register/confirm-it-is-you/verify", &[("code", &code)])
            .status,
        303
    );
    assert!(browser.is_in());
    assert!(!first.is_in(), "the token from before the proof is dead");
    first
        .cookies
        .insert("keymend-session".to_owned(), PLANTED.to_owned());
    assert!(!first.is_in());
}

/// A reset ends every session, every other flow and every code that is under way, at once.
#[test]
fn se_080_a_reset_ends_everything_else() {
    let portal = Setup::new().loose().people(1).start();
    let mut sessions = [signed_in(&portal, 0), signed_in(&portal, 0)];
    // SE-082: an address that is about to be registered by one of the sessions.
    assert_eq!(
        sessions[0]
            .post("/register/confirm-it-is-you", &[("method", "sms")])
            .status,
        303
    );
    let confirming = portal.code("sms", &person(0).phone);
    let mut other = portal.browser();
    other.begin_for(&person(0).name, "forgot");
    other.mail();
    let pending = portal.code("email", &person(0).email);
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    assert_eq!(browser.password(NEW), 303);
    for session in &mut sessions {
        assert!(!session.is_in());
    }
    let status = sessions[0]
        .post(
            "/register/confirm-it-is-you/verify",
            &[("code", &confirming)],
        )
        .status;
    assert_eq!((status, sessions[0].page.location()), (303, "/sign-in"));
    assert_eq!(other.verify(&pending), 410);
    // SE-083: nobody was signed in by it.
    assert!(!browser.is_in());
    assert!(browser.cookie("keymend-session").is_none());
    assert_eq!(portal.database().number("SELECT COUNT(*) FROM sessions"), 0);
    assert_eq!(
        browser.password("Another-Lantern-Gravel-58"),
        409,
        "and the flow is done"
    );
}

/// A flow is no session, and a session no flow.
#[test]
fn se_084_a_flow_cookie_opens_no_session() {
    let portal = portal(1);
    let mut browser = portal.browser();
    browser.prove(&portal, &person(0), "forgot");
    let flow = browser.cookie("keymend-flow").unwrap().to_owned();
    browser.cookies.insert("keymend-session".to_owned(), flow);
    for page in [
        "/register",
        "/register/phone",
        "/register/questions",
        "/password",
        "/register/done",
    ] {
        assert_eq!(browser.get(page).status, 303, "{page}");
        assert!(browser.page.location().starts_with("/sign-in"));
    }
    for page in ["/admin", "/helpdesk", "/api/v1/me"] {
        assert_eq!(browser.get(page).status, 404);
    }
    let mut session = signed_in(&portal, 0);
    let token = session.cookie("keymend-session").unwrap().to_owned();
    session.cookies.insert("keymend-flow".to_owned(), token);
    assert_eq!(session.password(NEW), 410);
}

/// Idle for too long, or signed in for too long: refused by the server although the cookie still comes.
#[test]
fn se_086_sessions_end_by_the_servers_clock() {
    let portal = portal(1);
    let database = portal.database();
    let mut browser = signed_in(&portal, 0);
    assert!(browser.is_in());
    database.run("UPDATE sessions SET seen = seen - 14 * 60000");
    assert!(browser.is_in(), "fourteen minutes are not too long");
    database.run("UPDATE sessions SET seen = seen - 16 * 60000");
    assert!(!browser.is_in());
    let mut browser = signed_in(&portal, 0);
    database.run("UPDATE sessions SET expires = 1000");
    assert!(!browser.is_in());
}

/// Signing out ends the session on the server, and clears what the browser kept.
#[test]
fn se_087_signing_out_is_final() {
    let portal = portal(1);
    for target in ["/sign-out", "/register/cancel"] {
        let mut browser = signed_in(&portal, 0);
        assert!(browser.is_in());
        let mut copied = browser.copy();
        assert!(browser.post(target, &[]).status < 400);
        assert!(
            browser
                .page
                .header("clear-site-data")
                .unwrap()
                .contains("storage")
        );
        assert!(!copied.is_in(), "{target}");
    }
}

/// Disabled in the directory: the next request is refused.
#[test]
fn se_088_a_disabled_person_is_out_at_once() {
    let portal = portal(1);
    let mut browser = signed_in(&portal, 0);
    assert!(browser.is_in());
    portal.command(&["user", "disable", &person(0).name], "");
    assert!(!browser.is_in());
}

/// Every cookie has every protection.
#[test]
fn se_090_cookies_are_protected() {
    let portal = Setup::new()
        .people(1)
        .with("server", "origin", "\"https://reset.example.org\"")
        .start();
    let mut browser = portal.browser();
    "reset.example.org".clone_into(&mut browser.host);
    let mut lines = Vec::new();
    browser.get("/reset");
    lines.extend(browser.page.all("set-cookie").map(str::to_owned));
    browser.begin(&person(0).name);
    lines.extend(browser.page.all("set-cookie").map(str::to_owned));
    assert!(browser.sign_in(&person(0).name, &person(0).password));
    lines.extend(browser.page.all("set-cookie").map(str::to_owned));
    let names: Vec<_> = lines
        .iter()
        .map(|line| line.split('=').next().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "__Host-keymend-form",
            "__Host-keymend-flow",
            "__Host-keymend-session"
        ]
    );
    for line in &lines {
        for part in ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
            assert!(line.contains(part), "{line}");
        }
        assert!(
            !line.to_ascii_lowercase().contains("domain") && line.len() < 4096,
            "{line}"
        );
        let value = line.split(['=', ';']).nth(1).unwrap();
        assert!(value.len() >= 22, "128 bits at least: {line}");
    }
    browser.post("/preferences", &[("theme", "dark"), ("back", "/")]);
    let preference = browser.page.header("set-cookie").unwrap();
    assert!(
        preference.contains("; Secure") && preference.contains("; SameSite=Strict"),
        "{preference}"
    );
    assert_eq!(
        portal
            .database()
            .number("SELECT COUNT(*) FROM flows WHERE length(cookie) = 32"),
        1,
        "only a digest"
    );
}

/// Codes and tokens have no pattern: leading zeros come, no value comes twice, bits are even.
#[test]
fn se_091_tokens_and_codes_are_random() {
    let portal = Setup::new().loose().people(120).start();
    let (mut tokens, mut zeros, mut ones) = (Vec::new(), 0, 0_u32);
    let mut digits = [0_u32; 10];
    for number in 0..120 {
        let mut browser = portal.browser();
        browser.begin_for(&person(number).name, "forgot");
        browser.text(&person(number).phone);
        let code = portal.code("sms", &person(number).phone);
        zeros += u32::from(code.starts_with('0'));
        for digit in code.bytes() {
            digits[usize::from(digit - b'0')] += 1;
        }
        let token = browser.cookie("keymend-flow").unwrap().to_owned();
        let bytes = data_encoding::BASE64URL_NOPAD
            .decode(token.as_bytes())
            .unwrap();
        ones += bytes.iter().map(|byte| byte.count_ones()).sum::<u32>();
        tokens.push(token);
    }
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 120);
    // 12 are expected; none and 36 are each rarer than once in 100,000 runs.
    assert!((1..36).contains(&zeros), "{zeros} codes begin with 0");
    // Chi-square with 9 degrees of freedom: above 45 once in a million runs.
    let each = 72.0;
    let chi: f64 = digits
        .iter()
        .map(|count| (f64::from(*count) - each).powi(2) / each)
        .sum();
    assert!(chi < 45.0, "{digits:?}");
    // 15,360 of 30,720 bits are expected; six standard deviations are 526.
    assert!((14_834..15_886).contains(&ones), "{ones} ones");
}

/// A password that somebody must change opens nothing but the page that changes it.
#[test]
fn se_089_must_change_opens_one_page() {
    let portal = portal(1);
    portal
        .database()
        .run("UPDATE local_accounts SET must_change = TRUE");
    let mut browser = signed_in(&portal, 0);
    assert_eq!(browser.page.location(), "/password");
    for page in [
        "/register",
        "/register/phone",
        "/register/confirm-it-is-you",
    ] {
        assert_eq!(browser.get(page).status, 303);
        assert_eq!(browser.page.location(), "/password");
    }
    browser.get("/password");
    let fields = [
        ("current", person(0).password),
        ("password", NEW.to_owned()),
    ];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert!(browser.post("/password", &fields).status < 400);
    assert!(browser.is_in());
}

/// Changing a password ends all other sessions and flows, and the new token is another one.
#[test]
fn se_081_a_change_ends_other_sessions() {
    let portal = Portal::demo();
    let mut other = portal.browser();
    assert!(other.sign_in("bo", &bo().password));
    let mut browser = portal.browser();
    assert!(browser.sign_in("bo", &bo().password));
    let mut copied = browser.copy();
    browser.get("/password");
    let fields = [("current", bo().password), ("password", NEW.to_owned())];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert!(browser.post("/password", &fields).status < 400);
    assert!(browser.is_in());
    assert!(!other.is_in());
    assert!(!copied.is_in());
}
