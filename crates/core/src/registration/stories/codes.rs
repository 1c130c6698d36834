//! A new destination is kept when its code came back, and not before.

use super::*;

#[test]
fn a_phone_is_kept_when_its_code_came_back() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    assert_eq!(story.acts, ["sms to +12125550142"]);
    assert!(story.held.is_empty());
    story.offer_right(Slot::Phone).unwrap();
    assert_eq!(story.acts, ["keep +12125550142", "uncount", "rotate"]);
    assert_eq!(story.held.len(), 1);
    assert!(story.visit.phone.is_none());
}

#[test]
fn an_address_is_kept_when_its_code_came_back() {
    let mut story = Story::newcomer();
    story.register_email(ADDRESS).unwrap();
    assert_eq!(
        story.acts,
        ["keep bo.home@mail.example", "uncount", "rotate"]
    );
    assert!(story.visit.email.is_none());
}

#[test]
fn a_call_verifies_a_phone_too() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Voice, phone(NUMBER))).unwrap();
    assert_eq!(story.acts, ["voice to +12125550142"]);
    story.offer_right(Slot::Phone).unwrap();
    assert_eq!(story.held.len(), 1);
}

#[test]
fn a_channel_carries_only_its_own_kind_of_destination() {
    let mut story = Story::newcomer();
    for (channel, destination) in [
        (Channel::Email, phone(NUMBER)),
        (Channel::Sms, email(ADDRESS)),
        (Channel::Voice, email(ADDRESS)),
    ] {
        assert_eq!(
            story.ask(Ask::Send(channel, destination)),
            Err(Refusal::NotOffered)
        );
    }
    assert!(story.codes.is_empty());
}

#[test]
fn a_wrong_code_keeps_nothing() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    assert_eq!(story.offer_wrong(Slot::Phone), Err(Refusal::WrongCode));
    assert_eq!(story.offer(Slot::Phone, None), Err(Refusal::WrongCode));
    assert_eq!((story.held.len(), story.visit.wrong), (0, 2));
    assert_eq!(story.counters[&Kind::Phone], 2);
}

#[test]
fn five_wrong_codes_spend_the_code_even_for_the_right_one() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    for _ in 0..4 {
        assert_eq!(story.offer_wrong(Slot::Phone), Err(Refusal::WrongCode));
    }
    assert_eq!(story.offer_wrong(Slot::Phone), Err(Refusal::CodeSpent));
    assert_eq!(story.offer_right(Slot::Phone), Err(Refusal::CodeSpent));
    assert!(story.held.is_empty());
}

#[test]
fn ten_wrong_codes_end_all_trying_in_this_visit() {
    let mut story = Story::newcomer();
    for (slot, channel, destination) in [
        (Slot::Phone, Channel::Sms, phone(NUMBER)),
        (Slot::Email, Channel::Email, email(ADDRESS)),
    ] {
        story.ask(Ask::Send(channel, destination)).unwrap();
        for _ in 0..5 {
            story.offer_wrong(slot).unwrap_err();
        }
    }
    story.wait(30);
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    assert_eq!(story.offer_right(Slot::Phone), Err(Refusal::TooManyWrong));
    assert_eq!((story.visit.wrong, story.held.len()), (10, 0));
}

#[test]
fn a_right_code_gives_its_try_back_and_no_other() {
    let mut story = Story::newcomer();
    story
        .ask(Ask::Send(Channel::Email, email(ADDRESS)))
        .unwrap();
    story.offer_wrong(Slot::Email).unwrap_err();
    story.offer_right(Slot::Email).unwrap();
    assert_eq!((story.visit.wrong, story.counters[&Kind::Email]), (1, 1));
}

#[test]
fn a_try_is_counted_before_anything_is_compared() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    for tries in 1..=5 {
        story.ask(Ask::Try(Slot::Phone)).unwrap();
        assert_eq!(story.visit.challenge(Slot::Phone).unwrap().tries, tries);
        assert_eq!(story.acts, ["count"]);
    }
    assert_eq!(story.offer_right(Slot::Phone), Err(Refusal::CodeSpent));
    assert_eq!(story.visit.wrong, 5);
}

#[test]
fn nothing_is_compared_without_a_counted_try_of_this_challenge() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    let (uncounted, code) = (story.ticket(Slot::Phone), story.code(Slot::Phone));
    let ask = Ask::Code(Slot::Phone, uncounted, Some(code));
    assert_eq!(story.ask(ask), Err(Refusal::NotNow));
    story.ask(Ask::Try(Slot::Phone)).unwrap();
    let old = story.ticket(Slot::Phone);
    story.wait(30);
    story.ask(Ask::Again(Slot::Phone, None)).unwrap();
    let ask = Ask::Code(Slot::Phone, old, Some(story.code(Slot::Phone)));
    assert_eq!(story.ask(ask), Err(Refusal::NotNow));
    assert!(story.held.is_empty());
}

#[test]
fn a_code_dies_at_the_exact_end_of_its_life() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    let end = START.plus(Duration::from_mins(10));
    let open = story.visit.challenge(Slot::Phone).unwrap();
    assert_eq!((open.at, open.until, open.tries), (START, end, 0));
    let mut late = story.clone();
    late.just_before(end, 0);
    assert_eq!(late.offer_right(Slot::Phone), Err(Refusal::CodeExpired));
    story.just_before(end, 1);
    story.offer_right(Slot::Phone).unwrap();
}

#[test]
fn a_code_serves_once() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    story.ask(Ask::Try(Slot::Phone)).unwrap();
    let (ticket, code) = (story.ticket(Slot::Phone), story.code(Slot::Phone));
    story
        .ask(Ask::Code(Slot::Phone, ticket.clone(), Some(code.clone())))
        .unwrap();
    let ask = Ask::Code(Slot::Phone, ticket, Some(code));
    assert_eq!(story.ask(ask), Err(Refusal::NotNow));
    assert_eq!(story.ask(Ask::Try(Slot::Phone)), Err(Refusal::NotNow));
}

#[test]
fn another_code_kills_the_one_before_and_keeps_the_count() {
    let mut story = Story::newcomer();
    story
        .ask(Ask::Send(Channel::Email, email(ADDRESS)))
        .unwrap();
    story.offer_wrong(Slot::Email).unwrap_err();
    let old = story.code(Slot::Email);
    story.wait(30);
    story.ask(Ask::Again(Slot::Email, None)).unwrap();
    assert_eq!(story.acts, ["email to bo.home@mail.example"]);
    assert_eq!(story.offer(Slot::Email, Some(old)), Err(Refusal::WrongCode));
    assert_eq!(story.visit.wrong, 2);
    story.offer_right(Slot::Email).unwrap();
}

#[test]
fn another_code_of_a_phone_may_come_by_the_other_channel_only() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    story.wait(30);
    let by = |channel| Ask::Again(Slot::Phone, Some(channel));
    assert_eq!(story.ask(by(Channel::Email)), Err(Refusal::NotOffered));
    story.ask(by(Channel::Voice)).unwrap();
    assert_eq!(story.acts, ["voice to +12125550142"]);
    story.wait(30);
    story.ask(Ask::Again(Slot::Phone, None)).unwrap();
    assert_eq!(story.acts, ["voice to +12125550142"]);
    story.offer_right(Slot::Phone).unwrap();
}

#[test]
fn another_code_needs_an_open_one() {
    let mut story = Story::newcomer();
    for slot in [Slot::Phone, Slot::Email, Slot::Confirm] {
        assert_eq!(story.ask(Ask::Again(slot, None)), Err(Refusal::NotNow));
        assert_eq!(story.ask(Ask::Try(slot)), Err(Refusal::NotNow));
    }
}

#[test]
fn three_codes_go_out_for_a_kind_each_half_a_minute_after_the_other() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    let until = START.plus(Duration::from_secs(30));
    story.just_before(until, 1);
    let again = || Ask::Again(Slot::Phone, None);
    assert_eq!(story.ask(again()), Err(Refusal::WaitBeforeAgain { until }));
    story.just_before(until, 0);
    story.ask(again()).unwrap();
    story.wait(30);
    story
        .ask(Ask::Send(Channel::Voice, phone("+12125550143")))
        .unwrap();
    story.wait(30);
    assert_eq!(story.ask(again()), Err(Refusal::SendsSpent));
    story
        .ask(Ask::Send(Channel::Email, email(ADDRESS)))
        .unwrap();
    assert_eq!(story.codes.len(), 4);
}

#[test]
fn a_code_for_one_destination_is_wrong_for_another() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    let first = story.code(Slot::Phone);
    let pending = story.visit.phone.as_mut().unwrap();
    phone("+12125550143")
        .same()
        .clone_into(&mut pending.challenge.destination);
    assert_eq!(
        story.offer(Slot::Phone, Some(first)),
        Err(Refusal::WrongCode)
    );
}

#[test]
fn a_code_of_another_visit_is_wrong() {
    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    story.visit.id = Id::random(&mut Chance::new(9));
    assert_eq!(story.offer_right(Slot::Phone), Err(Refusal::WrongCode));
}

#[test]
fn a_code_of_a_confirmation_does_not_verify_a_new_phone_nor_the_other_way_round() {
    let mut story = Story::just_signed_in_with(&[Kind::Phone]);
    story.ask(Ask::Confirm(Way::Sms)).unwrap();
    let confirm = story.visit.confirm.clone().unwrap();
    let mut swapped = story.clone();
    // Even with the very same challenge in the other slot.
    swapped.visit.phone = Some(Pending {
        destination: phone(NUMBER),
        challenge: confirm,
    });
    assert_eq!(swapped.offer_right(Slot::Phone), Err(Refusal::WrongCode));

    let mut story = Story::newcomer();
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    story.visit.confirm = story.visit.phone.take().map(|pending| pending.challenge);
    let mut held = old(Kind::Phone);
    phone(NUMBER).same().clone_into(&mut held.destination);
    story.held = vec![held];
    assert_eq!(story.offer_right(Slot::Confirm), Err(Refusal::WrongCode));
    assert!(story.visit.proof.is_none());
}

#[test]
fn a_new_destination_binds_its_code_by_what_makes_it_the_same() {
    assert_eq!(phone(NUMBER).same(), NUMBER);
    assert_eq!(phone(NUMBER).as_str(), NUMBER);
    assert_eq!(email("Bo.Home+reset@mail.example").same(), ADDRESS);
    let mut story = Story::newcomer();
    story
        .ask(Ask::Send(Channel::Email, email(ADDRESS)))
        .unwrap();
    assert_eq!(
        story.visit.challenge(Slot::Email).unwrap().destination,
        ADDRESS
    );
}

#[test]
fn no_other_code_goes_to_a_new_destination_that_could_not_be_kept() {
    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.ask(Ask::Send(Channel::Sms, phone(NUMBER))).unwrap();
    story.wait(300);
    let again = Ask::Again(Slot::Phone, None);
    assert_eq!(story.ask(again), Err(Refusal::ProofNeeded));
    assert_eq!(story.codes.len(), 1);
}

#[test]
fn a_channel_that_policy_does_not_offer_carries_no_code() {
    let mut story = Story::newcomer();
    story.policy.channels = vec![Channel::Voice, Channel::Email];
    let new = |channel| Ask::Send(channel, phone(NUMBER));
    assert_eq!(story.ask(new(Channel::Sms)), Err(Refusal::NotOffered));
    story.ask(new(Channel::Voice)).unwrap();
    story.wait(30);
    let by = |channel| Ask::Again(Slot::Phone, channel);
    assert_eq!(story.ask(by(Some(Channel::Sms))), Err(Refusal::NotOffered));
    story.policy.channels = vec![Channel::Sms, Channel::Email];
    assert_eq!(story.ask(by(None)), Err(Refusal::NotOffered));
    assert_eq!(story.codes.len(), 1);
}

#[test]
fn a_channel_that_policy_withdraws_does_not_vouch() {
    let mut story = Story::finished_with(&Kind::ALL);
    story.ask(Ask::Confirm(Way::Sms)).unwrap();
    story.policy.channels = vec![Channel::Voice, Channel::Email];
    assert_eq!(story.offer_right(Slot::Confirm), Err(Refusal::WrongCode));
    assert_eq!(story.ask(Ask::Confirm(Way::Sms)), Err(Refusal::NotOffered));
    assert!(story.visit.proof.is_none());
}
