//! Authenticator apps, with a clock that stands where the test puts it.

use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::label::Label;
use keymend_core::method::Kind;
use keymend_core::totp::{self, App};

use super::effort::compare;
use super::portal::Portal;
use crate::chance::Os;
use crate::store::Store;
use crate::store::methods::Holding;

const STEP: Duration = Duration::from_secs(30);

async fn open() -> Portal {
    Portal::open_with(|settings| {
        settings.policy.methods = vec![Kind::Phone, Kind::Email, Kind::App, Kind::Questions];
    })
    .await
}

async fn account(portal: &Portal, name: &str) -> Id<id::Account> {
    let Store::Sqlite { read, .. } = &portal.app.store else {
        panic!("the demo is on SQLite");
    };
    let id: String = sqlx::query_scalar("SELECT id FROM accounts WHERE name = $1")
        .bind(name)
        .fetch_one(read)
        .await
        .unwrap();
    Id::parse(&id).unwrap()
}

/// An app that somebody registered long ago.
async fn plant(portal: &Portal, name: &str) -> App {
    let account = account(portal, name).await;
    let app = App::new(Label::parse("My phone").unwrap(), &mut Os);
    let holding = Holding::App(app.clone());
    portal
        .app
        .plant_method(&account, &holding, portal.app.now())
        .await
        .unwrap();
    app
}

/// What the app shows, so many steps from now.
fn shown(portal: &Portal, app: &App, off: i64) -> String {
    app.code(app.step(portal.app.now()) + off).to_string()
}

/// The app behind the key that a page shows.
fn typed_in(html: &str) -> App {
    let (_, rest) = html.split_once("id=\"key\">").unwrap();
    let key: String = rest.split('<').next().unwrap().replace(' ', "");
    let mut app = App::new(Label::parse("typed").unwrap(), &mut Os);
    app.secret = totp::Secret::try_from(key).unwrap();
    app
}

async fn gate(portal: &mut Portal, name: &str) {
    assert_eq!(portal.start(name).await.0, 303);
    portal.post("/reset/what", &[("goal", "forgot")]).await;
    let send = portal.post("/reset/send", &[("method", "app")]).await;
    assert_eq!(send.status, 303);
    portal.deliver().await;
    assert_eq!(portal.get("/reset/gate").await.status, 200);
}

async fn verify(portal: &mut Portal, code: &str) -> u16 {
    portal.post("/reset/verify", &[("code", code)]).await.status
}

async fn step_up(portal: &mut Portal, code: &str) -> u16 {
    portal.get("/register/confirm-it-is-you").await;
    let way = [("method", "app")];
    let chosen = portal.post("/register/confirm-it-is-you", &way).await;
    assert_eq!(chosen.status, 303);
    portal
        .post("/register/confirm-it-is-you/verify", &[("code", code)])
        .await
        .status
}

#[tokio::test]
async fn an_app_is_registered_by_its_key_and_resets_a_password() {
    let mut portal = open().await;
    assert_eq!(portal.sign_in("ana", "Harbor-Violet-Kite-71").await, 303);
    let overview = portal.get("/register").await.html;
    assert!(overview.contains("Authenticator App is not configured"));
    portal.get("/register/app").await;
    let begun = portal
        .post("/register/app", &[("name", " \u{202e} ")])
        .await;
    assert_eq!(begun.status, 422);
    let begun = portal
        .post("/register/app", &[("name", "My <phone>")])
        .await;
    assert_eq!(
        (begun.status, begun.header("location")),
        (303, "/register/app")
    );
    let page = portal.get("/register/app").await.html;
    assert!(page.contains("<svg class=\"qr\"") && page.contains("My &#60;phone&#62;"));
    let app = typed_in(&page);
    let wrong = shown(&portal, &app, 40);
    let verify_at = "/register/app/verify";
    let answer = portal.post(verify_at, &[("code", &wrong)]).await;
    assert_eq!(answer.status, 422);
    assert!(
        answer
            .html
            .contains("That is not the code that your app shows now")
    );
    assert_eq!(typed_in(&answer.html).secret, app.secret, "scanned once");
    let code = shown(&portal, &app, 0);
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let answer = portal.post(verify_at, &[("code", &spaced)]).await;
    assert_eq!(answer.header("location"), "/register?news=app");
    // QT-186: never again.
    for path in ["/register", "/register/app"] {
        let html = portal.get(path).await.html;
        assert!(!html.contains(&app.key()[..9]) && !html.contains("class=\"qr\""));
    }
    let overview = portal.get("/register").await.html;
    assert!(overview.contains("My &lt;phone&gt;"), "{overview}");
    assert!(overview.contains("another app"));

    // The code that confirmed it is used; the next one passes, and email makes two.
    portal.other_browser();
    gate(&mut portal, "ana").await;
    assert_eq!(verify(&mut portal, &code).await, 422);
    portal.wait(STEP);
    let next = shown(&portal, &app, 0);
    assert_eq!(verify(&mut portal, &next).await, 303);
    assert!(portal.get("/reset/gate").await.html.contains("Step 2 of 2"));
}

#[tokio::test]
async fn a_code_serves_once_wherever_it_is_shown_and_no_older_one_after_it() {
    let mut portal = open().await;
    let app = plant(&portal, "bo").await;
    let (old, present, next) = (
        shown(&portal, &app, -1),
        shown(&portal, &app, 0),
        shown(&portal, &app, 1),
    );
    gate(&mut portal, "bo").await;
    assert_eq!(verify(&mut portal, &present).await, 303);
    // RP-043, another flow and another visit; RP-044, an older step.
    portal.other_browser();
    gate(&mut portal, "bo").await;
    for used in [&present, &old] {
        assert_eq!(verify(&mut portal, used).await, 422);
    }
    portal.other_browser();
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
    assert_eq!(step_up(&mut portal, &present).await, 422);
    assert_eq!(step_up(&mut portal, &next).await, 303);
    portal.other_browser();
    gate(&mut portal, "bo").await;
    assert_eq!(verify(&mut portal, &next).await, 422);
}

#[tokio::test]
async fn apps_are_added_and_removed_one_by_one_with_a_proof() {
    let mut portal = open().await;
    let app = plant(&portal, "bo").await;
    plant(&portal, "bo").await;
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
    let add = portal.get("/register/app").await;
    assert_eq!(add.header("location"), "/register/confirm-it-is-you");
    let overview = portal.get("/register").await.html;
    let links: Vec<_> = overview.split("which=").skip(1).collect();
    assert_eq!(links.len(), 2);
    let which = links[0].split('"').next().unwrap().to_owned();
    let fields = [("method", "app"), ("which", which.as_str())];
    let removed = portal.post("/register/remove", &fields).await;
    assert_eq!(removed.header("location"), "/register/confirm-it-is-you");
    let code = shown(&portal, &app, 0);
    assert_eq!(step_up(&mut portal, &code).await, 303);
    let page = format!("/register/remove?method=app&which={which}");
    assert!(
        portal
            .get(&page)
            .await
            .html
            .contains("Remove this authenticator app?")
    );
    let removed = portal.post("/register/remove", &fields).await;
    assert_eq!(removed.header("location"), "/register?news=removed");
    let overview = portal.get("/register").await.html;
    assert_eq!(overview.split("which=").count(), 2, "one is left");
    let told = portal.messages().await;
    let removal = |text: &str| text.contains("Authenticator App");
    assert!(told.iter().any(|told| removal(&told.body)), "bo is told");
}

#[tokio::test]
async fn a_device_that_came_with_its_key_is_registered_by_its_first_code() {
    let mut portal = open().await;
    assert_eq!(portal.sign_in("ana", "Harbor-Violet-Kite-71").await, 303);
    portal.get("/register/app").await;
    let mut token = App::new(Label::parse("Token").unwrap(), &mut Os);
    (token.digits, token.period) = (8, 60);
    let address = token.uri("Maker", "0815");
    for (given, words) in [
        ("GEZDGNBV", "too short"),
        ("otpauth://hotp/x?secret=A", "press of a button"),
    ] {
        let fields = [("name", "Token"), ("given", given)];
        let answer = portal.post("/register/app", &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.html.contains(words), "{given}");
        assert!(
            !answer.html.contains(&format!("value=\"{given}")),
            "a key is not shown again"
        );
    }
    let fields = [("name", "Token"), ("given", address.as_str())];
    assert_eq!(portal.post("/register/app", &fields).await.status, 303);
    let page = portal.get("/register/app").await.html;
    assert!(!page.contains("id=\"key\"") && !page.contains("class=\"qr\""));
    let code = shown(&portal, &token, 0);
    assert_eq!(code.len(), 8);
    let answer = portal
        .post("/register/app/verify", &[("code", &code)])
        .await;
    assert_eq!(answer.header("location"), "/register?news=app");
}

#[tokio::test]
async fn a_first_code_that_took_too_long_begins_again_and_keeps_the_name() {
    let mut portal = open().await;
    portal.sign_in("ana", "Harbor-Violet-Kite-71").await;
    portal.get("/register/app").await;
    portal.post("/register/app", &[("name", "My phone")]).await;
    portal.wait(Duration::from_mins(10));
    let verify = "/register/app/verify";
    let late = portal.post(verify, &[("code", "123456")]).await;
    for page in [late, portal.get("/register/app").await] {
        assert!(!page.html.contains(verify), "a name is asked for");
        assert!(page.html.contains("value=\"My phone\""), "{}", page.html);
    }
}

#[tokio::test]
async fn whoever_is_known_is_told_that_the_clock_of_their_device_is_off() {
    let mut portal = open().await;
    assert_eq!(portal.sign_in("ana", "Harbor-Violet-Kite-71").await, 303);
    portal.get("/register/app").await;
    portal.post("/register/app", &[("name", "Phone")]).await;
    let app = typed_in(&portal.get("/register/app").await.html);
    // Ten steps are five minutes.
    for (steps, words) in [(-10, "5 minutes behind"), (10, "5 minutes ahead")] {
        let code = shown(&portal, &app, steps);
        let answer = portal
            .post("/register/app/verify", &[("code", &code)])
            .await;
        assert_eq!(answer.status, 422);
        assert!(answer.html.contains(words), "{words}");
    }
    let code = shown(&portal, &app, 0);
    assert_eq!(
        portal
            .post("/register/app/verify", &[("code", &code)])
            .await
            .status,
        303
    );

    let bos = plant(&portal, "bo").await;
    portal.other_browser();
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
    let code = shown(&portal, &bos, -10);
    portal.get("/register/confirm-it-is-you").await;
    let way = [("method", "app")];
    portal.post("/register/confirm-it-is-you", &way).await;
    let at = "/register/confirm-it-is-you/verify";
    let answer = portal.post(at, &[("code", &code)]).await;
    assert!(answer.html.contains("5 minutes behind"));
    let written = portal.audited("app.clock-off").await;
    assert_eq!(written, ["behind 300 s"]);
}

#[tokio::test]
async fn before_a_proof_a_clock_that_is_off_is_told_to_operators_and_to_nobody_else() {
    let mut portal = open().await;
    let app = plant(&portal, "bo").await;
    let mut pages = Vec::new();
    for code in [shown(&portal, &app, 5), "000000".to_owned()] {
        portal.other_browser();
        gate(&mut portal, "bo").await;
        let answer = portal.post("/reset/verify", &[("code", &code)]).await;
        pages.push(answer.plain());
    }
    assert_eq!(pages[0], pages[1]);
    let numbers = portal.app.metrics.text();
    let line = "keymend_app_codes_off_total{behind=\"server\"} 1";
    assert!(numbers.contains(line), "{numbers}");
}

#[tokio::test]
async fn a_code_of_an_app_is_the_same_work_whoever_is_named() {
    let opened = async || {
        let portal = open().await;
        plant(&portal, "bo").await;
        for _ in 0..Kind::App.most() {
            plant(&portal, "cleo").await;
        }
        portal
    };
    let classes = [
        ("one app", "bo", ""),
        ("five apps", "cleo", ""),
        ("unknown", "nobody", ""),
        ("no app", "bo", "DELETE FROM methods WHERE kind = 'app'"),
        ("nothing registered", "bo", "DELETE FROM methods"),
        (
            "disabled",
            "bo",
            "UPDATE local_accounts SET enabled = FALSE",
        ),
        ("frozen", "bo", "UPDATE accounts SET frozen = 1"),
        (
            "worn out",
            "bo",
            "UPDATE methods SET usable_from = 9000000000000",
        ),
        ("never signed in", "ana", ""),
    ];
    compare(opened, &classes, async |portal, name| {
        portal.get("/reset").await;
        let steps: [(&str, &[(&str, &str)]); 7] = [
            ("/reset", &[("name", name), ("seal", ""), ("work", "")]),
            ("/reset/what", &[("goal", "forgot")]),
            ("/reset/send", &[("method", "app")]),
            ("/reset/verify", &[("code", "000000")]),
            ("/reset/verify", &[("code", "00000000")]),
            ("/reset/verify", &[("code", "")]),
            ("/reset/other", &[]),
        ];
        let mut done = Vec::new();
        for (path, fields) in steps {
            done.push(portal.effort(path, fields).await);
            portal.deliver().await;
        }
        done
    })
    .await;
}
