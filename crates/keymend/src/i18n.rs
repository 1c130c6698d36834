//! The words of pages and messages, in every language we speak.
//!
//! Begin with [`Catalogue`]: it holds one [`Words`] for each of [`LANGUAGES`], made from the texts in
//! `locales/` and, where an operator has put files of the same names into a folder, from those laid over
//! them. [`choose()`] picks the language of a visit.
//!
//! A message without arguments is rendered once, when the catalogue is made: a page has dozens of them,
//! and a lookup costs nanoseconds where Fluent's resolver would cost microseconds.

mod choose;
mod overlay;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

pub use choose::choose;
use overlay::{Overlay, Own};

/// The languages built in. The first is the one that the others fall back to.
pub const LANGUAGES: [&str; 3] = ["en", "es", "ar"];

const ENGLISH: Source = Source {
    language: "en",
    text: include_str!("../locales/en.ftl"),
};
const OTHERS: [Source; 2] = [
    Source {
        language: "es",
        text: include_str!("../locales/es.ftl"),
    },
    Source {
        language: "ar",
        text: include_str!("../locales/ar.ftl"),
    },
];

/// Name of a language in that language, for the picker.
#[must_use]
pub fn own_name(language: &str) -> &'static str {
    match language {
        "es" => "Español",
        "ar" => "العربية",
        _ => "English",
    }
}

/// A value for a message's variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Text, put in as it is.
    Text(String),
    /// A number, which also picks the plural form.
    Number(i64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Arg {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

type Bundle = fluent_bundle::concurrent::FluentBundle<FluentResource>;

/// The words of one language.
pub struct Words {
    language: &'static str,
    plain: HashMap<Box<str>, Box<str>>,
    bundle: Bundle,
    /// What an operator's file has in place of ours.
    own: Option<Own>,
    /// English, for what this language lacks; `None` in English itself.
    fallback: Option<Arc<Words>>,
}

impl Words {
    /// The language's tag, as in `<html lang>`.
    #[must_use]
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// `ltr` or `rtl`, as in `<html dir>`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        match self.language {
            "ar" => "rtl",
            _ => "ltr",
        }
    }

    /// A foreign text, such as a date or a name, for a sentence of this language: where lines run the other way, its parts
    /// would otherwise change places (Unicode Bidirectional Algorithm, isolates).
    #[must_use]
    pub fn isolated(&self, text: &str) -> String {
        match self.direction() {
            "rtl" => format!("\u{2068}{text}\u{2069}"),
            _ => text.to_owned(),
        }
    }

    /// The message for a key that takes no arguments; English when this language lacks it, and the key
    /// itself when nobody knows it.
    #[must_use]
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        match (self.plain.get(key), &self.fallback) {
            (Some(text), _) => text,
            (None, Some(english)) => english.t(key),
            (None, None) => key,
        }
    }

    /// The message for a key, with its variables filled in. Falls back like [`Words::t`].
    #[must_use]
    pub fn f(&self, key: &str, args: &[(&str, Arg)]) -> String {
        let mut values = FluentArgs::with_capacity(args.len());
        for (name, arg) in args {
            let value = match arg {
                Arg::Text(text) => FluentValue::from(text.as_str()),
                Arg::Number(number) => FluentValue::from(*number),
            };
            values.set(*name, value);
        }
        match (self.rendered(key, Some(&values)), &self.fallback) {
            (Some((text, _)), _) => text,
            (None, Some(english)) => english.f(key, args),
            (None, None) => key.to_owned(),
        }
    }

    /// The operator's file that a message stands in; nothing when it is ours.
    #[must_use]
    pub fn own(&self, key: &str) -> Option<&Path> {
        let own = self.own.as_ref()?;
        own.keys.contains(key).then_some(&*own.file)
    }

    /// The text, and whether all its variables were there.
    fn rendered(&self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<(String, bool)> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, args, &mut errors);
        Some((text.into_owned(), errors.is_empty()))
    }
}

/// A language's texts as they are written.
struct Source {
    language: &'static str,
    text: &'static str,
}

impl Source {
    fn words(&self, overlay: Option<Overlay>, fallback: Option<Arc<Words>>) -> Arc<Words> {
        let language: LanguageIdentifier = self.language.parse().unwrap_or_default();
        let mut bundle = Bundle::new_concurrent(vec![language]);
        // The templates isolate foreign text with <bdi>; invisible characters would end up in messages
        // and cost a text message its GSM alphabet.
        bundle.set_use_isolating(false);
        // A message that Fluent cannot read is left out and English stands in; the tests refuse to ship one.
        let built_in =
            FluentResource::try_new(self.text.to_owned()).unwrap_or_else(|(rest, _)| rest);
        bundle.add_resource_overriding(built_in);
        let own = overlay.map(|overlay| {
            bundle.add_resource_overriding(overlay.resource);
            overlay.own
        });
        let mut words = Words {
            language: self.language,
            plain: HashMap::new(),
            bundle,
            own,
            fallback,
        };
        words.plain = messages(self.text)
            .into_iter()
            .filter_map(|(key, _)| match words.rendered(key, None) {
                Some((text, true)) => Some((key.into(), text.into_boxed_str())),
                _ => None,
            })
            .collect();
        Arc::new(words)
    }
}

/// The words of every language.
pub struct Catalogue {
    english: Arc<Words>,
    others: Vec<Arc<Words>>,
}

impl Catalogue {
    /// The texts that come with the program.
    #[must_use]
    pub fn built_in() -> Self {
        Self::make(|_| None)
    }

    /// The texts that come with the program, with the messages in `dir/en.ftl`, `dir/es.ftl` … in place of ours.
    ///
    /// # Errors
    /// One line for each thing wrong in the folder, naming the file and the message: an operator wants
    /// to read them all at once.
    pub fn with_overrides(dir: &Path) -> Result<Self, Vec<String>> {
        let mut faults = Vec::new();
        let mut overlays: HashMap<&'static str, Overlay> = HashMap::new();
        match fs::read_dir(dir) {
            Err(error) => faults.push(format!("{}: cannot be read: {error}", dir.display())),
            Ok(entries) => {
                let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
                files.sort();
                for file in files
                    .iter()
                    .filter(|file| file.extension().is_some_and(|end| end == "ftl"))
                {
                    if let Some((language, overlay)) = overlay::read(file, &mut faults) {
                        overlays.insert(language, overlay);
                    }
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let catalogue = Self::make(|language| overlays.remove(language));
        let all = std::iter::once(&catalogue.english).chain(&catalogue.others);
        faults.extend(all.flat_map(|words| overlay::holes(words)));
        if faults.is_empty() {
            Ok(catalogue)
        } else {
            Err(faults)
        }
    }

    /// The words of a language; English when we do not speak it.
    #[must_use]
    pub fn words(&self, language: &str) -> &Arc<Words> {
        self.others
            .iter()
            .find(|words| words.language == language)
            .unwrap_or(&self.english)
    }

    fn make(mut overlay: impl FnMut(&'static str) -> Option<Overlay>) -> Self {
        let english = ENGLISH.words(overlay(ENGLISH.language), None);
        let others = OTHERS
            .iter()
            .map(|source| source.words(overlay(source.language), Some(Arc::clone(&english))))
            .collect();
        Self { english, others }
    }
}

/// The messages of a Fluent text in their order: name and everything up to the next one.
fn messages(text: &str) -> Vec<(&str, &str)> {
    let mut starts = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(|first: char| first.is_ascii_alphabetic())
            && let Some((key, _)) = line.split_once('=')
        {
            starts.push((offset, key.trim_end()));
        }
        offset += line.len();
    }
    let ends = starts
        .iter()
        .skip(1)
        .map(|(start, _)| *start)
        .chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|((start, key), end)| (*key, text.get(*start..end).unwrap_or_default()))
        .collect()
}

/// The variables that a message uses, sorted, each once.
fn variables(message: &str) -> Vec<&str> {
    let mut names: Vec<&str> = message
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split('$').skip(1))
        .map(|rest| {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
                .unwrap_or(rest.len());
            rest.get(..end).unwrap_or_default()
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
