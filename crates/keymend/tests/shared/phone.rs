//! Real telephones (`tests/peers/baresip.conf`): what they hear, and their keys.
//!
//! A recording is compared with the sounds that ship with us, so that a test can ask which of them were said, and in which
//! order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};

/// Samples that are compared at a time.
const WINDOW: usize = 120;
/// Parts of a sound; three of four have to be found, each where it belongs.
const PARTS: usize = 8;
/// A packet may be lost or doubled, in samples.
const OFF: usize = 480;

/// A telephone.
#[derive(Clone, Debug)]
pub struct Phone {
    /// Where it is called at, by UDP and TCP; by TLS at the port behind.
    pub port: u16,
    control: u16,
    folder: PathBuf,
}

impl Phone {
    /// One of those that `cargo xtask peers` started. Each test has its own.
    pub fn of_number(number: usize) -> Option<Self> {
        let Ok(all) = std::env::var("KEYMEND_TEST_SIP_PHONES") else {
            println!("KEYMEND_TEST_SIP_PHONES is not set: the telephones are left out");
            return None;
        };
        let own = all.split(';').nth(number).unwrap();
        let mut words = own.splitn(3, ' ');
        let mut port = || words.next().unwrap().parse().unwrap();
        Some(Self {
            port: port(),
            control: port(),
            folder: words.next().unwrap().into(),
        })
    }

    /// Press a key.
    pub fn press(&self, key: char) {
        self.command(&format!(
            "{{\"command\": \"sndcode\", \"params\": \"{key}\"}}"
        ));
    }

    /// Hang up, or do not take the call.
    pub fn hang_up(&self) {
        self.command("{\"command\": \"hangup\"}");
    }

    fn command(&self, text: &str) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.control)).unwrap();
        // A netstring.
        write!(stream, "{}:{text},", text.len()).unwrap();
        let mut answer = [0; 512];
        assert!(stream.read(&mut answer).unwrap() > 0);
    }

    /// What it says of itself.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// The keys that it heard.
    pub fn keys(&self) -> String {
        let log = self.log();
        let lines = log.lines();
        let heard = lines.filter_map(|line| {
            let (_, rest) = line.split_once("received event: '")?;
            rest.ends_with("(end=0)").then(|| rest.chars().next())?
        });
        heard.collect()
    }

    /// What it has heard in its newest call so far.
    pub fn recording(&self) -> Vec<i16> {
        let files = fs::read_dir(self.folder.join("rec")).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.retain(|file| file.to_str().unwrap().ends_with("-dec.wav"));
        files.sort();
        files.last().map(|file| samples(file)).unwrap_or_default()
    }

    /// The sounds of ours in it, in their order.
    pub fn heard(&self, language: &str) -> Vec<String> {
        let recording = self.recording();
        let mut found = Vec::new();
        for (name, sound) in sounds(language) {
            let places = places(&recording, &sound);
            found.extend(places.into_iter().map(|place| (place, name.clone())));
        }
        found.sort();
        found.into_iter().map(|(_, name)| name).collect()
    }
}

/// What a call says from the beginning to its end, when a key is pressed and no more.
pub fn whole(purpose: &str, code: &str) -> Vec<String> {
    let digits = || code.chars().map(String::from);
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    let mut all = words(&["hello", purpose, "any-key", "your-code"]);
    all.extend(digits());
    all.extend(words(&["once-more"]));
    all.extend(digits());
    all.extend(words(&["press-one", "goodbye"]));
    all
}

/// The samples of a wave file of 16 bits.
fn samples(file: &Path) -> Vec<i16> {
    let bytes = fs::read(file).unwrap();
    let data = bytes.windows(4).position(|four| four == b"data");
    let data = data.map_or(&[][..], |at| bytes.get(at + 8..).unwrap_or_default());
    let pairs = data.chunks_exact(2);
    pairs
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect()
}

/// All sounds of a language, as numbers.
fn sounds(language: &str) -> BTreeMap<String, Vec<i16>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/sounds")
        .join(language);
    let files = fs::read_dir(folder).unwrap();
    let read = |file: std::io::Result<fs::DirEntry>| {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let sound = fs::read(path).unwrap();
        (name, sound.into_iter().map(linear).collect())
    };
    files.map(read).collect()
}

/// µ-law (ITU-T G.711), apart from the program's own.
fn linear(sample: u8) -> i16 {
    let sample = !sample;
    let exponent = i16::from((sample >> 4) & 7);
    let size = (((i16::from(sample & 15) << 3) + 0x84) << exponent) - 0x84;
    if sample & 0x80 == 0 { size } else { -size }
}

/// Where a sound begins in a recording.
fn places(recording: &[i16], sound: &[i16]) -> Vec<usize> {
    let part = sound.len() / PARTS;
    let loud = |at: &usize| -> i64 {
        let window = &sound[*at..*at + WINDOW];
        window.iter().map(|sample| i64::from(*sample).abs()).sum()
    };
    let loudest = |from: usize| {
        let ends = (from + part).min(sound.len() - WINDOW);
        let windows = (from..ends.max(from + 1)).step_by(8);
        windows
            .filter(|at| at + WINDOW <= sound.len())
            .max_by_key(loud)
    };
    let mut probes: Vec<usize> = (0..PARTS)
        .filter_map(|number| loudest(number * part))
        .collect();
    // Silence between two sentences is everywhere.
    probes.retain(|probe| loud(probe) > 500 * i64::try_from(WINDOW).unwrap());
    let mut starts = Vec::new();
    for probe in &probes {
        for at in matches(recording, &sound[*probe..*probe + WINDOW]) {
            starts.push((at.saturating_sub(*probe), *probe));
        }
    }
    starts.sort_unstable();
    let mut found = Vec::new();
    let mut rest = &starts[..];
    while let Some((first, _)) = rest.first() {
        let near = rest.iter().take_while(|(start, _)| *start <= first + OFF);
        let together: Vec<usize> = near.map(|(_, probe)| *probe).collect();
        let apart: BTreeSet<usize> = together.iter().copied().collect();
        if apart.len() * 4 >= probes.len() * 3 {
            found.push(*first);
            rest = &rest[together.len()..];
        } else {
            rest = &rest[1..];
        }
    }
    found
}

/// Where a window is found. The other law rounds otherwise.
fn matches(recording: &[i16], window: &[i16]) -> Vec<usize> {
    let like = |(one, other): (&i16, &i16)| {
        let (one, other) = (i32::from(*one), i32::from(*other));
        (one - other).abs() <= one.abs() / 12 + 20
    };
    let ends = recording.len().saturating_sub(window.len());
    let found = |at: &usize| window.iter().zip(&recording[*at..]).all(like);
    let mut places: Vec<usize> = (0..ends).filter(found).collect();
    // A low window is like its neighbours.
    places.dedup_by(|next, last| *next - *last < 40);
    places
}
