//! `cargo xtask sounds`: what calls by SIP say, spoken by espeak-ng from `crates/keymend/assets/sounds/texts.txt` and
//! kept as sound of a telephone, µ-law of 8,000 samples a second.
//!
//! The files are part of the repository: whoever builds Keymend needs no voice.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::keeper::Folder;
use crate::{run as programs, switches};

const FOLDER: &str = "crates/keymend/assets/sounds";
/// All of them together, in bytes: they are part of the program.
const MOST: u64 = 1_000_000;
/// The voice of each language.
const VOICES: &[(&str, &str)] = &[("en", "en-us"), ("es", "es-419"), ("ar", "ar")];
/// Words a minute of a sentence, and of a digit: those are written down while they are heard.
const SPEED: [&str; 2] = ["150", "110"];

/// Speak every line anew.
///
/// # Errors
/// When a program is missing, a line cannot be read, or all of it becomes too long.
pub fn run(words: &[String]) -> Result<()> {
    let [] = switches(words, [])?;
    for program in ["espeak-ng", "sox"] {
        ensure!(
            programs::find(program).is_some(),
            "{program} is missing (Debian: espeak-ng sox)"
        );
    }
    let folder = programs::root().join(FOLDER);
    let table = fs::read_to_string(folder.join("texts.txt"))?;
    let work = Folder::new("sounds")?;
    let mut size = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut parts = line.splitn(3, ' ');
        let (Some(language), Some(name), Some(text)) = (parts.next(), parts.next(), parts.next())
        else {
            bail!("{line:?}: language, name and text are wanted");
        };
        let place = folder.join(language);
        fs::create_dir_all(&place)?;
        let file = place.join(format!("{name}.ul"));
        let [sentence, digit] = SPEED;
        let speed = if name.len() == 1 { digit } else { sentence };
        speak(
            language,
            speed,
            text,
            &work.path().join("spoken.wav"),
            &file,
        )
        .with_context(|| format!("{language} {name}"))?;
        size += fs::metadata(&file)?.len();
    }
    println!("{size} bytes of sound in {FOLDER}");
    ensure!(size <= MOST, "more than {MOST} bytes: shorten the texts");
    Ok(())
}

fn speak(language: &str, speed: &str, text: &str, spoken: &Path, file: &Path) -> Result<()> {
    let voice = VOICES.iter().find(|(known, _)| *known == language);
    let (_, voice) = voice.context("no voice for this language")?;
    let mut command = Command::new("espeak-ng");
    command.args(["-v", voice, "-s", speed, "-w"]).arg(spoken);
    programs::check(command.arg(text))?;
    let mut command = Command::new("sox");
    // No chance in it: the same text gives the same file.
    command.args(["-R", "-D"]).arg(spoken);
    command.args(["-r", "8000", "-c", "1", "-e", "mu-law", "-t", "raw"]);
    command.arg(file);
    // What a telephone lets through, as loud as others speak, without silence at either end.
    command.args([
        "gain", "-6", "highpass", "200", "lowpass", "3600", "norm", "-3",
    ]);
    let trim = ["silence", "1", "0.01", "0.5%", "reverse"];
    command.args(trim).args(trim);
    programs::check(&mut command)
}
