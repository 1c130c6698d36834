//! One code: what it is bound to, how long it lives, how often it may be tried.

use super::*;

/// Replace parts of the open challenge, as somebody with a pen in the database might.
fn forge(story: &mut Story, change: impl FnOnce(&mut Goal, &mut Challenge)) {
    let State::Waiting { goal, challenge } = &mut story.flow.state else {
        panic!("no challenge is open");
    };
    change(goal, challenge);
}

#[test]
fn a_code_is_as_long_as_policy_says() {
    for digits in [6, 8, 12] {
        let mut story = Story::known().forgot();
        story.policy.codes.digits = digits;
        story.send(Way::Email).unwrap();
        assert_eq!(story.code().expose().len(), usize::from(digits));
        story.offer_right().unwrap();
    }
}

#[test]
fn a_code_of_another_flow_is_wrong() {
    let mut other = Story::known();
    other.flow.id = Id::random(&mut Chance::new(99));
    let mut other = other.forgot();
    other.send(Way::Sms).unwrap();
    let mut story = Story::known().forgot();
    story.send(Way::Sms).unwrap();
    // Chance gave both the same digits; only what they are bound to tells them apart.
    assert_eq!(other.code().expose(), story.code().expose());
    story.flow.state = other.flow.state.clone();
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
}

#[test]
fn a_code_of_one_gate_is_wrong_at_another() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    let mut passed = proven().evidence;
    passed.truncate(1);
    story.evidence = passed;
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
}

#[test]
fn a_code_for_a_text_is_wrong_for_a_call() {
    let mut story = Story::known().forgot();
    story.send(Way::Sms).unwrap();
    forge(&mut story, |_, challenge| challenge.way = Way::Voice);
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
}

#[test]
fn a_code_for_one_number_is_wrong_for_another() {
    let mut story = Story::known().forgot();
    story.send(Way::Sms).unwrap();
    forge(&mut story, |_, challenge| challenge.destination.clear());
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
}

#[test]
fn a_code_to_unlock_is_wrong_for_a_reset() {
    let mut story = Story::known();
    story.ask(Ask::Want(Goal::Unlock)).unwrap();
    story.send(Way::Sms).unwrap();
    let mut honest = story.clone();
    honest.offer_right().unwrap();
    assert_eq!(honest.evidence[0].goal, Goal::Unlock);
    forge(&mut story, |goal, _| *goal = Goal::Reset);
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
}

#[test]
fn a_code_of_one_challenge_is_wrong_for_another() {
    let mut story = Story::known().forgot();
    story.send(Way::Sms).unwrap();
    let message = story.messages[0].clone();
    let fresh: Id<id::Challenge> = Id::random(&mut Chance::new(50));
    forge(&mut story, |_, challenge| challenge.id = fresh.clone());
    story.messages.push(Message {
        challenge: fresh,
        ..message
    });
    assert_eq!(story.offer_right(), Err(Refusal::WrongCode));
}

#[test]
fn another_code_kills_the_one_before() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    let old = story.code();
    story.wait(30);
    story.ask(Ask::Again).unwrap();
    assert_ne!(old.expose(), story.code().expose());
    assert_eq!(story.messages[1].way, Way::Email);
    assert_eq!(story.offer(Some(old)), Err(Refusal::WrongCode));
    story.offer_right().unwrap();
}

#[test]
fn another_code_goes_to_the_number_that_was_typed() {
    let mut story = Story::known().forgot();
    story.send(Way::Voice).unwrap();
    story.wait(30);
    story.ask(Ask::Again).unwrap();
    assert_eq!(story.messages[1].arrived.as_deref(), Some(PHONE));
    assert_eq!(story.messages[1].way, Way::Voice);
    assert_eq!(story.open().unwrap().destination, PHONE);
}

#[test]
fn another_code_gives_new_tries_but_no_new_count() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    for _ in 0..3 {
        story.offer_wrong().unwrap_err();
    }
    story.wait(30);
    story.ask(Ask::Again).unwrap();
    assert_eq!((story.flow.wrong, story.open().unwrap().tries), (3, 0));
    assert_eq!(story.counters[&Kind::Email], 3);
}

#[test]
fn a_code_dies_at_the_exact_end_of_its_life() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    let end = START.plus(Duration::from_mins(10));
    assert_eq!(story.open().unwrap().until, end);
    let mut late = story.clone();
    late.just_before(end, 0);
    assert_eq!(late.offer_right(), Err(Refusal::CodeExpired));
    assert_eq!(
        (late.flow.wrong, late.counters.len()),
        (0, 0),
        "nothing was compared"
    );
    story.just_before(end, 1);
    story.offer_right().unwrap();
}

#[test]
fn a_code_never_outlives_its_flow() {
    let mut story = Story::known().forgot();
    story.wait(600);
    story.send(Way::Email).unwrap();
    assert_eq!(story.open().unwrap().at, story.now);
    assert_eq!(story.open().unwrap().until, story.flow.expires);
}

#[test]
fn five_wrong_codes_spend_the_code_even_for_the_right_one() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    for _ in 0..4 {
        assert_eq!(story.offer_wrong(), Err(Refusal::WrongCode));
    }
    assert_eq!(story.offer_wrong(), Err(Refusal::CodeSpent));
    assert_eq!(story.offer_right(), Err(Refusal::CodeSpent));
    assert_eq!((story.flow.wrong, story.evidence.len()), (5, 0));
}

#[test]
fn the_fifth_try_may_be_the_right_one() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    for _ in 0..4 {
        story.offer_wrong().unwrap_err();
    }
    story.offer_right().unwrap();
}

#[test]
fn something_that_no_code_looks_like_costs_a_try() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    assert_eq!(story.offer(None), Err(Refusal::WrongCode));
    assert_eq!((story.flow.wrong, story.open().unwrap().tries), (1, 1));
}

#[test]
fn a_try_is_counted_before_anything_is_compared() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    for tries in 1..=5 {
        // The process dies here, each time: the code is never compared.
        story.ask(Ask::Try).unwrap();
        assert_eq!(story.open().unwrap().tries, tries);
        assert_eq!(story.acts, ["count"]);
    }
    assert_eq!(story.offer_right(), Err(Refusal::CodeSpent));
    assert_eq!((story.flow.wrong, story.counters[&Kind::Email]), (5, 5));
}

#[test]
fn nothing_is_compared_without_a_counted_try() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    let (ticket, code) = (story.ticket(), story.code());
    assert_eq!(
        story.ask(Ask::Code(ticket, Some(code))),
        Err(Refusal::NotNow)
    );
    assert_eq!(story.at(), "waiting");
    assert!(story.evidence.is_empty());
}

#[test]
fn a_ticket_of_another_challenge_is_refused() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    story.ask(Ask::Try).unwrap();
    let ticket = story.ticket();
    story.wait(30);
    story.ask(Ask::Again).unwrap();
    story.ask(Ask::Try).unwrap();
    let code = story.code();
    assert_eq!(
        story.ask(Ask::Code(ticket, Some(code))),
        Err(Refusal::NotNow)
    );
    assert!(story.evidence.is_empty());
}

#[test]
fn a_ticket_beyond_the_counted_tries_is_refused() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    let mut ahead = story.clone();
    ahead.ask(Ask::Try).unwrap();
    ahead.ask(Ask::Try).unwrap();
    story.ask(Ask::Try).unwrap();
    let code = story.code();
    assert_eq!(
        story.ask(Ask::Code(ahead.ticket(), Some(code))),
        Err(Refusal::NotNow)
    );
}

#[test]
fn two_tries_at_once_are_both_judged_and_the_second_right_one_comes_too_late() {
    let mut story = Story::known().forgot();
    story.send(Way::Email).unwrap();
    let code = story.code();
    story.ask(Ask::Try).unwrap();
    let first = story.ticket();
    story.ask(Ask::Try).unwrap();
    let second = story.ticket();
    story.ask(Ask::Code(first, Some(code.clone()))).unwrap();
    assert_eq!(
        story.ask(Ask::Code(second, Some(code))),
        Err(Refusal::NotNow)
    );
    assert_eq!((story.evidence.len(), story.at().as_str()), (1, "choosing"));
}

#[test]
fn a_code_serves_once() {
    let mut story = Story::known().forgot();
    story.prove(Way::Email).unwrap();
    let code = story.code();
    assert_eq!(story.offer(Some(code.clone())), Err(Refusal::NotNow));
    story.send(Way::Sms).unwrap();
    assert_eq!(story.offer(Some(code)), Err(Refusal::WrongCode));
    assert_eq!(story.evidence.len(), 1);
}

#[test]
fn a_phone_code_goes_out_only_when_the_number_was_typed() {
    for way in [Way::Sms, Way::Voice] {
        let mut story = Story::known().forgot();
        assert_eq!(
            story.ask(Ask::Send { way, number: None }),
            Err(Refusal::NumberMissing)
        );
        assert_eq!((story.at().as_str(), story.messages.len()), ("choosing", 0));
        story.policy.reset.retype_number = false;
        story.ask(Ask::Send { way, number: None }).unwrap();
        assert_eq!(story.messages[0].arrived.as_deref(), Some(PHONE));
        story.offer_right().unwrap();
    }
}

#[test]
fn a_typed_number_binds_its_code_even_where_policy_does_not_want_it_typed() {
    let mut story = Story::known().forgot();
    story.policy.reset.retype_number = false;
    let number = Some("index-of-another-number".to_owned());
    let way = Way::Sms;
    story.ask(Ask::Send { way, number }).unwrap();
    assert_eq!(story.messages[0].arrived, None);
}

#[test]
fn a_number_typed_for_a_mail_means_nothing() {
    let mut story = Story::known().forgot();
    let way = Way::Email;
    let number = Some(PHONE.to_owned());
    story.ask(Ask::Send { way, number }).unwrap();
    assert_eq!(story.open().unwrap().destination, "");
    story.offer_right().unwrap();
}

#[test]
fn one_story_told_twice_is_the_same_story() {
    let tell = || {
        let mut story = proven();
        story.ask(Ask::Submit).unwrap();
        story.saved()
    };
    assert_eq!(tell(), tell());
}
