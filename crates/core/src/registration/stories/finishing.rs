//! When a registration is finished.

use super::*;

fn finish(minimum: u8, held: &[Kind]) -> Answer {
    let mut story = Story::newcomer();
    story.policy.registration.minimum = minimum;
    story.held = held.iter().map(|kind| old(*kind)).collect();
    let answer = story.ask(Ask::Finish);
    assert_eq!(story.finished, answer.is_ok());
    answer
}

#[test]
fn finish_wants_as_many_methods_as_policy_says() {
    let phone_and_email = [Kind::Phone, Kind::Email];
    assert_eq!(finish(2, &[]), Err(Refusal::Minimum));
    assert_eq!(finish(2, &[Kind::Phone]), Err(Refusal::Minimum));
    assert_eq!(finish(2, &phone_and_email), Ok(()));
    assert_eq!(finish(3, &phone_and_email), Err(Refusal::Minimum));
    assert_eq!(finish(3, &Kind::ALL), Ok(()));
    assert_eq!(finish(1, &[Kind::Email]), Ok(()));
}

#[test]
fn questions_alone_never_finish() {
    assert_eq!(finish(1, &[Kind::Questions]), Err(Refusal::Minimum));
    assert_eq!(finish(2, &[Kind::Questions, Kind::Phone]), Ok(()));
}

#[test]
fn a_method_that_policy_withdrew_does_not_count_towards_the_minimum() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Questions]);
    story.policy.methods = vec![Kind::Phone, Kind::Email];
    assert_eq!(story.ask(Ask::Finish), Err(Refusal::Minimum));
    story.policy.methods = vec![Kind::Email, Kind::Questions];
    story.policy.registration.minimum = 1;
    assert_eq!(story.ask(Ask::Finish), Err(Refusal::Minimum));
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
    assert_eq!(story.ask(Ask::Finish), Err(Refusal::Minimum));
    story.register_email(ADDRESS).unwrap();
    assert!(story.held.starts_with(&held));
    story.ask(Ask::Finish).unwrap();
}
