//! Claim codes: the first sign-in of somebody who has nothing yet.

use std::sync::Arc;
use std::time::Duration;

use keymend_core::claim::NoClaim;
use keymend_core::id_token::Demands;

use super::effort::{READ, Work, compare};
use super::oidc::provider::Hostile;
use super::portal::{Answer, Portal};

const PAGE: &str = "/sign-in/claim";
const REFUSED: &str = "That name and code do not let you in";
const EMAIL: &str = "ana.home@mail.example";
const DAY: Duration = Duration::from_hours(24);

/// What `keymend claim new` prints.
async fn claim(portal: &Portal, name: &str) -> String {
    let found = portal.app.directories.find(name, None).await.unwrap();
    let made = portal.app.make_claim(&found.unwrap(), 3 * DAY, false).await;
    made.unwrap().unwrap().code.spelled().to_string()
}

async fn use_it(portal: &mut Portal, name: &str, code: &str) -> Answer {
    portal.get(PAGE).await;
    portal.post(PAGE, &[("name", name), ("code", code)]).await
}

fn is_in(answer: &Answer) {
    assert_eq!(answer.header("location"), "/register", "{}", answer.html);
}

#[tokio::test]
async fn whoever_has_nothing_registers_by_a_code_and_resets_the_password_at_once() {
    let mut portal = Portal::open().await;
    let code = claim(&portal, "ana").await;
    assert!(portal.get("/sign-in").await.html.contains(PAGE));
    let loose = code.to_lowercase().replace('-', " ");
    is_in(&use_it(&mut portal, "ana@campus.example", &loose).await);
    assert_eq!(portal.details("sign-in.done").await, ["claim"]);
    assert_eq!(portal.details("claim.made").await, ["ana"]);
    portal.register_email(EMAIL).await;
    portal.register_phone("2125550143").await;
    let done = portal.post("/register/finish", &[]).await;
    assert_eq!(done.header("location"), "/register/done");
    portal.other_browser();
    portal.wait(Duration::from_mins(1));
    portal.proven("ana", "2125550143", "forgot").await;
    let new = [("password", "seven quiet otters on a raft")];
    let reset = portal.post("/reset/password", &new).await;
    assert_eq!(reset.status, 303, "{}", reset.html);
}

#[tokio::test]
async fn policy_may_let_what_a_code_registers_wait() {
    let mut portal = Portal::open_with(|settings| {
        settings.policy.registration.claim_wait = 2 * DAY;
    })
    .await;
    let code = claim(&portal, "ana").await;
    is_in(&use_it(&mut portal, "ana", &code).await);
    portal.register_email(EMAIL).await;
    let page = portal.get("/register").await.html;
    assert!(page.contains("2027-01-17"), "{page}");
}

#[tokio::test]
async fn a_code_serves_once_one_person_and_for_a_time() {
    let mut portal = Portal::open().await;
    let first = claim(&portal, "ana").await;
    let code = claim(&portal, "ana").await;
    let others = claim(&portal, "root").await;
    for (name, code) in [
        ("ana", first.as_str()),
        ("bo", &code),
        ("nobody", &code),
        ("ana", &others),
        ("ana", "0000-0000-0000-0000-0000-0000-0000-0000"),
    ] {
        let answer = use_it(&mut portal, name, code).await;
        assert_eq!(answer.status, 422);
        assert!(answer.html.contains(REFUSED), "{name}");
        assert!(!answer.html.contains(code), "a code is not shown again");
    }
    assert_eq!(portal.details("sign-in.refused").await, ["claim"; 5]);
    is_in(&use_it(&mut portal, "ana", &code).await);
    portal.other_browser();
    assert!(
        use_it(&mut portal, "ana", &code)
            .await
            .html
            .contains(REFUSED)
    );
    portal.wait(3 * DAY);
    assert!(
        use_it(&mut portal, "root", &others)
            .await
            .html
            .contains(REFUSED)
    );

    let code = claim(&portal, "ana").await;
    let found = portal.app.directories.find("ana", None).await.unwrap();
    let found = found.unwrap();
    assert!(portal.app.revoke_claim(&found).await.unwrap());
    assert!(!portal.app.revoke_claim(&found).await.unwrap());
    drop(found);
    assert!(
        use_it(&mut portal, "ana", &code)
            .await
            .html
            .contains(REFUSED)
    );
}

#[tokio::test]
async fn a_code_is_no_way_around_what_is_registered() {
    let mut portal = Portal::open().await;
    let codes = [claim(&portal, "ana").await, claim(&portal, "root").await];
    // Made before the accounts came into use.
    let [ana, root] = codes.each_ref().map(String::as_str);
    let sign_in = portal.sign_in("ana", "Harbor-Violet-Kite-71").await;
    assert_eq!(sign_in, 303);
    portal.register_email(EMAIL).await;
    portal.register_phone("2125550143").await;
    portal.post("/register/finish", &[]).await;
    portal.other_browser();
    portal.sign_in("root", "Walnut-Prism-Delta-53").await;
    portal.register_email(EMAIL).await;
    for (name, code) in [("ana", ana), ("root", root)] {
        portal.other_browser();
        let answer = use_it(&mut portal, name, code).await;
        assert!(answer.html.contains("something is registered"), "{name}");
        let found = portal.app.directories.find(name, None).await.unwrap();
        let found = found.unwrap();
        let made = portal.app.make_claim(&found, DAY, false).await.unwrap();
        assert!(made.is_err(), "{name}");
    }
    let mut words = portal.details("sign-in.refused").await;
    words.sort();
    assert_eq!(words, ["claim-finished", "claim-registered"]);
}

#[tokio::test]
async fn there_is_no_code_for_whom_the_directory_lets_nobody_in_or_who_is_finished() {
    let portal = Portal::open().await;
    for (name, why) in [("dev", "disabled"), ("bo", "finished")] {
        let found = portal.app.directories.find(name, None).await.unwrap();
        let found = found.unwrap();
        let made = portal.app.make_claim(&found, DAY, false).await.unwrap();
        assert!(made.err().unwrap().to_string().contains(why), "{name}");
    }
}

#[tokio::test]
async fn whoever_was_interrupted_starts_over_and_nothing_of_before_is_left() {
    let mut portal = Portal::open().await;
    let code = claim(&portal, "ana").await;
    is_in(&use_it(&mut portal, "ana", &code).await);
    portal.register_email(EMAIL).await;
    let app = Arc::clone(&portal.app);
    let found = app.directories.find("ana", None).await.unwrap();
    let found = found.unwrap();
    let made = portal.app.make_claim(&found, DAY, false).await.unwrap();
    assert_eq!(made.err(), Some(NoClaim::Registered), "not in silence");
    let made = app.make_claim(&found, DAY, true).await.unwrap();
    let code = made.ok().unwrap().code.spelled();
    // Whoever had the code before may not be whom it was for.
    assert_eq!(portal.get("/register").await.header("location"), "/sign-in");
    portal.other_browser();
    is_in(&use_it(&mut portal, "ana", &code).await);
    let overview = portal.get("/register").await.html;
    assert!(overview.contains("Authentication Email is not configured"));
    portal.register_email(EMAIL).await;
    portal.register_phone("2125550143").await;
    assert_eq!(portal.post("/register/finish", &[]).await.status, 303);
    let made = app.make_claim(&found, DAY, true).await.unwrap();
    assert_eq!(made.err(), Some(NoClaim::Finished), "nothing is removed");
}

#[tokio::test]
async fn of_two_at_once_one_has_the_code() {
    let portal = Portal::open().await;
    let code = claim(&portal, "ana").await;
    let mut browsers = Vec::new();
    for _ in 0..4 {
        let mut browser = portal.another();
        browser.get(PAGE).await;
        browsers.push(browser);
    }
    let fields = [("name", "ana"), ("code", code.as_str())];
    let tries = browsers
        .iter_mut()
        .map(|browser| browser.post(PAGE, &fields));
    let answers = futures_util::future::join_all(tries).await;
    let entered = answers.iter().filter(|answer| answer.status == 303);
    assert_eq!(entered.count(), 1);
    assert_eq!(portal.details("sign-in.done").await, ["claim"]);
}

#[tokio::test]
async fn wrong_codes_count_as_wrong_sign_ins_do() {
    let mut portal = Portal::open_with(|settings| {
        settings.policy.limits.wrong_sign_ins.most = 3;
    })
    .await;
    let code = claim(&portal, "ana").await;
    for _ in 0..3 {
        let wrong = "0000-0000-0000-0000-0000-0000-0000-0000";
        assert_eq!(use_it(&mut portal, "ana", wrong).await.status, 422);
    }
    assert_eq!(use_it(&mut portal, "ana", &code).await.status, 429);
    // One bucket for both entrances.
    assert_eq!(portal.sign_in("ana", "Harbor-Violet-Kite-71").await, 429);
    portal.wait(Duration::from_hours(1));
    for _ in 0..3 {
        let code = claim(&portal, "ana").await;
        is_in(&use_it(&mut portal, "ana", &code).await);
        portal.other_browser();
    }
}

#[tokio::test]
async fn a_mistyped_code_stays_in_its_field_and_costs_no_try() {
    let mut portal = Portal::open_with(|settings| {
        settings.policy.limits.wrong_sign_ins.most = 3;
    })
    .await;
    let code = claim(&portal, "ana").await;
    let mut slip = code.clone();
    let last = if slip.ends_with('0') { "1" } else { "0" };
    slip.replace_range(38.., last);
    for typed in [&code[1..], &slip, "no code at all"] {
        let mut pages = Vec::new();
        for name in ["ana", "root", "bo", "dev", "nobody"] {
            let answer = use_it(&mut portal, name, typed).await;
            assert_eq!(answer.status, 422);
            assert!(answer.html.contains("this did not count as a try"));
            let kept = format!("value=\"{typed}\"");
            assert!(answer.html.contains(&kept), "kept, to be mended");
            let (_, page) = answer.plain();
            pages.push(page.replace(&format!("{name}\""), "NAME\""));
        }
        assert!(pages.iter().all(|page| *page == pages[0]));
    }
    let nobody = [("name", ""), ("code", slip.as_str())];
    let nameless = portal.post(PAGE, &nobody).await;
    assert!(nameless.html.contains(&slip), "nor lost over the name");
    assert!(portal.details("sign-in.refused").await.is_empty());
    is_in(&use_it(&mut portal, "ana", &code).await);
}

#[tokio::test]
async fn a_wrong_code_is_the_same_work_whoever_is_named() {
    let classes = [
        ("has a claim", "ana", ""),
        ("has none", "root", ""),
        ("finished", "bo", ""),
        ("unknown", "nobody", ""),
        ("disabled", "dev", ""),
        ("frozen", "bo", "UPDATE accounts SET frozen = 1"),
    ];
    let open = async || {
        let portal = Portal::open().await;
        claim(&portal, "ana").await;
        portal
    };
    compare(open, &classes, wrong_codes).await;
}

async fn wrong_codes(portal: &mut Portal, name: &str) -> Vec<(u16, Work)> {
    portal.get(PAGE).await;
    let code = "0000-0000-0000-0000-0000-0000-0000-0000";
    let fields = [("name", name), ("code", code)];
    let (status, mut work) = portal.effort(PAGE, &fields).await;
    // A row more or less is lost on the grid on which these answers leave.
    work.remove(READ);
    vec![(status, work)]
}

#[tokio::test]
async fn whoever_must_change_a_password_that_they_do_not_know_may_register() {
    let mut portal = Portal::open().await;
    portal
        .change("UPDATE local_accounts SET must_change = TRUE")
        .await;
    let code = claim(&portal, "ana").await;
    is_in(&use_it(&mut portal, "ana", &code).await);
    assert_eq!(portal.get("/register/email").await.status, 200);
}

#[tokio::test]
async fn there_is_no_code_where_an_administrator_must_sign_in_by_a_provider() {
    let hostile = Hostile::begin().await;
    let mut provider = hostile.settings("campus");
    provider.protected = Demands {
        acr: Vec::new(),
        amr: vec!["mfa".to_owned()],
    };
    let portal = Portal::open_with(|all| all.sign_in.providers.push(provider)).await;
    let found = portal.app.directories.find("root", None).await.unwrap();
    let made = portal.app.make_claim(&found.unwrap(), DAY, false).await;
    assert_eq!(made.unwrap().err(), Some(NoClaim::ByProvider));
}

#[tokio::test]
async fn an_administrators_first_sign_in_by_a_code_is_noted() {
    let mut portal = Portal::open().await;
    let code = claim(&portal, "root").await;
    is_in(&use_it(&mut portal, "root", &code).await);
    assert_eq!(portal.details("claim.made").await, ["root protected"]);
    assert_eq!(portal.details("sign-in.done").await, ["claim protected"]);
}
