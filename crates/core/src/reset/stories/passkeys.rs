//! A passkey as a proof: alone when it knew its owner and policy lets it, else one of two.

use super::*;
use crate::challenge::Spends;

const PASSKEY: &str = "the-passkey";

fn known(verified: bool) -> Recognised {
    Recognised {
        kind: Kind::Passkey,
        destination: PASSKEY.to_owned(),
        verified,
        spends: Spends::Signature {
            kept: 3,
            count: 4,
            backed_up: false,
        },
    }
}

/// Somebody who has a passkey too.
fn story() -> Story {
    let mut story = Story::known().forgot();
    let held = Held {
        kind: Kind::Passkey,
        destination: PASSKEY.to_owned(),
        usable_from: START,
    };
    story.held.push(held);
    story
}

fn offer(story: &mut Story, known: Option<Recognised>) -> Answer {
    story.ask(Ask::Try)?;
    let ticket = story.ticket();
    story.ask(Ask::Recognised(ticket, known))
}

fn pass(story: &mut Story, verified: bool) {
    story.send(Way::Passkey).unwrap();
    offer(story, Some(known(verified))).unwrap();
}

#[test]
fn a_passkey_that_knew_its_owner_stands_alone() {
    let mut story = story();
    story.send(Way::Passkey).unwrap();
    assert_eq!(story.acts, ["seek"]);
    offer(&mut story, Some(known(true))).unwrap();
    assert_eq!(story.acts, ["uncount", "pass", "rotate", "take"]);
    assert_eq!(story.at(), "proven");
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes, [(Goal::Reset, vec![1])]);
}

#[test]
fn without_its_owner_known_it_is_one_of_two() {
    let mut story = story();
    pass(&mut story, false);
    assert_eq!(story.at(), "choosing");
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
}

#[test]
fn one_gate_is_not_passed_by_a_passkey_that_did_not_know_its_owner() {
    let mut story = story();
    story.policy.reset.gates = 1;
    story.flow.gates = 1;
    pass(&mut story, false);
    assert_eq!(story.at(), "choosing");
    let mut story = self::story();
    story.policy.reset.gates = 1;
    story.flow.gates = 1;
    pass(&mut story, true);
    assert_eq!(story.at(), "proven");
}

#[test]
fn where_policy_says_so_it_never_stands_alone() {
    let mut story = story();
    story.policy.passkeys.alone = false;
    pass(&mut story, true);
    assert_eq!(story.at(), "choosing");
    story.prove(Way::Questions).unwrap();
    assert_eq!(story.at(), "proven");
}

#[test]
fn the_privileged_prove_two_things() {
    let mut story = story();
    story.set_privileged();
    pass(&mut story, true);
    assert_eq!(story.at(), "choosing");
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
    story.ask(Ask::Submit).unwrap();
}

#[test]
fn what_stood_alone_falls_when_policy_or_rank_is_raised_or_the_passkey_goes() {
    let changes: [fn(&mut Story); 3] = [
        |story| story.policy.passkeys.alone = false,
        Story::set_privileged,
        |story| story.held.retain(|held| held.kind != Kind::Passkey),
    ];
    for change in changes {
        let mut story = story();
        pass(&mut story, true);
        change(&mut story);
        assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
        assert!(story.writes.is_empty());
    }
}

#[test]
fn somebody_elses_passkey_passes_nothing_and_tries_are_bounded() {
    let other = Recognised {
        destination: "somebody else's".to_owned(),
        ..known(true)
    };
    for mut story in [story(), Story::stranger().forgot()] {
        story.send(Way::Passkey).unwrap();
        for wrong in [None, Some(other.clone()), None, None] {
            assert_eq!(offer(&mut story, wrong), Err(Refusal::WrongPasskey));
        }
        assert_eq!(offer(&mut story, None), Err(Refusal::PasskeyOver));
        let late = offer(&mut story, Some(known(true)));
        assert_eq!(late, Err(Refusal::PasskeyOver));
        assert!(story.taken.is_empty() && story.evidence.is_empty());
    }
}

#[test]
fn a_passkey_answers_no_other_challenge_and_nothing_else_answers_its() {
    let mut story = story();
    story.send(Way::App).unwrap();
    assert_eq!(
        offer(&mut story, Some(known(true))),
        Err(Refusal::WrongAppCode)
    );
    story.send(Way::Passkey).unwrap();
    assert_eq!(
        offer(&mut story, Some(seen().into())),
        Err(Refusal::WrongPasskey)
    );
    assert_eq!(story.answer(true), Err(Refusal::NotNow));
    let code = OneTimeCode::typed("123456", 6);
    assert_eq!(story.offer(code), Err(Refusal::WrongPasskey));
    assert_eq!(story.ask(Ask::Again), Err(Refusal::NotNow));
    story.wait(600);
    assert_eq!(
        offer(&mut story, Some(known(true))),
        Err(Refusal::PasskeyOver)
    );
}
