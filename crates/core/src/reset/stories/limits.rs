//! Limits of one flow: wrong proofs, sends, time.

use super::*;

#[test]
fn ten_wrong_proofs_close_the_flow_whatever_the_method() {
    let mut story = Story::known().forgot();
    for way in [Way::Sms, Way::Email] {
        story.send(way).unwrap();
        for _ in 0..4 {
            assert_eq!(story.offer_wrong(), Err(Refusal::WrongCode));
        }
        story.ask(Ask::Other).unwrap();
    }
    story.wait(30);
    story.send(Way::Voice).unwrap();
    assert_eq!(story.offer_wrong(), Err(Refusal::WrongCode));
    assert_eq!(story.offer_wrong(), Err(Refusal::TooManyWrong));
    assert_eq!(story.at(), "closed: too-many-wrong");
    assert_eq!(story.offer_right(), Err(Refusal::TooManyWrong));
    assert_eq!(story.send(Way::Email), Err(Refusal::TooManyWrong));
    assert_eq!((story.flow.wrong, story.evidence.len()), (10, 0));
}

#[test]
fn the_tenth_proof_may_still_be_the_right_one() {
    let mut story = Story::known().forgot();
    story.policy.codes.tries = 10;
    story.send(Way::Email).unwrap();
    for _ in 0..9 {
        assert_eq!(story.offer_wrong(), Err(Refusal::WrongCode));
    }
    story.offer_right().unwrap();
    assert_eq!((story.flow.wrong, story.at().as_str()), (9, "choosing"));
}

#[test]
fn ten_tries_that_were_never_judged_close_the_flow_too() {
    let mut story = Story::known().forgot();
    for way in [Way::Sms, Way::Email] {
        story.send(way).unwrap();
        for _ in 0..5 {
            story.ask(Ask::Try).unwrap();
        }
        story.ask(Ask::Other).unwrap();
    }
    story.wait(30);
    story.send(Way::Email).unwrap();
    assert_eq!(story.offer_right(), Err(Refusal::TooManyWrong));
    assert_eq!(story.at(), "closed: too-many-wrong");
    assert_eq!((story.flow.wrong, story.evidence.len()), (10, 0));
}

#[test]
fn three_codes_go_out_for_one_phone_whether_written_or_spoken() {
    let mut story = Story::known().forgot();
    story.send(Way::Sms).unwrap();
    story.wait(30);
    story.ask(Ask::Again).unwrap();
    story.wait(30);
    story.send(Way::Voice).unwrap();
    story.wait(30);
    for way in [Way::Sms, Way::Voice] {
        assert_eq!(story.send(way), Err(Refusal::SendsSpent));
    }
    assert_eq!(story.ask(Ask::Again), Err(Refusal::SendsSpent));
    assert_eq!(story.messages.len(), 3);
    story.send(Way::Email).unwrap();
    assert_eq!(story.messages.len(), 4);
}

#[test]
fn another_code_may_be_asked_for_after_exactly_half_a_minute() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    let until = START.plus(Duration::from_secs(30));
    let again_at = |story: &Story, kind| story.flow.sends.again_at(kind, &story.policy.codes);
    assert_eq!(again_at(&story, Kind::Email), Some(until));
    assert_eq!(again_at(&story, Kind::Phone), None);
    story.just_before(until, 1);
    assert_eq!(
        story.ask(Ask::Again),
        Err(Refusal::WaitBeforeAgain { until })
    );
    assert_eq!(
        story.send(Way::Email),
        Err(Refusal::WaitBeforeAgain { until })
    );
    story.just_before(until, 0);
    story.ask(Ask::Again).unwrap();
    assert_eq!(
        again_at(&story, Kind::Email),
        Some(until.plus(Duration::from_secs(30)))
    );
}

#[test]
fn a_refused_send_leaves_the_open_code_alive() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    story.ask(Ask::Again).unwrap_err();
    assert_eq!(story.messages.len(), 1);
    story.offer_right().unwrap();
}

#[test]
fn going_back_and_forth_does_not_get_more_codes() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    story.ask(Ask::Other).unwrap();
    assert!(matches!(
        story.send(Way::Email),
        Err(Refusal::WaitBeforeAgain { .. })
    ));
    assert_eq!(story.messages.len(), 1);
}

#[test]
fn a_flow_ends_at_the_exact_millisecond() {
    let end = START.plus(Duration::from_mins(15));
    let stories = [Story::known(), Story::known().forgot(), proven()];
    for mut story in stories {
        assert_eq!(story.flow.expires, end);
        let mut early = story.clone();
        early.just_before(end, 1);
        early.ask(Ask::Cancel).unwrap();
        assert_eq!(early.at(), "closed: cancelled");
        story.just_before(end, 0);
        assert_eq!(story.ask(Ask::Submit), Err(Refusal::FlowOver));
        assert_eq!(story.at(), "closed: over");
        assert!(story.writes.is_empty());
    }
}

#[test]
fn an_open_code_does_not_keep_a_flow_alive() {
    let mut story = Story::known().forgot();
    story.just_before(story.flow.expires, 1);
    story.send(Way::Email).unwrap();
    story.ask(Ask::Try).unwrap();
    let (ticket, code) = (story.ticket(), story.code());
    story.just_before(story.flow.expires, 0);
    assert_eq!(
        story.ask(Ask::Code(ticket, Some(code))),
        Err(Refusal::FlowOver)
    );
    assert_eq!(story.at(), "closed: over");
    assert!(story.evidence.is_empty());
}

#[test]
fn leaving_closes_the_flow_for_good() {
    let begin = || Story::known().forgot();
    let mut waiting = begin();
    waiting.send(Way::Sms).unwrap();
    for mut story in [Story::known(), begin(), waiting, proven()] {
        assert!(story.flow.open());
        story.ask(Ask::Cancel).unwrap();
        assert!(!story.flow.open());
        assert_eq!(story.at(), "closed: cancelled");
        assert_eq!(story.flow.goal(), None);
        assert_eq!(story.ask(Ask::Want(Goal::Reset)), Err(Refusal::FlowOver));
        assert_eq!(story.ask(Ask::Cancel), Err(Refusal::FlowOver));
        assert_eq!(story.ask(Ask::Submit), Err(Refusal::FlowOver));
        assert!(story.writes.is_empty());
    }
}
