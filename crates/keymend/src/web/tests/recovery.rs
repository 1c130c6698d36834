//! Recovery codes: made, saved, made again, and as a proof before a change; in a reset in [`resets`].

mod resets;

use std::time::Duration;

use keymend_core::method::Kind;

use super::portal::Portal;
use crate::store::Store;

const BO: &str = "Maple-Orbit-Lamp-38";
const PAGE: &str = "/register/codes";
const KEEP: &str = "/register/codes/keep";
const FILE: &str = "/register/codes/recovery-codes.txt";
const CONFIRM: &str = "/register/confirm-it-is-you";
const CONFIRMED: &str = "/register/confirm-it-is-you/verify";
/// Where one of them may prove it.
const OFFER: &str = "Use a printed recovery code";
/// A new password.
const NEW: &str = "Copper-Meadow-Sail-77-x";

async fn open() -> Portal {
    Portal::open_with(|settings| {
        let [phone, email, app] = [Kind::Phone, Kind::Email, Kind::App];
        settings.policy.methods = vec![phone, email, app, Kind::Questions, Kind::Codes];
    })
    .await
}

fn database(portal: &Portal) -> &sqlx::SqlitePool {
    let Store::Sqlite { read, .. } = &portal.app.store else {
        panic!("the demo is on SQLite");
    };
    read
}

/// The codes that a page shows.
fn codes(html: &str) -> Vec<String> {
    let list = html
        .split_once("id=\"codes\">")
        .map_or("", |(_, list)| list);
    let list = list.split("</ol>").next().unwrap();
    let code = |part: &str| part.split('<').next().unwrap().to_owned();
    list.split("<bdi dir=\"ltr\">").skip(1).map(code).collect()
}

fn set(html: &str) -> String {
    let (_, rest) = html.split_once("name=\"set\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// Sign bo in and prove it by mail.
async fn confirmed(portal: &mut Portal) {
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    portal.get(CONFIRM).await;
    let chosen = portal.post(CONFIRM, &[("method", "email")]).await;
    assert_eq!(chosen.status, 303);
    let code = portal.code("email").await;
    verified(portal, CONFIRMED, &code).await;
}

/// Offer a right code.
async fn verified(portal: &mut Portal, path: &str, code: &str) {
    let verified = portal.post(path, &[("code", code)]).await;
    assert_eq!(verified.status, 303, "{}", verified.html);
}

/// Make a set; the page that shows it.
async fn made(portal: &mut Portal) -> String {
    portal.get(PAGE).await;
    assert_eq!(portal.post(PAGE, &[]).await.header("location"), PAGE);
    portal.get(PAGE).await.html
}

/// Make a set, and say that it is saved.
async fn register(portal: &mut Portal) -> Vec<String> {
    let page = made(portal).await;
    let kept = portal.post(KEEP, &saved(&set(&page))).await;
    assert_eq!(kept.header("location"), "/register?news=codes");
    codes(&page)
}

/// What is posted of a set that is saved.
fn saved(set: &str) -> [(&str, &str); 2] {
    [("set", set), ("saved", "yes")]
}

/// Bo is signed in, has proven it, and has these codes.
async fn registered() -> (Portal, Vec<String>) {
    let mut portal = open().await;
    confirmed(&mut portal).await;
    let mine = register(&mut portal).await;
    (portal, mine)
}

async fn overview(portal: &mut Portal) -> String {
    portal.get("/register").await.html
}

/// Another browser is at the second gate of bo's reset; what it is offered there.
async fn at_second_gate(portal: &mut Portal) -> String {
    portal.other_browser();
    // The newest mail is the one that is meant.
    portal.wait(Duration::from_secs(1));
    let code = portal.mailed("bo", "forgot").await;
    verified(portal, "/reset/verify", &code).await;
    portal.get("/reset/gate").await.html
}

async fn choose(portal: &mut Portal) {
    let send = portal.post("/reset/send", &[("method", "codes")]).await;
    assert_eq!(send.status, 303);
}

async fn spend(portal: &mut Portal, code: &str) -> (u16, String) {
    choose(portal).await;
    let answer = portal.post("/reset/verify", &[("code", code)]).await;
    (answer.status, answer.html)
}

/// Choose a new password, which is the end of the reset; the page that says so.
async fn set_password(portal: &mut Portal) -> String {
    portal.get("/reset/password").await;
    let fields = [("password", NEW), ("confirm", NEW)];
    let set = portal.post("/reset/password", &fields).await;
    assert_eq!(set.header("location"), "/reset/done", "{}", set.html);
    portal.get("/reset/done").await.html
}

#[tokio::test]
async fn codes_are_shown_until_they_are_saved_and_never_again() {
    let mut portal = open().await;
    confirmed(&mut portal).await;
    let page = overview(&mut portal).await;
    assert!(page.contains("Recovery Codes are not configured"));
    assert_eq!(portal.get(FILE).await.header("location"), PAGE);
    assert!(codes(&portal.get(PAGE).await.html).is_empty());

    // As often as the page is looked at, and as a file.
    let page = made(&mut portal).await;
    let shown = codes(&page);
    assert_eq!(shown.len(), 10);
    assert_eq!(codes(&portal.get(PAGE).await.html), shown);
    let file = portal.get(FILE).await;
    assert_eq!(file.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"recovery-codes.txt\""
    );
    assert_eq!(file.header("cache-control"), "no-store");
    for code in &shown {
        assert_eq!(code.len(), 39);
        assert!(file.html.contains(code.as_str()));
    }
    assert!(file.html.contains("http://localhost:8080/reset") && file.html.contains("bo"));

    // The box first; nothing is lost over it.
    let set = set(&page);
    let unticked = portal.post(KEEP, &[("set", &set)]).await;
    assert_eq!(
        (unticked.status, codes(&unticked.html)),
        (422, shown.clone())
    );
    let page = overview(&mut portal).await;
    assert!(page.contains("Recovery Codes are not configured"));
    let answer = portal.post(KEEP, &saved(&set)).await;
    assert_eq!(answer.header("location"), "/register?news=codes");
    let page = portal.get("/register?news=codes").await.html;
    assert!(page.contains("Your recovery codes are set up"));
    assert!(page.contains("10 Recovery Codes are left"), "{page}");
    for path in ["/register", PAGE, FILE, "/register/security"] {
        let html = portal.get(path).await.html;
        assert!(
            shown.iter().all(|code| !html.contains(&code[5..])),
            "{path}"
        );
    }
    // Pressed once more, from a page that is still open.
    let again = portal.post(KEEP, &saved(&set)).await;
    assert_eq!(again.status, 409);
    assert!(again.html.contains("Those codes were made again"));
}

#[tokio::test]
async fn codes_that_were_closed_away_work_no_more_and_the_old_ones_still_do() {
    let (mut portal, old) = registered().await;
    let page = portal.get(PAGE).await.html;
    assert!(page.contains("10 codes of it are left"));
    let page = made(&mut portal).await;
    let new = codes(&page);
    portal.wait(Duration::from_mins(10));
    let answer = portal.post(KEEP, &saved(&set(&page))).await;
    assert_eq!((answer.status, codes(&answer.html).len()), (409, 0));
    at_second_gate(&mut portal).await;
    assert_eq!(spend(&mut portal, &new[0]).await.0, 422);
    assert_eq!(spend(&mut portal, &old[0]).await.0, 303);
}

#[tokio::test]
async fn a_lost_phone_is_removed_with_a_recovery_code() {
    let (mut portal, mine) = registered().await;
    portal.other_browser();
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    let gone = [("method", "phone")];
    let asked = portal.post("/register/remove", &gone).await;
    assert_eq!(asked.header("location"), CONFIRM);
    let ways = portal.get(CONFIRM).await.html;
    assert!(ways.contains(OFFER));
    portal.post(CONFIRM, &[("method", "codes")]).await;
    let page = portal.get(CONFIRM).await.html;
    assert!(page.contains("cross it out"));
    let slip = portal.post(CONFIRMED, &[("code", "A7K2")]).await;
    assert_eq!(slip.status, 422);
    assert!(slip.html.contains("this did not count as a try"));
    assert!(slip.html.contains("value=\"A7K2\""));
    verified(&mut portal, CONFIRMED, &mine[9]).await;
    let removed = portal.post("/register/remove", &gone).await;
    assert_eq!(removed.header("location"), "/register?news=removed");
    let told = portal.messages().await;
    assert!(
        told.iter()
            .any(|told| told.body.contains("9 codes are left"))
    );
    // Used up, here and in a reset.
    at_second_gate(&mut portal).await;
    assert_eq!(spend(&mut portal, &mine[9]).await.0, 422);
}

#[tokio::test]
async fn codes_are_offered_when_a_registration_is_finished_and_serve_at_once() {
    let mut portal = open().await;
    assert_eq!(portal.sign_in("ana", "Harbor-Violet-Kite-71").await, 303);
    portal.register_email("ana.home@mail.example").await;
    portal.register_phone("2125550199").await;
    // However long that took.
    portal.wait(Duration::from_mins(12));
    let finished = portal.post("/register/finish", &[]).await;
    assert_eq!(finished.header("location"), "/register/done");
    let done = portal.get("/register/done").await.html;
    assert!(done.contains("One more thing: recovery codes"));
    register(&mut portal).await;
    let page = overview(&mut portal).await;
    assert!(!page.contains("It can be used for a reset from"), "{page}");
    let done = portal.get("/register/done").await.html;
    assert!(!done.contains("One more thing"));
}

#[tokio::test]
async fn where_policy_does_not_offer_codes_there_is_no_page_of_them() {
    let mut portal = Portal::open().await;
    confirmed(&mut portal).await;
    assert_eq!(portal.get(PAGE).await.status, 404);
    let finished = portal.get("/register/done").await.html;
    assert!(!finished.contains("recovery codes"));
}

/// ENR-4: what is under way dies with its session.
#[tokio::test]
async fn codes_and_an_app_under_way_die_with_a_reset_a_sign_out_elsewhere_and_this_was_not_me() {
    for end in ["reset", "sign-out", "not-me"] {
        let mut portal = open().await;
        confirmed(&mut portal).await;
        let pending = set(&made(&mut portal).await);
        let app = portal.post("/register/app", &[("name", "Mine")]).await;
        assert_eq!(app.status, 303);
        let here = portal.leave();
        portal.wait(Duration::from_secs(30));
        match end {
            "reset" => {
                portal.proven("bo", "2125550142", "forgot").await;
                set_password(&mut portal).await;
            }
            "sign-out" => {
                assert_eq!(portal.sign_in("bo", BO).await, 303);
                portal.get("/register/security").await;
                let others = portal.post("/register/security/sign-out", &[]).await;
                assert_eq!(others.status, 303);
            }
            _ => {
                confirmed(&mut portal).await;
                let gone = [("method", "questions")];
                let removed = portal.post("/register/remove", &gone).await;
                assert_eq!(removed.status, 303);
                let told = portal.messages().await;
                let told = told.iter().find(|told| told.body.contains("/n/")).unwrap();
                let (_, link) = told.body.split_once("http://localhost:8080").unwrap();
                let link = link.split_whitespace().next().unwrap().to_owned();
                assert_eq!(portal.get(&link).await.status, 200);
                assert_eq!(portal.post(&link, &[]).await.status, 200);
            }
        }
        portal.back(here);
        let kept = portal.post(KEEP, &saved(&pending)).await;
        assert_eq!(kept.header("location"), "/sign-in", "{end}");
        assert_eq!(
            portal.get(FILE).await.header("location"),
            "/sign-in",
            "{end}"
        );
        let app = portal
            .post("/register/app/verify", &[("code", "123456")])
            .await;
        assert_eq!(app.header("location"), "/sign-in", "{end}");
        let sets = "SELECT COUNT(*) FROM methods WHERE kind IN ('codes', 'app')";
        let there = sqlx::query_scalar(sets).fetch_one(database(&portal));
        let there: i64 = there.await.unwrap();
        assert_eq!(there, 0, "{end}");
    }
}
