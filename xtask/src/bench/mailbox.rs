//! Where the measured program drops its messages, read for all visits.
//!
//! The seam between the measurement and the way codes leave the program: each message is a file that appears whole and
//! begins with its recipient. Reading it takes it away.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The codes that came and were not asked for yet, by recipient.
pub struct Mailbox {
    folder: PathBuf,
    codes: Mutex<HashMap<String, String>>,
}

impl Mailbox {
    /// Over the folder of the program's messages.
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            codes: Mutex::default(),
        }
    }

    /// The code sent to `to`, as soon as it is there.
    pub fn code(&self, to: &str) -> Result<String> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
            if !codes.contains_key(to) {
                self.empty(&mut codes)?;
            }
            if let Some(code) = codes.remove(to) {
                return Ok(code);
            }
            drop(codes);
            thread::sleep(Duration::from_millis(2));
        }
        bail!("no message to {to} within 10 s");
    }

    fn empty(&self, codes: &mut HashMap<String, String>) -> Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            // A name that begins with a dot is a message that is still being written.
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let message = fs::read_to_string(entry.path())?;
            fs::remove_file(entry.path())?;
            codes.extend(sent(&message));
        }
        Ok(())
    }
}

/// The recipient and the code of a message; a notice has none.
fn sent(message: &str) -> Option<(String, String)> {
    let (to, rest) = message.strip_prefix("To: ")?.split_once('\n')?;
    let notice = rest.contains("/n/");
    (!notice).then(|| digits(rest).map(|code| (to.to_owned(), code)))?
}

/// The first run of six to eight digits.
fn digits(message: &str) -> Option<String> {
    let runs = message.split(|c: char| !c.is_ascii_digit());
    runs.into_iter()
        .find(|run| (6..=8).contains(&run.len()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_told_from_other_numbers_and_from_a_notice() {
        let to = "To: +12122000001\n\n";
        assert_eq!(
            sent(&format!("{to}Keymend 2 (24 h): 048213 is your code\n")),
            Some(("+12122000001".to_owned(), "048213".to_owned()))
        );
        assert_eq!(
            sent(&format!("{to}Was it you? https://k/n/1234567\n")),
            None
        );
    }
}
