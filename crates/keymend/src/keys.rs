//! The keys: 256 bits each, kept outside the database, one for each purpose.
//!
//! A key file has a line for each version: a number, a space, 32 bytes in base64. The newest
//! version seals; older ones still open. Digests and indexes, which cannot be made again, use the
//! oldest. Begin with [`KeyRing::load`].

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::BASE64;
use hkdf::Hkdf;
use keymend_core::secret::DigestKey;
use rand_core::CryptoRng;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::store::StoreError;

const NONCE: usize = 24;

/// Where keys come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file, made with mode 0600 when it is missing and nothing is sealed yet.
    File(PathBuf),
    /// The text of such a file, from the environment or a secret store.
    Text(Zeroizing<String>),
}

/// Why there are no keys, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("keys.file: {path}: {cause}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// Others can read it.
    #[error("keys.file: {0} can be read by others; run `chmod 600 {0}`")]
    Open(PathBuf),
    /// A line is not a key.
    #[error(
        "keys: line {0} is not `NUMBER BASE64` with 32 bytes, or its number is not higher than the one before"
    )]
    Line(usize),
    /// No line at all.
    #[error("keys: there is no key in it")]
    Empty,
    /// The database was sealed with other keys.
    #[error(
        "keys: these are not the keys that this database was written with; put the right key file back (nothing was changed)"
    )]
    Wrong,
    /// The database holds data, the keys are missing.
    #[error(
        "keys.file: {0} is missing, but the database holds data that only it can read; put it back (nothing was changed)"
    )]
    Missing(PathBuf),
}

struct Version {
    number: u32,
    seal: XChaCha20Poly1305,
}

/// All keys of an installation.
pub struct KeyRing {
    versions: Vec<Version>,
    /// One-time codes.
    pub codes: DigestKey,
    /// Blind indexes: names, destinations, buckets.
    pub index: DigestKey,
    /// Anonymous form guards and proof-of-work challenges.
    pub forms: DigestKey,
    pepper: Zeroizing<[u8; 32]>,
    check: String,
}

impl KeyRing {
    /// Read the keys. A missing file is made, unless `sealed` says that data depends on it.
    ///
    /// # Errors
    /// [`KeyError`], in one line that says what to do.
    pub fn load(source: &Source, sealed: bool, rng: &mut dyn CryptoRng) -> Result<Self, KeyError> {
        match source {
            Source::Text(text) => Self::parse(text),
            Source::File(path) => match read(path)? {
                Some(text) => Self::parse(&text),
                None if sealed => Err(KeyError::Missing(path.clone())),
                None => Self::parse(&make(path, rng)?),
            },
        }
    }

    /// From the text of a key file.
    ///
    /// # Errors
    /// When a line is not a key, or there is none.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut masters: Vec<(u32, Zeroizing<[u8; 32]>)> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = key_of(line)
                .filter(|(number, _)| masters.last().is_none_or(|(before, _)| number > before));
            masters.push(key.ok_or(KeyError::Line(at + 1))?);
        }
        let (_, oldest) = masters.first().ok_or(KeyError::Empty)?;
        Ok(Self {
            codes: DigestKey::new(*derive(oldest, "codes")),
            index: DigestKey::new(*derive(oldest, "index")),
            forms: DigestKey::new(*derive(oldest, "forms")),
            pepper: derive(oldest, "pepper"),
            check: BASE64.encode(&*derive(oldest, "check")),
            versions: masters
                .iter()
                .map(|(number, master)| Version {
                    number: *number,
                    seal: XChaCha20Poly1305::new((&*derive(master, "seal")).into()),
                })
                .collect(),
        })
    }

    /// Seal a text for one place of the database. It opens in no other table, column or row.
    pub fn seal(&self, place: &Place<'_>, plain: &[u8], rng: &mut dyn CryptoRng) -> Vec<u8> {
        let Some(version) = self.versions.last() else {
            return Vec::new();
        };
        let mut nonce = [0; NONCE];
        rng.fill_bytes(&mut nonce);
        let aad = place.aad(version.number);
        let payload = Payload {
            msg: plain,
            aad: &aad,
        };
        let sealed = version.seal.encrypt(&XNonce::from(nonce), payload);
        let mut out = version.number.to_be_bytes().to_vec();
        out.extend_from_slice(&nonce);
        // Encryption fails only for texts of 256 GiB; an empty tail would not open again.
        out.extend(sealed.unwrap_or_default());
        out
    }

    /// Open what [`KeyRing::seal`] made.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when it is damaged, moved, or sealed under a key that is not here.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        tracing::trace!(place.table, place.column, "opens");
        let corrupt = || {
            StoreError::Corrupt(format!(
                "{}.{} of {} does not open",
                place.table, place.column, place.row
            ))
        };
        let (number, rest) = sealed.split_first_chunk::<4>().ok_or_else(corrupt)?;
        let (nonce, text) = rest.split_first_chunk::<NONCE>().ok_or_else(corrupt)?;
        let number = u32::from_be_bytes(*number);
        let version = self
            .versions
            .iter()
            .find(|version| version.number == number)
            .ok_or_else(corrupt)?;
        let aad = place.aad(number);
        let payload = Payload {
            msg: text,
            aad: &aad,
        };
        version
            .seal
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| corrupt())
    }

    /// The work of opening something about as long as an authenticator app, where there is none.
    pub fn open_nothing(&self, place: &Place<'_>) {
        const LENGTH: usize = 160;
        let number = self.versions.last().map_or(0, |version| version.number);
        let mut sealed = number.to_be_bytes().to_vec();
        sealed.resize(4 + NONCE + LENGTH, 0);
        // It is not ours, which is found out by going over all of it.
        drop(self.open(place, &sealed));
    }

    /// Pepper of password and answer hashes.
    #[must_use]
    pub fn pepper(&self) -> &[u8; 32] {
        &self.pepper
    }

    /// A text that tells these keys from others without telling anything about them.
    #[must_use]
    pub fn check(&self) -> &str {
        &self.check
    }
}

/// Where a sealed text lives.
pub struct Place<'a> {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// Primary key of the row.
    pub row: &'a str,
}

impl Place<'_> {
    fn aad(&self, key: u32) -> Vec<u8> {
        format!("{}\0{}\0{}\0{key}", self.table, self.column, self.row).into_bytes()
    }
}

fn derive(master: &[u8; 32], purpose: &str) -> Zeroizing<[u8; 32]> {
    let mut out = Zeroizing::new([0; 32]);
    // 32 bytes are far below HKDF's limit of 255 blocks: it cannot fail.
    let info = format!("keymend {purpose}");
    let _ = Hkdf::<Sha256>::new(None, master).expand(info.as_bytes(), &mut *out);
    out
}

fn key_of(line: &str) -> Option<(u32, Zeroizing<[u8; 32]>)> {
    let (number, text) = line.split_once(' ')?;
    let bytes = Zeroizing::new(BASE64.decode(text.trim().as_bytes()).ok()?);
    let key: [u8; 32] = bytes.as_slice().try_into().ok()?;
    Some((number.parse().ok()?, Zeroizing::new(key)))
}

fn read(path: &Path) -> Result<Option<Zeroizing<String>>, KeyError> {
    let unreadable = |cause| KeyError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(KeyError::Open(path.to_owned()));
    }
    std::fs::read_to_string(path)
        .map(|text| Some(Zeroizing::new(text)))
        .map_err(unreadable)
}

fn make(path: &Path, rng: &mut dyn CryptoRng) -> Result<Zeroizing<String>, KeyError> {
    let unreadable = |cause| KeyError::Unreadable {
        path: path.to_owned(),
        cause,
    };
    let mut bytes = Zeroizing::new([0; 32]);
    rng.fill_bytes(bytes.as_mut());
    let text = Zeroizing::new(format!(
        "# Keymend keys. Keep a copy apart from the database; without it the data cannot be read.\n1 {}\n",
        BASE64.encode(bytes.as_ref())
    ));
    // Several nodes may start for the first time at once. The file appears whole, by a link that never overwrites:
    // whoever comes second takes the keys of the first.
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{:016x}.new", rng.next_u64()));
    let beside = PathBuf::from(name);
    let linked = write_new(&beside, &text).and_then(|()| std::fs::hard_link(&beside, path));
    let removed = std::fs::remove_file(&beside);
    match linked {
        Ok(()) => removed.map_err(unreadable).map(|()| text),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| unreadable(error))
        }
        Err(error) => Err(unreadable(error)),
    }
}

fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Os;

    fn ring(keys: &str) -> KeyRing {
        KeyRing::parse(keys).unwrap()
    }

    fn line(number: u32, byte: u8) -> String {
        format!("{number} {}\n", BASE64.encode(&[byte; 32]))
    }

    const PLACE: Place<'static> = Place {
        table: "methods",
        column: "sealed",
        row: "a",
    };

    #[test]
    fn first_starts_at_once_share_the_keys_of_one() {
        let folder = tempfile::tempdir().unwrap();
        let source = Source::File(folder.path().join("keymend.keys"));
        let checks: Vec<String> = std::thread::scope(|scope| {
            let start = || {
                KeyRing::load(&source, false, &mut Os)
                    .unwrap()
                    .check()
                    .to_owned()
            };
            let starts: Vec<_> = (0..16).map(|_| scope.spawn(start)).collect();
            starts
                .into_iter()
                .map(|start| start.join().unwrap())
                .collect()
        });
        assert!(checks.iter().all(|check| *check == checks[0]));
        // Nothing else is left behind, and others cannot read it.
        let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(left.len(), 1);
        let mode = left[0].as_ref().unwrap().metadata().unwrap().permissions();
        assert_eq!(mode.mode() & 0o777, 0o600);
    }

    #[test]
    fn what_is_sealed_opens_only_in_its_own_place() {
        let keys = ring(&line(1, 7));
        let sealed = keys.seal(&PLACE, b"+12125550142", &mut Os);
        assert_eq!(
            keys.open(&PLACE, &sealed).unwrap().as_slice(),
            b"+12125550142"
        );
        for other in [
            Place { row: "b", ..PLACE },
            Place {
                column: "name",
                ..PLACE
            },
            Place {
                table: "flows",
                ..PLACE
            },
        ] {
            assert!(keys.open(&other, &sealed).is_err());
        }
        assert!(ring(&line(1, 8)).open(&PLACE, &sealed).is_err());
        for cut in 0..sealed.len() {
            assert!(keys.open(&PLACE, &sealed[..cut]).is_err());
        }
    }

    #[test]
    fn an_older_version_still_opens_and_indexes_stay() {
        let old = ring(&line(1, 7));
        let sealed = old.seal(&PLACE, b"x", &mut Os);
        let both = ring(&(line(1, 7) + &line(2, 9)));
        assert_eq!(both.open(&PLACE, &sealed).unwrap().as_slice(), b"x");
        let newer = both.seal(&PLACE, b"y", &mut Os);
        assert!(old.open(&PLACE, &newer).is_err());
        assert_eq!(old.index.index("n", "t"), both.index.index("n", "t"));
        assert_eq!(old.check(), both.check());
    }

    #[test]
    fn a_bad_key_file_is_refused_with_its_line() {
        assert!(matches!(
            KeyRing::parse("# only a comment\n"),
            Err(KeyError::Empty)
        ));
        assert!(matches!(
            KeyRing::parse("1 short\n"),
            Err(KeyError::Line(1))
        ));
        let twice = line(2, 1) + &line(2, 2);
        assert!(matches!(KeyRing::parse(&twice), Err(KeyError::Line(2))));
    }

    #[test]
    fn a_key_file_is_made_once_closed_to_others_and_never_silently_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let source = Source::File(path.clone());
        let missing = KeyRing::load(&source, true, &mut Os);
        assert!(matches!(missing, Err(KeyError::Missing(_))));
        let first = KeyRing::load(&source, false, &mut Os).unwrap();
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let again = KeyRing::load(&source, true, &mut Os).unwrap();
        assert_eq!(first.check(), again.check());
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            KeyRing::load(&source, true, &mut Os),
            Err(KeyError::Open(_))
        ));
    }
}
