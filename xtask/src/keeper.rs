//! A server that lives in a temporary folder and never outlives us.
//!
//! The work is done by `tests/peers/keep.sh`: it runs the server while its standard input is open, and we hold the
//! other end of that pipe. However this process ends, even by SIGKILL, the pipe closes, the server is stopped and the
//! folder is removed. Nothing here has to catch a signal.

use std::fs;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::run;

/// An empty folder under the system's temporary folder, removed when dropped.
pub struct Folder(PathBuf);

impl Folder {
    /// A new folder whose name begins with `keymend-` and says what it is for.
    pub fn new(what: &str) -> Result<Self> {
        for attempt in 0..1000 {
            let path = std::env::temp_dir()
                .join(format!("keymend-{what}-{}-{attempt}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(fault) => {
                    return Err(fault).with_context(|| format!("cannot make {}", path.display()));
                }
            }
        }
        bail!("cannot make a temporary folder for {what}");
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // keep.sh has usually been here first.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running server.
pub struct Keeper {
    name: String,
    script: Child,
    /// The server's process id.
    pub pid: u32,
    folder: Folder,
}

impl Keeper {
    /// Start `command`, whose state and log are in `folder`; `signal` is what it understands as "stop now".
    pub fn start(name: &str, signal: &str, folder: Folder, command: &Command) -> Result<Self> {
        let mut script = run::command(run::root().join("tests/peers/keep.sh"));
        script.arg(signal).arg(folder.path());
        script.arg(command.get_program()).args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => script.env(key, value),
                None => script.env_remove(key),
            };
        }
        // A group of its own: Ctrl-C ends us, and only then the server.
        script
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut script = script
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let mut line = String::new();
        if let Some(out) = script.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        let pid = line
            .trim()
            .parse()
            .with_context(|| format!("{name} did not start"))?;
        Ok(Self {
            name: name.to_owned(),
            script,
            pid,
            folder,
        })
    }

    /// The server's own folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Wait until something listens on `port`; an early end or a long silence is an error that shows the log.
    pub fn wait_for(&self, port: u16) -> Result<()> {
        self.wait_for_at(Ipv4Addr::LOCALHOST, port)
    }

    /// The same, at an address of the server's own.
    pub fn wait_for_at(&self, address: Ipv4Addr, port: u16) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            if TcpStream::connect((address, port)).is_ok() {
                return Ok(());
            }
            if !self.alive() {
                bail!("{} ended at once:\n{}", self.name, self.log());
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!(
            "{} does not answer on port {port}:\n{}",
            self.name,
            self.log()
        );
    }

    /// Is the server there? A process that has ended and was not waited for yet is not.
    pub fn alive(&self) -> bool {
        fs::read_to_string(format!("/proc/{}/stat", self.pid)).is_ok_and(|stat| {
            !stat
                .rsplit(')')
                .next()
                .is_some_and(|rest| rest.trim_start().starts_with('Z'))
        })
    }

    /// The last lines of the server's log.
    pub fn log(&self) -> String {
        let text = fs::read_to_string(self.folder().join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.len().saturating_sub(20);
        lines.get(last..).unwrap_or_default().join("\n")
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

/// A TCP port of 127.0.0.1 that nobody listens on just now, below those that connections get: none of them takes it before
/// its server does. Above 10080, the last one that browsers refuse to open (the Fetch standard's bad ports).
pub fn free_port() -> Result<u16> {
    for _ in 0..1000 {
        let chance = RandomState::new().hash_one(std::process::id()) % 19_000;
        let port = 11_000 + u16::try_from(chance)?;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_program_and_its_folder_go_with_their_keeper() {
        let mut sleep = Command::new("sleep");
        sleep.arg("600");
        let keeper = Keeper::start("sleep", "TERM", Folder::new("test").unwrap(), &sleep).unwrap();
        let (pid, folder) = (keeper.pid, keeper.folder().to_owned());
        assert!(keeper.alive() && folder.is_dir());
        drop(keeper);
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
        assert!(!folder.exists());
    }

    #[test]
    fn a_server_that_cannot_start_shows_its_log() {
        let mut shell = Command::new("sh");
        shell.args(["-c", "echo no such luck; exit 3"]);
        let keeper = Keeper::start("luck", "TERM", Folder::new("test").unwrap(), &shell).unwrap();
        let fault = keeper.wait_for(free_port().unwrap()).unwrap_err();
        assert!(fault.to_string().contains("no such luck"), "{fault}");
    }
}
