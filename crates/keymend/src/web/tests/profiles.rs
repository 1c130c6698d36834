//! Profiles through the pages: what a stranger sees is the same under any of them, and what somebody may do is theirs.

use std::sync::Arc;
use std::time::Duration;

use keymend_core::method::Kind;
use keymend_core::policy::{Profile, Selectors, Terms};
use tokio::sync::watch;

use super::portal::Portal;
use crate::cli::policy::simulate::simulate;
use crate::store::Store;

fn clerks(terms: Terms) -> Vec<Profile> {
    let selectors = Selectors {
        groups: vec!["clerks".to_owned()],
        ..Selectors::default()
    };
    vec![Profile {
        name: "clerks".to_owned(),
        selectors,
        terms,
    }]
}

fn three_gates() -> Terms {
    Terms {
        gates: Some(3),
        ..Terms::default()
    }
}

fn without_email() -> Terms {
    Terms {
        methods: Some(vec![Kind::Phone, Kind::Questions]),
        ..Terms::default()
    }
}

async fn open(profiles: Vec<Profile>) -> Portal {
    Portal::open_with(|settings| settings.profiles = profiles).await
}

async fn join(portal: &Portal, name: &str) {
    let mut tx = portal.app.store.begin().await.unwrap();
    tx.regroup_local(name, "[\"clerks\"]").await.unwrap();
    tx.commit().await.unwrap();
}

const NEW: [(&str, &str); 1] = [("password", "Quartz-Lantern-Otter-58-Meadow")];

async fn answer_questions(portal: &mut Portal) {
    let send = portal.post("/reset/send", &[("method", "questions")]).await;
    assert_eq!(send.status, 303);
    let answers = [
        ("answer-1", "lisbon"),
        ("answer-2", "kestrel"),
        ("answer-3", "hopper"),
    ];
    let answered = portal.post("/reset/answers", &answers).await;
    assert_eq!(answered.status, 303, "{}", answered.html);
}

#[tokio::test]
async fn before_a_first_proof_the_pages_are_the_same_under_any_profile() {
    let mut pages = Vec::new();
    for (profiles, name) in [
        (Vec::new(), "bo"),
        (clerks(without_email()), "bo"),
        (clerks(without_email()), "nobody"),
        (clerks(three_gates()), "bo"),
        (clerks(three_gates()), "cleo"),
    ] {
        let mut portal = open(profiles).await;
        join(&portal, "bo").await;
        let mut seen = vec![portal.start(name).await];
        portal.post("/reset/what", &[("goal", "forgot")]).await;
        seen.push(portal.get("/reset/gate").await.plain());
        let send = portal.post("/reset/send", &[("method", "email")]).await;
        seen.push(send.plain());
        portal.deliver().await;
        seen.push(portal.get("/reset/gate").await.plain());
        for _ in 0..3 {
            let wrong = portal.post("/reset/verify", &[("code", "000000")]).await;
            seen.push(wrong.plain());
        }
        pages.push(seen);
    }
    for seen in &pages {
        assert_eq!(seen, &pages[0]);
    }
}

#[tokio::test]
async fn no_code_leaves_for_a_method_that_ones_own_policy_does_not_offer() {
    let mut portal = open(clerks(without_email())).await;
    join(&portal, "bo").await;
    assert_eq!(portal.start("bo").await.0, 303);
    portal.post("/reset/what", &[("goal", "forgot")]).await;
    portal.post("/reset/send", &[("method", "email")]).await;
    assert!(portal.messages().await.is_empty());
    portal.other_browser();
    portal.mailed("cleo", "forgot").await;
}

#[tokio::test]
async fn after_a_first_proof_the_pages_are_those_of_ones_own_policy() {
    let mut portal = open(clerks(three_gates())).await;
    join(&portal, "bo").await;
    portal.proven("bo", "+12125550142", "forgot").await;
    let gate = portal.get("/reset/gate").await.html;
    assert!(gate.contains("Step 3 of 3"), "{gate}");
    answer_questions(&mut portal).await;
    let done = portal.post("/reset/password", &NEW).await;
    assert_eq!(done.status, 303, "{}", done.html);
    // Others need two, as everybody does. A moment later: of messages of one moment none is the newest.
    portal.wait(Duration::from_secs(1));
    portal.other_browser();
    portal.proven("cleo", "+12125550187", "forgot").await;
    assert_eq!(portal.get("/reset/password").await.status, 200);
}

#[tokio::test]
async fn promoted_into_a_stricter_profile_after_the_proofs_one_more_is_wanted() {
    let mut portal = open(clerks(three_gates())).await;
    portal.proven("bo", "+12125550142", "forgot").await;
    assert_eq!(portal.get("/reset/password").await.status, 200);
    join(&portal, "bo").await;
    portal.post("/reset/password", &NEW).await;
    assert_eq!(portal.audited("reset.done").await.len(), 0);
    assert_eq!(portal.get("/reset/gate").await.status, 200, "one gate more");
    answer_questions(&mut portal).await;
    let done = portal.post("/reset/password", &NEW).await;
    assert_eq!(done.status, 303, "{}", done.html);
    assert_eq!(portal.audited("reset.done").await.len(), 1);
}

#[tokio::test]
async fn registration_offers_what_ones_own_policy_offers() {
    let mut portal = open(clerks(without_email())).await;
    join(&portal, "ana").await;
    assert_eq!(portal.sign_in("ana", "Harbor-Violet-Kite-71").await, 303);
    let overview = portal.get("/register").await.html;
    assert!(overview.contains("Authentication Phone"));
    assert!(!overview.contains("Authentication Email"));
    assert_eq!(portal.get("/register/email").await.status, 404);
    assert_eq!(portal.get("/register/phone").await.status, 200);
}

#[tokio::test]
async fn the_overview_says_how_safe_it_is_and_what_would_make_it_safer() {
    let mut portal = open(Vec::new()).await;
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
    let overview = portal.get("/register").await.html;
    assert!(overview.contains("You can lose any one of these"));
    portal.other_browser();
    assert_eq!(portal.sign_in("ana", "Harbor-Violet-Kite-71").await, 303);
    let overview = portal.get("/register").await.html;
    assert!(!overview.contains("id=\"readiness\""), "nothing yet");
}

/// The demo's bo and cleo have a phone, an address and answers.
#[tokio::test]
async fn a_simulation_tells_who_would_be_locked_out_and_changes_nothing() {
    let mut portal = open(clerks(Terms::default())).await;
    join(&portal, "bo").await;
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
    let base = &portal.app.policy;
    let only_phone = Terms {
        methods: Some(vec![Kind::Phone, Kind::App]),
        ..Terms::default()
    };
    let then = keymend_core::policy::Profiles::new(base, clerks(only_phone));
    let mut csv = Vec::new();
    let tally = simulate(
        &portal.app.store,
        [&portal.app.profiles, &then],
        &["local"],
        portal.app.now(),
        Some(&mut csv),
    )
    .await
    .unwrap();
    assert_eq!((tally.people, tally.today.ready), (2, 2));
    // Nobody asked about cleo's groups yet.
    assert_eq!((tally.locked_out, tally.unknown, tally.perhaps), (1, 1, 1));
    let csv = String::from_utf8(csv).unwrap();
    let bo = csv.lines().find(|line| line.contains(",bo,")).unwrap();
    assert!(
        bo.ends_with("1 independent proofs of 2 that are needed"),
        "{bo}"
    );
    assert!(!csv.contains("555"), "no destination: {csv}");
    let none = simulate(
        &portal.app.store,
        [&portal.app.profiles, &then],
        &["elsewhere"],
        portal.app.now(),
        None,
    );
    assert_eq!(none.await.unwrap().left_out, 2);
    assert!(matches!(portal.app.store, Store::Sqlite { .. }));
}

#[tokio::test]
async fn operators_see_in_the_numbers_how_many_people_could_reset() {
    let mut portal = open(Vec::new()).await;
    let counted = |portal: &Portal| {
        let text = portal.app.metrics.text();
        let lines = text
            .lines()
            .filter_map(|line| line.strip_prefix("keymend_accounts{"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        counted(&portal),
        [""; 0],
        "nothing is shown that was not counted"
    );
    assert_eq!(portal.sign_in("ana", "Harbor-Violet-Kite-71").await, 303);
    // The worker counts when it starts.
    let (stop, told) = watch::channel(false);
    let running = tokio::spawn(Arc::clone(&portal.worker).run(told));
    while counted(&portal).is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
    let mut lines = counted(&portal);
    lines.sort();
    assert_eq!(
        lines,
        [
            "readiness=\"left-out\"} 0",
            "readiness=\"not-ready\"} 1",
            "readiness=\"one-loss\"} 0",
            "readiness=\"ready\"} 2",
        ]
    );
}
