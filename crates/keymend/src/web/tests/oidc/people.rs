//! Who a provider means, and how strongly they must have signed in.

use keymend_core::id_token::Demands;
use serde_json::{Value, json};

use super::provider::{Hostile, NOW};
use super::{is_in, leave, portal, portal_with, refused, sign_in};
use crate::oidc::settings::{Matching, ProviderSettings};

fn demands(acr: &[&str], amr: &[&str]) -> Demands {
    let owned = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
    Demands {
        acr: owned(acr),
        amr: owned(amr),
    }
}

#[tokio::test]
async fn a_name_means_one_account_that_is_open() {
    for (name, word) in [
        ("bo", ""),
        ("BO@campus.example", ""),
        ("nobody", "nobody"),
        ("*", "nobody"),
        ("dev", "disabled"),
        ("", "unnamed"),
        ("b\u{7}o", "unnamed"),
    ] {
        let hostile = Hostile::begin().await;
        hostile.script().claims["preferred_username"] = json!(name);
        let mut portal = portal(&hostile, |_| {}).await;
        let answer = sign_in(&mut portal, &hostile).await;
        if word.is_empty() {
            is_in(&answer);
            continue;
        }
        let page = match word {
            "unnamed" => "Campus account did not tell us who you are",
            _ => "There is no account for you here",
        };
        assert!(answer.html.contains(page), "{name}");
        assert_eq!(refused(&portal).await, [format!("campus {word}")], "{name}");
    }
}

#[tokio::test]
async fn an_address_counts_when_the_provider_has_verified_it() {
    for (verified, enters) in [
        (json!(true), true),
        (json!("true"), true),
        (json!(false), false),
        (json!("false"), false),
        (Value::Null, false),
    ] {
        let hostile = Hostile::begin().await;
        hostile.script().claims["email"] = json!("bo@campus.example");
        hostile.script().claims["email_verified"] = verified.clone();
        let by_address = |settings: &mut ProviderSettings| settings.claim = "email".to_owned();
        let mut portal = portal(&hostile, by_address).await;
        let answer = sign_in(&mut portal, &hostile).await;
        assert_eq!(answer.status == 303, enters, "{verified}");
    }
}

#[tokio::test]
async fn what_the_token_leaves_out_is_asked_for_and_must_be_of_the_same_person() {
    for (sub, enters) in [("s-1", true), ("s-2", false)] {
        let hostile = Hostile::begin().await;
        {
            let mut script = hostile.script();
            script
                .claims
                .as_object_mut()
                .unwrap()
                .remove("preferred_username");
            script.userinfo = json!({"sub": sub, "preferred_username": "bo"});
        }
        let mut portal = portal(&hostile, |_| {}).await;
        let answer = sign_in(&mut portal, &hostile).await;
        assert_eq!(answer.status == 303, enters, "{sub}");
    }
}

#[tokio::test]
async fn a_person_can_be_named_by_the_id_that_never_changes() {
    let hostile = Hostile::begin().await;
    let by_subject = |settings: &mut ProviderSettings| {
        settings.claim = "sub".to_owned();
        settings.matching = Matching::Subject;
    };
    let mut portal = portal(&hostile, by_subject).await;
    let found = portal.app.directories.find("bo", None).await.unwrap();
    let subject = found.unwrap().entry.subject;
    hostile.script().claims["sub"] = json!(subject);
    is_in(&sign_in(&mut portal, &hostile).await);
    portal.other_browser();
    hostile.script().claims["sub"] = json!("bo");
    assert_eq!(sign_in(&mut portal, &hostile).await.status, 403);
}

#[tokio::test]
async fn a_directory_of_its_own_has_no_people_of_others() {
    let hostile = Hostile::begin().await;
    let own = |id: &'static str| {
        move |settings: &mut ProviderSettings| settings.directory = Some(id.to_owned())
    };
    let mut here = portal(&hostile, own("local")).await;
    is_in(&sign_in(&mut here, &hostile).await);
    let mut elsewhere = portal(&hostile, own("other")).await;
    for name in ["bo", "bo@campus.example"] {
        hostile.script().claims["preferred_username"] = json!(name);
        assert_eq!(sign_in(&mut elsewhere, &hostile).await.status, 403);
    }
    assert_eq!(refused(&elsewhere).await, ["campus nobody"; 2]);
}

#[tokio::test]
async fn a_sign_in_must_be_as_strong_as_demanded() {
    let hostile = Hostile::begin().await;
    let strong =
        |settings: &mut ProviderSettings| settings.demands = demands(&["urn:mfa"], &["otp"]);
    let mut portal = portal(&hostile, strong).await;
    assert_eq!(leave(&mut portal).await["acr_values"], "urn:mfa");
    for (acr, amr) in [("urn:pwd", "otp"), ("urn:mfa", "pwd")] {
        hostile.script().claims["acr"] = json!(acr);
        hostile.script().claims["amr"] = json!([amr]);
        let answer = sign_in(&mut portal, &hostile).await;
        assert!(answer.html.contains("This needs a stronger sign-in"));
    }
    hostile.script().claims["amr"] = json!(["pwd", "otp"]);
    is_in(&sign_in(&mut portal, &hostile).await);
    assert_eq!(refused(&portal).await, ["campus weak"; 2]);
}

#[tokio::test]
async fn protected_people_must_be_stronger_and_a_password_is_no_way_around() {
    let hostile = Hostile::begin().await;
    let strong = |settings: &mut ProviderSettings| settings.protected = demands(&[], &["mfa"]);
    let weaker = hostile.settings("weaker");
    let both = |all: &mut crate::config::Settings| all.sign_in.providers.push(weaker);
    let mut portal = portal_with(&hostile, strong, both).await;
    is_in(&sign_in(&mut portal, &hostile).await);
    portal.other_browser();
    hostile.script().claims["preferred_username"] = json!("root");
    let answer = sign_in(&mut portal, &hostile).await;
    assert!(
        answer
            .html
            .contains("Your account needs a stronger sign-in")
    );
    assert_eq!(refused(&portal).await, ["campus protected"]);
    // Neither by password, nor by the provider that demands nothing.
    portal.get("/sign-in").await;
    let by_password = portal.sign_in("root", "Walnut-Prism-Delta-53").await;
    assert_eq!(by_password, 422);
    let away = portal
        .post("/sign-in/with/weaker", &[("next", "register")])
        .await;
    let asked = super::query(&super::onward(&away));
    hostile.script().claims["nonce"] = json!(asked["nonce"]);
    let finish = format!("/sign-in/finish/weaker?code=1&state={}", asked["state"]);
    assert_eq!(portal.get(&finish).await.status, 403);
    hostile.script().claims["amr"] = json!(["pwd", "mfa"]);
    is_in(&sign_in(&mut portal, &hostile).await);
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
}

#[tokio::test]
async fn a_right_password_of_a_protected_person_is_told_from_a_wrong_one_by_nobody() {
    let hostile = Hostile::begin().await;
    let strong = |settings: &mut ProviderSettings| settings.protected = demands(&[], &["mfa"]);
    let most = |all: &mut crate::config::Settings| all.policy.limits.wrong_sign_ins.most = 3;
    let mut pages = Vec::new();
    for password in ["Walnut-Prism-Delta-53", "Walnut-Prism-Delta-54"] {
        let mut portal = portal_with(&hostile, strong, most).await;
        portal.get("/sign-in").await;
        let mut seen = Vec::new();
        for _ in 0..4 {
            let fields = [
                ("name", "root"),
                ("password", password),
                ("next", "register"),
            ];
            seen.push(portal.post("/sign-in", &fields).await.plain());
        }
        assert_eq!((seen[2].0, seen[3].0), (422, 429), "each counts as a try");
        // Nobody looks for the fault in the password for long.
        assert!(seen[0].1.contains("some accounts can sign in only there"));
        pages.push(seen);
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn a_sign_in_long_ago_at_the_provider_is_no_fresh_proof() {
    // bo finished long ago and has no app: adding one needs a sign-in of the last minutes, or an older method.
    for (told, page) in [
        (json!(NOW - 30), 200),
        (json!(NOW - 3600), 303),
        (Value::Null, 303),
    ] {
        let hostile = Hostile::begin().await;
        hostile.script().claims["auth_time"] = told.clone();
        let app = |all: &mut crate::config::Settings| {
            all.policy.methods.push(keymend_core::method::Kind::App);
        };
        let mut portal = portal_with(&hostile, |_| {}, app).await;
        is_in(&sign_in(&mut portal, &hostile).await);
        assert_eq!(portal.get("/register/app").await.status, page, "{told}");
    }
}
