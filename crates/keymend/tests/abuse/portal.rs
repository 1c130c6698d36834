//! A portal of one's own: a process, a folder, a database, and the messages that it sends.

use std::collections::HashSet;
use std::fmt::{Display, Write as _};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::browser::Browser;
use crate::database::Database;
pub use crate::post::Message;
use crate::post::in_folder;

const PROGRAM: &str = env!("CARGO_BIN_EXE_keymend");
/// Longest wait for anything that happens behind a page: what is awaited comes or never does, and the machine may be busy.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// What a portal of `keymend serve` is to be like.
pub struct Setup {
    keys: Vec<(&'static str, &'static str, String)>,
    people: u32,
    environment: Vec<(&'static str, String)>,
    database: Option<String>,
    /// Blocks of 1024 bytes that a file may have: a full disk.
    blocks: Option<u32>,
}

impl Setup {
    /// The product's defaults, on this machine, with questions on, over proxies on this machine.
    pub fn new() -> Self {
        Self {
            keys: Vec::new(),
            people: 0,
            environment: Vec::new(),
            database: None,
            blocks: None,
        }
        .with("server", "trusted-proxies", "[\"127.0.0.1/32\"]")
        .with("server", "work-bits", "0")
        .with("organisation", "name", "\"Example Campus\"")
        .with("organisation", "help", "\"Service desk: +1 212 555 0100\"")
        .with("organisation", "mail-domains", "[\"campus.example\"]")
        .with("directory", "domains", "[\"campus.example\"]")
        .with("policy", "methods", "[\"phone\", \"email\", \"questions\"]")
    }

    /// A key of the configuration, its value as TOML.
    pub fn with(mut self, section: &'static str, key: &'static str, value: impl Display) -> Self {
        self.keys
            .retain(|(known, name, _)| (*known, *name) != (section, key));
        self.keys.push((section, key, value.to_string()));
        self
    }

    /// Without a key that is there by default.
    pub fn without(mut self, section: &str, key: &str) -> Self {
        self.keys
            .retain(|(known, name, _)| (*known, *name) != (section, key));
        self
    }

    /// So many registered people, see [`crate::walk::person`].
    pub fn people(mut self, count: u32) -> Self {
        self.people = count;
        self
    }

    /// As many starts and messages as policy can allow.
    pub fn loose(self) -> Self {
        let many = [
            "starts-per-address-hour",
            "starts-per-site-hour",
            "starts-without-work-hour",
        ];
        let more = [
            "wrong-per-address-hour",
            "wrong-per-site-hour",
            "wrong-everywhere-hour",
            "sends-per-prefix-hour",
            "sends-per-prefix-day",
        ];
        let setup = many
            .into_iter()
            .chain(more)
            .fold(self, |setup, key| setup.with("limits", key, 1_000_000));
        setup
            .with("limits", "starts-per-name-hour", 60)
            .with("limits", "starts-per-name-day", 200)
            .with("limits", "sends-per-destination-hour", 60)
            .with("limits", "sends-per-destination-day", 200)
            .with("limits", "wrong-per-method-day", 100)
            .with("policy", "code-sends", 10)
    }

    /// A variable of the process.
    pub fn variable(mut self, name: &'static str, value: &str) -> Self {
        self.environment.push((name, value.to_owned()));
        self
    }

    /// On this database instead of a file of its own.
    pub fn database(mut self, url: &str) -> Self {
        self.database = Some(url.to_owned());
        self
    }

    /// No file of the process may become longer than so many blocks of 512 or 1024 bytes.
    pub fn blocks(mut self, blocks: u32) -> Self {
        self.blocks = Some(blocks);
        self
    }

    /// Start it.
    pub fn start(self) -> Portal {
        let folder = TempDir::new().unwrap();
        let mut portal = Portal {
            child: None,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            host: String::new(),
            folder,
            log: Arc::default(),
            seen: Mutex::default(),
            setup: Some(self),
        };
        for channel in ["sms", "voice", "mail"] {
            std::fs::create_dir(portal.path(channel)).unwrap();
        }
        portal.choose_port();
        let people = portal.setup.as_ref().unwrap().people;
        if people > 0 {
            portal.command(
                &["seed", "--people", &people.to_string(), "--flows", "0"],
                "",
            );
        }
        portal.start();
        portal
    }
}

/// A port that nobody listens on, below those that the system gives to connections: one of them could take it meanwhile.
fn free_port() -> u16 {
    loop {
        let chance = RandomState::new().build_hasher().finish();
        let port = 11_000 + u16::try_from(chance % 9_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A running portal.
pub struct Portal {
    child: Option<Child>,
    /// Where it listens.
    pub address: SocketAddr,
    /// The authority of its origin.
    pub host: String,
    folder: TempDir,
    log: Arc<Mutex<String>>,
    seen: Mutex<HashSet<String>>,
    setup: Option<Setup>,
}

impl Portal {
    /// `keymend demo`
    pub fn demo() -> Self {
        let folder = TempDir::new().unwrap();
        let mut command = program(folder.path());
        command
            .args(["demo", "--listen", "127.0.0.1:0"])
            .env("KEYMEND_LOG", "debug");
        let log = Arc::default();
        let child = spawn(&mut command, &log);
        let mut portal = Self {
            child: Some(child),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            host: String::new(),
            folder,
            log,
            seen: Mutex::default(),
            setup: None,
        };
        let port = portal.wait("the demo", |portal| {
            let log = portal.log();
            let (_, rest) = log.split_once("http://localhost:")?;
            rest.split_once('\n')
                .and_then(|(port, _)| port.trim().parse().ok())
        });
        portal.address.set_port(port);
        portal.host = format!("localhost:{port}");
        portal
    }

    fn choose_port(&mut self) {
        self.address.set_port(free_port());
        self.host = format!("localhost:{}", self.address.port());
        self.write_configuration();
    }

    fn write_configuration(&mut self) {
        let setup = self.setup.as_ref().unwrap();
        let path = |name: &str| format!("\"{}\"", self.path(name).display());
        let url = setup
            .database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.path("keymend.db").display()));
        let mut keys = vec![
            ("server", "origin", format!("\"http://{}\"", self.host)),
            ("server", "listen", format!("\"{}\"", self.address)),
            ("database", "url", format!("\"{url}\"")),
            ("keys", "file", path("keymend.keys")),
            ("sms", "folder", path("sms")),
            ("voice", "folder", path("voice")),
            ("mail", "folder", path("mail")),
        ];
        // A gateway of another kind has no folder, and gateways in tables of their own take the place of the only one.
        let inside = |own: &str, channel: &str| {
            let rest = own.strip_prefix(channel);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        let replaced = |channel: &str| {
            let mut own = setup.keys.iter();
            own.any(|(of, key, _)| (*of == channel && *key == "kind") || inside(of, channel))
        };
        keys.retain(|(section, ..)| !replaced(section));
        for own in &setup.keys {
            keys.retain(|(section, key, _)| (*section, *key) != (own.0, own.1));
            keys.push(own.clone());
        }
        keys.sort_by_key(|(section, ..)| *section);
        let mut text = String::new();
        let mut last = "";
        for (section, key, value) in keys {
            if section != last {
                writeln!(text, "[{section}]").unwrap();
                last = section;
            }
            writeln!(text, "{key} = {value}").unwrap();
        }
        std::fs::write(self.path("keymend.toml"), text).unwrap();
    }

    /// Change a key of the configuration; for the next start.
    pub fn configure(&mut self, section: &'static str, key: &'static str, value: impl Display) {
        let setup = self.setup.take().unwrap();
        self.setup = Some(setup.with(section, key, value));
        self.write_configuration();
    }

    /// Start the process again on the same files.
    pub fn start(&mut self) {
        self.spawn();
        self.wait("the portal", |portal| {
            TcpStream::connect(portal.address).ok()
        });
    }

    /// Start it, and do not wait until it listens.
    pub fn spawn(&mut self) {
        let file = self.path("keymend.toml");
        let setup = self.setup.as_ref().unwrap();
        let mut command = match setup.blocks {
            None => program(self.folder.path()),
            Some(blocks) => {
                let mut shell = Command::new("sh");
                // The signal of a file that becomes too long is ignored, so that the write fails as on a full disk.
                let line = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
                shell.args(["-c", &line, PROGRAM]);
                clean(&mut shell, self.folder.path());
                shell
            }
        };
        command
            .arg("serve")
            .arg("--config")
            .arg(file)
            .env("KEYMEND_LOG", "debug");
        command.envs(
            setup
                .environment
                .iter()
                .map(|(name, value)| (*name, value.as_str())),
        );
        self.child = Some(spawn(&mut command, &self.log));
    }

    /// The disk has room again; for the next start.
    pub fn free_disk(&mut self) {
        self.setup.as_mut().unwrap().blocks = None;
    }

    /// `kill -9`
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // One that ended by itself cannot be killed, and need not be.
            drop(child.kill());
            child.wait().unwrap();
        }
    }

    /// A file of this portal.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Everything that it wrote to its output so far.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Run another command of the program on the same configuration, which must do what it is to do.
    pub fn command(&self, words: &[&str], input: &str) -> String {
        let (code, said) = self.attempt(words, input);
        assert_eq!(code, Some(0), "{words:?}: {said}");
        said
    }

    /// Run another command, however it ends: its exit code, and what it said.
    pub fn attempt(&self, words: &[&str], input: &str) -> (Option<i32>, String) {
        let mut command = program(self.folder.path());
        command
            .args(words)
            .arg("--config")
            .arg(self.path("keymend.toml"));
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), said)
    }

    /// Throw away what lies in the folders of messages.
    pub fn forget_messages(&self) {
        for folder in ["sms", "voice", "mail"] {
            for entry in std::fs::read_dir(self.path(folder)).unwrap() {
                std::fs::remove_file(entry.unwrap().path()).unwrap();
            }
        }
    }

    /// A browser.
    pub fn browser(&self) -> Browser {
        Browser::new(self.address, &self.host)
    }

    /// The database.
    pub fn database(&self) -> Database {
        Database::open(&self.database_url())
    }

    fn database_url(&self) -> String {
        if let Some(url) = self.setup.as_ref().and_then(|setup| setup.database.clone()) {
            return url;
        }
        let file = if self.setup.is_some() {
            self.path("keymend.db")
        } else {
            let mut entries = std::fs::read_dir(self.folder.path()).unwrap();
            entries.next().unwrap().unwrap().path().join("keymend.db")
        };
        format!("sqlite:{}", file.display())
    }

    /// Wait until something is there.
    pub fn wait<T>(&self, what: &str, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            assert!(
                began.elapsed() < PATIENCE,
                "waited in vain for {what}\n{}",
                self.log()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Wait until the outbox has nothing left to do.
    pub fn settled(&self) {
        let database = self.database();
        let waiting = "SELECT COUNT(*) FROM outbox WHERE state = 'queued'";
        self.wait("an empty outbox", |_| {
            (database.number(waiting) == 0).then_some(())
        });
    }

    /// Messages that are there now, newest first.
    pub fn messages(&self) -> Vec<Message> {
        if self.setup.is_none() {
            let mut browser = self.browser();
            let list: serde_json::Value =
                serde_json::from_str(&browser.get("/demo/messages.json").body).unwrap();
            let text =
                |entry: &serde_json::Value, name: &str| entry[name].as_str().unwrap().to_owned();
            let message = |entry: &serde_json::Value| Message {
                id: text(entry, "id"),
                channel: text(entry, "channel"),
                to: text(entry, "to"),
                text: format!("{}\n\n{}", text(entry, "subject"), text(entry, "body")),
            };
            return list.as_array().unwrap().iter().map(message).collect();
        }
        let folders = [("sms", "sms"), ("voice", "voice"), ("mail", "email")];
        folders
            .into_iter()
            .flat_map(|(folder, channel)| in_folder(&self.path(folder), channel))
            .collect()
    }

    /// The code of the next message to a destination that was not read yet.
    pub fn code(&self, channel: &str, to: &str) -> String {
        self.wait(&format!("a code by {channel} to {to}"), |portal| {
            let fresh = |message: &Message| {
                message.channel == channel && message.to == to && portal.is_new(message)
            };
            let message = portal
                .messages()
                .into_iter()
                .find(|message| fresh(message) && message.code().is_some())?;
            portal.seen.lock().unwrap().insert(message.id.clone());
            message.code()
        })
    }

    fn is_new(&self, message: &Message) -> bool {
        !self.seen.lock().unwrap().contains(&message.id)
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!("--- the portal said ---\n{}", self.log());
        }
    }
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    clean(&mut command, folder);
    command
}

/// Variables of the tests are none of the program's.
fn clean(command: &mut Command, folder: &Path) {
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KEYMEND_")) {
        command.env_remove(name);
    }
    command.env("TMPDIR", folder);
}

fn spawn(command: &mut Command, log: &Arc<Mutex<String>>) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    follow(child.stdout.take().unwrap(), log);
    follow(child.stderr.take().unwrap(), log);
    child
}

fn follow(from: impl Read + Send + 'static, log: &Arc<Mutex<String>>) {
    let log = Arc::clone(log);
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut log = log.lock().unwrap();
            log.push_str(&line);
            log.push('\n');
        }
    });
}
