//! Recovery codes in a reset: the second proof, each once.

use std::time::Duration;

use keymend_core::recovery::RecoveryCode;

use super::super::effort::compare;
use super::super::portal::Portal;
use super::{
    CONFIRM, NEW, OFFER, at_second_gate, choose, database, open, overview, registered,
    set_password, spend,
};

/// These are used up.
async fn use_up(portal: &Portal, codes: &[String]) {
    for code in codes {
        let used = "UPDATE recovery_codes SET used = 1 WHERE look_up = $1";
        let used = sqlx::query(used).bind(&code[..4]);
        used.execute(database(portal)).await.unwrap();
    }
}

#[tokio::test]
async fn a_recovery_code_is_the_second_proof_and_is_told_to_everybody() {
    let (mut portal, mine) = registered().await;
    portal.other_browser();
    portal.start("bo").await;
    portal.post("/reset/what", &[("goal", "forgot")]).await;
    let first = portal.get("/reset/gate").await.html;
    assert!(!first.contains(OFFER));
    let early = portal.post("/reset/send", &[("method", "codes")]).await;
    assert_eq!(early.status, 422);

    let ways = at_second_gate(&mut portal).await;
    let place = |text: &str| ways.find(text).unwrap();
    let last = place(OFFER);
    assert!(place("Text my phone") < last && place("Answer my security") < last);
    let typed = mine[3].to_lowercase().replace(' ', "-");
    assert_eq!(spend(&mut portal, &typed).await.0, 303);
    let told = portal.messages().await;
    let told: Vec<_> = told
        .iter()
        .filter(|told| told.body.contains("recovery code"))
        .collect();
    let channels: Vec<_> = told.iter().map(|told| told.channel.as_str()).collect();
    assert!(channels.contains(&"email") && channels.contains(&"sms"));
    assert!(told.iter().all(|told| told.body.contains("/n/")));
    assert!(
        told.iter()
            .any(|told| told.body.contains("9 codes are left"))
    );

    let done = set_password(&mut portal).await;
    assert!(!done.contains("It is time for new ones"));
    assert_eq!(portal.sign_in("bo", NEW).await, 303);
    let page = overview(&mut portal).await;
    assert!(page.contains("9 Recovery Codes are left"));
    let security = portal.get("/register/security").await.html;
    assert!(security.contains("A recovery code was used"));
    let (_, row) = security.split_once("9 Recovery Codes are left").unwrap();
    assert!(row.split("</li>").next().unwrap().contains("Last used"));
}

#[tokio::test]
async fn what_is_no_code_costs_no_try_and_a_wrong_one_does() {
    let (mut portal, mine) = registered().await;
    at_second_gate(&mut portal).await;
    let mut slip = mine[0].clone();
    let last = if slip.ends_with('0') { "1" } else { "0" };
    slip.replace_range(38.., last);
    for _ in 0..12 {
        let (status, html) = spend(&mut portal, &slip).await;
        assert_eq!(status, 422);
        assert!(html.contains("this did not count as a try"));
        assert!(
            html.contains(&format!("value=\"{slip}\"")),
            "kept, to be mended"
        );
    }
    let elses = keymend_core::recovery::set(&mut crate::chance::Os);
    let wrong = elses[0].shown();
    choose(&mut portal).await;
    let mut said = Vec::new();
    for _ in 0..5 {
        let answer = portal.post("/reset/verify", &[("code", &wrong)]).await;
        assert_eq!(answer.status, 422);
        said.push(
            answer
                .html
                .contains("That is not one of your recovery codes"),
        );
    }
    assert_eq!(said, [true, true, true, true, false]);
    let over = portal.post("/reset/verify", &[("code", &mine[0])]).await;
    assert!(over.html.contains("tried too often"));
}

#[tokio::test]
async fn few_codes_are_told_on_the_overview_and_after_a_reset() {
    let (mut portal, mine) = registered().await;
    use_up(&portal, &mine[4..]).await;
    let page = overview(&mut portal).await;
    assert!(page.contains("4 Recovery Codes are left"));
    assert!(!page.contains("It is time for new ones"));
    at_second_gate(&mut portal).await;
    assert_eq!(spend(&mut portal, &mine[0]).await.0, 303);
    let done = set_password(&mut portal).await;
    assert!(done.contains("3 Recovery Codes are left") && done.contains("It is time for new ones"));
    assert_eq!(portal.sign_in("bo", NEW).await, 303);
    let page = overview(&mut portal).await;
    assert!(page.contains("3 Recovery Codes are left"));
    assert!(page.contains("It is time for new ones"));
}

#[tokio::test]
async fn the_last_code_still_lets_its_owner_in_and_then_there_is_none() {
    let (mut portal, mine) = registered().await;
    use_up(&portal, &mine[1..]).await;
    at_second_gate(&mut portal).await;
    assert_eq!(spend(&mut portal, &mine[0]).await.0, 303);
    set_password(&mut portal).await;
    assert_eq!(portal.sign_in("bo", NEW).await, 303);
    let page = overview(&mut portal).await;
    assert!(page.contains("0 Recovery Codes are left"));
    let ways = portal.get(CONFIRM).await.html;
    assert!(!ways.contains(OFFER));
    portal.wait(Duration::from_secs(30));
    let ways = at_second_gate(&mut portal).await;
    assert!(!ways.contains(OFFER));
}

#[tokio::test]
async fn looking_a_code_up_is_the_same_work_whatever_is_found() {
    let code = ('0'..='Z')
        .find_map(|last| RecoveryCode::typed(&format!("A7K2{}{last}", "3".repeat(27))))
        .unwrap();
    let opened = async || registered().await.0;
    let classes = [
        ("there is none", "bo", ""),
        (
            "there is another",
            "bo",
            "UPDATE recovery_codes SET look_up = 'A7K2' WHERE look_up = (SELECT MIN(look_up) FROM recovery_codes)",
        ),
        (
            "it is used",
            "bo",
            "UPDATE recovery_codes SET look_up = 'A7K2', used = 1 WHERE look_up = (SELECT MIN(look_up) FROM recovery_codes)",
        ),
        (
            "the set waits",
            "bo",
            "UPDATE methods SET usable_from = 9000000000000 WHERE kind = 'codes'",
        ),
    ];
    compare(opened, &classes, async |portal, _| {
        portal.wait(Duration::from_secs(30));
        at_second_gate(portal).await;
        choose(portal).await;
        let shown = code.shown();
        vec![portal.effort("/reset/verify", &[("code", &shown)]).await]
    })
    .await;
}

#[tokio::test]
async fn whoever_has_none_is_not_offered_any_after_a_first_proof() {
    let mut portal = open().await;
    let ways = at_second_gate(&mut portal).await;
    assert!(!ways.contains(OFFER));
    assert!(ways.contains("Answer my security questions"));
    let elses = keymend_core::recovery::set(&mut crate::chance::Os);
    assert_eq!(spend(&mut portal, &elses[0].shown()).await.0, 422);
}
