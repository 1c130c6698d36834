//! The outbox: how many messages a second leave through it, and how long a code takes from the person's click to the
//! gateway.
//!
//! The gateway is one of our own that takes its time to answer. The floor of the rate are as many requests at once as the
//! outbox has places for texts, posted to the same gateway by a bare loop: nothing can be faster. By SMPP it is a bare loop
//! that has as many messages without an answer as the window allows.

mod centre;
mod gateway;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::http::{Connection, post};
use super::load::{self, quantile};
use super::server::{Filling, Server};
use super::table::{Table, ms, rate};
use super::visit::{self, Person, Visit};
use crate::postgres::{self, Postgres};
use gateway::{Gateway, Speech};

/// How long the gateway takes to answer.
const ANSWER: Duration = Duration::from_millis(50);
/// How long it takes with a notice, where it is slow with them.
const SLOW: Duration = Duration::from_secs(2);
/// Texts that the outbox has under way at once.
const PLACES: usize = 64;
/// Codes that wait: fewer than those after which nobody may ask for one any more.
const CODES: u32 = 9_000;
/// Notices that wait.
const NOTICES: u32 = 100_000;
/// People who ask for a code, a second.
const ASKING: u32 = 50;
/// Visitors who ask at the same time: each waits for a page.
const VISITORS: usize = 32;

/// Measure both, and print.
pub fn run(binary: &Path, seconds: u64) -> Result<()> {
    let postgres = postgres::programs()
        .map(|_| Postgres::start())
        .transpose()?;
    let create = |name: &str| -> Result<Vec<Option<String>>> {
        let server = postgres.as_ref().map(|server| server.create(name));
        Ok(vec![None, server.transpose()?])
    };
    let mut rates = Table::new(
        "Codes through the outbox to a gateway that answers after 50 ms (webhook: 64 at once; SMPP: a window of 50), and the same by a bare loop",
        &[
            "gateway",
            "database",
            "codes",
            "per second",
            "bare loop",
            "share",
            "CPU of keymend each",
            "",
        ],
    );
    for (speech, name) in [
        (Speech::Webhook, "keymend_webhook"),
        (Speech::Smpp, "keymend_smpp"),
    ] {
        for database in present(create(name)?) {
            rates.row(throughput(binary, database.as_deref(), speech, seconds)?);
        }
    }
    rates.print();
    let mut times = Table::new(
        "From the form that asks for a code to the gateway, 50 a second (wanted: p99 below 500 ms)",
        &[
            "database",
            "notices waiting",
            "codes",
            "p50",
            "p99",
            "slowest",
            "notices left meanwhile",
            "",
        ],
    );
    for notices in [0, NOTICES] {
        for database in present(create(&format!("keymend_{notices}"))?) {
            times.row(latency(binary, database.as_deref(), notices, seconds)?);
        }
    }
    times.print();
    Ok(())
}

/// SQLite first, and PostgreSQL where there is one.
fn present(databases: Vec<Option<String>>) -> impl Iterator<Item = Option<String>> {
    let turns = databases.into_iter().enumerate();
    turns
        .filter(|(at, database)| *at == 0 || database.is_some())
        .map(|(_, database)| database)
}

fn engine(database: Option<&str>) -> String {
    let name = database.map_or("SQLite", |_| "PostgreSQL");
    name.to_owned()
}

/// The rate at which a full lane empties.
fn throughput(
    binary: &Path,
    database: Option<&str>,
    speech: Speech,
    seconds: u64,
) -> Result<Vec<String>> {
    let engine = engine(database);
    eprintln!("{speech:?}, {engine}, {CODES} codes …");
    let floor = match speech {
        Speech::Webhook => bare(seconds)?,
        Speech::Smpp => centre::bare(ANSWER, seconds)?,
    };
    let gateway = Gateway::start(speech, ANSWER, ANSWER)?;
    let filling = Filling {
        people: CODES,
        codes: CODES,
        ..Filling::default()
    };
    let server = Server::start(binary, database, filling, &gateway.section())?;
    let count = CODES as usize;
    let arrived = gateway.wait_for_codes(count)?;
    let each = server.processor()? / f64::from(CODES);
    // Without the beginning, when connections are made, and the end, when few are left.
    let [from, to] = [count / 10, count * 9 / 10].map(|at| arrived.get(at).map(|code| code.at));
    let (from, to) = (from.context("no codes")?, to.context("no codes")?);
    let ours = f64::from(CODES * 8 / 10) / to.duration_since(from).as_secs_f64();
    let different: HashSet<&str> = arrived.iter().map(|code| code.to.as_str()).collect();
    let missing = count - different.len();
    let twice = arrived.len() - different.len();
    let note = if missing + twice > 0 {
        format!("{missing} missing, {twice} twice")
    } else {
        String::new()
    };
    Ok(vec![
        format!("{speech:?}"),
        engine,
        arrived.len().to_string(),
        rate(ours),
        rate(floor),
        format!("{:.0} %", 100.0 * ours / floor),
        format!("{:.2} ms", 1000.0 * each),
        note,
    ])
}

/// As many requests at once as the outbox makes, a second.
fn bare(seconds: u64) -> Result<f64> {
    let gateway = Gateway::start(Speech::Webhook, ANSWER, ANSWER)?;
    let request = post(
        "/",
        "",
        r#"{"id":"0","to":"+12125550100","text":"048213 is the code that nobody asked for","language":"en"}"#,
    );
    let worker = || -> Result<_> {
        let (mut connection, request) = (Connection::open(gateway.port)?, request.clone());
        Ok(move || match connection.exchange(&request)?.status {
            200 => Ok(true),
            status => bail!("the gateway gave {status}"),
        })
    };
    let workers = (0..PLACES).map(|_| worker()).collect::<Result<Vec<_>>>()?;
    Ok(load::run(seconds, workers)?.rate)
}

/// How long codes take to the gateway while so many notices wait for it.
fn latency(
    binary: &Path,
    database: Option<&str>,
    notices: u32,
    seconds: u64,
) -> Result<Vec<String>> {
    let engine = engine(database);
    eprintln!("{engine}, {notices} notices …");
    let people = ASKING * u32::try_from(seconds)?;
    let gateway = Gateway::start(Speech::Webhook, ANSWER, SLOW)?;
    let filling = Filling {
        people,
        notices,
        ..Filling::default()
    };
    let server = Server::start(binary, database, filling, &gateway.section())?;
    let standing = Mutex::new(visits(people, |number| {
        let person = Person::number(number);
        let mut visit = Visit::open(server.port, visit::address(number))?;
        visit.stand(&person)?;
        Ok((person, visit))
    })?);
    let before = gateway.notices();
    let began = Instant::now();
    let asked = visits(people, |number| {
        let due = began + Duration::from_secs(1) * number / ASKING;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let mut standing = standing.lock().unwrap_or_else(PoisonError::into_inner);
        let (person, proven) = standing.pop().context("nobody is left")?;
        drop(standing);
        let mut visit = Visit::open(server.port, String::new())?;
        visit.take_over(proven);
        Ok((person.phone(), visit.ask_by_text(&person)?))
    })?;
    let arrived = gateway.wait_for_codes(asked.len())?;
    let left = gateway.notices() - before;
    let asked: HashMap<String, Instant> = asked.into_iter().collect();
    let mut times: Vec<_> = arrived
        .iter()
        .filter_map(|code| Some(code.at.duration_since(*asked.get(&code.to)?)))
        .collect();
    times.sort_unstable();
    let missing = asked.len() - times.len().min(asked.len());
    Ok(vec![
        engine,
        notices.to_string(),
        times.len().to_string(),
        ms(quantile(&times, 50)),
        ms(quantile(&times, 99)),
        ms(times.last().copied().unwrap_or_default()),
        left.to_string(),
        if missing > 0 {
            format!("{missing} missing")
        } else {
            String::new()
        },
    ])
}

/// Something with each number below `count`, by many at once.
fn visits<T: Send>(count: u32, each: impl Fn(u32) -> Result<T> + Sync) -> Result<Vec<T>> {
    let next = AtomicU32::new(0);
    let some = || -> Result<Vec<T>> {
        let mut all = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return Ok(all);
            }
            all.push(each(number)?);
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..VISITORS).map(|_| scope.spawn(some)).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().ok().context("a visitor panicked")??);
        }
        Ok(all)
    })
}
