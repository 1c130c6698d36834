//! What people see of their own account, and how they end sessions that are not theirs.

use std::time::Duration;

use super::portal::Portal;

const BO: &str = "Maple-Orbit-Lamp-38";
const CLEO: &str = "Signal-Peach-Tundra-26";
const PAGE: &str = "/register/security";
const SIGN_OUT: &str = "/register/security/sign-out";

/// The sessions that the page names, in its order.
async fn sessions(portal: &mut Portal) -> Vec<String> {
    let page = portal.get(PAGE).await;
    assert_eq!(page.status, 200);
    let rows = page.html.split("name=\"session\" value=\"").skip(1);
    rows.filter_map(|row| row.split('"').next().map(str::to_owned))
        .collect()
}

async fn prove(portal: &mut Portal) {
    portal.get("/register/confirm-it-is-you").await;
    let way = [("method", "email")];
    portal.post("/register/confirm-it-is-you", &way).await;
    let code = portal.code("email").await;
    let verify = "/register/confirm-it-is-you/verify";
    assert_eq!(portal.post(verify, &[("code", &code)]).await.status, 303);
}

#[tokio::test]
async fn somebody_sees_their_sessions_and_ends_the_others() {
    let mut portal = Portal::open().await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    let first = portal.session_cookie();
    portal.other_browser();
    portal.wait(Duration::from_mins(1));
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    assert_eq!(sessions(&mut portal).await.len(), 2);
    // Somebody else's sessions are not there, and cannot be ended.
    let bos = sessions(&mut portal).await;
    portal.other_browser();
    assert_eq!(portal.start("nobody").await.0, 303);
    portal.other_browser();
    assert_eq!(portal.sign_in("ana", "Harbor-Violet-Kite-71").await, 303);
    let own = sessions(&mut portal).await;
    assert_eq!(own.len(), 1);
    let ended = portal.post(SIGN_OUT, &[("session", &bos[0])]).await;
    assert_eq!(ended.status, 303);
    assert!(portal.app.person(&first).await.is_ok());
    // Nor does their own survive being named.
    let ended = portal.post(SIGN_OUT, &[("session", &own[0])]).await;
    assert_eq!((ended.status, ended.header("location")), (303, "/"));
    assert_eq!(portal.get(PAGE).await.header("location"), "/sign-in");

    portal.other_browser();
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    assert_eq!(sessions(&mut portal).await.len(), 3);
    let ended = portal.post(SIGN_OUT, &[]).await;
    assert_eq!(
        ended.header("location"),
        "/register/security?news=signed-out"
    );
    assert_eq!(sessions(&mut portal).await.len(), 1);
    assert!(portal.app.person(&first).await.is_err());
    let page = portal.get(PAGE).await.html;
    assert!(page.contains("You signed out another browser"));
}

#[tokio::test]
async fn what_is_registered_shows_when_it_served_and_what_was_before_stays_known() {
    let mut portal = Portal::open().await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    let page = portal.get(PAGE).await.html;
    assert_eq!(page.matches("Not used yet").count(), 3);
    assert!(!page.contains("Registered before"));
    portal.wait(Duration::from_mins(1));
    prove(&mut portal).await;
    let page = portal.get(PAGE).await.html;
    assert_eq!(
        page.matches("Not used yet").count(),
        2,
        "the address served"
    );
    portal.get("/register/remove?method=phone").await;
    let gone = portal
        .post("/register/remove", &[("method", "phone")])
        .await;
    assert_eq!(gone.header("location"), "/register?news=removed");
    let page = portal.get(PAGE).await.html;
    let (_, before) = page.split_once("Registered before").unwrap();
    assert!(before.contains("Authentication Phone"));
    assert!(before.contains("A way to prove who you are was removed"));
    // Numbers that are registered no more are shown to nobody.
    assert!(!page.contains("555-0142"));
}

#[tokio::test]
async fn events_of_others_are_shown_to_nobody_else() {
    let mut portal = Portal::open().await;
    portal.proven("cleo", "2125550187", "locked").await;
    assert_eq!(portal.post("/reset/unlock", &[]).await.status, 303);
    portal.other_browser();
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    let page = portal.get(PAGE).await.html;
    assert!(!page.contains("The account was unlocked"));
    portal.other_browser();
    assert_eq!(portal.sign_in("cleo", CLEO).await, 303);
    let page = portal.get(PAGE).await.html;
    assert!(page.contains("The account was unlocked"));
}

#[tokio::test]
async fn a_method_that_is_needed_goes_with_a_warning() {
    let mut portal = Portal::open().await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    let warning = "Without it you cannot reset your password by yourself any more";
    let page = portal.get("/register/remove?method=phone").await.html;
    assert!(!page.contains(warning), "two others are left");
    prove(&mut portal).await;
    portal
        .post("/register/remove", &[("method", "phone")])
        .await;
    let page = portal.get("/register/remove?method=email").await.html;
    assert!(page.contains(warning));
}
