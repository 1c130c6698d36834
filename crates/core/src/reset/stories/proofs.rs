//! Questions, and proofs offered in the wrong place.

use super::*;

fn at_questions() -> Story {
    let mut story = Story::known().forgot();
    story.prove(Way::Sms).unwrap();
    story.send(Way::Questions).unwrap();
    story
}

#[test]
fn questions_send_nothing() {
    let story = at_questions();
    assert_eq!(story.at(), "waiting");
    assert_eq!((story.acts.len(), story.messages.len()), (0, 1));
    assert!(story.open().unwrap().digest.is_none());
}

#[test]
fn there_is_no_other_code_of_questions() {
    let mut story = at_questions();
    story.wait(60);
    assert_eq!(story.ask(Ask::Again), Err(Refusal::NotNow));
}

#[test]
fn wrong_answers_are_counted_like_wrong_codes() {
    let mut story = at_questions();
    for _ in 0..4 {
        assert_eq!(story.answer(false), Err(Refusal::WrongAnswers));
    }
    assert_eq!(story.answer(false), Err(Refusal::CodeSpent));
    assert_eq!(story.answer(true), Err(Refusal::CodeSpent));
    assert_eq!((story.flow.wrong, story.counters[&Kind::Questions]), (5, 5));
}

#[test]
fn asking_the_questions_anew_does_not_get_past_the_flows_limit() {
    let mut story = at_questions();
    for _ in 0..5 {
        story.answer(false).unwrap_err();
    }
    story.ask(Ask::Other).unwrap();
    story.send(Way::Questions).unwrap();
    for _ in 0..4 {
        assert_eq!(story.answer(false), Err(Refusal::WrongAnswers));
    }
    assert_eq!(story.answer(false), Err(Refusal::TooManyWrong));
    assert_eq!(story.at(), "closed: too-many-wrong");
}

#[test]
fn a_code_does_not_answer_questions() {
    let mut story = at_questions();
    let code = story.code();
    assert_eq!(story.offer(Some(code)), Err(Refusal::WrongAnswers));
    assert_eq!(story.evidence.len(), 1);
}

#[test]
fn answers_do_not_stand_for_a_code() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    assert_eq!(story.answer(true), Err(Refusal::NotNow));
    assert_eq!((story.evidence.len(), story.flow.wrong), (0, 1));
}

#[test]
fn answers_need_a_counted_try_of_their_own_challenge() {
    let mut story = at_questions();
    let uncounted = story.ticket();
    assert_eq!(
        story.ask(Ask::Answers(uncounted, true)),
        Err(Refusal::NotNow)
    );
    story.ask(Ask::Try).unwrap();
    let old = story.ticket();
    story.send(Way::Questions).unwrap();
    assert_eq!(story.ask(Ask::Answers(old, true)), Err(Refusal::NotNow));
    assert_eq!(story.evidence.len(), 1);
}

#[test]
fn a_frozen_accounts_right_answers_are_wrong_answers() {
    let mut story = at_questions();
    story.set_open(false);
    assert_eq!(story.answer(true), Err(Refusal::WrongAnswers));
}

#[test]
fn a_right_proof_gives_its_try_back_and_no_other() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    story.offer_wrong().unwrap_err();
    story.offer_right().unwrap();
    assert_eq!((story.flow.wrong, story.counters[&Kind::Email]), (1, 1));
    assert_eq!(story.acts, ["uncount", "pass", "rotate"]);
}
