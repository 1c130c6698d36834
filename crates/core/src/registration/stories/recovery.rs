//! Recovery codes: shown until they are said to be saved, one set, changed by proof.

use super::*;
use crate::recovery::MANY;

#[test]
fn codes_are_kept_when_they_are_said_to_be_saved_and_never_shown_again() {
    let mut story = Story::newcomer();
    story.ask(Ask::NewCodes).unwrap();
    assert!(story.acts.is_empty() && story.held.is_empty());
    let shown = story.visit.codes.clone().unwrap();
    assert_eq!(shown.codes.len(), MANY);
    assert_eq!(shown.until, START.plus(story.policy.codes.life));
    story.ask(Ask::KeepCodes(shown.set)).unwrap();
    assert_eq!(story.acts, ["keep codes"]);
    assert_eq!(story.usable_from(Kind::Codes), START);
    assert!(story.visit.codes.is_none(), "they are gone");
}

#[test]
fn the_old_set_serves_until_the_new_one_is_kept() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::Codes]);
    assert_eq!(story.ask(Ask::NewCodes), Err(Refusal::ProofNeeded));
    story.confirm(Way::Email).unwrap();
    story.ask(Ask::NewCodes).unwrap();
    assert_eq!(story.held(Kind::Codes).clone(), old(Kind::Codes));
    let set = story.new_set();
    story.ask(Ask::KeepCodes(set.clone())).unwrap();
    assert_eq!(story.acts, ["keep codes instead"]);
    assert_eq!(story.held(Kind::Codes).destination, set.as_str());
}

#[test]
fn codes_that_were_made_again_or_are_shown_no_more_are_not_kept() {
    let mut story = Story::newcomer();
    story.ask(Ask::NewCodes).unwrap();
    let first = story.new_set();
    story.ask(Ask::NewCodes).unwrap();
    assert_eq!(story.ask(Ask::KeepCodes(first)), Err(Refusal::NotNow));
    let second = story.new_set();
    story.wait(story.policy.codes.life.as_secs());
    assert_eq!(
        story.ask(Ask::KeepCodes(second.clone())),
        Err(Refusal::NotNow)
    );
    story.just_before(START.plus(story.policy.codes.life), 1);
    story.ask(Ask::KeepCodes(second.clone())).unwrap();
    assert_eq!(
        story.ask(Ask::KeepCodes(second)),
        Err(Refusal::NotNow),
        "once"
    );
}

#[test]
fn a_proof_that_went_stale_meanwhile_is_asked_for_again_and_nothing_is_lost() {
    let mut story = Story::finished_with(&[Kind::Email]);
    story.confirm(Way::Email).unwrap();
    story.ask(Ask::NewCodes).unwrap();
    let set = story.new_set();
    story.wait(FRESH.as_secs());
    assert_eq!(
        story.ask(Ask::KeepCodes(set.clone())),
        Err(Refusal::ProofNeeded)
    );
    story.confirm(Way::Email).unwrap();
    story.ask(Ask::KeepCodes(set)).unwrap();
}

#[test]
fn codes_never_finish_a_registration_alone_or_beside_what_may_not_come_first() {
    let mut story = Story::newcomer();
    story.register_codes().unwrap();
    story.ask(Ask::SaveAnswers).unwrap();
    assert_eq!(story.held.len(), 2);
    assert_eq!(
        story.ask(Ask::Finish),
        Err(Refusal::Minimum(Lack::Methods(1)))
    );
    story.register_email(ADDRESS).unwrap();
    story.ask(Ask::Finish).unwrap();
}

#[test]
fn codes_right_after_a_first_registration_belong_to_it() {
    let mut story = Story::newcomer();
    story.register_email(ADDRESS).unwrap();
    story.register_phone(NUMBER).unwrap();
    story.wait(2 * FRESH.as_secs());
    story.ask(Ask::Finish).unwrap();
    story.wait(FRESH.as_secs() - 1);
    let mut late = story.clone();
    story.register_codes().unwrap();
    let now = story.now;
    assert_eq!(story.usable_from(Kind::Codes), now, "they do not wait");
    assert_eq!(
        story.ask(Ask::NewCodes),
        Err(Refusal::ProofNeeded),
        "another set is a change"
    );
    assert_eq!(
        story.ask(Ask::Remove(Kind::Email)),
        Err(Refusal::ProofNeeded)
    );

    late.wait(1);
    assert_eq!(late.ask(Ask::NewCodes), Err(Refusal::ProofNeeded));
    // Finished again later is no first registration.
    late.ask(Ask::Finish).unwrap();
    assert_eq!(late.ask(Ask::NewCodes), Err(Refusal::ProofNeeded));
}

#[test]
fn codes_wait_unless_an_older_method_vouched() {
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.register_codes().unwrap();
    assert_eq!(story.usable_from(Kind::Codes), START.plus(QUARANTINE));
    // What waits vouches for nothing.
    assert_eq!(
        story.ask(Ask::Confirm(Way::Codes)),
        Err(Refusal::NotRegistered)
    );
}

#[test]
fn a_recovery_code_vouches_when_a_phone_is_lost() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Codes]);
    assert_eq!(
        story.ask(Ask::Remove(Kind::Phone)),
        Err(Refusal::ProofNeeded)
    );
    story.ask(Ask::Confirm(Way::Codes)).unwrap();
    assert!(story.codes.is_empty(), "no code leaves");
    assert_eq!(story.spend(None), Err(Refusal::WrongRecoveryCode));
    assert_eq!(
        story.spend(Some("an old set")),
        Err(Refusal::WrongRecoveryCode)
    );
    story.spend(Some("index of an old codes")).unwrap();
    assert!(story.acts.iter().any(|act| act.starts_with("take")));
    story.ask(Ask::Remove(Kind::Phone)).unwrap();
}

#[test]
fn a_set_that_was_replaced_meanwhile_vouches_no_more() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::Codes]);
    story.ask(Ask::Confirm(Way::Codes)).unwrap();
    "another set".clone_into(&mut story.held(Kind::Codes).destination);
    for set in ["index of an old codes", "another set"] {
        assert_eq!(story.spend(Some(set)), Err(Refusal::WrongRecoveryCode));
    }
}

#[test]
fn a_recovery_code_answers_no_other_challenge() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::App, Kind::Codes]);
    for way in [Way::App, Way::Email] {
        story.ask(Ask::Confirm(way)).unwrap();
        assert!(story.spend(Some("index of an old codes")).is_err());
    }
    story.ask(Ask::Confirm(Way::Codes)).unwrap();
    assert_eq!(
        story.show(Some("index of an old app")),
        Err(Refusal::WrongRecoveryCode)
    );
    assert!(story.visit.proof.is_none());
}

#[test]
fn nothing_is_made_while_recovery_is_frozen() {
    let mut story = Story::newcomer();
    story.frozen = Some(START);
    assert_eq!(story.ask(Ask::NewCodes), Err(Refusal::Frozen));
}

#[test]
fn what_policy_does_not_offer_is_not_made() {
    let mut story = Story::newcomer();
    story.policy.methods.retain(|kind| *kind != Kind::Codes);
    assert_eq!(story.ask(Ask::NewCodes), Err(Refusal::NotOffered));
}
