//! What is stricter for some people shows to nobody but them, and holds at the write.

use super::*;
use crate::policy::{Preset, Terms};

fn stricter(terms: &Terms) -> Story {
    let mut story = Story::known();
    story.own = Some(story.policy.tightened(terms));
    story.forgot()
}

fn only(methods: &[Kind]) -> Terms {
    Terms {
        methods: Some(methods.to_vec()),
        ..Terms::default()
    }
}

#[test]
fn before_a_first_proof_everybody_is_offered_the_same_whatever_their_own_policy_offers() {
    let mut story = stricter(&only(&[Kind::Email, Kind::App]));
    let mut stranger = Story::stranger().forgot();
    for way in Way::ALL {
        assert_eq!(story.send(way), stranger.send(way), "{way:?}");
        assert_eq!(story.at(), stranger.at(), "{way:?}");
        story.ask(Ask::Other).unwrap();
        stranger.ask(Ask::Other).unwrap();
    }
}

#[test]
fn what_ones_own_policy_does_not_offer_is_as_if_it_were_not_registered() {
    let mut story = stricter(&only(&[Kind::Email, Kind::App]));
    let mut stranger = Story::stranger().forgot();
    story.send(Way::Sms).unwrap();
    stranger.send(Way::Sms).unwrap();
    assert_eq!(story.offer_right(), stranger.offer_right());
    assert_eq!(story.evidence, []);
}

#[test]
fn after_a_first_proof_ones_own_policy_decides_what_is_offered() {
    let mut story = stricter(&only(&[Kind::Email, Kind::App]));
    story.prove(Way::Email).unwrap();
    assert_eq!(story.send(Way::Sms), Err(Refusal::NotOffered));
    story.prove(Way::App).unwrap();
    assert_eq!(story.at(), "proven");
}

#[test]
fn a_profile_may_want_more_proofs_than_everybody_else_needs() {
    let mut story = stricter(&Terms {
        gates: Some(3),
        ..Terms::default()
    });
    story.prove(Way::Sms).unwrap();
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "choosing");
    story.prove(Way::App).unwrap();
    assert_eq!(story.at(), "proven");
}

#[test]
fn moved_into_a_stricter_profile_after_the_proofs_more_is_wanted_at_the_write() {
    let mut story = proven();
    story.own = Some(story.policy.tightened(&Terms {
        gates: Some(3),
        ..Terms::default()
    }));
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    assert_eq!((story.at().as_str(), story.writes.len()), ("choosing", 0));
    story.prove(Way::App).unwrap();
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Reset, vec![1, 2, 3])]);
}

#[test]
fn moved_into_a_profile_without_a_method_its_proof_counts_no_more() {
    let mut story = proven();
    story.own = Some(story.policy.tightened(&only(&[Kind::Email, Kind::App])));
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    story.prove(Way::App).unwrap();
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Reset, vec![2, 3])]);
}

#[test]
fn with_the_app_on_the_phone_a_text_and_the_app_are_one_proof() {
    let mut story = Story::known();
    story.policy.reset.app_with_phone = true;
    let mut story = story.forgot();
    story.prove(Way::Sms).unwrap();
    assert_eq!(story.send(Way::App), Err(Refusal::MethodUsed));
    let offered = Flow::offers(&story.policy, &story.evidence);
    assert!(!offered.contains(&Way::App) && !offered.contains(&Way::Voice));
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
}

/// Proofs that were recognised, without the ceremony of each.
fn row(gate: u8, way: Way, verified: bool) -> Evidence {
    Evidence {
        gate,
        goal: Goal::Reset,
        kind: way.kind(),
        way,
        destination: way.as_str().to_owned(),
        challenge: Id::random(&mut Chance::new(u64::from(gate))),
        verified,
    }
}

fn holding(policy: Policy, rows: &[Evidence]) -> Story {
    let mut story = Story::known();
    story.policy = policy;
    story.held = rows
        .iter()
        .map(|row| Held {
            kind: row.kind,
            destination: row.destination.clone(),
            usable_from: START,
        })
        .collect();
    story.evidence = rows.to_vec();
    let mut story = story.forgot();
    story.flow.state = State::Proven { goal: Goal::Reset };
    story
}

#[test]
fn against_phishing_two_proofs_without_a_passkey_or_a_recovery_code_are_not_enough() {
    let policy = Preset::PhishingResistant.policy();
    let weak = [row(1, Way::Email, false), row(2, Way::App, false)];
    let mut story = holding(policy.clone(), &weak);
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    let [email, app] = weak;
    let mut story = holding(policy, &[email, app, row(3, Way::Codes, false)]);
    story.ask(Ask::Submit).unwrap();
    assert_eq!(
        story.writes,
        [(Goal::Reset, vec![1, 3])],
        "the write stands on the recovery code"
    );
}

#[test]
fn a_write_that_a_passkey_is_enough_for_stands_on_the_passkey() {
    let rows = [row(1, Way::Email, false), row(2, Way::Passkey, true)];
    let mut story = holding(Preset::PhishingResistant.policy(), &rows);
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Reset, vec![2])]);
}
