//! Adding, changing and removing: which proof it needs, and from when on the result serves a reset.

use super::*;

#[test]
fn a_first_registration_needs_no_proof_and_does_not_wait() {
    let mut story = Story::newcomer();
    story.wait(3600);
    story.register_phone(NUMBER).unwrap();
    story.register_email(ADDRESS).unwrap();
    story.register_app("My phone").unwrap();
    story.ask(Ask::SaveAnswers).unwrap();
    assert_eq!(story.acts, ["keep answers"]);
    assert!(story.held.iter().all(|held| held.usable_from == story.now));
    assert_eq!(story.held.len(), 4);
}

#[test]
fn a_slip_in_a_first_registration_may_be_corrected_at_once() {
    let mut story = Story::newcomer();
    story.register_phone(NUMBER).unwrap();
    story.wait(30);
    story.register_phone("+12125550143").unwrap();
    assert_eq!(
        story.acts,
        ["keep +12125550143 instead", "uncount", "rotate"]
    );
    assert_eq!(story.usable_from(Kind::Phone), story.now);
}

#[test]
fn verifying_a_phone_allows_changing_that_phone_and_nothing_else() {
    let mut story = Story::newcomer();
    story.held = vec![old(Kind::Email)];
    story.register_phone(NUMBER).unwrap();
    assert_eq!(story.ask(Ask::Open(Kind::Phone)), Ok(()));
    assert_eq!(story.ask(Ask::Open(Kind::Email)), Err(Refusal::ProofNeeded));
    assert_eq!(story.ask(Ask::Unfreeze), Err(Refusal::ProofNeeded));
}

#[test]
fn a_change_needs_a_fresh_proof_by_a_registered_method() {
    for kind in [Kind::Phone, Kind::Email, Kind::Questions] {
        let mut story = Story::just_signed_in_with(&Kind::ALL);
        assert_eq!(story.ask(Ask::Open(kind)), Err(Refusal::ProofNeeded));
        assert_eq!(story.ask(Ask::Remove(kind)), Err(Refusal::ProofNeeded));
        story.confirm(Way::Voice).unwrap();
        story.ask(Ask::Open(kind)).unwrap();
        assert!(story.acts.is_empty());
        story.ask(Ask::Remove(kind)).unwrap();
        assert_eq!(story.acts, [format!("remove {}", kind.as_str())]);
    }
}

#[test]
fn without_a_proof_no_code_goes_to_a_new_destination() {
    let mut story = Story::just_signed_in_with(&[Kind::Phone, Kind::Email]);
    let new = || Ask::Send(Channel::Sms, phone(NUMBER));
    assert_eq!(story.ask(new()), Err(Refusal::ProofNeeded));
    assert!(story.codes.is_empty());
    story.confirm(Way::Email).unwrap();
    story.ask(new()).unwrap();
    story.offer_right(Slot::Phone).unwrap();
    assert_eq!(story.acts[0], "keep +12125550142 instead");
}

#[test]
fn without_a_proof_no_answers_are_replaced() {
    let mut story = Story::just_signed_in_with(&[Kind::Phone, Kind::Questions]);
    assert_eq!(story.ask(Ask::SaveAnswers), Err(Refusal::ProofNeeded));
    story.confirm(Way::Questions).unwrap();
    story.ask(Ask::SaveAnswers).unwrap();
    assert_eq!(story.acts, ["keep answers instead"]);
    assert_eq!(story.usable_from(Kind::Questions), START);
}

#[test]
fn a_proof_is_stale_after_exactly_five_minutes() {
    let mut story = Story::finished_with(&[Kind::Email]);
    story.confirm(Way::Email).unwrap();
    story.just_before(START.plus(FRESH), 1);
    story.ask(Ask::Open(Kind::Email)).unwrap();
    story.just_before(START.plus(FRESH), 0);
    assert_eq!(story.ask(Ask::Open(Kind::Email)), Err(Refusal::ProofNeeded));
}

#[test]
fn a_sign_in_is_stale_after_exactly_five_minutes() {
    let mut story = Story::just_signed_in_with(&[]);
    story.just_before(START.plus(FRESH), 1);
    story.ask(Ask::Open(Kind::Phone)).unwrap();
    story.just_before(START.plus(FRESH), 0);
    assert_eq!(story.ask(Ask::Open(Kind::Phone)), Err(Refusal::SignInAgain));
}

#[test]
fn adding_after_the_finish_needs_a_fresh_sign_in_or_a_proof() {
    let mut story = Story::finished_with(&[Kind::Email]);
    assert_eq!(story.ask(Ask::Open(Kind::Phone)), Err(Refusal::ProofNeeded));
    story.confirm(Way::Email).unwrap();
    story.ask(Ask::Open(Kind::Phone)).unwrap();
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.ask(Ask::Open(Kind::Phone)).unwrap();
}

#[test]
fn what_was_added_after_the_finish_without_a_proof_waits_a_day() {
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.register_phone(NUMBER).unwrap();
    story.ask(Ask::SaveAnswers).unwrap();
    assert_eq!(story.usable_from(Kind::Phone), START.plus(QUARANTINE));
    assert_eq!(story.usable_from(Kind::Questions), START.plus(QUARANTINE));
}

#[test]
fn what_was_added_or_changed_with_a_proof_does_not_wait() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::Phone]);
    story.confirm(Way::Email).unwrap();
    story.wait(30);
    story.register_phone(NUMBER).unwrap();
    story.ask(Ask::SaveAnswers).unwrap();
    assert_eq!(story.usable_from(Kind::Phone), story.now);
    assert_eq!(story.usable_from(Kind::Questions), story.now);
}

#[test]
fn changing_what_still_waits_does_not_end_the_waiting() {
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.register_phone(NUMBER).unwrap();
    story.wait(30);
    story.register_phone("+12125550143").unwrap();
    assert_eq!(story.usable_from(Kind::Phone), story.now.plus(QUARANTINE));
}

#[test]
fn removing_what_still_waits_and_adding_it_again_does_not_end_the_waiting() {
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.register_phone(NUMBER).unwrap();
    story.ask(Ask::Remove(Kind::Phone)).unwrap();
    story.wait(30);
    story.register_phone(NUMBER).unwrap();
    assert_eq!(story.usable_from(Kind::Phone), story.now.plus(QUARANTINE));
}

#[test]
fn a_method_that_still_waits_does_not_vouch_for_others() {
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.register_phone(NUMBER).unwrap();
    story.wait(30);
    assert_eq!(
        story.ask(Ask::Confirm(Way::Sms)),
        Err(Refusal::NotRegistered)
    );
    let ready = START.plus(QUARANTINE);
    story.just_before(ready, 1);
    assert_eq!(
        story.ask(Ask::Confirm(Way::Voice)),
        Err(Refusal::NotRegistered)
    );
    story.just_before(ready, 0);
    story.confirm(Way::Voice).unwrap();
    story.ask(Ask::Open(Kind::Email)).unwrap();
}

#[test]
fn a_method_that_is_not_registered_does_not_vouch() {
    let mut story = Story::finished_with(&[Kind::Email]);
    for way in [Way::Sms, Way::Voice, Way::Questions] {
        assert_eq!(story.ask(Ask::Confirm(way)), Err(Refusal::NotRegistered));
    }
    assert!(story.codes.is_empty());
}

#[test]
fn a_method_that_policy_withdrew_does_not_vouch() {
    let mut story = Story::finished_with(&Kind::ALL);
    story.ask(Ask::Confirm(Way::Questions)).unwrap();
    story.policy.methods = vec![Kind::Phone, Kind::Email];
    assert_eq!(story.answer(true), Err(Refusal::WrongAnswers));
    assert_eq!(
        story.ask(Ask::Confirm(Way::Questions)),
        Err(Refusal::NotOffered)
    );
    assert!(story.visit.proof.is_none());
}

#[test]
fn a_method_replaced_or_removed_since_its_code_went_out_does_not_vouch() {
    let mut story = Story::finished_with(&Kind::ALL);
    story.ask(Ask::Confirm(Way::Sms)).unwrap();
    let mut removed = story.clone();
    removed.held.retain(|held| held.kind != Kind::Phone);
    assert_eq!(removed.offer_right(Slot::Confirm), Err(Refusal::WrongCode));
    let mut waits = story.clone();
    waits.held(Kind::Phone).usable_from = START.plus(QUARANTINE);
    assert_eq!(waits.offer_right(Slot::Confirm), Err(Refusal::WrongCode));
    "index of a newer phone".clone_into(&mut story.held(Kind::Phone).destination);
    assert_eq!(story.offer_right(Slot::Confirm), Err(Refusal::WrongCode));
    for story in [removed, waits, story] {
        assert!(story.visit.proof.is_none());
    }
}

#[test]
fn answers_replaced_since_they_were_asked_do_not_vouch() {
    let mut story = Story::finished_with(&Kind::ALL);
    story.ask(Ask::Confirm(Way::Questions)).unwrap();
    "index of newer answers".clone_into(&mut story.held(Kind::Questions).destination);
    assert_eq!(story.answer(true), Err(Refusal::WrongAnswers));
    assert!(story.visit.proof.is_none());
}

#[test]
fn questions_vouch_by_answers_and_not_by_a_code() {
    let mut story = Story::finished_with(&Kind::ALL);
    story.ask(Ask::Confirm(Way::Questions)).unwrap();
    assert!(story.acts.is_empty());
    assert_eq!(story.answer(false), Err(Refusal::WrongAnswers));
    let code = OneTimeCode::typed("123456", 6);
    assert_eq!(story.offer(Slot::Confirm, code), Err(Refusal::WrongAnswers));
    story.answer(true).unwrap();
    assert_eq!(story.acts, ["uncount", "rotate"]);
    assert!(story.visit.confirm.is_none());
}

#[test]
fn answers_do_not_stand_for_a_code() {
    let mut story = Story::finished_with(&Kind::ALL);
    story.ask(Ask::Confirm(Way::Email)).unwrap();
    assert_eq!(story.acts, ["email to the registered one"]);
    assert_eq!(story.answer(true), Err(Refusal::WrongCode));
    assert!(story.visit.proof.is_none());
}

#[test]
fn a_code_to_confirm_may_be_sent_again_by_the_other_channel() {
    let mut story = Story::finished_with(&Kind::ALL);
    story.ask(Ask::Confirm(Way::Sms)).unwrap();
    story.wait(30);
    story.ask(Ask::Again(Slot::Confirm, None)).unwrap();
    assert_eq!(story.acts, ["sms to the registered one"]);
    story.wait(30);
    story
        .ask(Ask::Again(Slot::Confirm, Some(Channel::Voice)))
        .unwrap();
    assert_eq!(story.acts, ["voice to the registered one"]);
    story.offer_right(Slot::Confirm).unwrap();
    let proof = story.visit.proof.unwrap();
    assert_eq!(
        (proof.kind, proof.narrow, proof.at),
        (Kind::Phone, false, story.now)
    );
}

#[test]
fn a_refused_send_leaves_the_open_confirmation_alive() {
    let mut story = Story::finished_with(&Kind::ALL);
    story.ask(Ask::Confirm(Way::Sms)).unwrap();
    assert!(story.ask(Ask::Again(Slot::Confirm, None)).is_err());
    assert_eq!(story.codes.len(), 1);
    story.offer_right(Slot::Confirm).unwrap();
}

#[test]
fn a_broad_proof_is_not_narrowed_by_verifying_something_new() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::Questions]);
    story.confirm(Way::Questions).unwrap();
    story.register_phone(NUMBER).unwrap();
    story.ask(Ask::Open(Kind::Email)).unwrap();
    story.ask(Ask::Unfreeze).unwrap();
}

#[test]
fn verifying_something_new_does_not_lengthen_a_broad_proof() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::Questions]);
    story.confirm(Way::Questions).unwrap();
    story.wait(299);
    story.register_phone(NUMBER).unwrap();
    story.wait(1);
    assert_eq!(story.ask(Ask::Open(Kind::Email)), Err(Refusal::ProofNeeded));
}

#[test]
fn a_proof_that_went_stale_while_the_code_travelled_keeps_nothing() {
    let mut story = Story::finished_with(&[Kind::Phone, Kind::Email]);
    story.confirm(Way::Email).unwrap();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    story.wait(300);
    assert_eq!(story.offer_right(Slot::Phone), Err(Refusal::ProofNeeded));
    assert_eq!(*story.held(Kind::Phone), old(Kind::Phone));
    assert!(story.acts.is_empty() && story.visit.phone.is_none());
}

#[test]
fn what_another_tab_registered_meanwhile_is_not_replaced_without_a_proof() {
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    story.held.push(old(Kind::Phone));
    assert_eq!(story.offer_right(Slot::Phone), Err(Refusal::ProofNeeded));
    assert_eq!(*story.held(Kind::Phone), old(Kind::Phone));
}

#[test]
fn a_method_that_policy_does_not_offer_cannot_be_set_up() {
    let mut story = Story::newcomer();
    story.policy.methods = vec![Kind::Email];
    let new = Ask::Send(Channel::Sms, phone(NUMBER));
    assert_eq!(story.ask(new), Err(Refusal::NotOffered));
    assert_eq!(story.ask(Ask::SaveAnswers), Err(Refusal::NotOffered));
    assert_eq!(story.ask(Ask::Open(Kind::Phone)), Err(Refusal::NotOffered));
}

#[test]
fn what_is_not_there_cannot_be_removed() {
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    assert_eq!(
        story.ask(Ask::Remove(Kind::Phone)),
        Err(Refusal::NotRegistered)
    );
}

#[test]
fn a_freeze_is_lifted_by_a_fresh_proof_of_a_registered_method() {
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    assert_eq!(story.ask(Ask::Unfreeze), Err(Refusal::ProofNeeded));
    story.confirm(Way::Email).unwrap();
    story.ask(Ask::Unfreeze).unwrap();
    assert_eq!(story.acts, ["unfreeze"]);
    story.wait(300);
    assert_eq!(story.ask(Ask::Unfreeze), Err(Refusal::ProofNeeded));
}

#[test]
fn while_recovery_is_frozen_nothing_is_changed_and_what_came_after_does_not_vouch() {
    let mut story = Story::just_signed_in_with(&[Kind::Email, Kind::Questions]);
    story.frozen = Some(story.now.minus(Duration::from_hours(1)));
    for kind in Kind::ALL {
        assert_eq!(story.ask(Ask::Open(kind)), Err(Refusal::Frozen));
    }
    assert_eq!(story.ask(Ask::SaveAnswers), Err(Refusal::Frozen));
    assert_eq!(story.ask(Ask::Remove(Kind::Email)), Err(Refusal::Frozen));
    // An intruder's method becomes usable after the freeze, at the earliest.
    for held in &mut story.held {
        held.usable_from = story.now.minus(Duration::from_mins(59));
    }
    assert_eq!(
        story.ask(Ask::Confirm(Way::Email)),
        Err(Refusal::NotRegistered)
    );
    assert_eq!(
        story.ask(Ask::Confirm(Way::Questions)),
        Err(Refusal::NotRegistered)
    );
    assert_eq!(story.ask(Ask::Unfreeze), Err(Refusal::ProofNeeded));
    for held in &mut story.held {
        held.usable_from = story.now.minus(Duration::from_hours(1));
    }
    story.confirm(Way::Email).unwrap();
    story.ask(Ask::Unfreeze).unwrap();
}

#[test]
fn what_a_claim_code_registers_serves_at_once_unless_policy_says_otherwise() {
    for (hours, waits) in [(0, Duration::ZERO), (48, Duration::from_hours(48))] {
        let mut story = Story::newcomer();
        story.visit.claimed = true;
        story.policy.registration.claim_wait = Duration::from_hours(hours);
        story.register_email(ADDRESS).unwrap();
        let serves = story.now.plus(waits);
        assert_eq!(story.usable_from(Kind::Email), serves, "{hours} hours");
    }
}

#[test]
fn a_claim_code_opens_no_way_around_what_is_registered() {
    let mut story = Story::just_signed_in_with(&[Kind::Phone]);
    story.visit.claimed = true;
    assert_eq!(story.ask(Ask::Open(Kind::Phone)), Err(Refusal::ProofNeeded));
    assert_eq!(story.ask(Ask::Open(Kind::Email)), Err(Refusal::ProofNeeded));
}
