//! Who could reset, for many people: the assessment alone, beside a bare loop that reads the same, and the whole
//! `policy simulate` over a database.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result};

use super::server;
use super::table::Table;
use crate::keeper::{Folder, free_port};
use crate::run;

/// What is tried: nobody of the crowd, who have a phone and an address each, could reset any more.
const TRIED: &str = "[policy]\npreset = \"standard\"\n\n[policy.profile.people]\ndomains = [\"elsewhere.example\"]\ngates = 3\n";

/// Measure and print.
pub fn run(binary: &Path, people: u32) -> Result<()> {
    let mut alone = Command::new(binary);
    alone.args(["bench-policy", "--people", &people.to_string()]);
    let said = alone.output().context("bench-policy")?;
    println!(
        "\nReadiness of {people} people in memory, one core\n{}",
        String::from_utf8_lossy(&said.stdout).trim_end()
    );
    let folder = Folder::new("bench")?;
    let config = server::configure(folder.path(), free_port()?, None, "")?;
    let tried = folder.path().join("tried.toml");
    fs::write(&tried, TRIED)?;
    let mut seed = Command::new(binary);
    seed.args(["seed", "--people", &people.to_string(), "--flows", "0"]);
    run::check(seed.arg("--config").arg(&config).stdout(Stdio::null()))?;
    let mut table = Table::new(
        "keymend policy simulate, SQLite",
        &["people", "seconds", ""],
    );
    for csv in [false, true] {
        let mut simulate = Command::new(binary);
        simulate
            .args(["policy", "simulate", "--policy"])
            .arg(&tried);
        simulate.arg("--config").arg(&config).stdout(Stdio::null());
        if csv {
            simulate.arg("--csv").arg(folder.path().join("out.csv"));
        }
        let began = Instant::now();
        run::check(&mut simulate)?;
        table.row(vec![
            people.to_string(),
            format!("{:.2}", began.elapsed().as_secs_f64()),
            if csv { "with --csv" } else { "" }.to_owned(),
        ]);
    }
    table.print();
    Ok(())
}
