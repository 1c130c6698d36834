//! A recovery code as a proof: never the first, never alone, once.

use super::*;

#[test]
fn a_recovery_code_is_never_the_first_proof() {
    let mut story = Story::known().forgot();
    assert_eq!(story.send(Way::Codes), Err(Refusal::NotOffered));
    assert!(!Flow::offers(&story.policy, &[]).contains(&Way::Codes));
    story.prove(Way::Email).unwrap();
    let offered = Flow::offers(&story.policy, &story.evidence);
    assert_eq!(offered.last(), Some(&Way::Codes), "listed last");
}

#[test]
fn a_recovery_code_passes_a_later_gate_and_is_taken_with_it() {
    let mut story = Story::known().forgot();
    story.prove(Way::Email).unwrap();
    story.send(Way::Codes).unwrap();
    assert!(story.acts.is_empty(), "nothing leaves, nobody is sought");
    story.spend(Some(CODES)).unwrap();
    assert_eq!(story.acts, ["uncount", "pass", "rotate", "take"]);
    assert_eq!(story.taken, [of_set(CODES)]);
    let row = story.evidence.last().unwrap();
    assert_eq!((row.kind, row.destination.as_str()), (Kind::Codes, CODES));
    assert_eq!(story.at(), "proven");
}

#[test]
fn a_recovery_code_never_stands_alone() {
    // Not even when what it stood beside is gone, and one gate would do.
    let mut story = Story::known();
    story.policy.reset.gates = 1;
    story.policy.codes.digits = 8;
    let mut story = story.forgot();
    story.flow.gates = 2;
    story.prove(Way::Email).unwrap();
    story.prove(Way::Codes).unwrap();
    story.flow.gates = 1;
    story.held.retain(|held| held.kind != Kind::Email);
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    assert!(story.writes.is_empty());
}

#[test]
fn what_is_recognised_as_no_code_of_theirs_passes_nothing() {
    let mut story = Story::known().forgot();
    story.prove(Way::Email).unwrap();
    story.send(Way::Codes).unwrap();
    for wrong in [None, Some("an old set"), Some("somebody else's")] {
        assert_eq!(story.spend(wrong), Err(Refusal::WrongRecoveryCode));
    }
    assert_eq!((story.flow.wrong, story.counters[&Kind::Codes]), (3, 3));
    assert!(story.taken.is_empty());
    // Other asks compare other things.
    assert_eq!(story.answer(true), Err(Refusal::NotNow));
    assert_eq!(story.show(Some(seen())), Err(Refusal::AppOver));
    assert_eq!(
        story.spend(Some(CODES)),
        Err(Refusal::AppOver),
        "five tries"
    );
}

#[test]
fn a_proof_by_an_old_set_is_worthless_when_there_is_a_new_one() {
    let mut story = Story::known().forgot();
    story.prove(Way::Email).unwrap();
    story.prove(Way::Codes).unwrap();
    "a new set".clone_into(&mut story.held(Kind::Codes).destination);
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    assert!(story.writes.is_empty());
}

#[test]
fn a_set_that_waits_serves_nothing() {
    let mut story = Story::known().forgot();
    story.prove(Way::Email).unwrap();
    story.held(Kind::Codes).usable_from = START.plus(Duration::from_mins(1));
    assert_eq!(story.prove(Way::Codes), Err(Refusal::WrongRecoveryCode));
    story.wait(60);
    story.spend(Some(CODES)).unwrap();
}

#[test]
fn two_codes_of_a_set_are_one_proof() {
    let mut story = Story::known();
    story.policy.reset.gates = 3;
    let mut story = story.forgot();
    story.prove(Way::Email).unwrap();
    story.prove(Way::Codes).unwrap();
    assert_eq!(story.send(Way::Codes), Err(Refusal::MethodUsed));
    assert_eq!(story.at(), "choosing");
}

#[test]
fn a_recovery_code_answers_no_other_challenge() {
    let mut story = Story::known().forgot();
    story.send(Way::App).unwrap();
    assert_eq!(story.spend(Some(CODES)), Err(Refusal::WrongAppCode));
    story.prove(Way::Email).unwrap();
    story.send(Way::Questions).unwrap();
    assert!(story.spend(Some(CODES)).is_err());
    assert_eq!(story.evidence.len(), 1);
}

#[test]
fn the_privileged_may_use_one_beside_another() {
    let mut story = Story::known();
    story.policy.reset.gates = 1;
    let mut story = story.forgot();
    story.set_privileged();
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "choosing", "two for them, whatever policy says");
    story.prove(Way::Codes).unwrap();
    story.ask(Ask::Submit).unwrap();
}
