//! RP, QT, EN: authenticator apps. A code serves once, a secret is shown once, and nobody learns who has one.

use keymend_core::time::Timestamp;
use keymend_core::totp::{Algorithm, App, AppName, Secret};

use crate::browser::Browser;
use crate::database::on_each_store;
use crate::portal::{Portal, Setup};
use crate::race::{count, race};
use crate::walk::{NEW, Person, WRONG, person};

on_each_store! {
    /// The same code in two resets and at a sign-in, and an older one after a newer: each serves once.
    rp_043_a_code_of_an_app_serves_once => super::replays;
    /// Twenty resets with one code at one moment: one gate, and no failure.
    rp_044_of_many_at_once_one_takes_the_code => super::at_once;
}

fn with_apps(setup: Setup, people: u32) -> Portal {
    let methods = "[\"phone\", \"email\", \"app\", \"questions\"]";
    let setup = setup.loose().with("policy", "methods", methods);
    setup.people(people).start()
}

/// What the app shows, so many steps from now, by the server's clock.
fn shown(portal: &Portal, app: &App, off: i64) -> String {
    let mut browser = portal.browser();
    let answer = browser.get("/livez");
    let date = answer.header("date").unwrap();
    let now = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
    let present = app.step(Timestamp::from_millis(now.as_millisecond()));
    app.code(present + off).to_string()
}

fn app_of(key: &str) -> App {
    App {
        name: AppName::parse("My phone").unwrap(),
        secret: Secret::try_from(key.replace(' ', "")).unwrap(),
        algorithm: Algorithm::Sha1,
        digits: 6,
        period: 30,
    }
}

/// Prove it by mail, then register an app, its first code an old one, so that newer ones are left.
fn register(portal: &Portal, somebody: &Person) -> (Browser, App) {
    let mut browser = portal.browser().from("203.0.113.9");
    assert!(browser.sign_in(&somebody.name, &somebody.password));
    let way = [("method", "email")];
    browser.get("/register/confirm-it-is-you");
    let chosen = browser.post("/register/confirm-it-is-you", &way);
    assert_eq!(chosen.status, 303);
    let code = portal.code("email", &somebody.email);
    let verify = "/register/confirm-it-is-you/verify";
    assert_eq!(browser.post(verify, &[("code", &code)]).status, 303);
    browser.get("/register/app");
    let begun = browser.post("/register/app", &[("name", "My phone")]);
    assert_eq!(begun.status, 303);
    let page = browser.get("/register/app");
    let app = app_of(page.between("id=\"key\">", "<").unwrap());
    let code = shown(portal, &app, -1);
    let kept = browser.post("/register/app/verify", &[("code", &code)]);
    // A step may have ended meanwhile.
    if kept.status != 303 {
        let code = shown(portal, &app, -1);
        let kept = browser.post("/register/app/verify", &[("code", &code)]);
        assert_eq!(kept.status, 303, "{}", kept.body);
    }
    (browser, app)
}

fn gate(portal: &Portal, somebody: &Person, from: u32) -> Browser {
    let mut browser = portal.browser().from(&format!("198.51.100.{from}"));
    browser.begin_for(&somebody.name, "forgot");
    let send = browser.post("/reset/send", &[("method", "app")]);
    assert_eq!(send.status, 303);
    portal.settled();
    browser
}

fn replays(setup: Setup) {
    let portal = with_apps(setup, 1);
    let bo = person(0);
    let (mut signed_in, app) = register(&portal, &bo);
    let (present, next) = (shown(&portal, &app, 0), shown(&portal, &app, 1));
    assert_eq!(gate(&portal, &bo, 1).verify(&present), 303);
    let mut other = gate(&portal, &bo, 2);
    assert_eq!(other.verify(&present), 422, "in another reset");
    let way = [("method", "app")];
    let (choose, verify) = (
        "/register/confirm-it-is-you",
        "/register/confirm-it-is-you/verify",
    );
    signed_in.get(choose);
    assert_eq!(signed_in.post(choose, &way).status, 303);
    let used = signed_in.post(verify, &[("code", &present)]).status;
    assert_eq!(used, 422, "at a sign-in");
    assert_eq!(signed_in.post(verify, &[("code", &next)]).status, 303);
    // RP-044: what is newer was taken, by whatever way.
    assert_eq!(other.verify(&next), 422);
    assert_eq!(other.verify(&present), 422);
}

fn at_once(setup: Setup) {
    let portal = with_apps(setup, 1);
    let bo = person(0);
    let (_, app) = register(&portal, &bo);
    let browsers: Vec<_> = (0..20).map(|from| gate(&portal, &bo, from)).collect();
    let code = shown(&portal, &app, 1);
    let requests: Vec<_> = browsers
        .iter()
        .map(|browser| browser.posting("/reset/verify", &[("code", &code)]))
        .collect();
    let answers = race(portal.address, &requests);
    for answer in &answers {
        assert!((200..500).contains(&answer.status), "{}", answer.status);
    }
    assert_eq!(count(&answers, 303), 1);
    let passed = "SELECT COUNT(*) FROM evidence WHERE kind = 'app'";
    assert_eq!(portal.database().number(passed), 1);
}

/// The secret is on no page, in no message, log or column that could be read, once the app is registered.
#[test]
fn qt_186_a_secret_is_never_shown_again() {
    let portal = with_apps(Setup::new(), 1);
    let (mut browser, app) = register(&portal, &person(0));
    let key = app.key().to_string();
    let secret = key.replace(' ', "");
    for page in ["/register", "/register/app", "/register/confirm-it-is-you"] {
        let body = &browser.get(page).body;
        assert!(!body.contains(&key) && !body.contains(&secret), "{page}");
        assert!(!body.contains("class=\"qr\""), "{page}");
    }
    portal.settled();
    for message in portal.messages() {
        assert!(!message.text.contains(&secret[..8]));
    }
    assert!(!portal.log().contains(&secret));
    let stored = "SELECT hex(sealed) FROM methods UNION ALL SELECT hex(visit) FROM sessions";
    let stored = portal.database().texts(stored).concat();
    assert!(!stored.contains(&data_encoding::HEXUPPER.encode(secret.as_bytes())));
}

/// An app that was begun and not confirmed serves nothing, and another one has another secret.
#[test]
fn er_194_an_unconfirmed_app_serves_nothing() {
    let portal = with_apps(Setup::new(), 1);
    portal.database().run("DELETE FROM methods");
    portal.database().run("UPDATE accounts SET finished = NULL");
    let mut browser = portal.browser();
    assert!(browser.sign_in(&person(0).name, &person(0).password));
    browser.get("/register/app");
    let mut keys = Vec::new();
    for _ in 0..2 {
        let begun = browser.post("/register/app", &[("name", "My phone")]);
        assert_eq!(begun.status, 303);
        let page = browser.get("/register/app");
        keys.push(page.between("id=\"key\">", "<").unwrap().to_owned());
    }
    assert_ne!(keys[0], keys[1]);
    let code = shown(&portal, &app_of(&keys[1]), 0);
    assert_eq!(gate(&portal, &person(0), 1).verify(&code), 422);
    let methods = "SELECT COUNT(*) FROM methods";
    assert_eq!(portal.database().number(methods), 0);
}

/// Somebody at an unlocked session adds an app of their own. After the owner's next reset the page names what is new, and
/// until it was confirmed it serves nothing.
#[test]
fn er_196_what_was_added_lately_is_named_after_a_reset() {
    let portal = with_apps(Setup::new(), 1);
    portal.database().run("UPDATE methods SET verified = 1");
    portal.database().run("UPDATE accounts SET finished = 1");
    let mut intruder = portal.browser();
    assert!(intruder.sign_in(&person(0).name, &person(0).password));
    intruder.get("/register/app");
    let begun = intruder.post("/register/app", &[("name", "Theirs")]);
    assert_eq!(begun.status, 303);
    let page = intruder.get("/register/app");
    let theirs = app_of(page.between("id=\"key\">", "<").unwrap());
    let code = shown(&portal, &theirs, -1);
    let kept = intruder.post("/register/app/verify", &[("code", &code)]);
    assert_eq!(kept.status, 303);
    let code = shown(&portal, &theirs, 0);
    assert_eq!(gate(&portal, &person(0), 1).verify(&code), 422, "it waits");
    let mut owner = portal.browser();
    owner.prove(&portal, &person(0), "forgot");
    assert_eq!(owner.password(NEW), 303);
    let page = owner.get("/reset/done").body.clone();
    let (_, lately) = page.split_once("Set up lately").unwrap();
    assert!(lately.contains("Authenticator App"));
    assert!(!lately.contains("Authentication Email"), "that one is old");
    assert!(!intruder.is_in());
}

/// "This wasn't me" under the notice about a new app stops recovery and whoever is signed in.
#[test]
fn er_196_this_was_not_me_works_for_apps() {
    let portal = with_apps(Setup::new(), 1);
    portal.database().run("UPDATE accounts SET finished = 1");
    let (mut intruder, app) = register(&portal, &person(0));
    portal.settled();
    let told = portal.messages();
    let told: Vec<_> = told
        .iter()
        .filter(|told| told.text.contains("Authenticator App"))
        .collect();
    assert_eq!(told.len(), 2, "phone and address");
    let link = told[0].link().unwrap();
    let mut owner = portal.browser();
    owner.get(&link);
    assert_eq!(owner.post(&link, &[]).status, 200);
    assert!(!intruder.is_in());
    let code = shown(&portal, &app, 1);
    assert_eq!(gate(&portal, &person(0), 1).verify(&code), 422);
}

/// With an app, without one, and nobody: the gate is the same, up to the last try.
#[test]
fn en_006_an_app_shows_nowhere() {
    let portal = with_apps(Setup::new(), 2);
    register(&portal, &person(0));
    let tour = |name: &str, from: u32| {
        let somebody = Person {
            name: name.to_owned(),
            ..person(0)
        };
        let mut browser = gate(&portal, &somebody, from);
        let mut seen = vec![browser.get("/reset/gate").shape()];
        for code in [WRONG, "1234567", "12345678", "", "x", WRONG, WRONG] {
            browser.verify(code);
            seen.push(browser.page.shape());
        }
        seen
    };
    let names = [person(0).name, person(1).name, "nobody-0000000".to_owned()];
    let tours: Vec<_> = names
        .iter()
        .zip(1..)
        .map(|(name, from)| tour(name, from))
        .collect();
    assert_eq!(tours[0], tours[1]);
    assert_eq!(tours[0], tours[2]);
}

/// Wrong codes of an app count like all others: ten a day for a name and method, whoever it is.
#[test]
fn bf_019_wrong_codes_of_an_app_count() {
    let methods = "[\"phone\", \"email\", \"app\"]";
    let setup = Setup::new().loose().with("policy", "methods", methods);
    let setup = setup.with("limits", "wrong-per-method-day", 10);
    let portal = setup.people(1).start();
    for (somebody, from) in [(person(0).name, 1), ("nobody-0000000".to_owned(), 2)] {
        let somebody = Person {
            name: somebody,
            ..person(0)
        };
        for _ in 0..2 {
            let mut browser = gate(&portal, &somebody, from);
            for _ in 0..5 {
                portal.database().skip_waits();
                assert_eq!(browser.verify(WRONG), 422);
            }
        }
        let mut browser = portal.browser().from(&format!("198.51.100.{from}"));
        browser.begin_for(&somebody.name, "forgot");
        let send = browser.post("/reset/send", &[("method", "app")]);
        assert_eq!(send.status, 429, "it rests");
    }
}
