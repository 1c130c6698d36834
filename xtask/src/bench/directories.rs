//! A directory that is not built in, and what stands before it: resets against what the directory itself can do, and
//! starts while it is slow.
//!
//! The floor is `keymend bench-directory`: what the last step of a reset asks of the directory (the entry, protected groups,
//! the rules, the write), and nothing else, at the same concurrency, with people of the same directory whose passwords were
//! never set. The directory has half of the processors for itself, as it has a machine of its own in life; portal,
//! database and visitors share the other half, and so does the program that makes the floor. The directory is measured with both ways in which it may keep passwords: a salted SHA-1, OpenLDAP's default,
//! which costs next to nothing, and Argon2, as whoever takes care of passwords has it.

mod slow;

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::apart::Apart;
use super::load::{self, Report};
use super::mailbox::Mailbox;
use super::server::{Filling, Server};
use super::table::{Table, cells, faults, ms, rate};
use super::visit::{self, Person, Visit};
use crate::postgres::{self, Postgres};
use crate::run;
use crate::slapd::{self, Slapd};
use slow::Slow;

/// Visits at the same time, and writes of the floor. Pages about somebody wait for the next full step of time, so that few
/// visits cannot keep the machine at work; many can.
const AT_ONCE: [u32; 2] = [8, 64];
/// How slow a slow directory is, there and back.
const DELAY: Duration = Duration::from_millis(300);
/// Rounds of a fast and a slow directory, turn about: what else the machine does meets both.
const ROUNDS: usize = 3;
/// People who are reset by the portal, a second. Each is reset once.
const PEOPLE: u32 = 300;
/// People whose last step is measured, a second; all other steps are behind them before.
const PROVEN: u32 = 200;
/// People for the floor, a second.
const FLOOR: u32 = 1500;

/// Measure both, and print.
pub fn run(binary: &Path, seconds: u64) -> Result<()> {
    if slapd::program().is_none() {
        println!("\nno slapd here: directories are not measured");
        return Ok(());
    }
    let postgres = postgres::programs()
        .map(|_| Postgres::start())
        .transpose()?;
    let apart = Apart::new();
    match (&apart, &postgres) {
        (None, _) => {
            println!("\nOpenLDAP shares its processors with portal, database and visitors");
        }
        (Some(apart), Some(postgres)) => apart.ours(Some(postgres.pid()))?,
        (Some(_), None) => {}
    }
    let mut resets = Table::new(
        "Resets before OpenLDAP: whole, the last step, and what is asked of OpenLDAP alone, as many at once (wanted: 85 %)",
        &[
            "passwords kept as",
            "database",
            "at once",
            "whole, a second",
            "p50",
            "p99",
            "CPU of keymend each",
            "last step, a second",
            "p50",
            "p99",
            "OpenLDAP alone",
            "p50",
            "p99",
            "last step to it",
            "",
        ],
    );
    let client = &AtomicU32::new(1);
    for (number, scheme) in (0..).zip(["{SSHA}", "{ARGON2}"]) {
        let databases = [None, postgres.as_ref()];
        for (turn, database) in (0..)
            .zip(databases)
            .filter(|(at, db)| *at == 0 || db.is_some())
        {
            for at_once in AT_ONCE {
                let name = format!("keymend{number}{turn}{at_once}");
                let database = database.map(|server| server.create(&name)).transpose()?;
                let load = Load {
                    scheme,
                    at_once,
                    seconds,
                    apart: apart.as_ref(),
                };
                let row = one(binary, &load, database.as_deref(), client);
                if let Some(apart) = &apart {
                    apart.over()?;
                }
                resets.row(row?);
            }
        }
    }
    resets.print();
    starts(binary, seconds, client)
}

/// A directory of its own, so that the floor and every portal meet the same one.
fn directory(scheme: &str, people: u32) -> Result<Slapd> {
    let mut ldif = String::new();
    for number in 0..people {
        let name = Person::number(number).name;
        write!(
            ldif,
            "dn: uid={name},ou=people,dc=campus,dc=example\nobjectClass: inetOrgPerson\nuid: {name}\ncn: {name}\nsn: Bench\n\
             userPassword: Seeded-Person-Pass-1\n\n"
        )?;
    }
    let change = |settings: String| {
        let settings = settings.replace("maxsize 67108864", "maxsize 1073741824");
        if scheme == "{SSHA}" {
            return settings;
        }
        settings.replace(
            "moduleload ppolicy\n",
            &format!("moduleload ppolicy\nmoduleload argon2\npassword-hash {scheme}\n"),
        )
    };
    Slapd::with(change, &ldif)
}

fn section(port: u16, slapd: &Slapd) -> String {
    format!(
        "[directory]\nkind = \"ldap\"\nurl = \"ldaps://localhost:{port}\"\nca-file = \"{}\"\n\
         bind-dn = \"cn=keymend,ou=services,dc=campus,dc=example\"\nbind-password = \"service-secret\"\n\
         base = \"ou=people,dc=campus,dc=example\"\n\
         privileged-groups = [\"cn=protected,ou=groups,dc=campus,dc=example\"]\n",
        slapd.ca().display()
    )
}

/// What is to be measured.
struct Load<'a> {
    scheme: &'a str,
    at_once: u32,
    seconds: u64,
    apart: Option<&'a Apart>,
}

fn one(
    binary: &Path,
    load: &Load<'_>,
    database: Option<&str>,
    client: &AtomicU32,
) -> Result<Vec<String>> {
    let Load {
        scheme,
        at_once,
        seconds,
        apart,
    } = *load;
    let long = u32::try_from(seconds)? + 2;
    let (whole, proven, more) = (PEOPLE * long, PROVEN * long, FLOOR * long);
    let people = whole + proven;
    let slapd = directory(scheme, people + more)?;
    if let Some(apart) = apart {
        apart.directory(slapd.pid())?;
        apart.ours(None)?;
    }
    let section = section(slapd.ldaps(), &slapd);
    let engine = if database.is_some() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    eprintln!("OpenLDAP, {scheme}, {engine}, {at_once} at once …");
    let server = {
        let filling = Filling {
            people,
            ..Filling::default()
        };
        Server::start(binary, database, filling, &section)?
    };
    let mailbox = &Mailbox::new(server.codes());
    let next = &AtomicU32::new(0);
    let worker = || -> Result<_> {
        let mut visit = Visit::open(server.port, String::new())?;
        Ok(move || {
            let person = next.fetch_add(1, Ordering::Relaxed);
            if person >= whole {
                return Ok(false);
            }
            visit.forget(visit::address(client.fetch_add(1, Ordering::Relaxed)));
            visit.reset(&Person::number(person), mailbox)?;
            Ok(true)
        })
    };
    let workers = (0..at_once).map(|_| worker()).collect::<Result<Vec<_>>>()?;
    let before = server.processor()?;
    let resets = load::run(seconds, workers)?;
    let done = next.load(Ordering::Relaxed).min(whole);
    let each = (server.processor()? - before) / f64::from(done);

    let ready = &Mutex::new(proven_visits(&server, whole..people, client, mailbox)?);
    let take = || ready.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let worker = || -> Result<_> {
        let mut visit = Visit::open(server.port, String::new())?;
        Ok(move || {
            let Some(proven) = take() else {
                return Ok(false);
            };
            visit.take_over(proven);
            visit.set_password().map(|()| true)
        })
    };
    let workers = (0..at_once).map(|_| worker()).collect::<Result<Vec<_>>>()?;
    let steps = load::run(seconds, workers)?;

    let mut alone = Command::new(binary);
    alone.args(["bench-directory", "--first", &people.to_string()]);
    alone.args(["--people", &more.to_string()]);
    alone.args(["--at-once", &at_once.to_string()]);
    alone.args(["--seconds", &seconds.to_string(), "--config"]);
    let alone = run::read(alone.arg(server.configuration()))?;
    let [floor, p50, p99] =
        numbers(&alone).context("keymend bench-directory printed no numbers")?;
    let time = |milliseconds: f64| ms(Duration::from_secs_f64(milliseconds / 1000.0));
    let mut row = vec![scheme.to_owned(), engine.to_owned(), at_once.to_string()];
    row.extend(cells(&resets));
    row.push(format!("{:.1} ms", 1000.0 * each));
    row.extend(cells(&steps));
    row.extend([rate(floor), time(p50), time(p99)]);
    row.push(format!("{:.0} %", 100.0 * steps.rate / floor));
    row.push(faults(&resets) + &faults(&steps));
    Ok(row)
}

/// Visits that stand at the page of the new password.
fn proven_visits(
    server: &Server,
    people: Range<u32>,
    client: &AtomicU32,
    mailbox: &Mailbox,
) -> Result<Vec<Visit>> {
    const HELPERS: usize = 16;
    let next = AtomicU32::new(people.start);
    let some = || -> Result<Vec<Visit>> {
        let mut visits = Vec::new();
        loop {
            let person = next.fetch_add(1, Ordering::Relaxed);
            if person >= people.end {
                return Ok(visits);
            }
            let address = visit::address(client.fetch_add(1, Ordering::Relaxed));
            let mut visit = Visit::open(server.port, address)?;
            visit.prove(&Person::number(person), mailbox)?;
            visits.push(visit);
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..HELPERS).map(|_| scope.spawn(some)).collect();
        let mut visits = Vec::new();
        for thread in threads {
            visits.extend(thread.join().ok().context("a visitor panicked")??);
        }
        Ok(visits)
    })
}

/// Rate, p50 and p99.
fn numbers(text: &str) -> Option<[f64; 3]> {
    let words = text.split_whitespace();
    let found: Vec<f64> = words.filter_map(|word| word.parse().ok()).collect();
    found.try_into().ok()
}

/// Starts before a fast directory and a slow one.
fn starts(binary: &Path, seconds: u64, client: &AtomicU32) -> Result<()> {
    let slapd = directory("{SSHA}", 10)?;
    let mut table = Table::new(
        "Starts, 5 at once, before a directory that is fast, and 300 ms slow (wanted: the same, 10 % more or less)",
        &[
            "round",
            "directory",
            "per second",
            "p50",
            "p99",
            "slow to fast",
            "",
        ],
    );
    let mut rates = [Vec::new(), Vec::new()];
    for round in 1..=ROUNDS {
        for (place, delay) in [Duration::ZERO, DELAY].into_iter().enumerate() {
            let slow = Slow::before(slapd.ldaps(), delay)?;
            let section = section(slow.port, &slapd);
            let server = Server::start(binary, None, Filling::default(), &section)?;
            let report = only_starts(&server, seconds, client)?;
            let rates = rates.get_mut(place).context("two directories")?;
            rates.push(report.rate);
            let how = if delay.is_zero() { "fast" } else { "slow" };
            let mut row = vec![round.to_string(), how.to_owned()];
            row.extend(cells(&report));
            row.extend([String::new(), faults(&report)]);
            table.row(row);
        }
    }
    // The middle one: a round that something else on the machine has spoilt does not count.
    let [fast, slow] = rates.map(|mut rates| {
        rates.sort_by(f64::total_cmp);
        rates.get(ROUNDS / 2).copied().unwrap_or_default()
    });
    let mut row = vec!["middle".to_owned(), String::new(), String::new()];
    row.extend([String::new(), String::new()]);
    row.push(format!("{:.0} %", 100.0 * slow / fast));
    table.row(row);
    table.print();
    Ok(())
}

/// Starts; while they go on, somebody else asks for codes ten times a second, so that the directory is at work as well.
fn only_starts(server: &Server, seconds: u64, client: &AtomicU32) -> Result<Report> {
    let fresh = || client.fetch_add(1, Ordering::Relaxed);
    let worker = || -> Result<_> {
        let mut visit = Visit::open(server.port, visit::address(fresh()))?;
        visit.get("/reset")?;
        Ok(move || {
            let at = fresh();
            visit.start_only(&format!("visitor-{at}"), visit::address(at))?;
            Ok(true)
        })
    };
    let workers = (0..5).map(|_| worker()).collect::<Result<Vec<_>>>()?;
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let asking = scope.spawn(|| -> Result<()> {
            let mut visit = Visit::open(server.port, String::new())?;
            while !over.load(Ordering::Relaxed) {
                let at = fresh();
                visit.forget(visit::address(at));
                visit.ask(&format!("asking-{at}"))?;
                thread::sleep(Duration::from_millis(100));
            }
            Ok(())
        });
        let report = load::run(seconds, workers);
        over.store(true, Ordering::Relaxed);
        asking.join().ok().context("the other visitor panicked")??;
        report
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_numbers_of_the_floor_are_read() {
        let line = "812.40 resets/s, p50 9.12 ms, p99 31.00 ms\n";
        assert_eq!(numbers(line), Some([812.4, 9.12, 31.0]));
        assert_eq!(numbers("no numbers"), None);
    }
}
