//! What two spellings of a word have in common, and the words of a person and a place.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;
use zeroize::Zeroizing;

use super::PasswordContext;

/// Shorter words hit by chance: no name of three letters is looked for.
const SHORTEST: usize = 4;

/// Lower case with the four substitutions of [`super::BannedWords`] undone.
pub(super) fn plain(text: &str) -> Zeroizing<String> {
    let substituted = text.chars().flat_map(char::to_lowercase).map(|c| match c {
        '0' => 'o',
        '1' => 'l',
        '$' => 's',
        '@' => 'a',
        other => other,
    });
    Zeroizing::new(substituted.collect())
}

/// As [`plain`], without accents and compatibility forms, and with the substitutions people make: `José` is found in
/// `j053-2024`. A `1` may stand for two letters, so there are two readings.
fn folded(text: &str, one: char) -> Zeroizing<String> {
    let bare = text
        .nfkd()
        .filter(|c| canonical_combining_class(*c) == 0)
        .flat_map(char::to_lowercase);
    let read = bare.map(|c| match c {
        '0' => 'o',
        '1' | '!' => one,
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    });
    Zeroizing::new(read.collect())
}

/// The words of `context` that `text` contains, each once.
pub(super) fn own_words_in(text: &str, context: &PasswordContext<'_>) -> Vec<String> {
    let readings = ['l', 'i'].map(|one| (one, folded(text, one)));
    let mut found: Vec<String> = Vec::new();
    for word in words(context) {
        let held = readings
            .iter()
            .any(|(one, text)| text.contains(folded(&word, *one).as_str()));
        if held
            && !found
                .iter()
                .any(|other| other.to_lowercase() == word.to_lowercase())
        {
            found.push(word);
        }
    }
    found
}

fn words(context: &PasswordContext<'_>) -> Vec<String> {
    let sign_in = context
        .sign_in
        .split_once('@')
        .map_or(context.sign_in, |(local, _)| local);
    let sources = std::iter::once(context.organisation)
        .chain(context.names.iter().copied())
        .chain(Some(sign_in));
    sources.flat_map(words_of).collect()
}

/// The words of a name; of one with short words only (`j.doe`, `Bo Li`), all of them run together.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let long = |word: &str| word.chars().count() >= SHORTEST;
    let pieces: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|piece| !piece.is_empty())
        .collect();
    let kept: Vec<String> = pieces
        .iter()
        .filter(|piece| long(piece))
        .map(ToString::to_string)
        .collect();
    let joined = pieces.concat();
    if kept.is_empty() && long(&joined) {
        vec![joined]
    } else {
        kept
    }
}
