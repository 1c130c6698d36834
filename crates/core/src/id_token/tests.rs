use serde_json::{Value, json};

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const SECONDS: i64 = 1_700_000_000;

fn token() -> Value {
    json!({
        "iss": "https://id.example", "sub": "1", "aud": "portal", "nonce": "n",
        "exp": SECONDS + 300, "iat": SECONDS, "auth_time": SECONDS - 60,
        "acr": "urn:mfa", "amr": ["pwd", "otp"], "email": "ana@campus.example",
    })
}

fn with(change: impl FnOnce(&mut Value)) -> Claims {
    let mut token = token();
    change(&mut token);
    serde_json::from_value(token).unwrap()
}

fn demands(acr: &[&str], amr: &[&str]) -> Demands {
    let owned = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
    Demands {
        acr: owned(acr),
        amr: owned(amr),
    }
}

fn expected(demands: &Demands) -> Expected<'_> {
    Expected {
        issuer: "https://id.example",
        client: "portal",
        nonce: "n",
        max_age: None,
        demands,
    }
}

fn check(change: impl FnOnce(&mut Value)) -> Result<(), TokenFault> {
    expected(&Demands::default()).check(&with(change), NOW)
}

#[test]
fn a_token_for_us_lets_in() {
    assert_eq!(check(|_| {}), Ok(()));
    assert_eq!(check(|t| t["aud"] = json!(["portal"])), Ok(()));
    assert_eq!(check(|t| t["azp"] = json!("portal")), Ok(()));
}

#[test]
fn the_issuer_is_compared_to_the_letter() {
    for other in [
        "https://id.example/",
        "https://ID.example",
        "https://evil.example",
        "",
    ] {
        let checked = check(|t| t["iss"] = json!(other));
        assert_eq!(checked, Err(TokenFault::Issuer), "{other}");
    }
}

#[test]
fn a_token_for_somebody_else_lets_nobody_in() {
    let audience = Err(TokenFault::Audience);
    assert_eq!(check(|t| t["aud"] = json!("other")), audience);
    assert_eq!(check(|t| t["aud"] = json!([])), audience);
    assert_eq!(check(|t| t["azp"] = json!("other")), audience);
    // With others, it must have been issued to us.
    assert_eq!(check(|t| t["aud"] = json!(["portal", "other"])), audience);
    let both = |azp: &'static str| {
        check(move |t| {
            t["aud"] = json!(["other", "portal"]);
            t["azp"] = json!(azp);
        })
    };
    assert_eq!(both("portal"), Ok(()));
    assert_eq!(both("other"), audience);
}

#[test]
fn an_answer_to_another_question_lets_nobody_in() {
    assert_eq!(check(|t| t["nonce"] = json!("m")), Err(TokenFault::Nonce));
    let none = check(|t| drop(t.as_object_mut().unwrap().remove("nonce")));
    assert_eq!(none, Err(TokenFault::Nonce));
}

#[test]
fn clocks_may_be_a_minute_off_and_no_more() {
    assert_eq!(check(|t| t["exp"] = json!(SECONDS - 59)), Ok(()));
    let expired = check(|t| t["exp"] = json!(SECONDS - 60));
    assert_eq!(expired, Err(TokenFault::Expired));
    assert_eq!(check(|t| t["iat"] = json!(SECONDS + 60)), Ok(()));
    let early = check(|t| t["iat"] = json!(SECONDS + 61));
    assert_eq!(early, Err(TokenFault::Early));
    // No number is so large that it wraps.
    assert_eq!(check(|t| t["exp"] = json!(i64::MAX)), Ok(()));
    let past = check(|t| t["exp"] = json!(i64::MIN));
    assert_eq!(past, Err(TokenFault::Expired));
}

#[test]
fn a_sign_in_that_must_be_fresh_says_when_it_was() {
    let none = Demands::default();
    let fresh = Expected {
        max_age: Some(Duration::from_mins(5)),
        ..expected(&none)
    };
    assert_eq!(fresh.check(&with(|_| {}), NOW), Ok(()));
    let old = with(|t| t["auth_time"] = json!(SECONDS - 360));
    assert_eq!(fresh.check(&old, NOW), Err(TokenFault::Stale));
    let silent = with(|t| drop(t.as_object_mut().unwrap().remove("auth_time")));
    assert_eq!(fresh.check(&silent, NOW), Err(TokenFault::Stale));
    assert_eq!(expected(&none).check(&silent, NOW), Ok(()));
}

#[test]
fn of_classes_one_is_enough_and_of_means_all_are_wanted() {
    let met = |acr: &[&str], amr: &[&str]| demands(acr, amr).met_by(&with(|_| {}));
    assert!(met(&["urn:mfa"], &[]) && met(&["urn:phr", "urn:mfa"], &[]));
    assert!(met(&[], &["otp", "pwd"]) && met(&[], &[]));
    assert!(!met(&["urn:phr"], &[]) && !met(&[], &["otp", "hwk"]));
    assert!(!met(&["urn:mfa"], &["hwk"]));
    let bare = with(|t| {
        let token = t.as_object_mut().unwrap();
        token.remove("acr");
        token.remove("amr");
    });
    assert!(!demands(&["urn:mfa"], &[]).met_by(&bare));
    assert!(!demands(&[], &["mfa"]).met_by(&bare));
    assert!(demands(&[], &[]).none());
    let wanted = demands(&["urn:phr"], &[]);
    let checked = expected(&wanted).check(&with(|_| {}), NOW);
    assert_eq!(checked, Err(TokenFault::Weak));
}

#[test]
fn what_is_no_token_is_not_read() {
    for key in ["iss", "sub", "aud", "exp", "iat"] {
        let mut token = token();
        token.as_object_mut().unwrap().remove(key);
        assert!(serde_json::from_value::<Claims>(token).is_err(), "{key}");
    }
    let twice = r#"{"iss":"a","iss":"b","sub":"1","aud":"p","exp":1,"iat":1}"#;
    assert!(serde_json::from_str::<Claims>(twice).is_err());
}
