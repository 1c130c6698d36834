//! Passkeys: made by the browser, kept when what came with them is right, several with names.

use super::*;
use crate::challenge::Spends;

fn name(text: &str) -> Label {
    Label::parse(text).unwrap()
}

fn made(story: &mut Story, right: bool) -> Answer {
    story.ask(Ask::Try(Slot::Passkey))?;
    let ticket = story.ticket(Slot::Passkey);
    story.ask(Ask::Made(ticket, right))
}

fn vouch(story: &mut Story, destination: &str) -> Answer {
    story.ask(Ask::Try(Slot::Confirm))?;
    let known = Recognised {
        kind: Kind::Passkey,
        destination: destination.to_owned(),
        verified: false,
        spends: Spends::Signature {
            kept: 3,
            count: 4,
            backed_up: false,
        },
    };
    let ticket = story.ticket(Slot::Confirm);
    story.ask(Ask::Recognised(ticket, Some(known)))
}

#[test]
fn a_passkey_is_kept_when_what_came_with_it_is_right() {
    let mut story = Story::newcomer();
    story.ask(Ask::NewPasskey(name("My laptop"))).unwrap();
    assert!(story.held.is_empty() && story.acts.is_empty());
    assert_eq!(made(&mut story, false), Err(Refusal::WrongPasskey));
    assert!(story.held.is_empty());
    made(&mut story, true).unwrap();
    assert_eq!(story.acts, ["uncount", "rotate", "keep passkey"]);
    assert_eq!(story.usable_from(Kind::Passkey), START);
    assert!(story.visit.passkey.is_none(), "its challenge is spent");
    let again = story.ask(Ask::Try(Slot::Passkey));
    assert_eq!(again, Err(Refusal::NotNow));
}

#[test]
fn an_answer_of_an_older_challenge_is_none() {
    let mut story = Story::newcomer();
    story.ask(Ask::NewPasskey(name("a"))).unwrap();
    story.ask(Ask::Try(Slot::Passkey)).unwrap();
    let old = story.ticket(Slot::Passkey);
    story.ask(Ask::NewPasskey(name("b"))).unwrap();
    assert_eq!(story.ask(Ask::Made(old, true)), Err(Refusal::NotNow));
    assert!(story.held.is_empty());
}

#[test]
fn a_new_passkey_has_five_tries_and_ten_minutes() {
    let mut story = Story::newcomer();
    story.ask(Ask::NewPasskey(name("a"))).unwrap();
    for _ in 0..4 {
        assert_eq!(made(&mut story, false), Err(Refusal::WrongPasskey));
    }
    assert_eq!(made(&mut story, false), Err(Refusal::PasskeyOver));
    assert_eq!(made(&mut story, true), Err(Refusal::PasskeyOver));
    story.ask(Ask::NewPasskey(name("a"))).unwrap();
    story.wait(600);
    assert_eq!(made(&mut story, true), Err(Refusal::PasskeyOver));
    assert!(story.held.is_empty());
}

#[test]
fn five_passkeys_are_one_method_and_the_last() {
    let mut story = Story::newcomer();
    for at in 0..Kind::Passkey.most() {
        story.ask(Ask::NewPasskey(name(&format!("{at}")))).unwrap();
        made(&mut story, true).unwrap();
    }
    let sixth = story.ask(Ask::NewPasskey(name("six")));
    assert_eq!(sixth, Err(Refusal::TooManyOfThem));
    assert_eq!(
        story.ask(Ask::Finish),
        Err(Refusal::Minimum(Lack::Methods(1)))
    );
    let third = || Ask::RemoveOne(Kind::Passkey, "passkey 2".to_owned());
    story.ask(third()).unwrap();
    assert_eq!(story.ask(third()), Err(Refusal::NotRegistered));
    story.ask(Ask::NewPasskey(name("late"))).unwrap();
    // Another tab may fill the list meanwhile.
    story.held.push(old(Kind::Passkey));
    assert_eq!(made(&mut story, true), Err(Refusal::TooManyOfThem));
}

#[test]
fn another_passkey_needs_a_proof_and_waits_without_one() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::Passkey]);
    let refused = story.ask(Ask::NewPasskey(name("new")));
    assert_eq!(refused, Err(Refusal::ProofNeeded));
    story.ask(Ask::Confirm(Way::Passkey)).unwrap();
    assert!(story.codes.is_empty(), "nothing is sent");
    assert_eq!(
        vouch(&mut story, "somebody else's"),
        Err(Refusal::WrongPasskey)
    );
    vouch(&mut story, "index of an old passkey").unwrap();
    assert_eq!(story.acts, ["uncount", "rotate", "take signature 4"]);
    story.ask(Ask::NewPasskey(name("new"))).unwrap();
    made(&mut story, true).unwrap();
    assert_eq!(story.held.last().unwrap().usable_from, START);

    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.ask(Ask::NewPasskey(name("new"))).unwrap();
    made(&mut story, true).unwrap();
    assert_eq!(story.usable_from(Kind::Passkey), START.plus(QUARANTINE));
}

#[test]
fn what_a_passkey_signs_answers_no_other_challenge() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::App, Kind::Passkey]);
    for way in [Way::Email, Way::App] {
        story.ask(Ask::Confirm(way)).unwrap();
        assert!(vouch(&mut story, "index of an old passkey").is_err());
    }
    story.ask(Ask::Confirm(Way::Passkey)).unwrap();
    assert_eq!(
        story.show(Some("index of an old app")),
        Err(Refusal::WrongPasskey)
    );
    assert!(story.visit.proof.is_none());
}
