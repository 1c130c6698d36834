//! `cargo xtask docs`: what the documents name must exist.
//!
//! Looked at: `*.md` in the top folder (but not the change log, which tells of things that are gone) and in `docs/`.
//! Checked: links to files, paths in backticks, `cargo xtask …` commands, `keymend …` commands and their options.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::run;

/// Check all documents; every fault is printed before the end.
pub fn run(words: &[String]) -> Result<()> {
    let [] = crate::switches(words, [])?;
    let mut program = Program::default();
    let (mut faults, mut count) = (Vec::new(), 0);
    for document in documents()? {
        count += 1;
        let text = fs::read_to_string(&document)?;
        let shown = document
            .strip_prefix(run::root())
            .unwrap_or(&document)
            .display()
            .to_string();
        for fault in faults_of(&text, &document, &mut program)? {
            faults.push(format!("{shown}: {fault}"));
        }
    }
    for fault in &faults {
        println!("   {fault}");
    }
    if !faults.is_empty() {
        bail!(
            "{} of the things that the documents name do not exist",
            faults.len()
        );
    }
    println!("   {count} documents name only what exists");
    Ok(())
}

fn documents() -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(run::root())? {
        let path = entry?.path();
        if is_markdown(&path) && !path.ends_with("CHANGELOG.md") {
            found.push(path);
        }
    }
    let mut folders = vec![run::root().join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if is_markdown(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_markdown(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md")
}

fn faults_of(text: &str, document: &Path, program: &mut Program) -> Result<Vec<String>> {
    let folder = document.parent().unwrap_or(document);
    let mut faults = Vec::new();
    for Named { line, what } in named(text) {
        let fault = match &what {
            What::Link(target) => {
                (!folder.join(target).exists()).then(|| format!("no file {target:?}"))
            }
            What::Path(path) => {
                let here = run::root().join(path).exists() || folder.join(path).exists();
                (!here).then(|| format!("no file {path:?}"))
            }
            What::Xtask(name) => {
                let known =
                    name == "help" || crate::COMMANDS.iter().any(|command| command.name == name);
                (!known).then(|| format!("no command cargo xtask {name}"))
            }
            What::Keymend(words) => program.fault(words)?,
        };
        faults.extend(fault.map(|fault| format!("{line}: {fault}")));
    }
    Ok(faults)
}

/// Something a document names, and the line it stands on.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    line: usize,
    what: What,
}

#[derive(Debug, PartialEq, Eq)]
enum What {
    /// The target of a Markdown link, as seen from the document.
    Link(String),
    /// A path in backticks, as seen from the top folder.
    Path(String),
    /// The word after `cargo xtask`.
    Xtask(String),
    /// The words after `keymend`.
    Keymend(Vec<String>),
}

fn named(text: &str) -> Vec<Named> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (line, words) in text.lines().enumerate() {
        let line = line + 1;
        if words.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            found.extend(command(words).map(|what| Named { line, what }));
        } else {
            let spans = words.split('`').skip(1).step_by(2);
            for span in spans {
                let what = command(span).or_else(|| path(span).map(What::Path));
                found.extend(what.map(|what| Named { line, what }));
            }
            found.extend(links(words).map(|target| Named {
                line,
                what: What::Link(target),
            }));
        }
    }
    found
}

/// `keymend …` (also by a path, or through `cargo run -- …`) and `cargo xtask …`.
fn command(text: &str) -> Option<What> {
    let text = text
        .trim()
        .trim_start_matches("$ ")
        .trim_start_matches("sudo ");
    let text = text.split(['|', '#', ';', '&']).next()?;
    let mut words = text.split_whitespace();
    let first = words.next()?;
    let rest: Vec<&str> = words.collect();
    if first == "cargo" {
        return match rest.as_slice() {
            ["xtask", name, ..] => Some(What::Xtask((*name).to_owned())),
            ["run", ..] => {
                let after = rest.iter().position(|word| *word == "--")?;
                Some(What::Keymend(owned(rest.get(after + 1..)?)))
            }
            _ => None,
        };
    }
    let called = first == "keymend" || first.ends_with("/keymend") && !first.starts_with("crates");
    (called && !rest.is_empty()).then(|| What::Keymend(owned(&rest)))
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A path of this repository: relative, with a folder in it, and a first folder or an ending that we use.
fn path(span: &str) -> Option<String> {
    const FOLDERS: &[&str] = &[
        "crates", "docs", "xtask", "tests", ".ci", ".config", ".cargo",
    ];
    const ENDINGS: &[&str] = &[
        "rs", "md", "toml", "ftl", "html", "css", "js", "mjs", "sql", "sh", "py", "json", "yml",
        "yaml", "service", "txt",
    ];
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/');
    if !span.chars().all(plain) || span.starts_with('/') {
        return None;
    }
    let (first, rest) = span.split_once('/')?;
    let ending = Path::new(rest)
        .extension()
        .and_then(|ending| ending.to_str());
    let ours = FOLDERS.contains(&first) || ending.is_some_and(|ending| ENDINGS.contains(&ending));
    ours.then(|| span.to_owned())
}

fn links(line: &str) -> impl Iterator<Item = String> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', '#', ' ']).next()?;
        let elsewhere = target.is_empty() || target.contains(':') || target.starts_with('/');
        (!elsewhere).then(|| target.to_owned())
    })
}

/// The built program, asked for its help once for each command.
#[derive(Default)]
struct Program {
    helps: BTreeMap<String, String>,
}

impl Program {
    fn fault(&mut self, words: &[String]) -> Result<Option<String>> {
        let (options, names): (Vec<&String>, Vec<&String>) =
            words.iter().partition(|word| word.starts_with('-'));
        let name = words
            .first()
            .filter(|word| names.contains(word))
            .map_or("", String::as_str);
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.is_empty() {
            return Ok(None); // `keymend …`: no command is named
        }
        if !commands(self.help("")?).any(|known| known == name)
            && !name.is_empty()
            && name != "help"
        {
            return Ok(Some(format!("no command keymend {name}")));
        }
        // A command may have commands of its own.
        let inner = words.get(1).filter(|_| !name.is_empty());
        let known = match inner {
            Some(word) => commands(self.help(name)?).any(|known| known == word),
            None => false,
        };
        let name = match inner {
            Some(word) if known => format!("{name} {word}"),
            _ => name.to_owned(),
        };
        let name = name.as_str();
        for option in options
            .iter()
            .map(|option| option.split('=').next().unwrap_or(option))
        {
            let general = matches!(option, "--help" | "-h" | "--version" | "-V");
            if !general && !mentions(self.help(name)?, option) {
                return Ok(Some(format!("no option {option} of keymend {name}")));
            }
        }
        Ok(None)
    }

    fn help(&mut self, name: &str) -> Result<&str> {
        if !self.helps.contains_key(name) {
            let mut call = run::command(run::debug_binary());
            call.args(name.split_whitespace()).arg("--help");
            let text = run::read(&mut call)
                .context("the documents are compared with the built program: cargo build")?;
            self.helps.insert(name.to_owned(), text);
        }
        Ok(self.helps.get(name).map_or("", String::as_str))
    }
}

/// The first words under `Commands:`.
fn commands(help: &str) -> impl Iterator<Item = &str> {
    let list = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1);
    list.take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
}

fn mentions(help: &str, option: &str) -> bool {
    help.split(|c: char| c.is_whitespace() || matches!(c, ',' | '=' | '[' | ']'))
        .any(|word| word == option)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(text: &str) -> Vec<What> {
        named(text).into_iter().map(|named| named.what).collect()
    }

    #[test]
    fn paths_links_and_commands_are_found() {
        let text = "See `crates/core/src/lib.rs`, [rules](../rules.md#top) and `keymend check --config FILE`.\n\
            ```sh\n$ cargo xtask test --fast  # quick\n./keymend demo\n```\n";
        let path = What::Path("crates/core/src/lib.rs".to_owned());
        let check = What::Keymend(["check", "--config", "FILE"].map(str::to_owned).to_vec());
        let demo = What::Keymend(vec!["demo".to_owned()]);
        let expected = [
            path,
            check,
            What::Link("../rules.md".to_owned()),
            What::Xtask("test".to_owned()),
            demo,
        ];
        assert_eq!(whats(text), expected);
    }

    #[test]
    fn other_words_in_backticks_are_left_alone() {
        let text = "`text/plain`, `/etc/keymend/keymend.toml`, `GET /reset`, `keymend`, [x](https://example.org/a.md)";
        assert_eq!(whats(text), []);
    }

    #[test]
    fn commands_and_options_are_read_from_the_help() {
        let help = "Self-service\n\nUsage: keymend\n\nCommands:\n  demo   Try it\n  serve  Run it\n\nOptions:\n  -c, --config <FILE>\n";
        assert_eq!(commands(help).collect::<Vec<_>>(), ["demo", "serve"]);
        assert!(mentions(help, "--config") && !mentions(help, "--conf"));
    }
}
