//! What time does: everything that ends, ends by the server's clock.

use std::time::Duration;

use keymend_core::password::NewPassword;
use keymend_core::reset::{Goal, State};

use super::portal::Portal;

const BO: &str = "Maple-Orbit-Lamp-38";
const NEW: &str = "a new and long enough one";
const NEWER: &str = "a newer and long enough one";
const SECOND: Duration = Duration::from_secs(1);

fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

#[tokio::test]
async fn a_code_is_right_until_its_last_second_and_wrong_after() {
    for (late, status) in [(false, 303), (true, 422)] {
        let mut portal = Portal::open().await;
        let code = portal.mailed("bo", "forgot").await;
        portal.wait(minutes(9) + SECOND * 59);
        if late {
            portal.wait(SECOND * 2);
        }
        assert_eq!(
            portal
                .post("/reset/verify", &[("code", &code)])
                .await
                .status,
            status
        );
    }
}

#[tokio::test]
async fn a_flow_is_over_after_fifteen_minutes_wherever_it_stands() {
    let mut portal = Portal::open().await;
    portal.proven("bo", "2125550142", "forgot").await;
    portal.wait(minutes(15) + SECOND);
    assert_eq!(
        portal
            .post("/reset/password", &[("password", NEW)])
            .await
            .status,
        410
    );
    assert_eq!(portal.get("/reset/password").await.status, 410);
    portal.other_browser();
    assert_eq!(
        portal.sign_in("bo", BO).await,
        303,
        "the old password still works"
    );
}

#[tokio::test]
async fn a_stale_code_is_dropped_and_not_sent_late() {
    let mut portal = Portal::open().await;
    portal.start("bo").await;
    portal.post("/reset/what", &[("goal", "forgot")]).await;
    portal.post("/reset/send", &[("method", "email")]).await;
    portal.wait(minutes(9) + SECOND);
    assert!(portal.messages().await.is_empty());
}

#[tokio::test]
async fn a_session_ends_by_idleness_and_by_age() {
    let mut portal = Portal::open().await;
    portal.sign_in("bo", BO).await;
    portal.wait(minutes(14));
    assert_eq!(portal.get("/register").await.status, 200);
    portal.wait(minutes(14));
    assert_eq!(
        portal.get("/register").await.status,
        200,
        "each request is a sign of life"
    );
    portal.wait(minutes(15) + SECOND);
    assert_eq!(portal.get("/register").await.status, 303, "idle");
    portal.sign_in("bo", BO).await;
    for _ in 0..59 {
        portal.wait(minutes(12));
        assert_eq!(portal.get("/register").await.status, 200);
    }
    portal.wait(minutes(12) + SECOND);
    assert_eq!(portal.get("/register").await.status, 303, "twelve hours");
}

#[tokio::test]
async fn changing_a_method_needs_a_fresh_proof_by_a_registered_one() {
    let mut portal = Portal::open().await;
    portal.sign_in("bo", BO).await;
    let refused = portal.get("/register/phone").await;
    assert_eq!(refused.header("location"), "/register/confirm-it-is-you");
    portal.get("/register/confirm-it-is-you").await;
    portal
        .post("/register/confirm-it-is-you", &[("method", "email")])
        .await;
    let code = portal.code("email").await;
    let confirmed = portal
        .post("/register/confirm-it-is-you/verify", &[("code", &code)])
        .await;
    assert_eq!(confirmed.status, 303);
    assert_eq!(portal.get("/register/phone").await.status, 200);
    portal.wait(minutes(5));
    assert_eq!(
        portal.get("/register/phone").await.status,
        303,
        "not fresh any more"
    );
}

#[tokio::test]
async fn what_is_added_without_an_older_method_waits_a_day_before_it_serves() {
    let mut portal = Portal::open().await;
    portal.sign_in("ana", "Harbor-Violet-Kite-71").await;
    portal.get("/register/phone").await;
    let phone = [
        ("country", "US"),
        ("number", "2125550155"),
        ("channel", "sms"),
    ];
    portal.post("/register/phone", &phone).await;
    let code = portal.code("sms").await;
    portal
        .post("/register/phone/verify", &[("code", &code)])
        .await;
    portal.get("/register/email").await;
    portal
        .post("/register/email", &[("address", "ana@mail.example")])
        .await;
    let code = portal.code("email").await;
    portal
        .post("/register/email/verify", &[("code", &code)])
        .await;
    assert_eq!(portal.post("/register/finish", &[]).await.status, 303);
    portal.wait(minutes(20));
    portal.sign_in("ana", "Harbor-Violet-Kite-71").await;
    let page = portal.get("/register/questions").await;
    assert_eq!(page.status, 200, "a fresh sign-in may add");
    let answers = [
        ("question-1", "first-trip-alone"),
        ("question-2", "first-wild-animal"),
        ("question-3", "dinner-with-history"),
        ("answer-1", "Rome"),
        ("answer-2", "otter"),
        ("answer-3", "Lovelace"),
    ];
    assert_eq!(
        portal.post("/register/questions", &answers).await.status,
        303
    );
    let told = portal.messages().await;
    assert!(
        told.iter()
            .any(|message| message.recipient == "ana@mail.example"
                && message.subject.contains("added")),
        "the others are told at once"
    );
    for (waited, status) in [(minutes(60), 422), (minutes(24 * 60), 303)] {
        portal.wait(waited);
        portal.other_browser();
        let code = portal.mailed("ana", "forgot").await;
        portal.post("/reset/verify", &[("code", &code)]).await;
        portal.post("/reset/send", &[("method", "questions")]).await;
        let right = [
            ("answer-1", "Rome"),
            ("answer-2", "otter"),
            ("answer-3", "Lovelace"),
        ];
        assert_eq!(portal.post("/reset/answers", &right).await.status, status);
    }
}

#[tokio::test]
async fn starts_of_a_name_are_limited_alike_for_everybody_and_open_again() {
    for name in ["bo", "nobody"] {
        let mut portal = Portal::open().await;
        let upper = name.to_uppercase();
        let whole = format!("{name}@campus.example");
        for spelling in [name, &upper, &whole, name, name] {
            assert_eq!(portal.start(spelling).await.0, 303, "{spelling}");
        }
        assert_eq!(portal.start(name).await.0, 429, "{name}");
        portal.wait(minutes(60));
        assert_eq!(portal.start(name).await.0, 303, "{name}, an hour later");
    }
}

#[tokio::test]
async fn a_write_that_was_cut_off_is_settled_by_what_the_directory_did() {
    // The last: cut off, and the person has reset once more before it was settled.
    for (wrote, once_more) in [(true, false), (false, false), (true, true)] {
        let mut portal = Portal::open().await;
        portal.proven("bo", "2125550142", "forgot").await;
        let app = portal.app.clone();
        let mut tx = app.store.begin().await.unwrap();
        let entry = app
            .directories
            .find("bo", None)
            .await
            .unwrap()
            .unwrap()
            .entry;
        let account = tx
            .account_of("local", &entry.subject)
            .await
            .unwrap()
            .unwrap()
            .id()
            .unwrap();
        // As a crash leaves it: the intent is saved, nothing came back.
        let cookie = portal.flow_cookie();
        let mut row = tx
            .flow_of(&cookie.digest(), &app.keys)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.account(), Some(&account));
        row.flow.state = State::Applying {
            goal: Goal::Reset,
            since: app.now(),
        };
        tx.save_flow(&row.flow, row.version).await.unwrap();
        tx.commit().await.unwrap();
        if wrote {
            let new = NewPassword::new(NEW.to_owned());
            let directory = app.directories.of("local").unwrap();
            let prepared = directory.prepare(&entry.subject, &new).await.unwrap();
            directory
                .write(prepared, row.flow.id.as_str())
                .await
                .unwrap();
            if once_more {
                let newer = NewPassword::new(NEWER.to_owned());
                let prepared = directory.prepare(&entry.subject, &newer).await.unwrap();
                directory.write(prepared, "another-flow").await.unwrap();
            }
        }
        portal.worker.tidy().await;
        assert_eq!(
            portal.get("/reset/gate").await.status,
            202,
            "somebody may still be at it"
        );
        portal.wait(SECOND * 31);
        portal.worker.tidy().await;
        let page = portal.get("/reset/gate").await;
        let expected = if wrote {
            "/reset/done"
        } else {
            "/reset/password"
        };
        assert_eq!(page.header("location"), expected);
        let noticed = portal
            .messages()
            .await
            .iter()
            .any(|message| message.body.contains("/n/"));
        assert_eq!(
            noticed, wrote,
            "a notice goes out when it was done, and only then"
        );
        portal.other_browser();
        let holds = match (wrote, once_more) {
            (_, true) => NEWER,
            (true, false) => NEW,
            (false, false) => BO,
        };
        assert_eq!(portal.sign_in("bo", holds).await, 303);
    }
}
