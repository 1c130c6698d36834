//! `cargo xtask kills`: kill the portal between any two steps, many times, and hold what is left against what was told.
//!
//! A hunt and no test: its seed chooses the moments, the machine the rest. It is the ignored test of
//! `crates/keymend/tests/abuse/kills.rs`, of which `cargo xtask test` runs five kills.

use anyhow::Result;

use crate::postgres::Postgres;
use crate::{Usage, run};

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    times: u32,
    seed: u64,
    postgres: bool,
}

/// Run it.
pub fn run(words: &[String]) -> Result<()> {
    let asked = asked(words)?;
    let server = asked.postgres.then(Postgres::start).transpose()?;
    let mut hunt = run::cargo();
    hunt.args(["test", "--locked", "--package", "keymend"])
        .args(["--test", "abuse", "--"])
        .args(["--ignored", "--nocapture", "kills::"])
        .env("KEYMEND_KILLS_TIMES", asked.times.to_string())
        .env("KEYMEND_KILLS_SEED", asked.seed.to_string())
        .env_remove("KEYMEND_TEST_POSTGRES");
    if let Some(server) = &server {
        hunt.env("KEYMEND_TEST_POSTGRES", server.url());
    }
    run::check(&mut hunt)
}

fn asked(words: &[String]) -> Result<Asked> {
    let mut asked = Asked {
        times: 200,
        seed: 147,
        postgres: false,
    };
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "--times" => asked.times = number(word, words.next())?,
            "--seed" => asked.seed = number(word, words.next())?,
            "--postgres" => asked.postgres = true,
            other => return Err(Usage(format!("{other:?} is not known here")).into()),
        }
    }
    Ok(asked)
}

fn number<N: std::str::FromStr>(name: &str, word: Option<&str>) -> Result<N> {
    let number = word.and_then(|word| word.parse().ok());
    number.ok_or_else(|| Usage(format!("{name} wants a number")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_seed_are_read_and_nonsense_is_a_wrong_call() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let usual = asked(&[]).unwrap();
        assert_eq!((usual.times, usual.postgres), (200, false));
        let wanted = Asked {
            times: 20,
            seed: 7,
            postgres: true,
        };
        let given = words("--seed 7 --postgres --times 20");
        assert_eq!(asked(&given).unwrap(), wanted);
        for wrong in ["--times", "--times x", "--seed -1", "--sead 3"] {
            assert!(asked(&words(wrong)).unwrap_err().is::<Usage>(), "{wrong}");
        }
    }
}
