//! The project's own commands. Begin at [`COMMANDS`]: each entry names the function that does the work.
//!
//! `run.rs` starts programs and says what went wrong with them; `keeper.rs` makes sure that servers started for a test
//! or a measurement never outlive it. Everything else is one file a command.

mod bench;
mod common_passwords;
mod docs;
mod ds389;
mod install;
mod kannel;
mod keeper;
mod kills;
mod mailsink;
mod mutants;
mod oidc;
mod peers;
mod postgres;
mod prepared;
mod run;
mod samba;
mod sip;
mod slapd;
mod smsc;
mod sounds;
mod test;
mod timing;

use std::fmt::Write as _;
use std::process::ExitCode;

/// A command: its name, what may follow it, what it does, and the function.
struct Command {
    name: &'static str,
    takes: &'static str,
    does: &'static str,
    run: fn(&[String]) -> anyhow::Result<()>,
}

/// What `cargo xtask` can do, in the order in which `help` lists it.
const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        takes: "[--fast]",
        does: "everything a change must pass; --fast: format, lints and Rust tests only",
        run: test::run,
    },
    Command {
        name: "peers",
        takes: "COMMAND…",
        does: "run a command with the servers of the tests (PostgreSQL, mail, Kannel, telephones, identity providers, OpenLDAP, Samba, 389 DS) of its own",
        run: peers::run,
    },
    Command {
        name: "docs",
        takes: "",
        does: "check that every path and command named in the documents exists",
        run: docs::run,
    },
    Command {
        name: "bench",
        takes: "[--seconds N] [--small]",
        does: "measure the release build and print tables; --small: leave out the million accounts",
        run: bench::run,
    },
    Command {
        name: "timing",
        takes: "[--samples N]",
        does: "hunt for people who can be told from strangers by time, on the release build; never in CI",
        run: timing::run,
    },
    Command {
        name: "kills",
        takes: "[--times N] [--seed N] [--postgres]",
        does: "kill the portal between any two steps, 200 times, and see that nothing is lost or stale; never in CI",
        run: kills::run,
    },
    Command {
        name: "mutants",
        takes: "[--all]",
        does: "change the rules one by one and see that a test notices; --all: the whole core crate",
        run: mutants::run,
    },
    Command {
        name: "common-passwords",
        takes: "FILE…",
        does: "make the built-in list of common passwords again from lists of them",
        run: common_passwords::run,
    },
    Command {
        name: "sounds",
        takes: "",
        does: "speak what calls say again (espeak-ng, sox)",
        run: sounds::run,
    },
];

/// Why a command ended badly because of how it was called.
#[derive(Debug)]
struct Usage(String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; see cargo xtask help", self.0)
    }
}

impl std::error::Error for Usage {}

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let Some(name) = words.next() else {
        print!("{}", help());
        return ExitCode::from(2);
    };
    let rest: Vec<String> = words.collect();
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print!("{}", help());
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("cargo xtask: there is no command {name:?}; see cargo xtask help");
        return ExitCode::from(2);
    };
    match (command.run)(&rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("cargo xtask {name}: {fault:#}");
            ExitCode::from(if fault.is::<Usage>() { 2 } else { 1 })
        }
    }
}

fn help() -> String {
    let mut text = String::from("The project's own commands:\n\n");
    for Command {
        name, takes, does, ..
    } in COMMANDS
    {
        let call = format!("cargo xtask {name} {takes}");
        let _ = writeln!(text, "  {call:<42}{does}");
    }
    text + &format!("  {:<42}this list\n", "cargo xtask help")
}

/// Read the switches a command takes. Returns, for each name in `known`, whether it was given.
fn switches<const N: usize>(words: &[String], known: [&str; N]) -> anyhow::Result<[bool; N]> {
    let mut given = [false; N];
    for word in words {
        match known.iter().zip(&mut given).find(|(name, _)| *name == word) {
            Some((_, flag)) => *flag = true,
            None => return Err(Usage(format!("{word:?} is not known here")).into()),
        }
    }
    Ok(given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_command_on_a_line_of_its_own() {
        let text = help();
        for command in COMMANDS {
            let call = format!("  cargo xtask {}", command.name);
            assert_eq!(
                text.lines().filter(|line| line.starts_with(&call)).count(),
                1
            );
        }
    }

    #[test]
    fn an_unknown_switch_is_a_wrong_call() {
        let fault = switches(&["--fats".to_owned()], ["--fast"]).unwrap_err();
        assert!(fault.is::<Usage>());
        assert_eq!(
            switches(&["--fast".to_owned()], ["--fast"]).unwrap(),
            [true]
        );
    }
}
