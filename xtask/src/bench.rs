//! `cargo xtask bench`: measure the release build on this machine and print tables. It writes nothing else, and no
//! figure makes it fail.
//!
//! Beside each figure stands what another self-service portal (PHP, files and a directory, no database) did on two
//! shared cores, where there is something alike to compare.

mod apart;
mod directories;
mod http;
mod load;
mod mailbox;
mod outbox;
mod policy;
mod registered;
mod server;
mod table;
mod visit;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result, bail};

use crate::keeper::{Folder, free_port};
use crate::postgres::Postgres;
use crate::{Usage, run};
use http::Connection;
use mailbox::Mailbox;
use server::{Filling, Server};
use table::{Table, against, cells, faults, ms, rate};
use visit::{Person, Visit};

/// The peer's first page, requests a second, by connections.
const PEER_PAGE: &[(usize, f64)] = &[(1, 1013.0), (5, 1578.0), (20, 1889.0)];
/// The same at 5 connections with 20,000 live tokens on its disk.
const PEER_PAGE_FULL: f64 = 4.0;
/// The peer's form and first POST (it sends the mail in the request), pairs a second, by connections.
const PEER_START: &[(usize, f64)] = &[(1, 4.1), (5, 8.6)];
/// The peer's memory under load: RSS and PSS.
const PEER_MEMORY: (f64, f64) = (154.0, 34.5);

/// Read the switches and measure.
pub fn run(words: &[String]) -> Result<()> {
    let options = Options::read(words)?;
    if cfg!(debug_assertions) {
        // An unoptimised client would measure itself.
        let mut again = run::cargo();
        again.args([
            "run",
            "--release",
            "--quiet",
            "--locked",
            "--package",
            "xtask",
            "--",
            "bench",
        ]);
        return run::check(again.args(words));
    }
    let binary = server::build()?;
    println!("{}", machine());
    if options.wants("start-up") {
        say("first pages", start_up(&binary));
    }
    if options.wants("directories") {
        say("directories", directories::run(&binary, options.seconds));
    }
    if options.wants("outbox") {
        say("outbox", outbox::run(&binary, options.seconds));
    }
    if options.wants("passkeys") {
        say("passkeys", passkeys(&binary));
    }
    if options.wants("policy") {
        let people = if options.small { 100_000 } else { 1_000_000 };
        say("policy", policy::run(&binary, people));
    }
    if options.wants("registered") {
        say("registered", registered::run(&binary, options.seconds));
    }
    let apart = ["directories", "outbox", "passkeys", "policy", "registered"];
    if options
        .only
        .as_deref()
        .is_some_and(|only| apart.contains(&only))
    {
        return Ok(());
    }
    let small = options.small;
    let mut bench = Bench::new(binary, options);
    let sizes: &[(u32, u32)] = if small {
        &[(1_000, 0)]
    } else {
        &[(1_000, 0), (1_000_000, 100_000)]
    };
    for &(people, flows) in sizes {
        say("SQLite", bench.measure(None, people, flows));
        say("PostgreSQL", on_postgres(&mut bench, people, flows));
    }
    bench.print();
    Ok(())
}

/// Checked on one core, beside the bare check of a signature.
fn passkeys(binary: &Path) -> Result<()> {
    println!("\nPasskeys");
    run::check(Command::new(binary).arg("bench-passkeys"))
}

fn on_postgres(bench: &mut Bench, people: u32, flows: u32) -> Result<()> {
    let postgres = Postgres::start()?;
    bench.measure(Some(&postgres.create("keymend")?), people, flows)
}

/// The parts that can be measured alone.
const PARTS: [&str; 10] = [
    "start-up",
    "memory",
    "pages",
    "resets",
    "starts",
    "directories",
    "outbox",
    "passkeys",
    "policy",
    "registered",
];

struct Options {
    seconds: u64,
    small: bool,
    only: Option<String>,
}

impl Options {
    fn read(words: &[String]) -> Result<Self> {
        let wrong = |text: &str| Usage(text.to_owned());
        let mut options = Self {
            seconds: 8,
            small: false,
            only: None,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--small" => options.small = true,
                "--only" => {
                    let part = words.next().filter(|part| PARTS.contains(&part.as_str()));
                    let part = part.ok_or_else(|| {
                        wrong(&format!("--only wants one of {}", PARTS.join(", ")))
                    })?;
                    options.only = Some(part.clone());
                }
                "--seconds" => {
                    let number = words.next().and_then(|number| number.parse().ok());
                    options.seconds = number
                        .filter(|number| *number > 0)
                        .ok_or_else(|| wrong("--seconds wants a number above 0"))?;
                }
                other => return Err(wrong(&format!("{other:?} is not known here")).into()),
            }
        }
        Ok(options)
    }

    fn wants(&self, part: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == part)
    }
}

/// One part that cannot be measured does not take the others with it.
fn say(part: &str, outcome: Result<()>) {
    if let Err(fault) = outcome {
        println!("\n{part}: not measured: {fault:#}");
    }
}

/// The machine in one line.
fn machine() -> String {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "Linux {}, {cores} cores, {model}; client and server share them",
        kernel.trim()
    )
}

/// From starting the process to the first page: ten times each, the middle one.
fn start_up(binary: &Path) -> Result<()> {
    const TIMES: usize = 10;
    let mut table = Table::new("Time to the first page, median of 10", &["how", "time"]);
    let mut demo = Vec::new();
    for _ in 0..TIMES {
        let port = free_port()?;
        let mut command = Command::new(binary);
        command.args(["demo", "--listen", &format!("127.0.0.1:{port}")]);
        demo.push(server::first_page(
            &mut command,
            &format!("localhost:{port}"),
            port,
        )?);
    }
    table.row(vec!["demo".to_owned(), ms(load::median(demo))]);
    let (mut fresh, mut existing) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let folder = Folder::new("bench")?;
        let port = free_port()?;
        let config = server::configure(folder.path(), port, None, "")?;
        let mut command = Command::new(binary);
        command.arg("serve").arg("--config").arg(config);
        fresh.push(server::first_page(&mut command, http::HOST, port)?);
        existing.push(server::first_page(&mut command, http::HOST, port)?);
    }
    table.row(vec![
        "serve, new SQLite database".to_owned(),
        ms(load::median(fresh)),
    ]);
    table.row(vec![
        "serve, existing SQLite database".to_owned(),
        ms(load::median(existing)),
    ]);
    table.print();
    Ok(())
}

/// The tables that grow with each database and size.
struct Bench {
    binary: PathBuf,
    options: Options,
    /// Counts client addresses and names over the whole run, so that no limit is met twice.
    fresh: AtomicU32,
    memory: Table,
    pages: Table,
    starts: Table,
    resets: Table,
}

impl Bench {
    fn new(binary: PathBuf, options: Options) -> Self {
        let load = [
            "accounts and flows",
            "database",
            "connections",
            "per second",
            "p50",
            "p99",
            "peer",
            "ratio",
            "",
        ];
        Self {
            binary,
            options,
            fresh: AtomicU32::new(1),
            memory: Table::new(
                "Memory in MiB (peer: under load, web server and interpreter)",
                &[
                    "accounts and flows",
                    "database",
                    "when",
                    "RSS",
                    "peer",
                    "PSS",
                    "peer",
                ],
            ),
            pages: Table::new(
                "First page, GET / (peer with flows: 20,000 live tokens)",
                &load,
            ),
            starts: Table::new(
                "Start of a reset, POST /reset (peer: its form and POST, mail in the request)",
                &load,
            ),
            resets: Table::new(
                "Whole resets, two codes and a new password (peer: only the start of one)",
                &[
                    "accounts and flows",
                    "database",
                    "connections",
                    "per second",
                    "p50",
                    "p99",
                    "peer",
                    "ratio",
                    "hashes alone",
                    "share",
                    "CPU of keymend each",
                    "",
                ],
            ),
        }
    }

    /// All measurements on one database of one size.
    fn measure(&mut self, database: Option<&str>, people: u32, flows: u32) -> Result<()> {
        let engine = if database.is_some() {
            "PostgreSQL"
        } else {
            "SQLite"
        };
        eprintln!("{engine}, {people} accounts, {flows} flows …");
        let server = {
            let filling = Filling {
                people,
                flows,
                ..Filling::default()
            };
            Server::start(&self.binary, database, filling, "")?
        };
        let place = [format!("{people} + {flows}"), engine.to_owned()];
        if self.options.wants("memory") {
            self.memory(&server, &place)?;
        }
        if self.options.wants("pages") {
            self.pages(&server, &place, flows > 0)?;
        }
        // Whole resets leave nothing behind; starts leave a flow each, so they come last.
        if self.options.wants("resets") {
            self.resets(&server, &place)?;
        }
        if self.options.wants("starts") {
            self.starts(&server, &place)?;
        }
        Ok(())
    }

    fn memory(&mut self, server: &Server, place: &[String; 2]) -> Result<()> {
        let mut row = |when: &str, memory: &server::Memory| {
            let mut cells = place.to_vec();
            cells.push(when.to_owned());
            for (ours, peer) in [(memory.rss, PEER_MEMORY.0), (memory.pss, PEER_MEMORY.1)] {
                cells.extend([format!("{ours:.1}"), format!("{peer:.1}")]);
            }
            self.memory.row(cells);
        };
        row("idle", &server.memory()?);
        let request = http::get("/", "");
        let mut crowd = (0..100)
            .map(|_| Connection::open(server.port))
            .collect::<Result<Vec<_>>>()?;
        for _ in 0..20 {
            for connection in &mut crowd {
                connection.exchange(&request)?;
            }
        }
        row("100 connections", &server.memory()?);
        Ok(())
    }

    fn pages(&mut self, server: &Server, place: &[String; 2], full: bool) -> Result<()> {
        for connections in [1, 5, 20] {
            let request = http::get("/", "");
            let worker = || -> Result<_> {
                let (mut connection, request) = (Connection::open(server.port)?, request.clone());
                Ok(move || match connection.exchange(&request)?.status {
                    200 => Ok(true),
                    status => bail!("GET / gave {status}"),
                })
            };
            let workers = (0..connections)
                .map(|_| worker())
                .collect::<Result<Vec<_>>>()?;
            let peer = if full {
                (connections == 5).then_some(PEER_PAGE_FULL)
            } else {
                find(PEER_PAGE, connections)
            };
            let row = row(
                place,
                connections,
                &load::run(self.options.seconds, workers)?,
                peer,
            );
            self.pages.row(row);
        }
        Ok(())
    }

    fn starts(&mut self, server: &Server, place: &[String; 2]) -> Result<()> {
        for connections in [1, 5] {
            let fresh = &self.fresh;
            let worker = || -> Result<_> {
                let mut visit = Visit::open(
                    server.port,
                    visit::address(fresh.fetch_add(1, Ordering::Relaxed)),
                )?;
                visit.get("/reset")?;
                Ok(move || {
                    let at = fresh.fetch_add(1, Ordering::Relaxed);
                    visit.start_only(&format!("visitor-{at}"), visit::address(at))?;
                    Ok(true)
                })
            };
            let workers = (0..connections)
                .map(|_| worker())
                .collect::<Result<Vec<_>>>()?;
            let report = load::run(self.options.seconds, workers)?;
            self.starts.row(row(
                place,
                connections,
                &report,
                find(PEER_START, connections),
            ));
        }
        Ok(())
    }

    fn resets(&mut self, server: &Server, place: &[String; 2]) -> Result<()> {
        const CONNECTIONS: usize = 8;
        let (fresh, next) = (&self.fresh, &AtomicU32::new(0));
        let mailbox = &Mailbox::new(server.codes());
        let worker = || -> Result<_> {
            let mut visit = Visit::open(server.port, String::new())?;
            Ok(move || {
                // Each person once: a second reset would meet the limits that protect them.
                let person = next.fetch_add(1, Ordering::Relaxed);
                if person >= server.people {
                    return Ok(false);
                }
                visit.forget(visit::address(fresh.fetch_add(1, Ordering::Relaxed)));
                visit.reset(&Person::number(person), mailbox)?;
                Ok(true)
            })
        };
        let workers = (0..CONNECTIONS)
            .map(|_| worker())
            .collect::<Result<Vec<_>>>()?;
        let before = server.processor()?;
        let report = load::run(self.options.seconds, workers)?;
        let each = (server.processor()? - before) / f64::from(next.load(Ordering::Relaxed));
        let alone = server::hashes(&self.binary, self.options.seconds).context("hashes alone")?;
        let mut row = row(place, CONNECTIONS, &report, find(PEER_START, 5));
        let note = row.pop().unwrap_or_default();
        row.extend([
            rate(alone),
            format!("{:.0} %", 100.0 * report.rate / alone),
            format!("{:.1} ms", 1000.0 * each),
            note,
        ]);
        self.resets.row(row);
        Ok(())
    }

    fn print(&self) {
        for table in [&self.memory, &self.pages, &self.starts, &self.resets] {
            table.print();
        }
    }
}

fn find(peer: &[(usize, f64)], connections: usize) -> Option<f64> {
    peer.iter()
        .find(|(at, _)| *at == connections)
        .map(|(_, rate)| *rate)
}

fn row(
    place: &[String; 2],
    connections: usize,
    report: &load::Report,
    peer: Option<f64>,
) -> Vec<String> {
    let mut row = place.to_vec();
    row.push(connections.to_string());
    row.extend(cells(report));
    row.extend(against(report.rate, peer));
    row.push(faults(report));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_are_read_and_nonsense_is_a_wrong_call() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let read = Options::read(&words("--seconds 3 --small --only pages")).unwrap();
        assert_eq!((read.seconds, read.small), (3, true));
        assert!(read.wants("pages") && !read.wants("resets"));
        for wrong in ["--seconds", "--seconds 0", "--second 3", "--only page"] {
            assert!(
                Options::read(&words(wrong)).err().unwrap().is::<Usage>(),
                "{wrong}"
            );
        }
    }
}
