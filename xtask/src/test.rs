//! `cargo xtask test`: everything a change must pass, one named step after another, stopping at the first that fails.
//!
//! Lints, tests and the browser walks share one profile and one target folder, so nothing is compiled twice.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::peers::Peers;
use crate::{docs, install, run};

/// Run the steps.
pub fn run(words: &[String]) -> Result<()> {
    let [fast] = crate::switches(words, ["--fast"])?;
    let begun = Instant::now();
    if !fast {
        step("system packages", install::system_packages)?;
    }
    step("format", || {
        run::check(run::cargo().args(["fmt", "--all", "--check"]))
    })?;
    step("lints", || {
        let clippy = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ];
        run::check(run::cargo().args(clippy))
    })?;
    if !fast {
        step("documentation", || {
            let doc = [
                "doc",
                "--workspace",
                "--no-deps",
                "--document-private-items",
                "--locked",
            ];
            run::check(run::cargo().args(doc).env("RUSTDOCFLAGS", "-D warnings"))
        })?;
    }
    step("tests", rust_tests)?;
    if !fast {
        step("tests in the documentation", || {
            run::check(run::cargo().args(["test", "--workspace", "--doc", "--locked", "--quiet"]))
        })?;
        step("the program", || {
            // The same selection of features as the tests, so that this only links.
            run::check(run::cargo().args(["build", "--workspace", "--bins", "--tests", "--locked"]))
        })?;
        step("browser walks", browser)?;
        step("documents", || docs::run(&[]))?;
        step("licences and sources", dependencies)?;
    }
    println!(
        "\n== all steps passed in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("\n== {name}");
    std::io::stdout().flush()?;
    let begun = Instant::now();
    let outcome = work();
    let seconds = begun.elapsed().as_secs_f64();
    match outcome {
        Ok(()) => {
            println!("   {name}: {seconds:.1} s");
            Ok(())
        }
        Err(fault) => Err(fault.context(format!("step \"{name}\" failed after {seconds:.1} s"))),
    }
}

/// The Rust tests, with whatever real peers this machine can start.
fn rust_tests() -> Result<()> {
    let peers = Peers::start()?;
    if install::has_cargo("nextest") {
        let mut nextest = run::cargo();
        nextest.args(["nextest", "run", "--workspace", "--locked"]);
        return run::check(nextest.envs(peers.environment()));
    }
    // Compiling nextest takes longer than all the steps here together, and the same tests run without it.
    println!(
        "   cargo-nextest is not installed: cargo test does the same, one program after another"
    );
    let mut plain = run::cargo();
    plain.args([
        "test",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "--locked",
        "--no-fail-fast",
    ]);
    plain_tests(plain.envs(peers.environment()))
}

/// `cargo test` counts for each program; show its output and add the counts up.
fn plain_tests(command: &mut Command) -> Result<()> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo test")?;
    let (mut passed, mut failed) = (0, 0);
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).lines() {
            let line = line?;
            if let Some((good, bad)) = counts(&line) {
                passed += good;
                failed += bad;
            }
            println!("{line}");
        }
    }
    let status = child.wait()?;
    println!("   {passed} passed, {failed} failed");
    if !status.success() {
        bail!("cargo test ended with {status}");
    }
    Ok(())
}

/// Read `test result: ok. 12 passed; 0 failed; …`.
fn counts(line: &str) -> Option<(u32, u32)> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut parts = rest.split("; ");
    let good = parts.next()?.strip_suffix(" passed")?.parse().ok()?;
    let bad = parts.next()?.strip_suffix(" failed")?.parse().ok()?;
    Some((good, bad))
}

/// The walks through a real browser, against the program that was just built.
fn browser() -> Result<()> {
    let folder = run::root().join("tests/browser");
    let walks = walks(&folder)?;
    if walks.is_empty() {
        println!("   there are no walks yet");
        return Ok(());
    }
    install::npm_packages(&folder)?;
    let chromium = run::find("chromium").context("chromium is missing")?;
    let peers = Peers::start()?;
    let mut node = run::command("node");
    node.arg("--test").args(walks).envs(peers.environment());
    node.env("KEYMEND_BIN", run::debug_binary())
        .env("KEYMEND_CHROMIUM", chromium);
    run::check(&mut node)
}

fn walks(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut walks = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path
            .to_str()
            .is_some_and(|name| name.ends_with(".test.mjs"))
        {
            walks.push(path);
        }
    }
    walks.sort();
    Ok(walks)
}

/// Licences, sources and forbidden crates. Not `--offline`: cargo-deny reads the manifests of every platform's crates, and
/// cargo has only fetched those of this one.
fn dependencies() -> Result<()> {
    if !install::has_cargo("deny") {
        println!("   cargo-deny is not installed: skipped (cargo install --locked cargo-deny)");
        return Ok(());
    }
    println!("   advisories change daily and are looked at apart: cargo deny check advisories");
    let deny = ["deny", "--locked", "--log-level", "error"];
    run::check(
        run::cargo()
            .args(deny)
            .args(["check", "bans", "licenses", "sources"]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_of_a_test_program_are_read_from_its_last_line() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(counts(line), Some((12, 3)));
        assert_eq!(counts("test registration::one ... ok"), None);
    }
}
