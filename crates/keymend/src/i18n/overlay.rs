//! Texts of an operator, laid over ours: one file for a language, with the messages that it replaces.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::{ENGLISH, LANGUAGES, Words, messages, variables};

/// The messages of an operator's file.
pub(super) struct Own {
    pub(super) file: PathBuf,
    pub(super) keys: HashSet<String>,
}

/// An operator's file, read and checked for itself.
pub(super) struct Overlay {
    pub(super) own: Own,
    pub(super) resource: FluentResource,
}

/// What nobody can do without who reads a message that has it.
const NEEDED: [&str; 3] = ["code", "host", "link"];

/// One line for each message of an operator's file that could not be said whole: it has no text of its own, or speaks of
/// a message or term that there is not.
pub(super) fn holes(words: &Words) -> Vec<String> {
    let Some(own) = &words.own else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    for (key, original) in messages(ENGLISH.text) {
        let mut values = FluentArgs::new();
        for name in variables(original) {
            values.set(name, FluentValue::from("x"));
        }
        let whole = words.rendered(key, Some(&values));
        if own.keys.contains(key) && !whole.is_some_and(|(_, whole)| whole) {
            let place = own.file.display();
            faults.push(format!(
                "{place}: {key}: has no text, or uses a message or term that there is not"
            ));
        }
    }
    faults
}

/// Reads and checks one file of an operator. Its messages may only replace ours, may only use the
/// variables that ours use, and must use those that matter: anything else would show up as a hole in somebody's text message.
pub(super) fn read(file: &Path, faults: &mut Vec<String>) -> Option<(&'static str, Overlay)> {
    let place = file.display();
    let stem = file
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let Some(language) = LANGUAGES.into_iter().find(|language| *language == stem) else {
        faults.push(format!(
            "{place}: no such language; the file names are {}",
            LANGUAGES
                .map(|language| format!("{language}.ftl"))
                .join(", ")
        ));
        return None;
    };
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            faults.push(format!("{place}: cannot be read: {error}"));
            return None;
        }
    };
    let ours: HashMap<&str, &str> = messages(ENGLISH.text).into_iter().collect();
    let mut keys = HashSet::new();
    for (key, body) in messages(&text) {
        let Some(original) = ours.get(key) else {
            faults.push(format!("{place}: {key}: there is no message of this name"));
            continue;
        };
        let (known, used) = (variables(original), variables(body));
        for variable in used.iter().filter(|name| !known.contains(name)) {
            faults.push(format!(
                "{place}: {key}: there is no variable ${variable} in this message"
            ));
        }
        let needed = NEEDED.iter().filter(|name| known.contains(name));
        for variable in needed.filter(|name| !used.contains(name)) {
            faults.push(format!("{place}: {key}: must use the variable ${variable}"));
        }
        keys.insert(key.to_owned());
    }
    match FluentResource::try_new(text) {
        Ok(resource) => {
            let file = file.to_owned();
            let own = Own { file, keys };
            Some((language, Overlay { own, resource }))
        }
        Err((resource, errors)) => {
            for error in errors {
                let before = resource.source().get(..error.pos.start).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                let key = messages(before).last().map_or("", |(key, _)| *key);
                faults.push(format!(
                    "{place}: {key}: cannot be read near line {line}: {error}"
                ));
            }
            None
        }
    }
}
