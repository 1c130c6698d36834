//! `cargo xtask mutants`: change the rules one by one and see that a test notices.
//!
//! cargo-mutants works on a copy in a temporary folder, so the working tree is never touched.

use anyhow::Result;

use crate::{install, run};

/// Where a wrong rule would open a door: the default selection.
const RULES: &[&str] = &["registration", "reset", "throttle", "policy"];

/// Run them.
pub fn run(words: &[String]) -> Result<()> {
    let [all] = crate::switches(words, ["--all"])?;
    if !install::has_cargo("mutants") {
        println!("installing cargo-mutants {}", install::MUTANTS);
        let package = format!("cargo-mutants@{}", install::MUTANTS);
        run::check(run::cargo().args(["install", "--locked", &package]))?;
    }
    let mut mutants = run::cargo();
    mutants.args([
        "mutants",
        "--package",
        "keymend-core",
        "--no-shuffle",
        "--timeout-multiplier",
        "3",
    ]);
    mutants.arg("--output").arg(run::target());
    if install::has_cargo("nextest") {
        mutants.args(["--test-tool", "nextest"]);
    }
    if !all {
        for rule in RULES {
            mutants.args(["--file", &format!("crates/core/src/{rule}.rs")]);
            mutants.args(["--file", &format!("crates/core/src/{rule}/**/*.rs")]);
        }
    }
    run::check(&mut mutants)
}
