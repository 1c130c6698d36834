//! What a call says, and what a key does to it.
//!
//! The rules give acts back and hear of keys; [`super::call`] carries them out. The code is told to whoever pressed a key:
//! voicemail presses none.

use std::collections::VecDeque;
use std::time::Duration;

use keymend_core::secret::Purpose;
use zeroize::Zeroizing;

use super::sound::Sound;

/// The phone is on its way to the ear.
const LIFTED: Duration = Duration::from_secs(1);
/// To find a key.
const FIND: Duration = Duration::from_secs(4);
/// Between two digits.
const BETWEEN: Duration = Duration::from_millis(350);
/// Before something new begins.
const BREATH: Duration = Duration::from_millis(600);
/// The greeting is said so often.
const GREETINGS: usize = 2;
/// All of the code is told so often at most.
const TOLD: u32 = 4;

/// What is to be done next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Say something.
    Say(Sound),
    /// Say nothing.
    Pause(Duration),
    /// It is over.
    HangUp,
}

/// An act, and whether a key ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub act: Act,
    /// A key ends it; else keys are lost.
    pub listens: bool,
}

/// Where a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nobody pressed a key.
    Greeting,
    /// Somebody did; the code was told so often.
    Telling(u32),
    /// Goodbye.
    Leaving,
}

/// A call, as far as it has come.
pub struct Script {
    code: Zeroizing<String>,
    stage: Stage,
    steps: VecDeque<Step>,
    told: bool,
}

impl Script {
    /// From the beginning.
    #[must_use]
    pub fn new(purpose: Option<Purpose>, code: Zeroizing<String>) -> Self {
        let mut steps = VecDeque::new();
        for _ in 0..GREETINGS {
            steps.extend([heard(Act::Pause(LIFTED)), heard(Act::Say(Sound::Hello))]);
            steps.extend(purpose.map(|purpose| heard(Act::Say(Sound::About(purpose)))));
            steps.extend([heard(Act::Say(Sound::AnyKey)), heard(Act::Pause(FIND))]);
        }
        Self {
            code,
            stage: Stage::Greeting,
            steps,
            told: false,
        }
    }

    /// What comes next. `key`: what ended the step before, if a key did.
    pub fn next(&mut self, key: Option<char>) -> Step {
        match (self.stage, key) {
            (Stage::Greeting, Some(_)) => self.tell(1),
            (Stage::Telling(times), Some('1')) if times < TOLD => self.tell(times + 1),
            _ => {}
        }
        if self.steps.is_empty() && matches!(self.stage, Stage::Telling(_)) {
            self.stage = Stage::Leaving;
            self.steps.push_back(alone(Act::Say(Sound::Goodbye)));
        }
        let step = self.steps.pop_front().unwrap_or(alone(Act::HangUp));
        self.told |= step.act == Act::Say(Sound::OnceMore);
        step
    }

    /// Was the whole code said at least once?
    #[must_use]
    pub fn told(&self) -> bool {
        self.told
    }

    fn tell(&mut self, times: u32) {
        self.stage = Stage::Telling(times);
        self.steps.clear();
        self.steps.push_back(alone(Act::Pause(BREATH)));
        for before in [Sound::YourCode, Sound::OnceMore] {
            self.steps.push_back(alone(Act::Say(before)));
            for digit in self.code.bytes().filter(u8::is_ascii_digit) {
                self.steps.push_back(alone(Act::Pause(BETWEEN)));
                self.steps
                    .push_back(alone(Act::Say(Sound::Digit(digit - b'0'))));
            }
            self.steps.push_back(alone(Act::Pause(BREATH)));
        }
        self.steps.push_back(heard(Act::Say(Sound::PressOne)));
        self.steps.push_back(heard(Act::Pause(FIND)));
    }
}

fn heard(act: Act) -> Step {
    Step { act, listens: true }
}

fn alone(act: Act) -> Step {
    Step {
        act,
        listens: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script() -> Script {
        Script::new(Some(Purpose::Reset), Zeroizing::new("4071".to_owned()))
    }

    /// What is said until the call ends, when these keys are pressed at the first step that listens to them.
    fn said(script: &mut Script, keys: &str) -> Vec<Sound> {
        let mut keys = keys.chars().peekable();
        let mut said = Vec::new();
        let mut key = None;
        for _ in 0..1_000 {
            let step = script.next(key.take());
            match step.act {
                Act::Say(sound) => said.push(sound),
                Act::Pause(_) => {}
                Act::HangUp => return said,
            }
            // The greeting is let through once, and "press one" is heard to its end.
            let first = step.act == Act::Pause(FIND);
            if step.listens && first {
                key = keys.next();
            }
        }
        panic!("it does not end");
    }

    const GREETING: [Sound; 3] = [Sound::Hello, Sound::About(Purpose::Reset), Sound::AnyKey];
    const CODE: [Sound; 11] = [
        Sound::YourCode,
        Sound::Digit(4),
        Sound::Digit(0),
        Sound::Digit(7),
        Sound::Digit(1),
        Sound::OnceMore,
        Sound::Digit(4),
        Sound::Digit(0),
        Sound::Digit(7),
        Sound::Digit(1),
        Sound::PressOne,
    ];

    #[test]
    fn without_a_key_the_greeting_comes_twice_and_the_code_never() {
        let mut script = script();
        assert_eq!(said(&mut script, ""), [GREETING, GREETING].concat());
        assert!(!script.told());
    }

    #[test]
    fn after_any_key_the_code_comes_twice() {
        for key in ["1", "5", "#"] {
            let mut script = script();
            let wanted = [&GREETING[..], &CODE, &[Sound::Goodbye]].concat();
            assert_eq!(said(&mut script, key), wanted, "{key}");
            assert!(script.told());
        }
    }

    #[test]
    fn one_says_it_again_and_nothing_else_does_and_not_for_ever() {
        let again = [&GREETING[..], &CODE, &CODE, &[Sound::Goodbye]].concat();
        assert_eq!(said(&mut script(), "*1"), again);
        let once = [&GREETING[..], &CODE, &[Sound::Goodbye]].concat();
        assert_eq!(said(&mut script(), "*2"), once);
        let four = [&GREETING[..], &CODE.repeat(4), &[Sound::Goodbye]].concat();
        assert_eq!(said(&mut script(), "1111111111"), four);
    }

    #[test]
    fn whoever_hangs_up_within_the_first_digits_has_not_heard_it() {
        let mut script = script();
        script.next(None);
        let mut key = Some('7');
        while !script.told() {
            let step = script.next(key.take());
            assert_ne!(step.act, Act::Say(Sound::PressOne));
            assert!(!step.listens);
        }
    }
}
