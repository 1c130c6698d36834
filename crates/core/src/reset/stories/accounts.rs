//! What changes about the account while a flow is under way: rank, freeze, destinations.

use super::*;

#[test]
fn a_stranger_with_a_lucky_guess_is_refused_like_a_wrong_code() {
    let mut story = Story::stranger().forgot();
    story.send(Way::Email).unwrap();
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
    assert_eq!((story.evidence.len(), story.flow.wrong), (0, 1));
}

#[test]
fn a_right_code_of_a_frozen_account_is_refused_like_a_wrong_one() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    story.set_open(false);
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
    assert!(story.evidence.is_empty());
}

#[test]
fn a_code_that_went_nowhere_proves_nothing() {
    let mut story = Story::known().forgot();
    let way = Way::Sms;
    let number = Some("index-of-another-number".to_owned());
    story.ask(Ask::Send { way, number }).unwrap();
    assert_eq!(story.messages[0].arrived, None);
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
    assert!(story.evidence.is_empty());
}

#[test]
fn a_destination_changed_since_its_code_went_out_proves_nothing() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    "index-of-a-newer-address".clone_into(&mut story.held(Kind::Email).destination);
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
}

#[test]
fn a_method_removed_since_its_code_went_out_proves_nothing() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    story.held.retain(|held| held.kind != Kind::Email);
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
}

#[test]
fn questions_that_are_not_registered_prove_nothing() {
    let mut story = Story::known().forgot();
    story.prove(Way::Sms).unwrap();
    story.held.retain(|held| held.kind != Kind::Questions);
    assert_eq!(story.prove(Way::Questions), Err(Refusal::WrongAnswers));
}

#[test]
fn a_method_that_still_waits_proves_nothing_until_its_time_has_come() {
    let mut story = Story::known().forgot();
    story.held(Kind::Email).usable_from = START.plus(Duration::from_mins(1));
    story.send(Way::Email).unwrap();
    story.just_before(START.plus(Duration::from_mins(1)), 1);
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
    story.just_before(START.plus(Duration::from_mins(1)), 0);
    story.offer_right().unwrap();
}

#[test]
fn a_proof_stops_counting_when_its_destination_is_changed() {
    let mut story = proven();
    "index-of-a-newer-number".clone_into(&mut story.held(Kind::Phone).destination);
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    assert!(story.writes.is_empty());
    story.prove(Way::Questions).unwrap();
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Reset, vec![2, 3])]);
}

#[test]
fn a_proof_stops_counting_when_its_method_is_removed_or_has_to_wait_again() {
    let mut story = Story::known().forgot();
    story.prove(Way::Sms).unwrap();
    let mut removed = story.clone();
    removed.held.retain(|held| held.kind != Kind::Phone);
    removed.prove(Way::Email).unwrap();
    assert_eq!(removed.at(), "choosing");
    story.held(Kind::Phone).usable_from = story.now.plus(Duration::from_hours(24));
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "choosing");
}

#[test]
fn questions_count_nothing_for_the_privileged() {
    let mut story = Story::known().forgot();
    story.set_privileged();
    story.prove(Way::Sms).unwrap();
    story.prove(Way::Questions).unwrap();
    assert_eq!(story.at(), "choosing");
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Reset, vec![1, 3])]);
}

#[test]
fn the_privileged_need_two_proofs_whatever_policy_says() {
    let mut story = Story::known();
    story.policy.reset.gates = 1;
    story.set_privileged();
    let mut story = story.forgot();
    story.prove(Way::Sms).unwrap();
    assert_eq!(story.at(), "choosing");
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
}

#[test]
fn an_account_that_became_privileged_after_the_last_gate_needs_more() {
    let mut story = Story::known().forgot();
    story.prove(Way::Sms).unwrap();
    story.prove(Way::Questions).unwrap();
    assert_eq!(story.at(), "proven");
    story.set_privileged();
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    assert_eq!((story.at().as_str(), story.writes.len()), ("choosing", 0));
    story.prove(Way::Email).unwrap();
    story.ask(Ask::Submit).unwrap();
}

#[test]
fn rank_does_not_show_in_the_flow_before_a_proof() {
    let (mut ordinary, mut stranger) = (Story::known(), Story::stranger());
    let mut privileged = Story::known();
    privileged.set_privileged();
    for story in [&mut ordinary, &mut stranger, &mut privileged] {
        story.policy.reset.gates = 1;
        story.ask(Ask::Want(Goal::Reset)).unwrap();
    }
    assert_eq!(privileged.saved(), stranger.saved());
    assert_eq!(ordinary.saved(), stranger.saved());
}

#[test]
fn an_account_that_may_not_be_reset_is_closed_at_the_last_step_without_a_write() {
    let mut story = proven();
    story.set_open(false);
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotAllowed));
    assert_eq!(story.at(), "closed: not-allowed");
    assert!(story.writes.is_empty());
    story.set_open(true);
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::FlowOver));
}

#[test]
fn an_account_that_is_gone_is_closed_at_the_last_step_without_a_write() {
    let mut story = proven();
    story.subject = Subject::Stranger;
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotAllowed));
    assert!(story.writes.is_empty());
}

#[test]
fn questions_do_not_stand_alone_when_what_they_stood_beside_is_gone() {
    let mut story = Story::known();
    story.policy.reset.gates = 1;
    let mut story = story.forgot();
    story.prove(Way::Sms).unwrap();
    story.held.retain(|held| held.kind != Kind::Phone);
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    story.prove(Way::Questions).unwrap();
    assert_eq!(story.at(), "choosing");
    story.prove(Way::Email).unwrap();
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Reset, vec![3])]);
}
