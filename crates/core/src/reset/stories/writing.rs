//! The write to the directory: once, on rows, and what may happen around it.

use super::*;

fn applying() -> Story {
    let mut story = proven();
    story.ask(Ask::Submit).unwrap();
    story
}

#[test]
fn a_write_stands_on_the_gates_that_were_passed() {
    let story = applying();
    assert_eq!(story.at(), "applying");
    assert_eq!(story.acts, ["write", "rotate"]);
    assert_eq!(story.writes, [(Goal::Reset, vec![1, 2])]);
    assert_eq!(story.flow.submits, 1);
    assert!(matches!(
        story.flow.state,
        State::Applying { since: START, .. }
    ));
}

#[test]
fn nothing_is_written_before_the_last_gate() {
    let mut story = Story::known().forgot();
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotNow));
    story.prove(Way::Sms).unwrap();
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotNow));
    story.send(Way::Email).unwrap();
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotNow));
    assert!(story.writes.is_empty());
}

#[test]
fn the_state_alone_is_no_proof() {
    let mut story = Story::known();
    story.flow.state = State::Proven { goal: Goal::Reset };
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
    assert!(story.writes.is_empty());
}

#[test]
fn nothing_else_is_possible_once_enough_is_proven() {
    let mut story = proven();
    let saved = story.saved();
    let asks = [Ask::Again, Ask::Other, Ask::Try, Ask::Settle(Outcome::Done)];
    for ask in asks {
        assert_eq!(story.ask(ask), Err(Refusal::NotNow));
    }
    assert_eq!(story.send(Way::Questions), Err(Refusal::NotNow));
    assert_eq!(story.saved(), saved);
}

#[test]
fn while_the_directory_is_asked_everything_else_waits() {
    let mut story = applying();
    assert!(!story.flow.open());
    assert_eq!(story.flow.goal(), Some(Goal::Reset));
    let saved = story.saved();
    let asks = [
        Ask::Want(Goal::Unlock),
        Ask::Again,
        Ask::Other,
        Ask::Try,
        Ask::Submit,
        Ask::Cancel,
    ];
    for ask in asks {
        assert_eq!(story.ask(ask), Err(Refusal::NotNow));
        assert!(story.acts.is_empty());
    }
    story.wait(10_000);
    assert_eq!(story.ask(Ask::Cancel), Err(Refusal::NotNow));
    assert_eq!(story.saved(), saved, "not even the clock cuts a write off");
}

#[test]
fn a_write_that_is_settled_after_the_flows_end_is_still_done() {
    let mut story = applying();
    story.wait(10_000);
    story.ask(Ask::Settle(Outcome::Done)).unwrap();
    assert_eq!(story.at(), "done");
    assert_eq!(story.finished, [Goal::Reset]);
}

#[test]
fn done_accepts_nothing() {
    let mut story = applying();
    story.ask(Ask::Settle(Outcome::Done)).unwrap();
    assert_eq!(story.acts, ["finish"]);
    assert_eq!(story.flow.goal(), Some(Goal::Reset));
    let saved = story.saved();
    story.wait(10_000);
    let asks = [
        Ask::Want(Goal::Unlock),
        Ask::Again,
        Ask::Other,
        Ask::Try,
        Ask::Submit,
        Ask::Settle(Outcome::Done),
        Ask::Settle(Outcome::Refused),
        Ask::Cancel,
    ];
    for ask in asks {
        assert_eq!(story.ask(ask), Err(Refusal::NotNow));
        assert!(story.acts.is_empty());
    }
    assert_eq!(story.saved(), saved);
    assert_eq!((story.writes.len(), story.finished.len()), (1, 1));
}

#[test]
fn a_refusal_by_the_directory_costs_no_proof() {
    let mut story = applying();
    story.ask(Ask::Settle(Outcome::Refused)).unwrap();
    assert_eq!((story.at().as_str(), story.finished.len()), ("proven", 0));
    assert!(story.acts.is_empty());
    assert_eq!(story.evidence.len(), 2);
    story.ask(Ask::Submit).unwrap();
    assert_eq!(story.writes.len(), 2);
}

#[test]
fn five_new_passwords_may_be_tried_and_the_sixth_closes_the_flow() {
    let mut story = proven();
    for _ in 0..5 {
        story.ask(Ask::Submit).unwrap();
        story.ask(Ask::Settle(Outcome::Refused)).unwrap();
    }
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::SubmitsSpent));
    assert_eq!(story.at(), "closed: too-many-submits");
    assert_eq!(story.writes.len(), 5);
}

#[test]
fn a_refused_write_does_not_lengthen_the_flow() {
    let mut story = applying();
    story.wait(900);
    story.ask(Ask::Settle(Outcome::Refused)).unwrap();
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::FlowOver));
    assert_eq!(story.writes.len(), 1);
}

#[test]
fn an_unlock_is_written_as_an_unlock() {
    let mut story = Story::known();
    story.ask(Ask::Want(Goal::Unlock)).unwrap();
    story.prove(Way::Sms).unwrap();
    story.prove(Way::Email).unwrap();
    story.ask(Ask::Submit).unwrap();
    story.ask(Ask::Settle(Outcome::Done)).unwrap();
    assert_eq!(story.writes, [(Goal::Unlock, vec![1, 2])]);
    assert_eq!(story.finished, [Goal::Unlock]);
}
