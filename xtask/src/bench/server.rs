//! The measured program: built, configured, filled with people, started and weighed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::http::{Connection, HOST, get_from};
use crate::keeper::{Folder, Keeper, free_port};
use crate::run;

/// Build the release binary and say where it is; `KEYMEND_BIN` names another one to measure.
pub fn build() -> Result<PathBuf> {
    if let Some(other) = std::env::var_os("KEYMEND_BIN") {
        return Ok(other.into());
    }
    run::check(run::cargo().args(["build", "--release", "--package", "keymend", "--locked"]))?;
    Ok(run::target().join("release/keymend"))
}

/// A configuration whose codes are written to a folder instead of being sent, and whose limits on the whole
/// organisation stand aside: everybody here shares a prefix. Everything else is as delivered.
///
/// SQLite where no `database` is given. `more` is another section: of a directory, or `[sms]`, which stands instead of
/// the folder. Returns the file; the codes will be in `codes` beside it.
pub fn configure(folder: &Path, port: u16, database: Option<&str>, more: &str) -> Result<PathBuf> {
    let here = folder.display();
    let database = database.map_or_else(|| format!("sqlite://{here}/keymend.db"), str::to_owned);
    fs::create_dir_all(folder.join("codes"))?;
    let file = folder.join("keymend.toml");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\n\
         origin = \"https://{HOST}\"\n\
         trusted-proxies = [\"127.0.0.0/8\"]\n\
         \n[organisation]\nname = \"Bench\"\nhelp = \"nobody\"\n\
         \n[database]\nurl = \"{database}\"\n\
         \n[keys]\nfile = \"{here}/keys\"\n\
         \n[limits]\nsends-per-prefix-hour = 1000000\nsends-per-prefix-day = 1000000\n\
         sends-per-country-hour = 1000000\nsends-per-country-day = 1000000\n\
         sends-everywhere-hour = 1000000\nsends-everywhere-day = 1000000\n\
         wrong-everywhere-hour = 1000000\n\
         \n[mail]\nfolder = \"{here}/codes\"\n"
    );
    let text = if more.starts_with("[sms]") {
        format!("{text}\n{more}")
    } else {
        format!("{text}\n[sms]\nfolder = \"{here}/codes\"\n\n{more}")
    };
    fs::write(&file, text)?;
    Ok(file)
}

/// What the database is filled with before the server starts.
#[derive(Clone, Copy)]
pub struct Filling {
    /// People to reset.
    pub people: u32,
    /// What each of them has registered: a phone, an address, and then apps and passkeys in turn.
    pub methods: u32,
    /// Live flows.
    pub flows: u32,
    /// Codes by text that wait.
    pub codes: u32,
    /// Notices by text that wait.
    pub notices: u32,
}

impl Default for Filling {
    fn default() -> Self {
        Self {
            people: 0,
            methods: 2,
            flows: 0,
            codes: 0,
            notices: 0,
        }
    }
}

/// `keymend serve` with people in its database.
pub struct Server {
    keeper: Keeper,
    /// Where it listens.
    pub port: u16,
    /// How many people there are to reset.
    pub people: u32,
}

impl Server {
    /// Configure, fill and start.
    pub fn start(
        binary: &Path,
        database: Option<&str>,
        filling: Filling,
        more: &str,
    ) -> Result<Self> {
        let folder = Folder::new("bench")?;
        let port = free_port()?;
        let config = configure(folder.path(), port, database, more)?;
        let mut seed = Command::new(binary);
        seed.arg("seed");
        for (what, count) in [
            ("--people", filling.people),
            ("--methods", filling.methods),
            ("--flows", filling.flows),
            ("--codes", filling.codes),
            ("--notices", filling.notices),
        ] {
            seed.args([what, &count.to_string()]);
        }
        seed.arg("--config");
        run::check(seed.arg(&config).stdout(Stdio::null()))?;
        let mut serve = Command::new(binary);
        serve.arg("serve").arg("--config").arg(&config);
        let keeper = Keeper::start("keymend serve", "TERM", folder, &serve)?;
        keeper.wait_for(port)?;
        Ok(Self {
            keeper,
            port,
            people: filling.people,
        })
    }

    /// Its configuration.
    pub fn configuration(&self) -> PathBuf {
        self.keeper.folder().join("keymend.toml")
    }

    /// Where the messages are written.
    pub fn codes(&self) -> PathBuf {
        self.keeper.folder().join("codes")
    }

    /// The processor time it has used, in seconds (proc(5): `utime` and `stime` of `stat`).
    pub fn processor(&self) -> Result<f64> {
        // Ticks are hundredths of a second on every Linux of today.
        const TICKS: f64 = 100.0;
        let file = format!("/proc/{}/stat", self.keeper.pid);
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
        let (_, fields) = text.rsplit_once(')').context("no process name")?;
        let ticks = fields.split_whitespace().skip(11).take(2);
        let ticks = ticks.map(str::parse::<f64>).sum::<Result<f64, _>>()?;
        Ok(ticks / TICKS)
    }

    /// What it holds in memory just now.
    pub fn memory(&self) -> Result<Memory> {
        let file = format!("/proc/{}/smaps_rollup", self.keeper.pid);
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {file}"))?;
        let find = |name: &str| -> Result<f64> {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .context("no such line")?;
            Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
        };
        Ok(Memory {
            rss: find("Rss:")?,
            pss: find("Pss:")?,
        })
    }
}

/// Memory in MiB.
pub struct Memory {
    /// All that is mapped in.
    pub rss: f64,
    /// The same with shared pages divided among their users.
    pub pss: f64,
}

/// How long from starting a command to its first page. The command is stopped again.
pub fn first_page(command: &mut Command, host: &str, port: u16) -> Result<Duration> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let begun = Instant::now();
    let mut child = Stopped(command.spawn()?);
    let request = get_from(host, "/");
    loop {
        let answer = Connection::open(port).and_then(|mut connection| {
            connection
                .exchange(&request)
                .map(|response| response.status)
        });
        if matches!(answer, Ok(200)) {
            return Ok(begun.elapsed());
        }
        if let Some(status) = child.0.try_wait()? {
            bail!("it ended with {status} before its first page");
        }
        if begun.elapsed() > Duration::from_secs(30) {
            bail!("no first page within 30 s (last: {answer:?})");
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// A child that is gone when this is.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How many password hashes a second this machine makes with the product's own settings, and nothing else to do.
pub fn hashes(binary: &Path, seconds: u64) -> Result<f64> {
    let mut hash = Command::new(binary);
    let text = run::read(hash.args(["bench-hash", "--seconds", &seconds.to_string()]))?;
    let number = text.split_whitespace().find_map(|word| word.parse().ok());
    number.context("keymend bench-hash printed no number")
}
