//! Makes `crates/keymend/assets/common-passwords.bin`, the list of passwords that are refused everywhere.
//!
//! Begin at [`build`]. `xtask/data/README.md` says where the input comes from and what is done to it; the format is
//! described and read in `crates/core/src/password/common.rs`. The two share test vectors and no code, because this
//! program should build in seconds.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

const MAGIC: &[u8; 8] = b"KMCOMMON";
const VERSION: u8 = 1;
const WIDTH: usize = 5;

/// So many of the most common are taken whatever their length.
const TOP: usize = 10_000;
/// No policy allows passwords shorter than this, so of the rest only these are of use.
const LONG: usize = 8;
/// So many of those, by frequency.
const MOST_LONG: usize = 100_000;
/// Where the password is the only factor it has at least this many: of these, every one is taken.
const SOLE: usize = 15;
/// So many words are varied, and so many are joined in pairs.
const VARIED: usize = 1_000;
const PAIRED: usize = 100;
/// Fewer would mean that an input was cut short.
const FEWEST: usize = 100_000;

type Key = [u8; WIDTH];

/// `cargo xtask common-passwords FILE…`
///
/// # Errors
/// When no list is named, or one cannot be read.
pub fn run(args: &[String]) -> Result<()> {
    ensure!(
        !args.is_empty(),
        "name the lists to read; xtask/data/README.md says where they are from"
    );
    let inputs: Vec<PathBuf> = args.iter().map(PathBuf::from).collect();
    build(
        &inputs,
        Path::new("crates/keymend/assets/common-passwords.bin"),
    )
}

/// Reads lists of passwords, one a line and the most common first, and writes the digests to `out`.
///
/// The same inputs always give the same bytes.
///
/// # Errors
/// When an input cannot be read, `out` cannot be written, or fewer than 100,000 passwords come together.
pub fn build(inputs: &[PathBuf], out: &Path) -> Result<()> {
    let mut listed = Vec::new();
    for input in inputs {
        let bytes = fs::read(input).with_context(|| format!("reading {}", input.display()))?;
        listed.extend(String::from_utf8_lossy(&bytes).lines().filter_map(usable));
    }
    let keys: BTreeSet<Key> = choose(&listed)
        .iter()
        .map(|password| key(password))
        .collect();
    ensure!(
        keys.len() >= FEWEST,
        "only {} passwords, at least {FEWEST} are needed: is the input whole?",
        keys.len()
    );
    fs::write(out, encode(&keys)?).with_context(|| format!("writing {}", out.display()))
}

/// The form in which a password is looked up. Only ASCII is taken, for which NFC changes nothing.
fn usable(line: &str) -> Option<String> {
    let fits = !line.is_empty()
        && line.len() <= 64
        && line.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    fits.then(|| line.to_ascii_lowercase())
}

fn choose(listed: &[String]) -> HashSet<String> {
    let mut seen = HashSet::new();
    let ranked: Vec<&str> = listed
        .iter()
        .map(String::as_str)
        .filter(|one| seen.insert(*one))
        .collect();
    let mut chosen: HashSet<String> = ranked.iter().take(TOP).map(ToString::to_string).collect();
    let long = ranked.iter().filter(|one| one.len() >= LONG);
    chosen.extend(long.take(MOST_LONG).map(ToString::to_string));
    chosen.extend(
        ranked
            .iter()
            .filter(|one| one.len() >= SOLE)
            .map(ToString::to_string),
    );
    let words: Vec<&str> = ranked
        .iter()
        .copied()
        .filter(|one| is_word(one))
        .take(VARIED)
        .collect();
    chosen.extend(
        words
            .iter()
            .flat_map(|word| variants(word))
            .filter(|one| one.len() >= LONG),
    );
    chosen.extend(pairs(&words).filter(|one| one.len() >= LONG));
    chosen.extend(runs());
    chosen
}

fn is_word(text: &str) -> bool {
    text.len() >= 4 && text.bytes().all(|b| b.is_ascii_lowercase())
}

/// What people make of a word when they are told to add something.
fn variants(word: &str) -> impl Iterator<Item = String> {
    const TAILS: [&str; 20] = [
        "1", "2", "7", "01", "11", "12", "69", "99", "123", "321", "1234", "12345", "123456", "!",
        "!!", "1!", "123!", "@123", "#1", "?",
    ];
    let years = (1990..=2030).map(|year: u16| year.to_string());
    let tails = TAILS
        .iter()
        .map(ToString::to_string)
        .chain(years.clone())
        .chain(years.map(|year| format!("{year}!")));
    tails.map(move |tail| format!("{word}{tail}"))
}

/// Two of the most common words, run together or joined.
fn pairs(words: &[&str]) -> impl Iterator<Item = String> {
    let most = words.iter().take(PAIRED);
    most.clone().flat_map(move |one| {
        most.clone()
            .flat_map(move |two| ["", "-"].map(|joint| format!("{one}{joint}{two}")))
    })
}

/// Every stretch of the alphabet, of the digits and of the keyboard, in both directions.
fn runs() -> impl Iterator<Item = String> {
    const ROWS: [&str; 7] = [
        "abcdefghijklmnopqrstuvwxyz",
        "0123456789012345678901234567890",
        "1234567890123456789012345678901",
        "qwertyuiopasdfghjklzxcvbnm",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
        "qazwsxedcrfvtgbyhnujmikolp",
        "q1w2e3r4t5y6u7i8o9p0",
    ];
    ROWS.iter()
        .flat_map(|row| [row.to_string(), row.chars().rev().collect()])
        .flat_map(|row| {
            let starts = 0..row.len();
            let stretches =
                starts.flat_map(|start| (start + LONG..=row.len()).map(move |end| (start, end)));
            let found: Vec<String> = stretches
                .filter_map(|(start, end)| row.get(start..end).map(str::to_owned))
                .collect();
            found
        })
}

fn key(password: &str) -> Key {
    Sha256::digest(password.as_bytes())
        .first_chunk()
        .copied()
        .unwrap_or_default()
}

fn encode(keys: &BTreeSet<Key>) -> Result<Vec<u8>> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend([VERSION, u8::try_from(WIDTH)?, 0, 0]);
    bytes.extend(u32::try_from(keys.len())?.to_le_bytes());
    bytes.extend(keys.iter().flatten());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_start_of_sha256() {
        // The reader in keymend-core has the same two vectors: the two must never drift apart.
        assert_eq!(key("password"), [0x5e, 0x88, 0x48, 0x98, 0xda]);
        assert_eq!(key("letmein"), [0x1c, 0x8b, 0xfe, 0x8f, 0x80]);
    }

    #[test]
    fn the_file_says_what_it_holds() {
        let keys = BTreeSet::from([key("password"), key("letmein")]);
        let bytes = encode(&keys).unwrap();
        assert_eq!(bytes[..16], *b"KMCOMMON\x01\x05\0\0\x02\0\0\0");
        assert_eq!(
            bytes[16..],
            [0x1c, 0x8b, 0xfe, 0x8f, 0x80, 0x5e, 0x88, 0x48, 0x98, 0xda]
        );
    }

    #[test]
    fn common_words_are_varied_paired_and_runs_are_there() {
        let listed = [
            "Password",
            "dragon",
            "12345",
            "pässword",
            "Password",
            "correct horse battery",
        ];
        let chosen = choose(
            &listed
                .iter()
                .filter_map(|line| usable(line))
                .collect::<Vec<_>>(),
        );
        for expected in [
            "password",
            "12345",
            "password1",
            "dragon2024",
            "dragon2024!",
            "dragonpassword",
            "password-dragon",
            "qwertyui",
            "987654321098765",
            "correct horse battery",
        ] {
            assert!(chosen.contains(expected), "{expected}");
        }
        assert!(
            !chosen.contains("pässword")
                && !chosen.contains("Password")
                && !chosen.contains("dragon1")
        );
    }

    #[test]
    fn a_short_input_is_refused() {
        let input = std::env::temp_dir().join(format!("keymend-common-{}.txt", std::process::id()));
        fs::write(&input, "password\nletmein\n").unwrap();
        let error = build(std::slice::from_ref(&input), Path::new("/nonexistent")).unwrap_err();
        fs::remove_file(&input).unwrap();
        assert!(error.to_string().contains("is the input whole?"), "{error}");
    }
}
