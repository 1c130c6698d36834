//! When a registration is finished.

use super::*;

fn finish(minimum: u8, held: &[Kind]) -> Answer {
    let mut story = Story::newcomer();
    story.policy.registration.minimum = minimum;
    story.policy.reset.gates = minimum.min(2);
    story.policy.reset.unlock_gates = minimum.min(2);
    story.held = held.iter().map(|kind| old(*kind)).collect();
    let answer = story.ask(Ask::Finish);
    assert_eq!(story.finished, answer.is_ok());
    answer
}

/// So many methods are missing.
fn wants(count: usize) -> Answer {
    Err(Refusal::Minimum(Lack::Methods(count)))
}

#[test]
fn finish_wants_as_many_methods_as_policy_says() {
    let phone_and_email = [Kind::Phone, Kind::Email];
    assert_eq!(finish(2, &[]), wants(2));
    assert_eq!(finish(2, &[Kind::Phone]), wants(1));
    assert_eq!(finish(2, &phone_and_email), Ok(()));
    assert_eq!(finish(3, &phone_and_email), wants(1));
    assert_eq!(finish(3, &Kind::ALL), Ok(()));
    assert_eq!(finish(1, &[Kind::Email]), Ok(()));
}

#[test]
fn questions_alone_never_finish() {
    assert_eq!(finish(1, &[Kind::Questions]), wants(1));
    assert_eq!(finish(2, &[Kind::Questions, Kind::Phone]), Ok(()));
}

#[test]
fn a_method_that_policy_withdrew_does_not_count_towards_the_minimum() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Questions]);
    story.policy.methods = vec![Kind::Phone, Kind::Email];
    assert_eq!(story.ask(Ask::Finish), wants(1));
    story.policy.methods = vec![Kind::Email, Kind::Questions];
    assert_eq!(story.ask(Ask::Finish), wants(1));
}

#[test]
fn after_the_finish_it_is_not_a_first_registration_any_more() {
    let mut story = Story::newcomer();
    story.register_phone(NUMBER).unwrap();
    story.register_email(ADDRESS).unwrap();
    story.ask(Ask::Finish).unwrap();
    assert_eq!(story.acts, ["finish"]);
    story.ask(Ask::SaveAnswers).unwrap();
    assert_eq!(story.usable_from(Kind::Questions), START.plus(QUARANTINE));
}

#[test]
fn saying_that_all_is_still_right_needs_no_proof_and_changes_nothing() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Email]);
    let held = story.held.clone();
    story.ask(Ask::LooksGood).unwrap();
    assert_eq!(story.acts, ["reaffirm"]);
    assert_eq!(story.held, held);
}

#[test]
fn what_is_verified_stays_without_a_finish() {
    let mut story = Story::newcomer();
    story.register_phone(NUMBER).unwrap();
    let held = story.held.clone();
    story.visit = Visit::begin(Id::random(&mut Chance::new(2)), START);
    assert_eq!(story.ask(Ask::Finish), wants(1));
    story.register_email(ADDRESS).unwrap();
    assert!(story.held.starts_with(&held));
    story.ask(Ask::Finish).unwrap();
}

#[test]
fn finish_wants_of_a_protected_person_what_a_reset_would() {
    let finish = |kinds: &[Kind], minimum: u8| {
        let mut story = Story::newcomer();
        story.privileged = true;
        story.policy.registration.minimum = minimum;
        story.policy.reset.gates = minimum;
        story.policy.reset.unlock_gates = minimum;
        story.held = kinds.iter().map(|kind| old(*kind)).collect();
        story.ask(Ask::Finish)
    };
    assert_eq!(finish(&[Kind::Phone, Kind::Questions], 2), wants(1));
    assert_eq!(finish(&[Kind::Questions], 2), wants(2));
    assert_eq!(finish(&[Kind::Passkey], 1), wants(1), "never alone");
    assert_eq!(finish(&[Kind::Passkey, Kind::Email], 1), Ok(()));
}

#[test]
fn nobody_is_asked_for_more_than_they_are_offered() {
    let mut story = Story::newcomer();
    story.policy.methods = vec![Kind::Phone, Kind::Email, Kind::Questions];
    story.policy.registration.minimum = 3;
    story.policy.reset.unlock_gates = 3;
    assert_eq!(story.policy.check(), []);
    story.held = [Kind::Phone, Kind::Email].map(old).to_vec();
    assert_eq!(story.ask(Ask::Finish), wants(1));
    // No questions, so two are all there is; they reset the password.
    story.privileged = true;
    assert_eq!(story.ask(Ask::Finish), Ok(()));
    story.held.pop();
    assert_eq!(story.ask(Ask::Finish), wants(1));
    story.held.clear();
    assert_eq!(story.ask(Ask::Finish), wants(2), "not more than helps");
}

#[test]
fn a_reset_that_is_out_of_reach_is_said_to_be_whatever_is_held() {
    let mut story = Story::newcomer();
    story.policy.methods = vec![Kind::Phone, Kind::Email, Kind::Questions];
    story.policy.registration.minimum = 3;
    story.policy.reset.gates = 3;
    story.privileged = true;
    let beyond = Err(Refusal::Minimum(Lack::Beyond));
    for held in [&[][..], &[Kind::Phone], &[Kind::Phone, Kind::Email]] {
        story.held = held.iter().map(|kind| old(*kind)).collect();
        assert_eq!(story.ask(Ask::Finish), beyond);
    }
}

#[test]
fn what_is_worn_out_or_used_up_finishes_nothing_and_what_waits_does() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Email]);
    let ready = story.now.plus(QUARANTINE);
    story.held(Kind::Email).usable_from = ready;
    assert_eq!(story.ask(Ask::Finish), Ok(()));
    story.held(Kind::Email).usable_from = Timestamp::from_millis(i64::MAX);
    assert_eq!(story.ask(Ask::Finish), wants(1));
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Codes]);
    assert_eq!(story.ask(Ask::Finish), Ok(()));
    story.spent = true;
    assert_eq!(story.ask(Ask::Finish), wants(1));
}

#[test]
fn finish_says_what_kind_is_missing_and_when_nothing_that_is_offered_would_do() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Email]);
    story.policy.reset.phishing_resistant = true;
    let resistant = Err(Refusal::Minimum(Lack::Resistant));
    assert_eq!(story.ask(Ask::Finish), resistant);
    let mut story = Story::finished_with(&[Kind::Email]);
    story.policy.methods = vec![Kind::Email, Kind::Questions];
    story.privileged = true;
    let beyond = Err(Refusal::Minimum(Lack::Beyond));
    assert_eq!(story.ask(Ask::Finish), beyond);
}
