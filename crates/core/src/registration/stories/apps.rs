//! Authenticator apps: registered by their first code, several with names, changed by proof.

use super::*;

/// Another code than the app shows.
fn wrong(story: &Story) -> OneTimeCode {
    let right = story.app_code();
    let front = &right.expose()[..5];
    let last = u8::from(right.expose().ends_with('0'));
    totp::typed(&format!("{front}{last}")).unwrap()
}

#[test]
fn an_app_is_kept_after_its_first_code_and_not_before() {
    let mut story = Story::newcomer();
    story
        .ask(Ask::NewApp(Label::parse("My phone").unwrap()))
        .unwrap();
    assert!(story.held.is_empty() && story.acts.is_empty());
    let code = wrong(&story);
    assert_eq!(
        story.offer(Slot::App, Some(code)),
        Err(Refusal::WrongAppCode)
    );
    assert_eq!(story.offer(Slot::App, None), Err(Refusal::WrongAppCode));
    assert!(story.held.is_empty());
    let code = story.app_code();
    story.offer(Slot::App, Some(code)).unwrap();
    assert_eq!(story.acts, ["uncount", "rotate", "keep My phone"]);
    assert_eq!(story.usable_from(Kind::App), START);
    assert_eq!(story.counters[&Kind::App], 2, "the right one is forgiven");
    assert!(story.visit.app.is_none(), "the secret is gone");
}

#[test]
fn the_code_that_confirmed_an_app_is_its_first_used_step() {
    let mut story = Story::newcomer();
    story.ask(Ask::NewApp(Label::parse("a").unwrap())).unwrap();
    let code = story.app_code();
    let expected = story.visit.app.clone().unwrap().app.step(story.now);
    // One step later the same code still confirms, and what is remembered is its own step.
    story.wait(30);
    story.ask(Ask::Try(Slot::App)).unwrap();
    let ticket = story.ticket(Slot::App);
    let mut world = World {
        policy: &story.policy,
        key: &DigestKey::new([5; 32]),
        now: story.now,
        rng: &mut Chance::new(9),
        facts: Facts {
            held: &[],
            finished: false,
            frozen: None,
            privileged: false,
            spent: false,
        },
    };
    let ask = Ask::Code(Slot::App, ticket, Some(code));
    let decision = decide(story.visit.clone(), ask, &mut world);
    let kept = decision.acts.into_iter().find_map(|act| match act {
        Act::KeepApp { step, .. } => Some(step),
        _ => None,
    });
    assert_eq!(kept, Some(expected));
}

#[test]
fn policy_may_take_the_present_code_only() {
    let mut story = Story::newcomer();
    story.policy.codes.app_steps = 0;
    story.ask(Ask::NewApp(Label::parse("a").unwrap())).unwrap();
    let old = story.app_code();
    story.wait(30);
    assert_eq!(
        story.offer(Slot::App, Some(old)),
        Err(Refusal::WrongAppCode)
    );
    let code = story.app_code();
    story.offer(Slot::App, Some(code)).unwrap();
}

#[test]
fn a_new_app_has_five_tries_and_ten_minutes() {
    let mut story = Story::newcomer();
    let name = || Ask::NewApp(Label::parse("a").unwrap());
    story.ask(name()).unwrap();
    for _ in 0..4 {
        let code = wrong(&story);
        assert_eq!(
            story.offer(Slot::App, Some(code)),
            Err(Refusal::WrongAppCode)
        );
    }
    let code = wrong(&story);
    assert_eq!(story.offer(Slot::App, Some(code)), Err(Refusal::AppOver));
    let code = story.app_code();
    assert_eq!(story.offer(Slot::App, Some(code)), Err(Refusal::AppOver));
    story.ask(name()).unwrap();
    story.wait(600);
    let code = story.app_code();
    assert_eq!(story.offer(Slot::App, Some(code)), Err(Refusal::AppOver));
    assert!(story.held.is_empty());
}

#[test]
fn several_apps_have_names_and_are_one_method() {
    let mut story = Story::newcomer();
    for name in ["one", "two", "three", "four", "five"] {
        story.register_app(name).unwrap();
    }
    assert_eq!(story.held.len(), Kind::App.most());
    assert_eq!(
        story.register_app("six"),
        Err(Refusal::TooManyOfThem),
        "there is an end"
    );
    assert_eq!(
        story.ask(Ask::Finish),
        Err(Refusal::Minimum(Lack::Methods(1)))
    );
    story
        .ask(Ask::RemoveOne(Kind::App, "app three".to_owned()))
        .unwrap();
    assert_eq!(story.held.len(), 4);
    assert_eq!(
        story.ask(Ask::RemoveOne(Kind::App, "app three".to_owned())),
        Err(Refusal::NotRegistered)
    );
}

#[test]
fn another_tab_may_have_filled_the_list_meanwhile() {
    let mut story = Story::newcomer();
    story
        .ask(Ask::NewApp(Label::parse("late").unwrap()))
        .unwrap();
    for at in 0..Kind::App.most() {
        let destination = format!("app {at}");
        story.held.push(Held {
            destination,
            ..old(Kind::App)
        });
    }
    let code = story.app_code();
    assert_eq!(
        story.offer(Slot::App, Some(code)),
        Err(Refusal::TooManyOfThem)
    );
}

#[test]
fn another_app_waits_unless_an_older_method_vouched() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::App]);
    let name = || Ask::NewApp(Label::parse("new").unwrap());
    assert_eq!(story.ask(name()), Err(Refusal::ProofNeeded));
    assert_eq!(
        story.ask(Ask::RemoveOne(Kind::App, "index of an old app".to_owned())),
        Err(Refusal::ProofNeeded)
    );
    story.confirm(Way::App).unwrap();
    assert_eq!(story.acts, ["uncount", "rotate", "take 7"]);
    story.register_app("new").unwrap();
    assert_eq!(story.held.last().unwrap().usable_from, START);

    let mut story = Story::just_signed_in_with(&[Kind::Email]);
    story.register_app("new").unwrap();
    assert_eq!(
        story.usable_from(Kind::App),
        START.plus(QUARANTINE),
        "the password alone is a weak word"
    );
}

#[test]
fn an_app_vouches_by_a_code_that_is_recognised_and_no_longer_waits() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::App]);
    story.ask(Ask::Confirm(Way::App)).unwrap();
    assert_eq!(story.show(None), Err(Refusal::WrongAppCode));
    assert_eq!(
        story.show(Some("somebody else's")),
        Err(Refusal::WrongAppCode)
    );
    story.held.push(Held {
        kind: Kind::App,
        destination: "a new one".to_owned(),
        usable_from: START.plus(QUARANTINE),
    });
    assert_eq!(story.show(Some("a new one")), Err(Refusal::WrongAppCode));
    assert!(!story.acts.iter().any(|act| act.starts_with("take")));
    story.show(Some("index of an old app")).unwrap();
    assert!(story.visit.proof.is_some_and(|proof| !proof.narrow));
}

#[test]
fn what_an_app_shows_answers_no_other_challenge() {
    let mut story = Story::finished_with(&[Kind::Email, Kind::App, Kind::Questions]);
    for way in [Way::Questions, Way::Email] {
        story.ask(Ask::Confirm(way)).unwrap();
        assert!(story.show(Some("index of an old app")).is_err());
        assert!(story.visit.proof.is_none());
    }
    story.ask(Ask::Confirm(Way::App)).unwrap();
    assert_eq!(story.answer(true), Err(Refusal::WrongAppCode));
}
