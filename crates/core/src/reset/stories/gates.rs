//! Which proofs are asked for, and which ones count together.

use super::*;
use crate::method::Channel;

#[test]
fn two_different_proofs_lead_to_the_password() {
    let mut story = Story::known().forgot();
    assert_eq!(story.at(), "choosing");
    story.prove(Way::Sms).unwrap();
    assert_eq!(story.at(), "choosing");
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
    let rows: Vec<_> = story
        .evidence
        .iter()
        .map(|row| {
            (
                row.gate,
                row.kind,
                row.way,
                row.destination.as_str(),
                row.goal,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (1, Kind::Phone, Way::Sms, PHONE, Goal::Reset),
            (2, Kind::Email, Way::Email, EMAIL, Goal::Reset)
        ]
    );
    assert_eq!(story.evidence[1].challenge, story.messages[1].challenge);
}

#[test]
fn the_cookie_changes_at_every_passed_gate_and_at_the_write() {
    let mut story = proven();
    assert_eq!(story.rotations, 2);
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.rotations, 3);
}

#[test]
fn questions_never_come_first() {
    let mut story = Story::known().forgot();
    assert_eq!(story.send(Way::Questions), Err(Refusal::NotOffered));
    story.send(Way::Sms).unwrap();
    assert_eq!(story.send(Way::Questions), Err(Refusal::NotOffered));
    assert!(!Flow::offers(&story.policy, &[]).contains(&Way::Questions));
}

#[test]
fn questions_may_come_second() {
    let mut story = Story::known().forgot();
    story.prove(Way::Voice).unwrap();
    story.prove(Way::Questions).unwrap();
    assert_eq!(story.at(), "proven");
    assert_eq!(story.evidence[1].destination, QUESTIONS);
}

#[test]
fn a_text_and_a_call_to_one_phone_are_one_proof() {
    let mut story = Story::known().forgot();
    story.prove(Way::Sms).unwrap();
    story.wait(30);
    assert_eq!(story.send(Way::Voice), Err(Refusal::MethodUsed));
    assert_eq!(story.send(Way::Sms), Err(Refusal::MethodUsed));
    assert_eq!((story.at().as_str(), story.evidence.len()), ("choosing", 1));
}

#[test]
fn a_destination_that_has_served_does_not_serve_again_under_another_kind() {
    let mut story = Story::known().forgot();
    PHONE.clone_into(&mut story.held(Kind::Email).destination);
    story.prove(Way::Sms).unwrap();
    assert_eq!(story.prove(Way::Email), Err(Refusal::MethodUsed));
    assert_eq!((story.at().as_str(), story.evidence.len()), ("waiting", 1));
    story.prove(Way::Questions).unwrap();
    assert_eq!(story.at(), "proven");
}

#[test]
fn rows_of_one_destination_are_one_proof_even_if_the_table_holds_two() {
    let mut story = proven();
    PHONE.clone_into(&mut story.held(Kind::Email).destination);
    PHONE.clone_into(&mut story.evidence[1].destination);
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    let mut story = proven();
    story.evidence[1] = Evidence {
        gate: 2,
        ..story.evidence[0].clone()
    };
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
}

#[test]
fn choosing_another_method_throws_the_code_away_and_passes_nothing() {
    let mut story = Story::known().forgot();
    story.send(Way::Sms).unwrap();
    let code = story.code();
    story.ask(Ask::Other).unwrap();
    assert_eq!(story.at(), "choosing");
    assert_eq!(story.ask(Ask::Try), Err(Refusal::NotNow));
    story.send(Way::Email).unwrap();
    assert_eq!(story.offer(Some(code)), Err(Refusal::WrongCode));
    assert!(story.evidence.is_empty());
    story.ask(Ask::Other).unwrap();
    story.ask(Ask::Other).unwrap();
    assert_eq!((story.at().as_str(), story.evidence.len()), ("choosing", 0));
}

#[test]
fn choosing_another_method_keeps_the_count_of_wrong_proofs() {
    let mut story = Story::known().forgot();
    story.send(Way::Sms).unwrap();
    story.offer_wrong().unwrap_err();
    story.ask(Ask::Other).unwrap();
    story.send(Way::Email).unwrap();
    assert_eq!(story.flow.wrong, 1);
}

#[test]
fn a_method_that_policy_does_not_offer_is_refused() {
    let mut story = Story::known().forgot();
    story.policy.methods = vec![Kind::Email];
    assert_eq!(story.send(Way::Sms), Err(Refusal::NotOffered));
    assert_eq!(story.send(Way::Voice), Err(Refusal::NotOffered));
    story.send(Way::Email).unwrap();
}

#[test]
fn a_method_that_policy_withdraws_mid_flow_proves_nothing_and_sends_nothing() {
    let mut story = Story::known().forgot();
    story.send(Way::Sms).unwrap();
    story.policy.methods = vec![Kind::Email, Kind::Questions];
    let as_a_stranger = Err(Refusal::WrongCode);
    assert_eq!(story.offer_right(), as_a_stranger);
    story.wait(30);
    assert_eq!(story.ask(Ask::Again), Err(Refusal::NotOffered));
    assert_eq!((story.messages.len(), story.evidence.len()), (1, 0));
}

#[test]
fn policy_raised_after_the_first_gate_wants_the_new_number() {
    let mut story = Story::known().forgot();
    story.prove(Way::Sms).unwrap();
    story.policy.reset.gates = 3;
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "choosing");
    story.prove(Way::Questions).unwrap();
    assert_eq!(story.at(), "proven");
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Reset, vec![1, 2, 3])]);
}

#[test]
fn policy_raised_after_the_last_gate_stops_the_write() {
    let mut story = proven();
    story.policy.reset.gates = 3;
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    assert_eq!((story.at().as_str(), story.writes.len()), ("choosing", 0));
    assert_eq!(story.flow.submits, 0);
    story.prove(Way::Questions).unwrap();
    story.ask(Ask::Submit).unwrap();
}

#[test]
fn policy_lowered_mid_flow_still_wants_what_it_wanted_then() {
    let mut story = Story::known().forgot();
    story.policy.reset.gates = 1;
    story.prove(Way::Sms).unwrap();
    assert_eq!(story.at(), "choosing");
}

#[test]
fn one_gate_is_enough_where_policy_says_so() {
    let mut story = Story::known();
    story.policy.reset.gates = 1;
    let mut story = story.forgot();
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Reset, vec![1])]);
}

#[test]
fn an_unlock_has_its_own_number_of_gates() {
    let mut story = Story::known();
    story.policy.reset.unlock_gates = 1;
    let mut reset = story.clone().forgot();
    reset.prove(Way::Email).unwrap();
    assert_eq!(reset.at(), "choosing");
    story.ask(Ask::Want(Goal::Unlock)).unwrap();
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Unlock, vec![1])]);
}

#[test]
fn proofs_of_an_unlock_do_not_count_for_a_reset() {
    let mut story = proven();
    for row in &mut story.evidence {
        row.goal = Goal::Unlock;
    }
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    assert!(story.writes.is_empty());
}

#[test]
fn the_goal_is_said_once() {
    for goal in [Goal::Reset, Goal::Unlock] {
        let mut story = Story::known();
        assert_eq!(story.flow.goal(), None);
        story.ask(Ask::Want(goal)).unwrap();
        assert_eq!(story.flow.goal(), Some(goal));
        assert_eq!(story.ask(Ask::Want(Goal::Unlock)), Err(Refusal::NotNow));
        assert_eq!(story.flow.goal(), Some(goal));
        story.send(Way::Sms).unwrap();
        assert_eq!(story.ask(Ask::Want(Goal::Unlock)), Err(Refusal::NotNow));
        assert_eq!(story.flow.goal(), Some(goal));
    }
}

#[test]
fn nothing_is_possible_before_the_goal_is_said() {
    let mut story = Story::known();
    let asks = [
        Ask::Again,
        Ask::Other,
        Ask::Try,
        Ask::Submit,
        Ask::Settle(Outcome::Done),
    ];
    for ask in asks {
        assert_eq!(story.ask(ask), Err(Refusal::NotNow));
        assert_eq!((story.at().as_str(), story.acts.len()), ("named", 0));
    }
    assert_eq!(story.send(Way::Sms), Err(Refusal::NotNow));
}

#[test]
fn the_page_offers_policys_list_less_what_has_served() {
    let mut story = Story::known().forgot();
    let offers = |story: &Story| Flow::offers(&story.policy, &story.evidence);
    let names = |story: &Story| {
        offers(story)
            .iter()
            .map(|way| way.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(names(&story), "passkey sms voice email app");
    story.prove(Way::Voice).unwrap();
    assert_eq!(names(&story), "passkey email app questions codes");
    story.prove(Way::Questions).unwrap();
    assert_eq!(names(&story), "passkey email app codes");
}

#[test]
fn the_reference_is_the_end_of_the_flows_identifier_and_differs_at_the_same_moment() {
    let story = Story::known();
    let id = story.flow.id.as_str().to_ascii_uppercase();
    let (front, back) = (&id[18..22], &id[22..]);
    assert_eq!(story.flow.reference(), format!("{front}-{back}"));
    let mut chance = Chance::new(5);
    let mut begun = || Flow::begin(&story.policy, START, &mut chance).reference();
    let references: std::collections::HashSet<_> = (0..1000).map(|_| begun()).collect();
    assert_eq!(references.len(), 1000);
}

#[test]
fn a_channel_that_policy_does_not_offer_carries_no_code() {
    let mut story = Story::known().forgot();
    story.policy.channels = vec![Channel::Voice, Channel::Email];
    assert_eq!(story.send(Way::Sms), Err(Refusal::NotOffered));
    story.send(Way::Voice).unwrap();
    story.policy.channels = vec![Channel::Sms, Channel::Email];
    story.wait(30);
    assert_eq!(story.ask(Ask::Again), Err(Refusal::NotOffered));
    assert_eq!(story.offer_right(), Err(Refusal::NotOffered));
    assert_eq!((story.messages.len(), story.evidence.len()), (1, 0));
}
