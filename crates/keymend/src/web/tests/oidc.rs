//! Signing in by an identity provider, which is scripted.

mod hostile;
mod people;
pub mod provider;
mod real;

use std::collections::BTreeMap;
use std::time::Duration;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::Request;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::portal::{Answer, Portal};
use crate::config::Settings;
use crate::oidc::settings::ProviderSettings;
use provider::{Hostile, NOW};

/// A portal before this provider, which is called `campus`.
pub async fn portal(hostile: &Hostile, change: impl FnOnce(&mut ProviderSettings)) -> Portal {
    portal_with(hostile, change, |_| {}).await
}

pub async fn portal_with(
    hostile: &Hostile,
    change: impl FnOnce(&mut ProviderSettings),
    more: impl FnOnce(&mut Settings),
) -> Portal {
    let mut settings = hostile.settings("campus");
    change(&mut settings);
    Portal::open_with(|all| {
        all.sign_in.providers.push(settings);
        more(all);
    })
    .await
}

type Query = BTreeMap<String, String>;

pub fn query(address: &str) -> Query {
    let url = Url::parse("http://localhost:8080").unwrap();
    let url = url.join(address).unwrap();
    url.query_pairs().into_owned().collect()
}

/// Where a page goes on to.
pub fn onward(answer: &Answer) -> String {
    let refresh = answer.header("refresh");
    let url = refresh.strip_prefix("0;url=").unwrap_or_default();
    let link = format!("href=\"{}\"", url.replace('&', "&#38;"));
    assert!(answer.html.contains(&link), "{link} is not in the page");
    url.to_owned()
}

/// Press the button; gives what the provider is asked.
pub async fn leave(portal: &mut Portal) -> Query {
    portal.get("/sign-in").await;
    let next = [("next", "register")];
    let away = portal.post("/sign-in/with/campus", &next).await;
    assert_eq!(away.status, 200, "{}", away.html);
    query(&onward(&away))
}

/// Come back by our own page.
pub async fn back(portal: &mut Portal, sent: &[(&str, &str)]) -> Answer {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let sent = query.extend_pairs(sent).finish();
    let page = portal.get(&format!("/sign-in/back/campus?{sent}")).await;
    assert_eq!((page.status, page.header("set-cookie")), (200, ""));
    portal.get(&onward(&page)).await
}

/// The whole way, with the provider saying what it says.
pub async fn sign_in(portal: &mut Portal, hostile: &Hostile) -> Answer {
    let asked = leave(portal).await;
    hostile.script().claims["nonce"] = json!(asked["nonce"]);
    let state = asked["state"].as_str();
    back(portal, &[("code", "code-1"), ("state", state)]).await
}

pub fn is_in(answer: &Answer) {
    assert_eq!(answer.header("location"), "/register", "{}", answer.html);
}

/// The words of the refusals.
pub async fn refused(portal: &Portal) -> Vec<String> {
    portal.details("sign-in.refused").await
}

#[tokio::test]
async fn a_provider_is_asked_as_the_standard_says_and_lets_in_and_out() {
    let hostile = Hostile::begin().await;
    let mut portal = portal(&hostile, |_| {}).await;
    let page = portal.get("/sign-in").await.html;
    assert!(page.contains("action=\"/sign-in/with/campus\"") && page.contains("Campus account"));
    let asked = leave(&mut portal).await;
    assert_eq!(asked["tenant"], "1", "what its address has is kept");
    let expected = [
        ("response_type", "code"),
        ("client_id", "portal"),
        ("redirect_uri", "http://localhost:8080/sign-in/back/campus"),
        ("scope", "openid profile"),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in expected {
        assert_eq!(asked[name], value, "{name}");
    }
    hostile.script().claims["nonce"] = json!(asked["nonce"]);
    let state = asked["state"].as_str();
    let sent = [
        ("code", "c0d e/1"),
        ("state", state),
        ("iss", &hostile.origin),
    ];
    let inside = back(&mut portal, &sent).await;
    is_in(&inside);
    let page = portal.get("/register").await;
    assert_eq!(page.status, 200);
    assert_eq!(portal.details("sign-in.done").await, ["campus"]);
    let (headers, body) = hostile.script().token_requests.pop().unwrap();
    let sent = query(&format!("/?{body}"));
    assert_eq!(sent["code"], "c0d e/1");
    assert_eq!(sent["redirect_uri"], asked["redirect_uri"]);
    let verifier = Sha256::digest(sent["code_verifier"].as_bytes());
    assert_eq!(BASE64URL_NOPAD.encode(&verifier), asked["code_challenge"]);
    // Encoded before it is joined (RFC 6749, 2.3.1).
    let basic = BASE64.encode(b"portal:p%C3%A4ssword%3A1");
    assert_eq!(headers["authorization"], format!("Basic {basic}"));
    assert!(!sent.contains_key("client_secret"));

    // Out again: the session is over before the provider hears of it.
    let token = portal.session_cookie();
    let out = portal.post("/sign-out", &[]).await;
    assert!(portal.app.person(&token).await.is_err());
    let address = onward(&out);
    assert!(address.starts_with(&format!("{}/end?", hostile.origin)));
    let told = query(&address);
    assert_eq!(told["id_token_hint"].split('.').count(), 3);
    assert_eq!(
        told["post_logout_redirect_uri"],
        "http://localhost:8080/sign-out/done"
    );
    let done = format!("/sign-out/done?state={}", told["state"]);
    assert!(portal.get(&done).await.html.contains("You are signed out"));
    for forged in ["/sign-out/done", "/sign-out/done?state=9999999999999.x"] {
        assert_eq!(portal.get(forged).await.header("location"), "/");
    }
    portal.wait(Duration::from_mins(11));
    assert_eq!(portal.get(&done).await.header("location"), "/");
}

#[tokio::test]
async fn an_answer_serves_once_in_the_browser_that_asked_and_in_time() {
    let hostile = Hostile::begin().await;
    let mut portal = portal(&hostile, |_| {}).await;
    let over = "This sign-in is over";
    let asked = leave(&mut portal).await;
    hostile.script().claims["nonce"] = json!(asked["nonce"]);
    let finish = format!("/sign-in/finish/campus?code=1&state={}", asked["state"]);
    // Somebody else is led there (login CSRF): with no cookie, and with that of an own sign-in.
    let mine = portal.cookies();
    portal.other_browser();
    let answer = portal.get(&finish).await;
    assert!(answer.status == 410 && answer.html.contains(over));
    leave(&mut portal).await;
    let answer = portal.get(&finish).await;
    assert!(answer.status == 410 && answer.html.contains(over));
    portal.these_cookies(mine.clone());
    // Looking is not asking.
    let head = portal.ask(Request::head(&finish), String::new()).await;
    assert_eq!(head.status, 405);
    let swapped = finish.replace(&asked["state"], &asked["nonce"]);
    assert_eq!(portal.get(&swapped).await.status, 410);
    assert!(hostile.script().token_requests.is_empty());
    is_in(&portal.get(&finish).await);
    // Once more, from the history, with all that the browser had.
    portal.these_cookies(mine);
    assert_eq!(portal.get(&finish).await.status, 410);
    assert_eq!(hostile.script().token_requests.len(), 1);

    portal.other_browser();
    let asked = leave(&mut portal).await;
    portal.wait(Duration::from_mins(10));
    let late = format!("/sign-in/finish/campus?code=1&state={}", asked["state"]);
    assert_eq!(portal.get(&late).await.status, 410);
    assert_eq!(refused(&portal).await, ["campus over"; 5]);
}

#[tokio::test]
async fn every_kind_of_key_and_of_client_is_taken() {
    for signer in [provider::Signer::p256(), provider::Signer::ed25519()] {
        let hostile = Hostile::begin().await;
        {
            let mut script = hostile.script();
            script.keys = vec![signer.key("1"), provider::Signer::Rsa.key("2")];
            script.kid = None;
            script.signer = signer;
            script.metadata["token_endpoint_auth_methods_supported"] =
                json!(["client_secret_post"]);
        }
        let mut portal = portal(&hostile, |_| {}).await;
        is_in(&sign_in(&mut portal, &hostile).await);
        let (headers, body) = hostile.script().token_requests.pop().unwrap();
        assert!(headers.get("authorization").is_none());
        assert_eq!(query(&format!("/?{body}"))["client_secret"], "pässword:1");
    }
    let hostile = Hostile::begin().await;
    let mut portal = portal(&hostile, |settings| settings.secret = None).await;
    is_in(&sign_in(&mut portal, &hostile).await);
    let (headers, body) = hostile.script().token_requests.pop().unwrap();
    assert!(headers.get("authorization").is_none());
    assert_eq!(query(&format!("/?{body}"))["client_id"], "portal");
}

#[tokio::test]
async fn a_sign_in_that_must_be_fresh_is_asked_for_and_checked() {
    let hostile = Hostile::begin().await;
    let minutes = Duration::from_mins(30);
    let mut portal = portal(&hostile, |settings| settings.max_age = Some(minutes)).await;
    let stale = sign_in(&mut portal, &hostile).await;
    assert!(stale.html.contains("Please sign in anew"), "no auth_time");
    hostile.script().claims["auth_time"] = json!(NOW - 1700);
    let asked = leave(&mut portal).await;
    assert_eq!(asked["max_age"], "1800");
    assert!(!asked.contains_key("prompt"));
    is_in(&sign_in(&mut portal, &hostile).await);
    // Whoever is in already proves it anew, within what counts as fresh for a change.
    let asked = leave(&mut portal).await;
    assert_eq!(asked["max_age"], "300");
    assert_eq!(asked["prompt"], "login");
    let stale = sign_in(&mut portal, &hostile).await;
    assert!(stale.html.contains("Please sign in anew"));
    hostile.script().claims["auth_time"] = json!(NOW);
    is_in(&sign_in(&mut portal, &hostile).await);
}

#[tokio::test]
async fn begun_sign_ins_are_counted_for_an_address_and_right_ones_are_not() {
    let hostile = Hostile::begin().await;
    let limit = |settings: &mut Settings| settings.policy.limits.provider_sign_ins.most = 3;
    let mut portal = portal_with(&hostile, |_| {}, limit).await;
    for _ in 0..5 {
        is_in(&sign_in(&mut portal, &hostile).await);
        portal.other_browser();
    }
    for _ in 0..3 {
        leave(&mut portal).await;
    }
    let next = [("next", "register")];
    let refused = portal.post("/sign-in/with/campus", &next).await;
    assert_eq!(refused.status, 429);
    let unknown = portal.post("/sign-in/with/nowhere", &next).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn passwords_can_be_left_out() {
    let hostile = Hostile::begin().await;
    let only = |settings: &mut Settings| settings.sign_in.password = false;
    let mut portal = portal_with(&hostile, |_| {}, only).await;
    let page = portal.get("/sign-in").await.html;
    assert!(!page.contains("type=\"password\"") && page.contains("/sign-in/with/campus"));
    let password = "Maple-Orbit-Lamp-38";
    assert_eq!(portal.sign_in("bo", password).await, 404);
    is_in(&sign_in(&mut portal, &hostile).await);
}
