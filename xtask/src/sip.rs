//! A telephone exchange of our own, Kamailio (`tests/peers/kamailio.cfg`), and telephones, Baresip
//! (`tests/peers/baresip.conf`), that keep what they hear.

use std::fmt::Write as _;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::keeper::{Folder, Keeper, free_port};
use crate::{prepared, run};

/// How the telephones take a call, and which law they speak: one for each test, so that no recording is another's.
const PHONES: [(&str, &str); 9] = [
    ("auto", "PCMU"),
    ("auto", "PCMU"),
    ("auto", "PCMU"),
    ("auto", "PCMA"),
    ("auto", "PCMU"),
    ("auto", "PCMU"),
    ("auto", "PCMU"),
    ("manual", "PCMU"),
    ("manual", "PCMU"),
];
/// Bytes of silence that a telephone says: two minutes.
const SILENCE: u32 = 2 * 60 * 16_000;

/// A running exchange with its telephones.
pub struct Sip {
    exchange: Keeper,
    port: u16,
    phones: Vec<Phone>,
}

struct Phone {
    keeper: Keeper,
    port: u16,
    control: u16,
}

struct Programs {
    exchange: PathBuf,
    modules: PathBuf,
    phone: PathBuf,
}

impl Sip {
    /// Make a certificate for the telephones, and start all of it.
    pub fn start() -> Result<Self> {
        let programs = programs()
            .context("a telephone exchange is missing (Debian: kamailio baresip-core)")?;
        let folder = Folder::new("exchange")?;
        let peers = run::root().join("tests/peers");
        run::check(Command::new(peers.join("make-ca.sh")).arg(folder.path()))?;
        let mut certificate = fs::read(folder.path().join("server.pem"))?;
        certificate.extend(fs::read(folder.path().join("server.key"))?);
        let mut phones = Vec::new();
        for (number, (mode, law)) in PHONES.into_iter().enumerate() {
            phones.push(Phone::start(&programs, number, mode, law, &certificate)?);
        }
        let mut rules = String::new();
        for (number, phone) in phones.iter().enumerate() {
            let port = phone.port;
            writeln!(
                rules,
                "    if ($rU =~ \"{number:02}$\") $du = \"sip:127.0.0.1:{port}\";"
            )?;
        }
        let port = free_pair()?;
        let settings = fs::read_to_string(peers.join("kamailio.cfg"))?;
        let settings = settings
            .replace("@SIP@", &port.to_string())
            .replace("@MODULES@", &programs.modules.display().to_string())
            .replace("@PHONES@", &rules);
        let file = folder.path().join("kamailio.cfg");
        fs::write(&file, settings)?;
        let mut command = Command::new(&programs.exchange);
        command
            .args(["-m", "16", "-M", "4", "-DD", "-E", "-f"])
            .arg(&file);
        command
            .arg("-Y")
            .arg(folder.path())
            .arg("-w")
            .arg(folder.path());
        let exchange = Keeper::start("Kamailio", "TERM", folder, &command)?;
        exchange.wait_for(port)?;
        for phone in &phones {
            phone.keeper.wait_for(phone.control)?;
        }
        Ok(Self {
            exchange,
            port,
            phones,
        })
    }

    /// What a test needs to know, as environment variables.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let phones: Vec<_> = self
            .phones
            .iter()
            .map(|phone| {
                let folder = phone.keeper.folder().display();
                format!("{} {} {folder}", phone.port, phone.control)
            })
            .collect();
        let ca = self.exchange.folder().join("ca.pem");
        vec![
            ("KEYMEND_TEST_SIP", format!("127.0.0.1:{}", self.port)),
            ("KEYMEND_TEST_SIP_CA", ca.display().to_string()),
            ("KEYMEND_TEST_SIP_PHONES", phones.join(";")),
        ]
    }
}

impl Phone {
    fn start(
        programs: &Programs,
        number: usize,
        mode: &str,
        law: &str,
        certificate: &[u8],
    ) -> Result<Self> {
        let folder = Folder::new("telephone")?;
        let path = folder.path();
        let (port, control) = (free_pair()?, free_port()?);
        let settings = fs::read_to_string(run::root().join("tests/peers/baresip.conf"))?;
        let settings = settings
            .replace("@FOLDER@", &path.display().to_string())
            .replace("@SIP@", &port.to_string())
            .replace("@CONTROL@", &control.to_string());
        fs::write(path.join("config"), settings)?;
        let account = format!(
            "<sip:+121220000{number:02}@127.0.0.1>;regint=0;answermode={mode};audio_codecs={law}/8000/1\n"
        );
        fs::write(path.join("accounts"), account)?;
        fs::write(path.join("contacts"), "")?;
        fs::write(path.join("phone.pem"), certificate)?;
        fs::write(path.join("silence.wav"), silence())?;
        fs::create_dir(path.join("rec"))?;
        // Line by line, so that a test reads what it says in time.
        let mut command = Command::new("stdbuf");
        command.arg("-oL").arg(&programs.phone);
        command.arg("-f").arg(path).arg("-v");
        Ok(Self {
            keeper: Keeper::start("Baresip", "TERM", folder, &command)?,
            port,
            control,
        })
    }
}

/// A wave file of 8,000 samples a second and 16 bits, without a sound.
fn silence() -> Vec<u8> {
    let mut bytes = Vec::from(*b"RIFF");
    bytes.extend((36 + SILENCE).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(8_000_u32.to_le_bytes());
    bytes.extend(16_000_u32.to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(SILENCE.to_le_bytes());
    bytes.resize(bytes.len() + SILENCE as usize, 0);
    bytes
}

/// A port that nobody uses by UDP and TCP, and neither the one behind it, where Baresip speaks TLS.
fn free_pair() -> Result<u16> {
    for _ in 0..100 {
        let port = free_port()?;
        let free = |port: u16| {
            let place = (Ipv4Addr::LOCALHOST, port);
            TcpListener::bind(place).is_ok() && UdpSocket::bind(place).is_ok()
        };
        if port.checked_add(1).is_some_and(free) && free(port) {
            return Ok(port);
        }
    }
    bail!("no two free ports")
}

/// Is all of it there?
pub fn is_there() -> bool {
    programs().is_some()
}

fn programs() -> Option<Programs> {
    let places = [
        "/usr/lib",
        "/usr/lib/x86_64-linux-gnu",
        "/usr/lib/aarch64-linux-gnu",
    ];
    let mut places = places
        .map(|place| Path::new(place).join("kamailio/modules"))
        .into_iter();
    Some(Programs {
        exchange: prepared::program("kamailio")?,
        modules: places.find(|place| place.join("tm.so").is_file())?,
        phone: prepared::program("baresip")?,
    })
}
