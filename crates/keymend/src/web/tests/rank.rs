//! Members of protected groups in the registration portal: what counts for them, and what they are told is missing.

use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::method::Kind;
use keymend_core::time::Timestamp;
use serde_json::Value;

use super::oidc::{self, provider::Hostile};
use super::portal::Portal;

const BO: &str = "Maple-Orbit-Lamp-38";

/// Make bo a member of the protected group.
async fn promote(portal: &Portal) {
    let mut tx = portal.app.store.begin().await.unwrap();
    tx.regroup_local("bo", "[\"administrators\"]")
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The account of bo.
async fn account(portal: &Portal) -> Id<id::Account> {
    let found = portal.app.directories.find("bo", None).await.unwrap();
    let subject = found.unwrap().entry.subject;
    let mut tx = portal.app.store.read().await.unwrap();
    let account = tx.account_of("local", &subject).await.unwrap();
    account.unwrap().id().unwrap()
}

/// Take these from bo.
async fn without(portal: &Portal, kinds: &[Kind]) {
    let account = account(portal).await;
    let mut tx = portal.app.store.begin().await.unwrap();
    for kind in kinds {
        tx.drop_method(&account, *kind).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn answers_of_a_protected_person_are_not_offered_and_vouch_for_nothing() {
    let mut portal = Portal::open().await;
    promote(&portal).await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    let overview = portal.get("/register").await.html;
    let not_offered = "does not take this for you any more";
    assert_eq!(overview.matches(not_offered).count(), 1, "{overview}");
    assert_eq!(portal.get("/register/questions").await.status, 404);
    let phone = portal.get("/register/phone").await;
    assert_eq!(phone.header("location"), "/register/confirm-it-is-you");
    let ways = portal.get("/register/confirm-it-is-you").await.html;
    assert!(ways.contains("value=\"email\""));
    assert!(!ways.contains("value=\"questions\""));
    let by_answers = [("method", "questions")];
    let refused = portal.post("/register/confirm-it-is-you", &by_answers);
    assert_eq!(refused.await.status, 422);
}

#[tokio::test]
async fn promoted_while_signed_in_somebody_does_not_vouch_by_answers_any_more() {
    let mut portal = Portal::open().await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    promote(&portal).await;
    let ways = portal.get("/register/confirm-it-is-you").await.html;
    assert!(ways.contains("value=\"questions\""), "nobody asked yet");
    let by_answers = [("method", "questions")];
    let refused = portal.post("/register/confirm-it-is-you", &by_answers);
    let refused = refused.await;
    assert_eq!(refused.status, 422);
    assert!(refused.html.contains("value=\"email\""));
    assert!(!refused.html.contains("value=\"questions\""), "asked now");
}

#[tokio::test]
async fn promoted_before_they_answer_somebody_is_not_asked_for_answers_any_more() {
    const CONFIRM: &str = "/register/confirm-it-is-you";
    let mut portal = Portal::open().await;
    without(&portal, &[Kind::Phone, Kind::Email]).await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    portal.get("/register").await;
    let by_answers = [("method", "questions")];
    assert_eq!(portal.post(CONFIRM, &by_answers).await.status, 303);
    let form = "action=\"/register/confirm-it-is-you/answers\"";
    assert!(portal.get(CONFIRM).await.html.contains(form));
    promote(&portal).await;
    let refused = portal.post(CONFIRM, &by_answers).await.html;
    for page in [refused, portal.get(CONFIRM).await.html] {
        assert!(!page.contains(form), "{page}");
        assert!(page.contains("Add another way"));
    }
}

#[tokio::test]
async fn whoever_has_nothing_that_vouches_is_told_how_to_go_on() {
    let mut portal = Portal::open_with(|settings| {
        settings.policy.methods = vec![Kind::App, Kind::Questions];
    })
    .await;
    promote(&portal).await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    let removed = portal
        .post("/register/remove", &[("method", "questions")])
        .await;
    assert_eq!(removed.header("location"), "/register/confirm-it-is-you");
    let page = portal.get("/register/confirm-it-is-you").await.html;
    let add = "Add another way. It can confirm that it is you after 24 hours.";
    assert!(page.contains(add), "{page}");
    assert_eq!(portal.get("/register/app").await.status, 200);
}

#[tokio::test]
async fn whoever_has_something_that_only_waits_is_told_from_when_on_it_vouches() {
    let mut portal = Portal::open().await;
    without(&portal, &[Kind::Phone, Kind::Email]).await;
    promote(&portal).await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    portal.register_phone("2125550177").await;
    let page = portal.get("/register/confirm-it-is-you").await.html;
    let from = "What you registered can confirm that it is you from 2027-01-16 08:01 UTC";
    assert!(page.contains(from), "{page}");
}

#[tokio::test]
async fn whom_nothing_vouches_for_and_who_can_add_nothing_is_sent_to_the_service_desk() {
    for stopped in [true, false] {
        let mut portal = Portal::open_with(|settings| {
            if !stopped {
                settings.policy.methods = vec![Kind::Phone, Kind::Questions];
            }
        })
        .await;
        let account = account(&portal).await;
        let mut tx = portal.app.store.begin().await.unwrap();
        if stopped {
            // Before anything that is registered became usable.
            let since = Timestamp::from_millis(1);
            tx.freeze(&account, since).await.unwrap();
        } else {
            tx.wear_out(&account, Kind::Phone).await.unwrap();
        }
        tx.commit().await.unwrap();
        promote(&portal).await;
        assert_eq!(portal.sign_in("bo", BO).await, 303);
        let page = portal.get("/register/confirm-it-is-you").await.html;
        let desk = "Nothing that you registered can confirm that it is you. Please ask";
        assert!(page.contains(desk), "{page}");
        assert!(!page.contains("class=\"tiles\""));
    }
}

#[tokio::test]
async fn finish_and_the_overview_judge_a_protected_person_alike() {
    let mut portal = Portal::open().await;
    without(&portal, &[Kind::Email]).await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    let enough = "use the info below to recover your account";
    let overview = portal.get("/register").await.html;
    assert!(overview.contains(enough));
    // Promoted while signed in: the directory is asked again at the end.
    promote(&portal).await;
    let refused = portal.post("/register/finish", &[]).await;
    assert_eq!(refused.status, 422, "{}", refused.html);
    assert!(refused.html.contains("Set up at least 1 more"));
    for page in [refused.html, portal.get("/register").await.html] {
        assert!(!page.contains(enough));
        assert!(page.contains("does not take this for you any more"));
        assert!(page.contains("This is not enough yet to reset your password"));
    }
    assert!(portal.audited("registration.finished").await.is_empty());
}

#[tokio::test]
async fn where_nothing_that_is_offered_would_do_the_service_desk_is_named() {
    let mut portal = Portal::open_with(|settings| {
        settings.policy.methods = vec![Kind::Phone, Kind::Questions];
    })
    .await;
    promote(&portal).await;
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    let refused = portal.post("/register/finish", &[]).await;
    assert_eq!(refused.status, 422);
    let text = "needs more than your organisation offers here";
    let times = |page: &str| page.matches(text).count();
    assert_eq!(times(&refused.html), 2, "above and below the ways");
    // Nothing of the ways above is left.
    let overview = portal.get("/register").await.html;
    assert_eq!(times(&overview), 1);
    assert!(!overview.contains("Set up one more of the ways above"));
}

#[tokio::test]
async fn answers_alone_lock_no_protected_person_out_whose_provider_does_not_say_when_they_signed_in()
 {
    let hostile = Hostile::begin().await;
    hostile.script().claims["auth_time"] = Value::Null;
    let mut portal = oidc::portal(&hostile, |_| {}).await;
    without(&portal, &[Kind::Phone, Kind::Email]).await;
    promote(&portal).await;
    oidc::is_in(&oidc::sign_in(&mut portal, &hostile).await);
    // Also of somebody who has read the overview first.
    portal.wait(Duration::from_mins(6));
    portal.register_phone("2125550177").await;
    let overview = portal.get("/register").await.html;
    assert!(overview.contains("+1 212-555-0177"), "{overview}");
    assert!(overview.contains("It can be used for a reset from"));
    assert_eq!(portal.get("/register/email").await.status, 200);
}
