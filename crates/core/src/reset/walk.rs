//! Every short script, and many long ones, played by somebody known and by a stranger: nothing may
//! tell them apart before a right proof. What random walks must never reach is in [`oracle`].

mod oracle;

use proptest::prelude::*;

use super::stories::{PHONE, Story, other_than};
use super::*;

/// One ask of a script. None of them is a right proof.
#[derive(Clone, Copy, Debug)]
enum Step {
    Want(Goal),
    Send(Way, Number),
    Again,
    Other,
    Try,
    WrongCode,
    Shapeless,
    WrongAnswers,
    WrongApp,
    Submit,
    Settle,
    Cancel,
    Wait(u64),
}

#[derive(Clone, Copy, Debug)]
enum Number {
    Registered,
    Another,
    Missing,
}

/// The asks that matter after the goal was said; the rest are in the random scripts.
const ALPHABET: [Step; 14] = [
    Step::Send(Way::Sms, Number::Registered),
    Step::Send(Way::Voice, Number::Another),
    Step::Send(Way::Email, Number::Missing),
    Step::Send(Way::Questions, Number::Missing),
    Step::Send(Way::App, Number::Missing),
    Step::Again,
    Step::Other,
    Step::Try,
    Step::WrongCode,
    Step::WrongAnswers,
    Step::WrongApp,
    Step::Submit,
    Step::Wait(30),
    Step::Wait(600),
];

fn play(story: &mut Story, step: Step) -> stories::Answer {
    match step {
        Step::Want(goal) => story.ask(Ask::Want(goal)),
        Step::Send(way, number) => {
            let number = match number {
                Number::Registered => Some(PHONE.to_owned()),
                Number::Another => Some("index-of-another-number".to_owned()),
                Number::Missing => None,
            };
            story.ask(Ask::Send { way, number })
        }
        Step::Again => story.ask(Ask::Again),
        Step::Other => story.ask(Ask::Other),
        Step::Try => story.ask(Ask::Try),
        Step::WrongCode => {
            let wrong = story.messages.last().map(|sent| other_than(&sent.code));
            story.offer(wrong)
        }
        Step::Shapeless => story.offer(None),
        Step::WrongAnswers => story.answer(false),
        Step::WrongApp => story.show(None),
        Step::Submit => story.ask(Ask::Submit),
        Step::Settle => story.ask(Ask::Settle(Outcome::Done)),
        Step::Cancel => story.ask(Ask::Cancel),
        Step::Wait(seconds) => {
            story.wait(seconds);
            Ok(())
        }
    }
}

/// All that anybody could see or measure: the answer, the acts, the codes, the stored flow.
fn seen(story: &mut Story, step: Step) -> (stories::Answer, Vec<&'static str>, String, String) {
    let answer = play(story, step);
    let codes: Vec<_> = story
        .messages
        .iter()
        .map(|sent| format!("{} {}", sent.way.as_str(), sent.code.expose()))
        .collect();
    (answer, story.acts.clone(), codes.join("\n"), story.saved())
}

/// A stranger, and everybody whom nothing may tell from one.
fn everybody() -> Vec<Story> {
    let mut privileged = Story::known();
    privileged.set_privileged();
    let mut frozen = Story::known();
    frozen.set_open(false);
    let mut bare = Story::known();
    bare.held.clear();
    vec![Story::stranger(), Story::known(), privileged, frozen, bare]
}

fn same(stories: &mut [Story], step: Step) -> Result<(), String> {
    let seen: Vec<_> = stories.iter_mut().map(|story| seen(story, step)).collect();
    match seen.iter().find(|other| **other != seen[0]) {
        None => Ok(()),
        Some(other) => Err(format!(
            "{step:?}: a stranger sees {:?}, another {other:?}",
            seen[0]
        )),
    }
}

/// Every script of at most `left` more steps. A step that changed nothing is not followed: what
/// comes after it is a shorter script that is played anyway.
fn all_scripts(stories: &[Story], left: u32, played: &mut u32) {
    for step in ALPHABET {
        let mut next = stories.to_vec();
        same(&mut next, step).unwrap();
        *played += 1;
        let moved = next[0].saved() != stories[0].saved() || next[0].now != stories[0].now;
        if left > 1 && moved && next[0].flow.open() {
            all_scripts(&next, left - 1, played);
        }
    }
}

#[test]
fn no_short_script_tells_a_stranger_from_somebody_known() {
    let mut stories = vec![Story::stranger(), Story::known()];
    same(&mut stories, Step::Want(Goal::Reset)).unwrap();
    let mut played = 0;
    all_scripts(&stories, 5, &mut played);
    assert!(played > 15_000, "{played} scripts");
}

#[test]
fn a_right_code_is_the_first_thing_that_tells_a_stranger_from_somebody_known() {
    let (mut stranger, mut known) = (Story::stranger().forgot(), Story::known().forgot());
    for story in [&mut stranger, &mut known] {
        story.send(Way::Email).unwrap();
    }
    assert_eq!(stranger.offer_right(), Err(Refusal::WrongCode));
    assert_eq!(known.offer_right(), Ok(()));
}

#[test]
fn what_an_app_shows_tells_a_stranger_nothing() {
    let (mut stranger, mut known) = (Story::stranger().forgot(), Story::known().forgot());
    assert_eq!(stranger.prove(Way::App), Err(Refusal::WrongAppCode));
    assert_eq!(known.prove(Way::App), Ok(()));
}

fn steps() -> impl Strategy<Value = Step> {
    let goal = prop_oneof![Just(Goal::Reset), Just(Goal::Unlock)];
    let number = prop_oneof![
        3 => Just(Number::Registered),
        1 => Just(Number::Another),
        1 => Just(Number::Missing),
    ];
    let way = prop::sample::select(Way::ALL.to_vec());
    prop_oneof![
        1 => goal.prop_map(Step::Want),
        6 => (way, number).prop_map(|(way, number)| Step::Send(way, number)),
        2 => Just(Step::Again),
        2 => Just(Step::Other),
        2 => Just(Step::Try),
        8 => Just(Step::WrongCode),
        1 => Just(Step::Shapeless),
        2 => Just(Step::WrongAnswers),
        2 => Just(Step::WrongApp),
        1 => Just(Step::Submit),
        1 => Just(Step::Settle),
        6 => prop::sample::select(vec![1, 29, 30, 31, 300]).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn no_long_script_tells_a_stranger_from_anybody(
        gates in 1_u8..=3,
        script in prop::collection::vec(steps(), 1..40),
        last in prop_oneof![Just(Step::Cancel), Just(Step::Submit), Just(Step::Want(Goal::Unlock))],
    ) {
        let mut stories = everybody();
        for story in &mut stories {
            story.policy.reset.gates = gates;
        }
        for step in std::iter::once(Step::Want(Goal::Reset)).chain(script).chain([last]) {
            same(&mut stories, step).map_err(TestCaseError::fail)?;
        }
    }
}
