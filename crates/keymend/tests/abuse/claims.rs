//! Claim codes, against the program as it is shipped.

use crate::portal::{Portal, Setup};
use crate::race::{count, race};

const WRONG: &str = "0000-0000-0000-0000-0000-0000-0000-0000";

/// A portal with somebody who knows no password and has nothing registered.
fn with_a_newcomer() -> Portal {
    let portal = Setup::new()
        .loose()
        .with("limits", "wrong-sign-ins-hour", 100)
        .variable("KEYMEND_LOG", "trace")
        .start();
    portal.command(&["user", "add", "newcomer-1"], "Harbor-Violet-Kite-71\n");
    portal
}

/// A new code, without what is said around it.
fn code(portal: &Portal) -> String {
    let said = portal.command(&["claim", "new", "newcomer-1", "--json"], "");
    let (_, rest) = said.split_once("\"code\":\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn si_310_one_of_fifty_has_the_code() {
    let portal = with_a_newcomer();
    let code = code(&portal);
    let mut browser = portal.browser();
    browser.get("/sign-in/claim");
    let request = browser.posting("/sign-in/claim", &[("name", "newcomer-1"), ("code", &code)]);
    let answers = race(portal.address, &vec![request; 50]);
    assert_eq!(count(&answers, 303), 1);
    assert_eq!(count(&answers, 422), 49);
    let database = portal.database();
    assert_eq!(database.number("SELECT COUNT(*) FROM sessions"), 1);
    assert_eq!(database.number("SELECT COUNT(*) FROM claims"), 0);
}

#[test]
fn si_312_a_claim_shows_nowhere() {
    let portal = with_a_newcomer();
    portal.command(&["user", "add", "colleague-1"], "Harbor-Violet-Kite-72\n");
    let code = code(&portal);
    let mut pages = Vec::new();
    for name in ["newcomer-1", "colleague-1", "nobody-1"] {
        let mut browser = portal.browser();
        browser.get("/sign-in/claim");
        let answer = browser.post("/sign-in/claim", &[("name", name), ("code", WRONG)]);
        assert_eq!(answer.status, 422);
        pages.push(answer.body.replace(name, "NAME"));
    }
    let bare = |page: &String| {
        let parts = page.split("value=\"").map(|part| {
            let (value, rest) = part.split_once('"').unwrap_or(("", part));
            if value.len() > 40 { rest } else { part }
        });
        parts.collect::<String>()
    };
    assert_eq!(bare(&pages[0]), bare(&pages[1]));
    assert_eq!(bare(&pages[0]), bare(&pages[2]));
    let mut browser = portal.browser();
    browser.get("/sign-in/claim");
    // One letter short: it stays in the field, and nowhere else.
    let mistyped = &code[..code.len() - 1];
    let fields = [("name", "newcomer-1"), ("code", mistyped)];
    let again = browser.post("/sign-in/claim", &fields);
    assert_eq!(again.status, 422);
    assert!(again.body.contains(mistyped));
    let fields = [("name", "newcomer-1"), ("code", code.as_str())];
    assert_eq!(browser.post("/sign-in/claim", &fields).status, 303);
    // Neither the code nor its secret half is in the log, in a list, or in a file.
    let listed = portal.command(&["claim", "list"], "");
    let (_, secret) = mistyped.split_once('-').unwrap();
    for place in [portal.log(), listed] {
        assert!(!place.contains(secret) && !place.contains(&secret.replace('-', "")));
    }
    for file in ["keymend.db", "keymend.db-wal"] {
        let bytes = std::fs::read(portal.path(file)).unwrap_or_default();
        let bare = secret.replace('-', "");
        let holds = |needle: &str| {
            let mut windows = bytes.windows(needle.len());
            windows.any(|window| window == needle.as_bytes())
        };
        assert!(!holds(secret) && !holds(&bare), "{file}");
    }
    // A second one of the same person, which is finished with nothing, can still be made and revoked.
    portal.command(&["claim", "new", "newcomer-1"], "");
    portal.command(&["claim", "revoke", "newcomer-1"], "");
    let (exit, said) = portal.attempt(&["claim", "revoke", "newcomer-1"], "");
    assert_eq!(exit, Some(1), "{said}");
    let (exit, said) = portal.attempt(&["claim", "new", "nobody-1"], "");
    assert_eq!(exit, Some(1));
    assert!(
        said.contains("there is nobody of the name nobody"),
        "{said}"
    );
    let (exit, _) = portal.attempt(&["claim", "new", "newcomer-1", "--hours", "0"], "");
    assert_eq!(exit, Some(2), "used wrongly");
}
