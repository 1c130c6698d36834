//! `keymend policy simulate`: everybody who ever signed in, under today's policy and another one.
//!
//! People are read and stood as [`crate::app::everybody`] does it, which asks no directory. How old is what directories
//! said of where people belong, and whom nobody was ever asked about for a group of the new policy, is part of the answer.

use std::io::{IsTerminal as _, Write};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use keymend_core::policy::Profiles;
use keymend_core::readiness::Readiness;
use keymend_core::time::Timestamp;
use serde::Serialize;

use super::{because, when};
use crate::app::everybody::{Count, Everybody};
use crate::chance::Clock;
use crate::cli::{Configured, Outcome, build};
use crate::config;
use crate::store::Store;

/// People of a page.
const PAGE: u32 = 5000;

/// What came of a simulation.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// Everybody who ever signed in, whose directory is configured.
    pub people: u64,
    /// Under today's policy.
    pub today: Count,
    /// Under the other one, as far as is known where people belong.
    pub then: Count,
    /// Could reset today, and could not then.
    pub locked_out: u64,
    /// As many more, if every profile is theirs that may be.
    pub perhaps: u64,
    /// Of whom some group of the other policy was never asked about.
    pub unknown: u64,
    /// When the oldest answer was given that was used, Unix milliseconds.
    pub oldest_answer: Option<i64>,
    /// Left out: their directory is not configured.
    pub left_out: u64,
}

pub async fn run(
    configured: &Configured,
    policy: &Path,
    csv: Option<&Path>,
    json: bool,
) -> Outcome {
    let settings = build::settings(configured)?;
    let shown = policy.display().to_string();
    let text =
        std::fs::read_to_string(policy).map_err(|error| vec![format!("{shown}: {error}")])?;
    let (base, profiles) = config::read_policy(&shown, &text, &settings.policy)?;
    let then = Profiles::new(&base, profiles);
    let today = Profiles::new(&settings.policy, settings.profiles.clone());
    let directories: Vec<&str> = settings
        .directories
        .iter()
        .map(|(id, _)| id.as_str())
        .collect();
    let mut out = csv.map(file).transpose()?;
    let (store, _) = build::open(&settings.database, &settings.keys).await?;
    let tally = simulate(
        &store,
        [&today, &then],
        &directories,
        Clock::System.now(),
        out.as_mut().map(|out| out as &mut dyn Write),
    )
    .await;
    store.close().await;
    let tally = tally?;
    if let Some(out) = &mut out {
        out.flush().map_err(|error| vec![error.to_string()])?;
    }
    if json {
        let said = serde_json::to_string(&tally).unwrap_or_default();
        println!("{said}");
    } else {
        print!("{}", said(&tally));
    }
    Ok(())
}

/// Say how far it is, to somebody who watches.
fn progress(people: Option<u64>) {
    let mut screen = std::io::stderr();
    if screen.is_terminal() {
        let line = people.map_or_else(String::new, |people| format!("{people} people …"));
        let _ = write!(screen, "\r\x1b[K{line}");
    }
}

/// Names of people: nobody else's to read.
fn file(path: &Path) -> Result<std::io::BufWriter<std::fs::File>, Vec<String>> {
    let mut how = std::fs::OpenOptions::new();
    let file = how
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path);
    let file = file.and_then(|file| {
        // One that was there keeps its rights otherwise.
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
        Ok(file)
    });
    let file = file.map_err(|error| vec![format!("{}: {error}", path.display())])?;
    let mut file = std::io::BufWriter::new(file);
    writeln!(file, "account,directory,name,before,after,why")
        .map_err(|error| vec![error.to_string()])?;
    Ok(file)
}

/// Stand everybody under both policies. A line goes to `out` for everybody who is locked out, or may be.
pub async fn simulate(
    store: &Store,
    [today, then]: [&Profiles; 2],
    directories: &[&str],
    now: Timestamp,
    mut out: Option<&mut dyn Write>,
) -> Result<Tally, Vec<String>> {
    let line = |error: &dyn std::fmt::Display| vec![error.to_string()];
    let mut everybody = Everybody::new(store, directories, &[today, then]);
    let mut tally = Tally::default();
    loop {
        let page = everybody.page(PAGE).await;
        let goes_on = matches!(page, Ok(Some(_)));
        progress(goes_on.then_some(tally.people));
        let Some(people) = page.map_err(|error| line(&error))? else {
            tally.left_out = everybody.left_out;
            return Ok(tally);
        };
        for somebody in &people {
            let row = &somebody.row;
            let before = somebody.stands_today(today, now);
            let matched = somebody.matched(then);
            let after = somebody.stands(then.policy(matched.sure), now);
            let worst = if matched.unknown == 0 {
                after
            } else {
                tally.unknown += 1;
                somebody.stands(then.policy(matched.strictest()), now)
            };
            if somebody.belonging.is_some() {
                let at = row.placed_at().map(Timestamp::as_millis);
                tally.oldest_answer = at.min(tally.oldest_answer.or(at));
            }
            tally.people += 1;
            tally.today.add(before.readiness);
            tally.then.add(after.readiness);
            if before.readiness == Readiness::NotReady || worst.readiness != Readiness::NotReady {
                continue;
            }
            let sure = after.readiness == Readiness::NotReady;
            if sure {
                tally.locked_out += 1;
            } else {
                tally.perhaps += 1;
            }
            if let Some(out) = &mut out {
                let words = if sure {
                    because(after.why)
                } else {
                    let perhaps = then.names(matched.unknown).join(", ");
                    format!("perhaps, if {perhaps} is theirs: {}", because(worst.why))
                };
                let cells = [
                    row.id.as_str(),
                    &row.directory,
                    &row.name,
                    before.readiness.as_str(),
                    worst.readiness.as_str(),
                    &words,
                ];
                writeln!(out, "{}", cells.map(cell).join(",")).map_err(|error| line(&error))?;
            }
        }
    }
}

/// A cell of CSV (RFC 4180). What a spreadsheet would take for a formula is told that it is a text.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn said(tally: &Tally) -> String {
    let row = |name: &str, today: u64, then: u64| {
        vec![name.to_owned(), today.to_string(), then.to_string()]
    };
    let (today, then) = (&tally.today, &tally.then);
    let rows = vec![
        ["", "today", "then"].map(str::to_owned).to_vec(),
        row("ready", today.ready, then.ready),
        row("one loss from lockout", today.one_loss, then.one_loss),
        row("not ready", today.not_ready, then.not_ready),
    ];
    let mut out = format!(
        "{} people who ever signed in\n{}\n{} could reset today, and could not then\n",
        tally.people,
        build::table(&rows),
        tally.locked_out
    );
    if tally.unknown > 0 {
        out.extend([format!(
            "{} more perhaps: of {} people nobody has asked the directory about a group of this policy\n",
            tally.perhaps, tally.unknown
        )]);
    }
    if let Some(oldest) = tally.oldest_answer {
        let oldest = when(Timestamp::from_millis(oldest));
        out.extend([format!(
            "where people belong is what the directory said at their last sign-in or reset, the oldest at {oldest}\n"
        )]);
    }
    if tally.left_out > 0 {
        out.extend([format!(
            "{} left out: their directory is not configured\n",
            tally.left_out
        )]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_never_a_formula() {
        assert_eq!(cell("bo"), "bo");
        assert_eq!(cell("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(cell("=1+1"), "'=1+1");
    }
}
