//! What takes long to make and never differs: made once, kept below `target/peers`, and copied for each run.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::keeper::Folder;
use crate::run;

/// Put into `folder` what `make` leaves in an empty one. `inputs` are the files on which it depends, the server's
/// program among them: when one of them changes, it is made anew.
pub fn into(
    folder: &Folder,
    what: &str,
    inputs: &[&Path],
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<()> {
    let kept = run::target()
        .join("peers")
        .join(format!("{what}-{}", key(inputs)?));
    if !kept.is_dir() {
        println!("   making the first data of {what}: 20 seconds, once");
        let making = Folder::new(what)?;
        make(making.path())?;
        keep(making.path(), &kept)?;
    }
    copy(&kept, folder.path())
}

/// Somebody else may have been faster; then theirs stays.
fn keep(made: &Path, kept: &Path) -> Result<()> {
    let parent = kept.parent().context("target/peers has no parent")?;
    fs::create_dir_all(parent)?;
    let partial = kept.with_extension(std::process::id().to_string());
    fs::create_dir(&partial)?;
    let done = copy(made, &partial);
    if done.is_err() || fs::rename(&partial, kept).is_err() {
        fs::remove_dir_all(&partial)?;
    }
    done
}

/// Owners, modes and extended attributes are part of what was made.
fn copy(from: &Path, to: &Path) -> Result<()> {
    run::check(Command::new("cp").arg("-a").arg(from.join(".")).arg(to))
}

/// The contents of what is ours; of a program, when it was installed.
fn key(inputs: &[&Path]) -> Result<String> {
    let ours = run::root();
    let mut hash = Sha256::new();
    for input in inputs {
        if input.starts_with(&ours) {
            hash.update(
                fs::read(input).with_context(|| format!("cannot read {}", input.display()))?,
            );
        } else {
            let at = fs::metadata(input)?
                .modified()?
                .duration_since(UNIX_EPOCH)?;
            hash.update(at.as_nanos().to_be_bytes());
        }
    }
    let mut key = String::new();
    for byte in hash.finalize().iter().take(8) {
        write!(key, "{byte:02x}")?;
    }
    Ok(key)
}

/// A program of a server: Debian puts those where only root looks.
pub fn program(name: &str) -> Option<PathBuf> {
    let debian = Path::new("/usr/sbin").join(name);
    run::find(name).or_else(|| debian.is_file().then_some(debian))
}
