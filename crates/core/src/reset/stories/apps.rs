//! The code of an authenticator app as a proof.

use super::*;

#[test]
fn a_code_of_an_app_passes_a_gate_and_is_taken_with_it() {
    let mut story = Story::known().forgot();
    story.send(Way::App).unwrap();
    assert_eq!(story.acts, ["seek"], "no code leaves");
    assert!(story.messages.is_empty());
    story.show(Some(seen())).unwrap();
    assert_eq!(story.acts, ["uncount", "pass", "rotate", "take"]);
    assert_eq!(story.taken, [seen().into()]);
    let row = story.evidence.last().unwrap();
    assert_eq!((row.kind, row.destination.as_str()), (Kind::App, APP));
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
}

#[test]
fn whom_the_flow_is_about_is_sought_once() {
    let mut story = Story::stranger().forgot();
    story.send(Way::App).unwrap();
    assert_eq!(story.acts, ["seek"]);
    story.ask(Ask::Other).unwrap();
    story.send(Way::App).unwrap();
    assert!(story.acts.is_empty());
}

#[test]
fn nothing_that_an_app_does_not_show_passes() {
    let other = Seen {
        destination: "somebody else's".to_owned(),
        step: 7,
    };
    let mut story = Story::known().forgot();
    story.send(Way::App).unwrap();
    for wrong in [None, Some(other)] {
        assert_eq!(story.show(wrong), Err(Refusal::WrongAppCode));
    }
    assert!(story.taken.is_empty() && story.evidence.is_empty());
    assert_eq!((story.flow.wrong, story.counters[&Kind::App]), (2, 2));
    // Other asks compare other things.
    assert_eq!(story.answer(true), Err(Refusal::NotNow));
    let code = OneTimeCode::typed("123456", 6);
    assert_eq!(story.offer(code), Err(Refusal::WrongAppCode));
    assert_eq!(story.ask(Ask::Again), Err(Refusal::NotNow));
}

#[test]
fn an_app_answers_no_other_challenge() {
    for way in [Way::Sms, Way::Email] {
        let mut story = Story::known().forgot();
        story.send(way).unwrap();
        assert_eq!(story.show(Some(seen())), Err(Refusal::NotNow));
        assert!(story.evidence.is_empty());
    }
}

#[test]
fn a_new_app_waits_and_a_removed_one_serves_no_more() {
    let mut story = Story::known().forgot();
    story.held(Kind::App).usable_from = START.plus(Duration::from_mins(1));
    assert_eq!(story.prove(Way::App), Err(Refusal::WrongAppCode));
    story.wait(60);
    story.show(Some(seen())).unwrap();
    story.prove(Way::Email).unwrap();
    story.held.retain(|held| held.kind != Kind::App);
    assert_eq!(story.ask(Ask::Submit), Err(Refusal::NotEnoughProof));
}

#[test]
fn two_apps_are_one_proof() {
    let mut story = Story::known().forgot();
    story.held.push(Held {
        destination: "the other app".to_owned(),
        ..story.held.last().unwrap().clone()
    });
    story.prove(Way::App).unwrap();
    assert_eq!(story.send(Way::App), Err(Refusal::MethodUsed));
}

#[test]
fn tries_are_bounded_however_often_it_is_chosen() {
    let mut story = Story::known().forgot();
    story.send(Way::App).unwrap();
    for _ in 0..4 {
        assert_eq!(story.show(None), Err(Refusal::WrongAppCode));
    }
    assert_eq!(story.show(None), Err(Refusal::AppOver));
    assert_eq!(story.show(Some(seen())), Err(Refusal::AppOver));
    story.send(Way::App).unwrap();
    for _ in 0..4 {
        assert_eq!(story.show(None), Err(Refusal::WrongAppCode));
    }
    assert_eq!(story.show(None), Err(Refusal::TooManyWrong));
    assert_eq!(story.at(), "closed: too-many-wrong");
}
