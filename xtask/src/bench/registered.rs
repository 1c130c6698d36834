//! The pages that show what somebody has registered: with ten methods, beside the same with two.

use std::path::Path;

use anyhow::{Result, bail};

use super::http::Connection;
use super::load::{self, Report};
use super::server::{Filling, Server};
use super::table::{Table, cells, faults};
use super::visit::{Person, Visit, address};
use crate::postgres::Postgres;

const FEW: u32 = 2;
const MANY: u32 = 10;
/// Each is somebody else, in a session of their own.
const CONNECTIONS: u32 = 5;
const POLICY: &str = "[policy]\nmethods = [\"phone\", \"email\", \"app\", \"passkey\"]\n";

/// A page, and how one gets there.
type Stop = (&'static str, fn(&mut Visit, &Person) -> Result<()>);

const PAGES: [Stop; 3] = [
    ("/register", |visit, person| visit.sign_in(person)),
    ("/register/security", |visit, person| visit.sign_in(person)),
    ("/reset/gate", |visit, person| visit.begin(&person.name)),
];

/// Measure and print.
pub fn run(binary: &Path, seconds: u64) -> Result<()> {
    let mut table = Table::new(
        &format!(
            "Pages with methods registered, {CONNECTIONS} connections (ratio: of the times, {MANY} methods by {FEW})"
        ),
        &[
            "page",
            "database",
            "methods",
            "per second",
            "p50",
            "p99",
            "ratio",
            "",
        ],
    );
    let postgres = Postgres::start()?;
    for engine in ["SQLite", "PostgreSQL"] {
        let start = |methods: u32| {
            let filling = Filling {
                people: CONNECTIONS,
                methods,
                ..Filling::default()
            };
            let database =
                (engine == "PostgreSQL").then(|| postgres.create(&format!("keymend{methods}")));
            Server::start(binary, database.transpose()?.as_deref(), filling, POLICY)
        };
        let servers = [(FEW, start(FEW)?), (MANY, start(MANY)?)];
        for stop in PAGES {
            let mut few = None;
            for (methods, server) in &servers {
                let report = measure(server, stop, seconds)?;
                let few = few.get_or_insert(report.rate);
                let mut row = vec![stop.0.to_owned(), engine.to_owned(), methods.to_string()];
                row.extend(cells(&report));
                row.push(format!("{:.2}", *few / report.rate));
                row.push(faults(&report));
                table.row(row);
            }
        }
    }
    table.print();
    Ok(())
}

fn measure(server: &Server, (page, arrive): Stop, seconds: u64) -> Result<Report> {
    let worker = |number| -> Result<_> {
        let mut visit = Visit::open(server.port, address(number))?;
        arrive(&mut visit, &Person::number(number))?;
        let (request, mut connection) = (visit.request(page), Connection::open(server.port)?);
        Ok(move || match connection.exchange(&request)?.status {
            200 => Ok(true),
            status => bail!("GET {page} gave {status}"),
        })
    };
    let workers = (0..CONNECTIONS).map(worker).collect::<Result<Vec<_>>>()?;
    load::run(seconds, workers)
}
