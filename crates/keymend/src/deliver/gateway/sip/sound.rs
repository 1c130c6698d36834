//! The sounds that ship with us: µ-law, 8,000 samples a second.
//!
//! `cargo xtask sounds` makes them from `assets/sounds/texts.txt`, where it is written what they say.

use keymend_core::secret::Purpose;

use crate::i18n::LANGUAGES;

/// Something to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// Who calls.
    Hello,
    /// What for.
    About(Purpose),
    /// Hang up, or press a key.
    AnyKey,
    /// Before the digits.
    YourCode,
    /// A digit, 0 to 9.
    Digit(u8),
    /// Before they come again.
    OnceMore,
    /// What key says all of it again.
    PressOne,
    /// The end.
    Goodbye,
}

/// All sounds of a language.
pub struct Voice {
    hello: &'static [u8],
    about: [&'static [u8]; 4],
    any_key: &'static [u8],
    your_code: &'static [u8],
    digits: [&'static [u8]; 10],
    once_more: &'static [u8],
    press_one: &'static [u8],
    goodbye: &'static [u8],
}

macro_rules! sound {
    ($language:literal, $name:literal) => {
        include_bytes!(concat!(
            "../../../../assets/sounds/",
            $language,
            "/",
            $name,
            ".ul"
        ))
    };
}

macro_rules! voice {
    ($language:literal) => {
        Voice {
            hello: sound!($language, "hello"),
            about: [
                sound!($language, "reset"),
                sound!($language, "unlock"),
                sound!($language, "enrol"),
                sound!($language, "confirm"),
            ],
            any_key: sound!($language, "any-key"),
            your_code: sound!($language, "your-code"),
            digits: [
                sound!($language, "0"),
                sound!($language, "1"),
                sound!($language, "2"),
                sound!($language, "3"),
                sound!($language, "4"),
                sound!($language, "5"),
                sound!($language, "6"),
                sound!($language, "7"),
                sound!($language, "8"),
                sound!($language, "9"),
            ],
            once_more: sound!($language, "once-more"),
            press_one: sound!($language, "press-one"),
            goodbye: sound!($language, "goodbye"),
        }
    };
}

/// The first is the one that the others fall back to.
static VOICES: [(&str, Voice); LANGUAGES.len()] = [
    ("en", voice!("en")),
    ("es", voice!("es")),
    ("ar", voice!("ar")),
];

impl Voice {
    /// Of a language, as our texts are named.
    #[must_use]
    pub fn of(language: &str) -> &'static Self {
        let [first, others @ ..] = &VOICES;
        let found = others.iter().find(|(known, _)| *known == language);
        &found.unwrap_or(first).1
    }

    /// What a sound is.
    #[must_use]
    pub fn say(&self, sound: Sound) -> &'static [u8] {
        let [reset, unlock, enrol, confirm] = self.about;
        match sound {
            Sound::Hello => self.hello,
            Sound::About(Purpose::Reset) => reset,
            Sound::About(Purpose::Unlock) => unlock,
            Sound::About(Purpose::Enrol) => enrol,
            Sound::About(Purpose::Confirm) => confirm,
            Sound::AnyKey => self.any_key,
            Sound::YourCode => self.your_code,
            Sound::Digit(digit) => {
                let found = self.digits.get(usize::from(digit));
                found.copied().unwrap_or_default()
            }
            Sound::OnceMore => self.once_more,
            Sound::PressOne => self.press_one,
            Sound::Goodbye => self.goodbye,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_of_ours_has_a_voice() {
        assert_eq!(LANGUAGES, VOICES.each_ref().map(|(language, _)| *language));
        for language in LANGUAGES {
            let voice = Voice::of(language);
            let about = [
                Purpose::Reset,
                Purpose::Unlock,
                Purpose::Enrol,
                Purpose::Confirm,
            ];
            let others = [
                Sound::Hello,
                Sound::AnyKey,
                Sound::YourCode,
                Sound::OnceMore,
                Sound::PressOne,
                Sound::Goodbye,
            ];
            let all = (0..10).map(Sound::Digit);
            let all = all.chain(about.map(Sound::About)).chain(others);
            let mut seen = std::collections::BTreeSet::new();
            for sound in all {
                let said = voice.say(sound);
                // A quarter of a second at least, seven at most.
                assert!(
                    (1_600..56_000).contains(&said.len()),
                    "{language} {sound:?}"
                );
                assert!(seen.insert(said), "{language} {sound:?} is said twice");
            }
        }
        let english = Voice::of("en").say(Sound::Hello);
        assert_eq!(Voice::of("eo").say(Sound::Hello), english);
        assert_ne!(Voice::of("ar").say(Sound::Hello), english);
    }
}
