//! What a worker that died with a claim in its hands leaves behind, for codes of somebody who is signed in.

use std::time::Duration;

use keymend_core::throttle::Limit;

use super::portal::Portal;

const BO: &str = "Maple-Orbit-Lamp-38";
/// Longer than a claim holds, and a person waits before another code.
const LATER: Duration = Duration::from_secs(91);

async fn confirm(portal: &mut Portal, target: &str) {
    let page = "/register/confirm-it-is-you";
    let fields: &[(&str, &str)] = if target.is_empty() {
        &[("method", "sms")]
    } else {
        &[]
    };
    let asked = portal.post(&format!("{page}{target}"), fields).await;
    assert_eq!(asked.status, 303);
}

async fn signed_in(portal: &mut Portal) {
    assert_eq!(portal.sign_in("bo", BO).await, 303);
    portal.get("/register/confirm-it-is-you").await;
}

#[tokio::test]
async fn a_code_of_a_session_does_not_arrive_after_a_newer_one() {
    let mut portal = Portal::open().await;
    signed_in(&mut portal).await;
    confirm(&mut portal, "").await;
    portal.worker.die().await;
    portal.wait(Duration::from_secs(31));
    confirm(&mut portal, "/again").await;
    let code = portal.code("sms").await;
    portal.wait(LATER);
    assert_eq!(portal.messages().await.len(), 1, "the first one is stale");
    let page = "/register/confirm-it-is-you/verify";
    let verified = portal.post(page, &[("code", &code)]).await;
    assert_eq!(verified.status, 303);
}

#[tokio::test]
async fn a_code_of_a_session_that_ended_does_not_leave() {
    let mut portal = Portal::open().await;
    signed_in(&mut portal).await;
    confirm(&mut portal, "").await;
    portal.worker.die().await;
    assert_eq!(portal.post("/sign-out", &[]).await.status, 303);
    portal.wait(LATER);
    assert!(portal.messages().await.is_empty());
}

#[tokio::test]
async fn a_code_that_is_sent_after_a_crash_is_counted_once() {
    for (crashes, room) in [(0, 1), (1, 1), (2, 1), (2, 2)] {
        let mut portal = Portal::open_with(|settings| {
            let [hour, _] = &mut settings.policy.limits.sends_everywhere;
            *hour = Limit::per_hour(room);
        })
        .await;
        signed_in(&mut portal).await;
        confirm(&mut portal, "").await;
        for _ in 0..crashes {
            portal.worker.die().await;
            portal.wait(LATER);
        }
        assert_eq!(portal.messages().await.len(), 1);
        portal.wait(LATER);
        confirm(&mut portal, "/again").await;
        let arrived = portal.messages().await.len();
        assert_eq!(arrived, usize::try_from(room).unwrap(), "{crashes}");
    }
}
