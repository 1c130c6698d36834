//! Members of protected groups: what does not count for them vouches for nothing, and locks nobody.

use super::*;

/// A member of a protected group who finished long ago with these.
fn protected_with(kinds: &[Kind]) -> Story {
    let mut story = Story::finished_with(kinds);
    story.privileged = true;
    story
}

#[test]
fn answers_of_a_protected_person_vouch_for_nothing() {
    let mut story = protected_with(&[Kind::Phone, Kind::Questions]);
    let by_answers = Ask::Confirm(Way::Questions);
    assert_eq!(story.ask(by_answers), Err(Refusal::NotOffered));
    assert_eq!(story.ask(Ask::Unfreeze), Err(Refusal::ProofNeeded));
    story.confirm(Way::Sms).unwrap();
    story.ask(Ask::Open(Kind::Phone)).unwrap();
}

#[test]
fn answers_asked_for_before_somebody_was_protected_do_not_vouch_after() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Questions]);
    story.ask(Ask::Confirm(Way::Questions)).unwrap();
    story.privileged = true;
    assert_eq!(story.answer(true), Err(Refusal::WrongAnswers));
    assert!(story.visit.proof.is_none());
}

#[test]
fn a_proof_given_before_somebody_was_protected_is_worth_what_it_is_worth_after() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Questions]);
    story.confirm(Way::Questions).unwrap();
    story.ask(Ask::Open(Kind::Phone)).unwrap();
    story.privileged = true;
    assert_eq!(story.ask(Ask::Open(Kind::Phone)), Err(Refusal::ProofNeeded));
    assert_eq!(story.ask(Ask::Unfreeze), Err(Refusal::ProofNeeded));
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Questions]);
    story.confirm(Way::Sms).unwrap();
    story.privileged = true;
    story.ask(Ask::Open(Kind::Phone)).unwrap();
}

#[test]
fn a_proof_by_what_policy_withdrew_since_does_not_vouch() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Email]);
    story.confirm(Way::Email).unwrap();
    story.policy.methods = vec![Kind::Phone, Kind::App];
    assert_eq!(story.ask(Ask::Open(Kind::Phone)), Err(Refusal::ProofNeeded));
}

#[test]
fn with_answers_alone_a_protected_person_begins_anew_by_a_fresh_sign_in_and_waits() {
    let mut story = protected_with(&[Kind::Questions]);
    assert_eq!(story.ask(Ask::Open(Kind::Phone)), Err(Refusal::SignInAgain));
    story.visit.signed_in = START;
    story.register_phone(NUMBER).unwrap();
    assert_eq!(story.usable_from(Kind::Phone), START.plus(QUARANTINE));
    story.wait(QUARANTINE.as_secs());
    story.confirm(Way::Sms).unwrap();
    story.ask(Ask::Open(Kind::Email)).unwrap();
}

/// Whose provider does not say when they signed in there: as `App::back_from` begins the visit.
fn untold(mut story: Story) -> Story {
    story.visit.signed_in = START.minus(FRESH);
    story.visit.untold = true;
    story
}

#[test]
fn where_nobody_says_when_the_sign_in_was_it_is_taken_of_whom_nothing_vouches_for_and_waits() {
    let mut story = untold(protected_with(&[Kind::Questions]));
    story.register_phone(NUMBER).unwrap();
    assert_eq!(story.usable_from(Kind::Phone), START.plus(QUARANTINE));
    story.wait(FRESH.as_secs());
    story.register_email(ADDRESS).unwrap();
    assert_eq!(story.usable_from(Kind::Email), story.now.plus(QUARANTINE));
    let mut another = untold(story.clone());
    another.wait(QUARANTINE.as_secs());
    assert_eq!(another.ask(Ask::Open(Kind::App)), Err(Refusal::ProofNeeded));
    another.confirm(Way::Sms).unwrap();
    another.ask(Ask::Open(Kind::App)).unwrap();
}

#[test]
fn where_nobody_says_when_the_sign_in_was_nothing_that_is_there_changes_hands_by_it() {
    let mut story = untold(protected_with(&[Kind::Phone, Kind::Questions]));
    let worn = Timestamp::from_millis(i64::MAX);
    story.held(Kind::Phone).usable_from = worn;
    let needed = Err(Refusal::ProofNeeded);
    assert_eq!(story.ask(Ask::Open(Kind::Phone)), needed);
    assert_eq!(story.ask(Ask::Remove(Kind::Questions)), needed);
    story.ask(Ask::Open(Kind::Email)).unwrap();
    story.frozen = Some(START);
    assert_eq!(story.ask(Ask::Open(Kind::Email)), Err(Refusal::Frozen));
}

#[test]
fn what_counts_for_nothing_is_removed_by_a_proof_of_what_counts() {
    let mut withdrawn = Story::just_signed_in_with(&[Kind::Questions]);
    withdrawn.policy.methods = vec![Kind::Phone, Kind::Email];
    let mut protected = protected_with(&[Kind::Questions]);
    protected.visit.signed_in = START;
    for mut story in [protected, withdrawn] {
        let remove = || Ask::Remove(Kind::Questions);
        assert_eq!(story.ask(remove()), Err(Refusal::ProofNeeded));
        story.register_phone(NUMBER).unwrap();
        story.wait(QUARANTINE.as_secs());
        story.confirm(Way::Sms).unwrap();
        story.ask(remove()).unwrap();
    }
}

#[test]
fn questions_are_not_offered_to_a_protected_person() {
    let mut story = Story::newcomer();
    story.privileged = true;
    let refused = Err(Refusal::NotOffered);
    assert_eq!(story.ask(Ask::Open(Kind::Questions)), refused);
    assert_eq!(story.ask(Ask::SaveAnswers), refused);
}

#[test]
fn recovery_codes_that_are_used_up_do_not_vouch() {
    let mut story = Story::finished_with(&[Kind::Codes]);
    story.spent = true;
    let by_codes = Ask::Confirm(Way::Codes);
    assert_eq!(story.ask(by_codes), Err(Refusal::NotRegistered));
}
