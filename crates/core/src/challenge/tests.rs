use std::time::Duration;

use super::*;
use crate::policy::Policy;
use crate::testing::Chance;

const START: Timestamp = Timestamp::from_millis(1_000_000);

fn codes() -> CodePolicy {
    Policy::default().codes
}

fn questions(seed: u64) -> Challenge {
    Challenge {
        id: Id::random(&mut Chance::new(seed)),
        way: Way::Questions,
        destination: String::new(),
        digest: None,
        at: START,
        until: START.plus(codes().life),
        tries: 0,
        silent: false,
    }
}

fn code(seed: u64) -> Challenge {
    Challenge {
        way: Way::Sms,
        digest: Some(CodeDigest::try_from("A".repeat(43)).unwrap()),
        ..questions(seed)
    }
}

#[test]
fn a_try_is_counted_up_to_the_limit_and_no_further() {
    let mut challenge = code(1);
    for tries in 1..=5 {
        assert_eq!(challenge.count(&codes(), START), Ok(()));
        assert_eq!(challenge.tries, tries);
    }
    assert_eq!(challenge.count(&codes(), START), Err(Refusal::CodeSpent));
    assert_eq!(challenge.tries, 5);
}

#[test]
fn a_try_after_the_end_is_not_counted() {
    let mut challenge = code(1);
    let end = challenge.until;
    let before = end.minus(Duration::from_millis(1));
    assert_eq!(challenge.count(&codes(), before), Ok(()));
    assert_eq!(challenge.count(&codes(), end), Err(Refusal::CodeExpired));
    assert_eq!(challenge.tries, 1);
}

#[test]
fn a_code_that_is_over_and_spent_says_that_it_is_over() {
    let mut challenge = code(1);
    challenge.tries = 5;
    let end = challenge.until;
    assert_eq!(challenge.count(&codes(), end), Err(Refusal::CodeExpired));
}

#[test]
fn only_tickets_of_counted_tries_of_this_challenge_are_admitted() {
    let (mut one, mut other) = (code(1), code(2));
    let uncounted = one.ticket();
    one.count(&codes(), START).unwrap();
    other.count(&codes(), START).unwrap();
    let first = one.ticket();
    one.count(&codes(), START).unwrap();
    let second = one.ticket();
    assert!(one.admits(&first) && one.admits(&second));
    assert!(!one.admits(&uncounted) && !one.admits(&other.ticket()));
    one.tries = 1;
    assert!(one.admits(&first) && !one.admits(&second));
}

#[test]
fn a_wrong_proof_says_what_it_was_and_the_last_one_that_it_was_the_last() {
    for (mut challenge, wrong) in [
        (code(1), Refusal::WrongCode),
        (questions(1), Refusal::WrongAnswers),
    ] {
        challenge.tries = 4;
        assert_eq!(challenge.wrong(&codes()), wrong);
        challenge.tries = 5;
        assert_eq!(challenge.wrong(&codes()), Refusal::CodeSpent);
    }
}

#[test]
fn sends_are_counted_for_each_kind_with_a_wait_between() {
    let mut sends = Sends::default();
    let after = |seconds| START.plus(Duration::from_secs(seconds));
    let count = |sends: &mut Sends, kind, seconds| sends.count(kind, &codes(), after(seconds));
    assert_eq!(count(&mut sends, Kind::Phone, 0), Ok(()));
    let wait = Refusal::WaitBeforeAgain { until: after(30) };
    assert_eq!(count(&mut sends, Kind::Phone, 29), Err(wait));
    assert_eq!(count(&mut sends, Kind::Email, 29), Ok(()));
    assert_eq!(count(&mut sends, Kind::Phone, 30), Ok(()));
    assert_eq!(sends.again_at(Kind::Phone, &codes()), Some(after(60)));
    assert_eq!(sends.again_at(Kind::Email, &codes()), Some(after(59)));
    assert_eq!(sends.again_at(Kind::Questions, &codes()), None);
    assert_eq!(count(&mut sends, Kind::Phone, 60), Ok(()));
    assert_eq!(count(&mut sends, Kind::Phone, 61), Err(Refusal::SendsSpent));
    assert_eq!(
        count(&mut sends, Kind::Phone, 1000),
        Err(Refusal::SendsSpent)
    );
    assert_eq!(count(&mut sends, Kind::Email, 59), Ok(()));
}

#[test]
fn a_stored_challenge_and_stored_sends_read_back() {
    for challenge in [code(1), questions(1)] {
        let json = serde_json::to_string(&challenge).unwrap();
        let back: Challenge = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), json);
        assert_eq!(back.digest.is_some(), challenge.digest.is_some());
    }
    let mut sends = Sends::default();
    sends.count(Kind::Email, &codes(), START).unwrap();
    let json = serde_json::to_string(&sends).unwrap();
    assert_eq!(serde_json::from_str::<Sends>(&json).unwrap(), sends);
}
