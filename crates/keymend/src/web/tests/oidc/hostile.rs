//! Providers that lie, err, are down, or are somebody else.

use std::time::Duration;

use serde_json::{Value, json};

use super::provider::{Hostile, NOW, Script, Signer};
use super::{back, is_in, leave, portal, refused, sign_in};

/// What is wrong; the page; the word.
type Case = (fn(&mut Script), &'static str, &'static str);

/// A key of what it says of itself; its value, by the origin; the word; the status.
type Document = (&'static str, fn(&str) -> Value, &'static str, u16);

const CASES: &[Case] = &[
    (
        |s| s.claims["iss"] = json!("https://evil.example"),
        "The answer came from somewhere else",
        "issuer",
    ),
    (
        |s| s.claims["aud"] = json!("other"),
        "The answer was not meant for us",
        "audience",
    ),
    (
        |s| s.claims["aud"] = json!(["portal", "other"]),
        "The answer was not meant for us",
        "audience",
    ),
    (
        |s| s.claims["azp"] = json!("other"),
        "The answer was not meant for us",
        "audience",
    ),
    (
        |s| s.signer = Signer::Nobody,
        "The answer cannot be checked",
        "signature",
    ),
    (
        |s| s.signer = Signer::Secret,
        "The answer cannot be checked",
        "signature",
    ),
    (
        |s| s.signer = Signer::ed25519(),
        "The answer cannot be checked",
        "signature",
    ),
    (
        |s| s.keys = vec![Signer::p256().key("1")],
        "The answer cannot be checked",
        "signature",
    ),
    (
        |s| drop(s.claims.as_object_mut().unwrap().remove("exp")),
        "The answer cannot be checked",
        "signature",
    ),
    (
        |s| s.claims["exp"] = json!(NOW - 61),
        "The answer came too late",
        "expired",
    ),
    // A token of just now that is over, and one of the future: the clocks.
    (
        |s| {
            s.date = NOW - 300;
            s.claims["iat"] = json!(NOW - 300);
            s.claims["exp"] = json!(NOW - 240);
        },
        "A clock is wrong",
        "clock",
    ),
    (
        |s| s.claims["iat"] = json!(NOW + 300),
        "A clock is wrong",
        "clock",
    ),
    (
        |s| s.refuses = Some((400, "invalid_grant")),
        "Campus account did not let you in",
        "refused",
    ),
    (
        |s| s.refuses = Some((401, "invalid_client")),
        "Campus account cannot be reached",
        "down",
    ),
    (
        |s| s.refuses = Some((500, "")),
        "Campus account cannot be reached",
        "down",
    ),
];

#[tokio::test]
async fn each_lie_and_error_has_its_page_and_lets_nobody_in() {
    for (at, (change, page, word)) in CASES.iter().enumerate() {
        let hostile = Hostile::begin().await;
        change(&mut hostile.script());
        let mut portal = portal(&hostile, |_| {}).await;
        let answer = sign_in(&mut portal, &hostile).await;
        assert!(answer.html.contains(page), "case {at}: {}", answer.html);
        assert!(answer.status >= 400, "case {at}");
        assert_eq!(portal.get("/register").await.header("location"), "/sign-in");
        assert_eq!(refused(&portal).await, [format!("campus {word}")]);
        let numbers = portal.app.metrics.text();
        let number = format!("provider=\"campus\",outcome=\"{word}\"}} 1");
        assert!(numbers.contains(&number), "case {at}: {number}");
        // Nothing is lost: the password still does it.
        assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
    }
}

#[tokio::test]
async fn an_answer_to_another_question_is_not_taken() {
    let hostile = Hostile::begin().await;
    let mut portal = portal(&hostile, |_| {}).await;
    let asked = leave(&mut portal).await;
    hostile.script().claims["nonce"] = json!("of another sign-in");
    let state = asked["state"].as_str();
    let answer = back(&mut portal, &[("code", "1"), ("state", state)]).await;
    assert!(
        answer
            .html
            .contains("The answer belongs to another sign-in")
    );
    assert_eq!(refused(&portal).await, ["campus nonce"]);
}

#[tokio::test]
async fn what_the_browser_brings_back_is_believed_of_the_right_issuer_only() {
    let hostile = Hostile::begin().await;
    let mut portal = portal(&hostile, |_| {}).await;
    let cases = [
        (Some("https://evil.example"), None, "campus issuer"),
        // Even a refusal (RFC 9207, 2.4).
        (
            Some("https://evil.example"),
            Some("access_denied"),
            "campus issuer",
        ),
        (None, Some("access_denied"), "campus cancelled"),
        (None, Some("server_error"), "campus refused"),
        (None, Some("login_required<script>"), "campus refused"),
    ];
    for (iss, error, word) in cases {
        let asked = leave(&mut portal).await;
        hostile.script().claims["nonce"] = json!(asked["nonce"]);
        let mut sent = vec![("state", asked["state"].as_str())];
        sent.extend(iss.map(|iss| ("iss", iss)));
        sent.extend(error.map(|error| ("error", error)));
        if error.is_none() {
            sent.push(("code", "1"));
        }
        assert!(back(&mut portal, &sent).await.status >= 400);
        // In the order of one moment.
        let last = refused(&portal).await;
        assert!(last.iter().any(|said| said == word), "{last:?}");
    }
    assert_eq!(refused(&portal).await.len(), 5);
    assert!(hostile.script().token_requests.is_empty());
}

#[tokio::test]
async fn a_provider_that_names_itself_in_answers_must_do_so() {
    let hostile = Hostile::begin().await;
    let names = "authorization_response_iss_parameter_supported";
    hostile.script().metadata[names] = json!(true);
    let mut portal = portal(&hostile, |_| {}).await;
    sign_in(&mut portal, &hostile).await;
    assert_eq!(refused(&portal).await, ["campus issuer"]);
    // Some do it only where they give a code; a no is a no, also with a code beside it.
    let asked = leave(&mut portal).await;
    let no = [
        ("error", "access_denied"),
        ("code", "code-1"),
        ("state", &asked["state"]),
    ];
    let answer = back(&mut portal, &no).await;
    assert!(answer.html.contains("You did not sign in"));
    let mut words = refused(&portal).await;
    words.sort();
    assert_eq!(words, ["campus cancelled", "campus issuer"]);
    assert!(hostile.script().token_requests.is_empty());
}

#[tokio::test]
async fn new_keys_are_found_once_a_minute() {
    let hostile = Hostile::begin().await;
    let mut portal = portal(&hostile, |_| {}).await;
    is_in(&sign_in(&mut portal, &hostile).await);
    assert_eq!(hostile.script().key_requests, 1);
    portal.wait(Duration::from_mins(2));
    {
        let mut script = hostile.script();
        let next = Signer::p256();
        script.keys.push(next.key("2"));
        (script.signer, script.kid) = (next, Some("2"));
        (script.claims["exp"], script.date) = (json!(NOW + 900), NOW + 120);
    }
    portal.other_browser();
    is_in(&sign_in(&mut portal, &hostile).await);
    assert_eq!(hostile.script().key_requests, 2);
    // Names that are made up ask for nothing more.
    hostile.script().kid = Some("made up");
    for _ in 0..3 {
        portal.other_browser();
        sign_in(&mut portal, &hostile).await;
    }
    assert_eq!(refused(&portal).await, ["campus signature"; 3]);
    assert_eq!(hostile.script().key_requests, 2);
    assert_eq!(hostile.script().discoveries, 1);
}

#[tokio::test]
async fn discovery_is_of_the_configured_issuer_or_of_none() {
    let with_slash = |origin: &str| json!(format!("{origin}/"));
    let cases: [Document; 5] = [
        ("issuer", |_| json!("https://evil.example"), "issuer", 502),
        ("issuer", with_slash, "issuer", 502),
        // A provider elsewhere, or one in the clear.
        (
            "token_endpoint",
            |_| json!("http://id.example/token"),
            "down",
            503,
        ),
        ("jwks_uri", |_| json!("ftp://id.example/keys"), "down", 503),
        ("token_endpoint", |_| json!(7), "down", 503),
    ];
    for (key, value, word, status) in cases {
        let hostile = Hostile::begin().await;
        hostile.script().metadata[key] = value(&hostile.origin);
        let mut portal = portal(&hostile, |_| {}).await;
        portal.get("/sign-in").await;
        let next = [("next", "register")];
        let answer = portal.post("/sign-in/with/campus", &next).await;
        assert_eq!(answer.status, status, "{key}");
        assert_eq!(refused(&portal).await, [format!("campus {word}")], "{key}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_left_alone_for_a_moment() {
    let hostile = Hostile::begin().await;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let mut portal = portal(&hostile, |settings| settings.issuer = issuer).await;
    let page = portal.get("/sign-in").await;
    assert_eq!(page.status, 200, "the page asks nobody");
    let next = [("next", "register")];
    for _ in 0..2 {
        let answer = portal.post("/sign-in/with/campus", &next).await;
        assert_eq!(answer.status, 503);
        assert!(answer.html.contains("Campus account cannot be reached"));
        assert!(answer.html.contains("Sign in another way"));
    }
    assert_eq!(portal.sign_in("bo", "Maple-Orbit-Lamp-38").await, 303);
}
