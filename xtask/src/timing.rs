//! `cargo xtask timing`: hunt for people who can be told from strangers by how long an answer takes.
//!
//! A hunt and no test: it measures this machine and whatever else runs on it. Samples are taken by the ignored tests of
//! `crates/keymend/tests/abuse/timing.rs`, from the release build, one after the other.

use anyhow::Result;

use crate::{Usage, run};

/// Run it.
pub fn run(words: &[String]) -> Result<()> {
    let samples = samples(words)?;
    let mut hunt = run::cargo();
    hunt.args(["test", "--release", "--locked", "--package", "keymend"])
        .args(["--test", "abuse", "--no-fail-fast", "--"])
        .args(["--ignored", "--nocapture", "--test-threads=1", "timing::"]);
    run::check(hunt.env("KEYMEND_TIMING_SAMPLES", samples.to_string()))
}

fn samples(words: &[String]) -> Result<u32> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => Ok(1000),
        ["--samples", number] => match number.parse() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(Usage("--samples wants a number above 0".to_owned()).into()),
        },
        [other, ..] => Err(Usage(format!("{other:?} is not known here")).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_samples_is_read_and_nonsense_is_a_wrong_call() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(samples(&[]).unwrap(), 1000);
        assert_eq!(samples(&words("--samples 30")).unwrap(), 30);
        for wrong in ["--samples", "--samples 0", "--samples 3 4", "--sample 3"] {
            assert!(samples(&words(wrong)).unwrap_err().is::<Usage>(), "{wrong}");
        }
    }
}
