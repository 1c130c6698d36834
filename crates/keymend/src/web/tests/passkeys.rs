//! Passkeys from the browser's page to the gate, with an authenticator without a device.

use std::time::Duration;

use keymend_core::method::Kind;
use keymend_core::policy::CounterBack;
use keymend_core::refusal::Refusal;
use keymend_core::registration::Slot;

use super::effort::compare;
use super::portal::{Answer, Portal};
use crate::app::limits::Client;
use crate::app::passkeys::Silence;
use crate::config::Settings;
use crate::store::Store;
use crate::webauthn::tests::authenticator::{Authenticator, Lies, asked};

const ORIGIN: &str = "http://localhost:8080";
const ANA: (&str, &str) = ("ana", "Harbor-Violet-Kite-71");
const BO: (&str, &str) = ("bo", "Maple-Orbit-Lamp-38");
const CONFIRM: &str = "/register/confirm-it-is-you";

async fn open() -> Portal {
    open_with(|_| {}).await
}

async fn open_with(change: impl FnOnce(&mut Settings)) -> Portal {
    Portal::open_with(|settings| {
        settings.policy.methods = vec![Kind::Passkey, Kind::Phone, Kind::Email, Kind::Questions];
        change(settings);
    })
    .await
}

async fn number(portal: &Portal, sql: &'static str) -> i64 {
    let Store::Sqlite { read, .. } = &portal.app.store else {
        panic!("the demo is on SQLite");
    };
    sqlx::query_scalar(sql).fetch_one(read).await.unwrap()
}

async fn send(portal: &mut Portal, path: &str, answer: &str) -> Answer {
    let fields = [("answer", answer), ("why", "")];
    portal.post(path, &fields).await
}

async fn silent(portal: &mut Portal, path: &str, why: &str) -> Answer {
    portal.post(path, &[("answer", ""), ("why", why)]).await
}

/// Have the browser asked to make one; what it is asked.
async fn begin(portal: &mut Portal, name: &str) -> String {
    portal.get("/register/passkey").await;
    let begun = portal.post("/register/passkey", &[("name", name)]).await;
    assert_eq!(begun.header("location"), "/register/passkey");
    asked(&portal.get("/register/passkey").await.html)
}

/// Sign in, make one, sign out. Whoever has registered proves it by mail first.
async fn register(
    portal: &mut Portal,
    (name, password): (&str, &str),
    change: impl FnOnce(&mut Authenticator),
) -> Authenticator {
    portal.other_browser();
    assert_eq!(portal.sign_in(name, password).await, 303);
    portal.get(CONFIRM).await;
    let mailed = portal.post(CONFIRM, &[("method", "email")]).await;
    if mailed.status == 303 {
        let code = portal.code("email").await;
        let verify = "/register/confirm-it-is-you/verify";
        assert_eq!(portal.post(verify, &[("code", &code)]).await.status, 303);
    }
    let asked = begin(portal, "My laptop").await;
    let (made, answer) = Authenticator::make_with(&asked, ORIGIN, change, &Lies::default());
    let kept = send(portal, "/register/passkey/made", &answer).await;
    assert_eq!(
        kept.header("location"),
        "/register?news=passkey",
        "{}",
        kept.html
    );
    portal.other_browser();
    // Not the same second mail for the next one.
    portal.wait(Duration::from_mins(1));
    made
}

/// At the gate, in a browser of its own; what the browser is asked.
async fn gate(portal: &mut Portal, name: &str) -> String {
    portal.other_browser();
    assert_eq!(portal.start(name).await.0, 303);
    portal.post("/reset/what", &[("goal", "forgot")]).await;
    choose(portal).await
}

async fn choose(portal: &mut Portal) -> String {
    let chosen = portal.post("/reset/send", &[("method", "passkey")]).await;
    assert_eq!(chosen.status, 303);
    portal.deliver().await;
    asked(&portal.get("/reset/gate").await.html)
}

async fn pass(portal: &mut Portal, answer: &str) -> Answer {
    send(portal, "/reset/passkey", answer).await
}

#[tokio::test]
async fn a_passkey_is_registered_and_resets_a_password_alone() {
    let mut portal = open().await;
    assert_eq!(portal.sign_in(ANA.0, ANA.1).await, 303);
    let overview = portal.get("/register").await.html;
    assert!(overview.contains("Passkey is not configured"));
    let page = portal.get("/register/passkey").await.html;
    assert!(page.contains("Passkeys need JavaScript"));
    let nameless = portal.post("/register/passkey", &[("name", " ")]).await;
    assert_eq!(nameless.status, 422);
    let asked = begin(&mut portal, "My <laptop>").await;
    let (mut passkey, answer) = Authenticator::make(&asked, ORIGIN);
    let kept = send(&mut portal, "/register/passkey/made", &answer).await;
    assert_eq!(kept.header("location"), "/register?news=passkey");
    let overview = portal.get("/register?news=passkey").await.html;
    assert!(overview.contains("Your passkey is set up"));
    assert!(overview.contains("My &lt;laptop&gt;") && overview.contains("another passkey"));
    // Its challenge is spent: the same answer makes nothing.
    let again = send(&mut portal, "/register/passkey/made", &answer).await;
    assert_eq!(again.header("location"), "/register/passkey");

    let asked = gate(&mut portal, ANA.0).await;
    assert!(asked.contains("\"allowCredentials\":[]"), "{asked}");
    let signed = passkey.sign(&asked);
    let passed = pass(&mut portal, &signed).await;
    assert_eq!(passed.header("location"), "/reset/password");
    let fields = [
        ("password", "Quiet-Lantern-Gravel-57"),
        ("confirm", "Quiet-Lantern-Gravel-57"),
    ];
    portal.get("/reset/password").await;
    let done = portal.post("/reset/password", &fields).await;
    assert_eq!(done.header("location"), "/reset/done", "{}", done.html);
    let served = "SELECT COUNT(*) FROM methods WHERE served IS NOT NULL AND used = 1";
    assert_eq!(number(&portal, served).await, 1);
}

#[tokio::test]
async fn wrong_passkeys_take_no_passkey_away_from_whom_they_name() {
    let mut portal = open_with(|settings| settings.policy.limits.wrong_for_life = 3).await;
    let mut passkey = register(&mut portal, BO, |_| {}).await;
    // More than a day's wrong proofs of a name, and more than the life of a method has.
    for _ in 0..3 {
        gate(&mut portal, BO.0).await;
        for _ in 0..5 {
            let wrong = pass(&mut portal, "{}").await;
            assert!(matches!(wrong.status, 409 | 422), "{}", wrong.status);
        }
    }
    let asked = gate(&mut portal, BO.0).await;
    let passed = pass(&mut portal, &passkey.sign(&asked)).await;
    assert_eq!(passed.header("location"), "/reset/password");
}

#[tokio::test]
async fn one_that_did_not_know_its_owner_is_one_of_two() {
    let mut portal = open().await;
    let mut passkey = register(&mut portal, BO, |made| made.verified = false).await;
    let asked = gate(&mut portal, BO.0).await;
    let passed = pass(&mut portal, &passkey.sign(&asked)).await;
    assert_eq!(passed.header("location"), "/reset/gate");
    assert!(portal.get("/reset/gate").await.html.contains("Step 2 of 2"));
    // As a second proof it is asked for by name.
    let code = {
        portal.other_browser();
        portal.mailed(BO.0, "forgot").await
    };
    portal.post("/reset/verify", &[("code", &code)]).await;
    let asked = choose(&mut portal).await;
    assert!(asked.contains("\"type\":\"public-key\""), "{asked}");
    let passed = pass(&mut portal, &passkey.sign(&asked)).await;
    assert_eq!(passed.header("location"), "/reset/password");
    let rows = "SELECT COUNT(*) FROM evidence WHERE kind = 'passkey' AND NOT verified";
    assert_eq!(number(&portal, rows).await, 2);
}

#[tokio::test]
async fn the_privileged_prove_a_second_thing() {
    let mut portal = open().await;
    let mut passkey = register(&mut portal, BO, |_| {}).await;
    let asked = gate(&mut portal, BO.0).await;
    portal.change("UPDATE flows SET privileged = TRUE").await;
    let passed = pass(&mut portal, &passkey.sign(&asked)).await;
    assert_eq!(passed.header("location"), "/reset/gate");
    assert!(portal.get("/reset/gate").await.html.contains("Step 2 of 2"));
}

#[tokio::test]
async fn no_lie_and_nobody_elses_passkey_passes() {
    let mut portal = open_with(|settings| settings.policy.codes.tries = 10).await;
    let mut theirs = register(&mut portal, ANA, |_| {}).await;
    let mut passkey = register(&mut portal, BO, |_| {}).await;
    let other_flow = gate(&mut portal, BO.0).await;
    let in_other_flow = passkey.sign(&other_flow);
    let asked = gate(&mut portal, BO.0).await;
    let lie = |change: fn(&mut Lies)| {
        let mut lies = Lies::default();
        change(&mut lies);
        lies
    };
    let mut wrong = vec![
        theirs.sign(&asked),
        theirs.sign_with(&asked, &lie(|_| {})),
        in_other_flow,
        "{}".to_owned(),
    ];
    let theirs_as_mine = Lies {
        handle: Some(passkey.handle.clone()),
        ..Lies::default()
    };
    wrong.push(theirs.sign_with(&asked, &theirs_as_mine));
    let changes: [fn(&mut Lies); 4] = [
        |lies| lies.origin = Some("http://localhost:8081".to_owned()),
        |lies| lies.broken = true,
        |lies| lies.handle = Some(vec![1; 32]),
        |lies| lies.site = Some("badlocalhost".to_owned()),
    ];
    for change in changes {
        wrong.push(passkey.sign_with(&asked, &lie(change)));
    }
    let mut pages = Vec::new();
    for answer in &wrong {
        portal.change("DELETE FROM throttles").await;
        let refused = pass(&mut portal, answer).await;
        assert_eq!(refused.status, 422);
        assert!(refused.html.contains("That passkey does not prove"));
        pages.push(refused.plain());
    }
    assert!(
        pages.iter().all(|page| *page == pages[0]),
        "one page for all"
    );
    portal.change("DELETE FROM throttles").await;
    let passed = pass(&mut portal, &passkey.sign(&asked)).await;
    assert_eq!(passed.header("location"), "/reset/password");
    assert_eq!(number(&portal, "SELECT COUNT(*) FROM evidence").await, 1);
}

#[tokio::test]
async fn what_was_signed_once_serves_no_other_flow_and_no_other_goal() {
    let mut portal = open().await;
    let mut passkey = register(&mut portal, BO, |made| made.verified = false).await;
    let asked = gate(&mut portal, BO.0).await;
    let signed = passkey.sign(&asked);
    assert_eq!(pass(&mut portal, &signed).await.status, 303);
    assert_eq!(pass(&mut portal, &signed).await.status, 409, "it is used");
    gate(&mut portal, BO.0).await;
    assert_eq!(pass(&mut portal, &signed).await.status, 422, "another flow");
    portal.other_browser();
    assert_eq!(portal.sign_in(BO.0, BO.1).await, 303);
    portal.get(CONFIRM).await;
    portal.post(CONFIRM, &[("method", "passkey")]).await;
    let path = "/register/confirm-it-is-you/passkey";
    let vouched = send(&mut portal, path, &signed).await;
    assert_eq!(vouched.status, 422, "a change");
}

#[tokio::test]
async fn a_passkey_vouches_for_a_change() {
    let mut portal = open().await;
    let mut passkey = register(&mut portal, BO, |_| {}).await;
    assert_eq!(portal.sign_in(BO.0, BO.1).await, 303);
    let add = portal.get("/register/passkey").await;
    assert_eq!(add.header("location"), CONFIRM);
    portal.get(CONFIRM).await;
    let chosen = portal.post(CONFIRM, &[("method", "passkey")]).await;
    assert_eq!(chosen.header("location"), CONFIRM);
    let asked = asked(&portal.get(CONFIRM).await.html);
    assert!(asked.contains("\"type\":\"public-key\""), "by name");
    let path = "/register/confirm-it-is-you/passkey";
    let vouched = send(&mut portal, path, &passkey.sign(&asked)).await;
    assert_eq!(vouched.header("location"), "/register");
    // One authenticator has one of them: the browser is told which are there.
    let asked = begin(&mut portal, "Another").await;
    assert!(asked.contains("\"excludeCredentials\":[{"), "{asked}");
    // Removed, it proves nothing.
    let overview = portal.get("/register").await.html;
    let (_, which) = overview.split_once("which=").unwrap();
    let which = which.split('"').next().unwrap().to_owned();
    let fields = [("method", "passkey"), ("which", which.as_str())];
    let removed = portal.post("/register/remove", &fields).await;
    assert_eq!(removed.header("location"), "/register?news=removed");
    let asked = gate(&mut portal, BO.0).await;
    assert_eq!(pass(&mut portal, &passkey.sign(&asked)).await.status, 422);
}

#[tokio::test]
async fn nobody_keeps_the_passkey_of_somebody_else() {
    let mut portal = open().await;
    let theirs = register(&mut portal, BO, |_| {}).await;
    assert_eq!(portal.sign_in(ANA.0, ANA.1).await, 303);
    let asked = begin(&mut portal, "Mine").await;
    let same = |made: &mut Authenticator| made.id.clone_from(&theirs.id);
    let (_, answer) = Authenticator::make_with(&asked, ORIGIN, same, &Lies::default());
    let kept = send(&mut portal, "/register/passkey/made", &answer).await;
    assert_eq!(kept.header("location"), "/register");
    let rows = "SELECT COUNT(*) FROM methods WHERE kind = 'passkey'";
    assert_eq!(number(&portal, rows).await, 1);
}

#[tokio::test]
async fn a_counter_that_goes_back_is_refused_or_told_and_its_owner_knows() {
    for (policy, status) in [(CounterBack::Refuse, 422), (CounterBack::Tell, 303)] {
        let mut portal = open_with(|settings| settings.policy.passkeys.counter_back = policy).await;
        let mut passkey = register(&mut portal, BO, |made| made.count = 40).await;
        let asked = gate(&mut portal, BO.0).await;
        assert_eq!(pass(&mut portal, &passkey.sign(&asked)).await.status, 303);
        passkey.count = 7;
        let asked = gate(&mut portal, BO.0).await;
        let answer = passkey.sign(&asked);
        assert_eq!(pass(&mut portal, &answer).await.status, status);
        let used = "SELECT used FROM methods WHERE kind = 'passkey'";
        assert_eq!(number(&portal, used).await, 41, "never lowered");
        let events = "SELECT COUNT(*) FROM audit WHERE event = 'passkey.counter-back' AND account IS NOT NULL";
        assert_eq!(number(&portal, events).await, 1);
        let told = portal.messages().await;
        let told: Vec<_> = told
            .iter()
            .filter(|told| told.body.contains("copy of it"))
            .collect();
        assert_eq!(told.len(), 1, "by mail");
        let numbers = portal.app.metrics.text();
        assert!(numbers.contains("keymend_passkey_counters_back_total 1"));
        // Its owner sees it among the events, too.
        portal.other_browser();
        assert_eq!(portal.sign_in(BO.0, BO.1).await, 303);
        let page = portal.get("/register/security").await.html;
        assert!(page.contains("One of your passkeys may have been copied"));
    }
}

#[tokio::test]
async fn whoever_cannot_answer_is_told_why_and_loses_no_try() {
    let mut portal = open().await;
    gate(&mut portal, BO.0).await;
    for (why, sentence) in [
        ("cancelled", "was cancelled, or it took too long"),
        ("unsupported", "This browser cannot use passkeys"),
        ("insecure", "gives no passkeys to this address"),
        ("other", "did not work"),
    ] {
        let page = silent(&mut portal, "/reset/passkey", why).await;
        assert_eq!(page.status, 422);
        assert!(page.html.contains(sentence), "{why}");
        assert!(page.html.contains("Try another way"));
    }
    let odd = silent(&mut portal, "/reset/passkey", "because").await;
    assert_eq!(odd.status, 400);
    let cookie = portal.flow_cookie();
    let flow = portal.app.standing(&cookie).await.unwrap().row.flow;
    assert_eq!(flow.wrong, 1, "a form that is not ours is a wrong proof");
    // Nothing is told where no passkey is awaited.
    portal.post("/reset/other", &[]).await;
    assert_eq!(
        silent(&mut portal, "/reset/passkey", "cancelled")
            .await
            .status,
        409
    );

    portal.other_browser();
    assert_eq!(portal.sign_in(ANA.0, ANA.1).await, 303);
    begin(&mut portal, "My laptop").await;
    let there = silent(&mut portal, "/register/passkey/made", "exists").await;
    assert!(there.html.contains("has a passkey of yours already"));
    assert!(
        there.html.contains("data-passkey"),
        "and may be tried again"
    );
}

#[tokio::test]
async fn what_a_browser_leaves_open_is_noted_once_however_often_it_says_so() {
    let mut portal = open().await;
    register(&mut portal, BO, |_| {}).await;
    gate(&mut portal, BO.0).await;
    for _ in 0..3 {
        silent(&mut portal, "/reset/passkey", "cancelled").await;
    }
    assert_eq!(portal.audited("passkey.failed").await, ["cancelled"]);
    // Of another question again, which comes later: the log is in the order of time.
    portal.wait(Duration::from_secs(1));
    choose(&mut portal).await;
    for why in ["insecure", "cancelled"] {
        silent(&mut portal, "/reset/passkey", why).await;
    }
    let noted = portal.audited("passkey.failed").await;
    assert_eq!(noted, ["cancelled", "insecure"]);

    portal.other_browser();
    assert_eq!(portal.sign_in(BO.0, BO.1).await, 303);
    portal.get(CONFIRM).await;
    let vouch = format!("{CONFIRM}/passkey");
    silent(&mut portal, &vouch, "cancelled").await;
    assert_eq!(portal.audited("passkey.failed").await.len(), 2, "not asked");
    portal.post(CONFIRM, &[("method", "passkey")]).await;
    for _ in 0..3 {
        let page = silent(&mut portal, &vouch, "cancelled").await;
        assert!(page.html.contains("was cancelled, or it took too long"));
    }
    assert_eq!(portal.audited("passkey.failed").await.len(), 3);

    portal.other_browser();
    assert_eq!(portal.sign_in(ANA.0, ANA.1).await, 303);
    begin(&mut portal, "My laptop").await;
    for _ in 0..3 {
        silent(&mut portal, "/register/passkey/made", "exists").await;
    }
    assert_eq!(portal.audited("passkey.failed").await.len(), 4);
}

#[tokio::test]
async fn a_browser_that_says_it_twice_at_once_is_noted_once_and_gets_its_page_both_times() {
    let mut portal = open().await;
    assert_eq!(portal.sign_in(ANA.0, ANA.1).await, 303);
    begin(&mut portal, "My laptop").await;
    // Both were under way before either was noted.
    let seen = portal.app.person(&portal.session_cookie()).await.unwrap();
    let here = Client(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));
    for _ in 0..2 {
        let silent = portal
            .app
            .silent_visit(&seen, Slot::Passkey, Silence::Cancelled, &here);
        silent.await.unwrap();
    }
    assert_eq!(portal.audited("passkey.failed").await, ["cancelled"]);
}

#[tokio::test]
async fn a_prompt_that_took_too_long_begins_again_and_keeps_the_name() {
    let mut portal = open().await;
    assert_eq!(portal.sign_in(ANA.0, ANA.1).await, 303);
    let asked = begin(&mut portal, "My laptop").await;
    let (_, answer) = Authenticator::make(&asked, ORIGIN);
    portal.wait(Duration::from_mins(10));
    let made = "/register/passkey/made";
    let late = [
        silent(&mut portal, made, "cancelled").await,
        send(&mut portal, made, &answer).await,
        portal.get("/register/passkey").await,
    ];
    assert!(late[1].html.contains("That took too long"));
    for page in late {
        assert!(!page.html.contains("data-passkey"), "a name is asked for");
        assert!(page.html.contains("value=\"My laptop\""), "{}", page.html);
    }
    assert_eq!(portal.get("/register").await.status, 200, "nothing is lost");
}

#[tokio::test]
async fn a_passkey_that_was_begun_may_get_another_name() {
    let mut portal = open().await;
    assert_eq!(portal.sign_in(ANA.0, ANA.1).await, 303);
    let first = begin(&mut portal, "My latpop").await;
    let page = portal.get("/register/passkey").await.html;
    assert!(page.contains("value=\"My latpop\""), "{page}");
    let nameless = portal.post("/register/passkey", &[("name", "")]).await;
    assert_eq!(nameless.status, 422);
    let open = "<details class=\"more\" open>";
    assert!(nameless.html.contains(open) && nameless.html.contains("id=\"name-fault\""));
    let asked = begin(&mut portal, "My laptop").await;
    let made = "/register/passkey/made";
    let (_, answer) = Authenticator::make(&first, ORIGIN);
    assert_eq!(send(&mut portal, made, &answer).await.status, 422, "over");
    let (_, answer) = Authenticator::make(&asked, ORIGIN);
    assert_eq!(send(&mut portal, made, &answer).await.status, 303);
    let overview = portal.get("/register").await.html;
    assert!(overview.contains("My laptop") && !overview.contains("My latpop"));
}

#[tokio::test]
async fn the_gate_is_the_same_for_everybody() {
    let mut pages = Vec::new();
    for name in ["bo", "ana", "cleo", "dev", "nobody"] {
        let mut portal = open().await;
        register(&mut portal, BO, |_| {}).await;
        let mut stranger = register(&mut portal, ANA, |_| {}).await;
        stranger.handle.clear();
        let asked = gate(&mut portal, name).await;
        let nameless = asked.contains("\"allowCredentials\":[]");
        stranger.id = vec![3; 32];
        let answer = stranger.sign(&asked);
        let mut seen = Vec::new();
        for _ in 0..5 {
            let (status, html) = pass(&mut portal, &answer).await.plain();
            let html: String = html.split("data-passkey").next().unwrap().to_owned();
            seen.push((status, html));
        }
        pages.push((nameless, seen));
    }
    assert!(pages[0].0);
    assert!(pages.iter().all(|page| *page == pages[0]));
}

#[tokio::test]
async fn a_passkey_is_the_same_work_whoever_is_named() {
    let opened = async || {
        let mut portal = open().await;
        register(&mut portal, BO, |_| {}).await;
        portal
    };
    let classes = [
        ("one passkey", "bo", ""),
        ("none", "cleo", ""),
        ("unknown", "nobody", ""),
        ("nothing registered", "bo", "DELETE FROM methods"),
        ("frozen", "bo", "UPDATE accounts SET frozen = 1"),
        ("never signed in", "ana", ""),
    ];
    compare(opened, &classes, async |portal, name| {
        portal.get("/reset").await;
        let (mut stranger, _) = Authenticator::make(
            r#"{"user":{"id":"AA"},"rp":{"id":"localhost"},"challenge":"AA"}"#,
            ORIGIN,
        );
        let mut done = Vec::new();
        let steps: [(&str, &[(&str, &str)]); 3] = [
            ("/reset", &[("name", name), ("seal", ""), ("work", "")]),
            ("/reset/what", &[("goal", "forgot")]),
            ("/reset/send", &[("method", "passkey")]),
        ];
        for (path, fields) in steps {
            done.push(portal.effort(path, fields).await);
            portal.deliver().await;
        }
        let asked = asked(&portal.get("/reset/gate").await.html);
        for answer in [stranger.sign(&asked), "{}".to_owned()] {
            let fields = [("answer", answer.as_str()), ("why", "")];
            done.push(portal.effort("/reset/passkey", &fields).await);
        }
        let silent = [("answer", ""), ("why", "cancelled")];
        done.push(portal.effort("/reset/passkey", &silent).await);
        done
    })
    .await;
}

#[tokio::test]
async fn a_passkey_of_a_model_that_policy_does_not_take_is_told_so() {
    let mut portal = open_with(|settings| {
        let models = ["ee882879-721c-4913-9775-3dfcce97072a".to_owned()];
        let root = crate::webauthn::tests::ROOT;
        settings.models = Some(crate::webauthn::Models::new(&models, root).unwrap());
    })
    .await;
    assert_eq!(portal.sign_in(ANA.0, ANA.1).await, 303);
    let asked = begin(&mut portal, "My laptop").await;
    assert!(asked.contains("\"attestation\":\"direct\""));
    let (_, answer) = Authenticator::make(&asked, ORIGIN);
    let refused = send(&mut portal, "/register/passkey/made", &answer).await;
    assert_eq!(refused.status, 422);
    let sentence = "does not take passkeys of this kind of device";
    assert!(refused.html.contains(sentence), "{}", refused.html);
    let events =
        "SELECT COUNT(*) FROM audit WHERE event = 'passkey.failed' AND detail = 'passkey-model'";
    assert_eq!(number(&portal, events).await, 1);
    assert_eq!(Refusal::PasskeyModel.code(), "passkey-model");
}
