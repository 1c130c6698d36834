//! LDAPX: somebody between portal and directory who understands where a message begins and what it
//! asks for, and spoils the ones that he was told to.
//!
//! Begin with [`Ldapx::before`] and [`Ldapx::always`]. Unit tests and black-box tests share this
//! file, so it knows nothing of either, and needs no runtime. What is not LDAP (TLS, from its first
//! byte or after `StartTLS`) is handed on unread.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// What a message asks for (RFC 4511).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Sign in.
    Bind,
    /// Search.
    Search,
    /// Change attributes, such as an unlock does.
    Modify,
    /// Set a password: by RFC 3062, or as Active Directory has it.
    PasswordModify,
    /// Begin TLS.
    StartTls,
    /// Anything else.
    Other,
}

/// What becomes of it.
#[derive(Clone, Debug)]
pub enum Fault {
    /// It is answered so much later.
    Delay(Duration),
    /// It does not get to the server. Nobody answers.
    SwallowQuestion,
    /// It gets to the server, its answer to nobody.
    SwallowAnswer,
    /// The line is cut as soon as the server has done it; the next line is good.
    Cut,
    /// The same, and nobody is there any more.
    Vanish,
    /// It does not get to the server. This is the answer.
    Say(Said),
}

/// An answer: result code, the server's words, and what the password policy has to say.
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// Result code of RFC 4511.
    pub code: u8,
    /// Diagnostic message.
    pub words: &'static str,
    /// `error` of the password policy control, if there is one.
    pub policy: Option<u8>,
}

impl Said {
    /// A result code without a word.
    pub const fn code(code: u8) -> Self {
        Self {
            code,
            words: "",
            policy: None,
        }
    }
}

#[derive(Default)]
struct Rules {
    always: Vec<(Op, Fault)>,
    once: Vec<(Op, Fault)>,
    gone: bool,
    over: bool,
    asked: Vec<Op>,
    heard: Vec<u8>,
    lines: Vec<TcpStream>,
}

/// Somebody between portal and server.
pub struct Ldapx {
    /// Where he listens.
    pub address: SocketAddr,
    rules: Arc<Mutex<Rules>>,
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ldapx {
    /// Somebody at an address (`127.0.0.1:0`) who hands on what comes to a server
    /// (`ldap://localhost:389`).
    pub fn before(server: &str, at: &str) -> Self {
        let listener = TcpListener::bind(at).unwrap();
        let address = listener.local_addr().unwrap();
        let (_, server) = server.split_once("://").unwrap();
        let (server, rules) = (server.to_owned(), Arc::<Mutex<Rules>>::default());
        let shared = Arc::clone(&rules);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let mut now = lock(&shared);
                if now.over {
                    return;
                }
                if now.gone {
                    continue;
                }
                let Ok(behind) = TcpStream::connect(&server) else {
                    continue;
                };
                drop((client.set_nodelay(true), behind.set_nodelay(true)));
                let copy = |stream: &TcpStream| stream.try_clone().unwrap();
                now.lines.extend([copy(&client), copy(&behind)]);
                let line = Line {
                    client: Arc::new(copy(&client)),
                    server: Arc::new(copy(&behind)),
                    answering: Arc::default(),
                    spoilt: Arc::default(),
                    rules: Arc::clone(&shared),
                };
                let other = line.clone();
                thread::spawn(move || line.questions(client));
                thread::spawn(move || other.answers(behind));
            }
        });
        Self { address, rules }
    }

    /// Spoil every message that asks for this; takes the place of what was said about it before.
    pub fn always(&self, op: Op, fault: Fault) {
        let mut rules = lock(&self.rules);
        rules.always.retain(|(known, _)| *known != op);
        rules.always.push((op, fault));
    }

    /// Spoil the next message that asks for this.
    pub fn once(&self, op: Op, fault: Fault) {
        lock(&self.rules).once.push((op, fault));
    }

    /// Nobody is there: open lines end, new ones end at once.
    pub fn vanish(&self) {
        lock(&self.rules).vanish();
    }

    /// Everything passes again.
    pub fn heal(&self) {
        let mut rules = lock(&self.rules);
        rules.always.clear();
        rules.once.clear();
        rules.gone = false;
    }

    /// How often this was asked for so far.
    pub fn asked(&self, op: Op) -> usize {
        let rules = lock(&self.rules);
        rules.asked.iter().filter(|asked| **asked == op).count()
    }

    /// Did anybody send these bytes in the clear?
    pub fn heard(&self, bytes: &[u8]) -> bool {
        contains(&lock(&self.rules).heard, bytes)
    }
}

impl Drop for Ldapx {
    fn drop(&mut self) {
        let mut rules = lock(&self.rules);
        rules.over = true;
        rules.vanish();
        drop(rules);
        // Wakes the listener, which then ends.
        drop(TcpStream::connect(self.address));
    }
}

impl Rules {
    fn vanish(&mut self) {
        self.gone = true;
        for line in self.lines.drain(..) {
            // One that has ended already cannot be ended.
            drop(line.shutdown(Shutdown::Both));
        }
    }

    fn fault(&mut self, op: Op) -> Option<Fault> {
        self.asked.push(op);
        if let Some(at) = self.once.iter().position(|(known, _)| *known == op) {
            return Some(self.once.remove(at).1);
        }
        let known = self.always.iter().find(|(known, _)| *known == op);
        known.map(|(_, fault)| fault.clone())
    }
}

/// A connection through.
#[derive(Clone)]
struct Line {
    client: Arc<TcpStream>,
    server: Arc<TcpStream>,
    /// One answer after another, whoever writes it.
    answering: Arc<Mutex<()>>,
    /// Messages that wait for a spoilt answer, by their number.
    spoilt: Arc<Mutex<HashMap<Vec<u8>, Fault>>>,
    rules: Arc<Mutex<Rules>>,
}

impl Line {
    fn cut(&self) {
        drop((
            self.client.shutdown(Shutdown::Both),
            self.server.shutdown(Shutdown::Both),
        ));
    }

    fn answer(&self, bytes: &[u8]) {
        let _turn = lock(&self.answering);
        // The client may have gone.
        drop((&*self.client).write_all(bytes));
    }

    fn questions(&self, mut from: TcpStream) {
        while let Some(message) = read(&mut from) {
            let mut rules = lock(&self.rules);
            rules.heard.extend_from_slice(&message);
            let asked = Asked::read(&message);
            let fault = asked.as_ref().and_then(|asked| rules.fault(asked.op));
            drop(rules);
            match (asked, fault) {
                (Some(_), Some(Fault::SwallowQuestion)) => continue,
                (Some(asked), Some(Fault::Say(said))) => {
                    self.answer(&asked.answer(said));
                    continue;
                }
                (Some(asked), Some(fault)) => {
                    lock(&self.spoilt).insert(asked.number, fault);
                }
                _ => {}
            }
            if (&*self.server).write_all(&message).is_err() {
                break;
            }
        }
        self.cut();
    }

    fn answers(&self, mut from: TcpStream) {
        let (late, waiting) = mpsc::channel::<(Instant, Vec<u8>)>();
        let line = self.clone();
        thread::spawn(move || {
            for (due, message) in waiting {
                thread::sleep(due.saturating_duration_since(Instant::now()));
                line.answer(&message);
            }
        });
        while let Some(message) = read(&mut from) {
            let number = Asked::read(&message).map(|answer| answer.number);
            let fault = number.and_then(|number| lock(&self.spoilt).get(&number).cloned());
            match fault {
                // Others on this line do not wait; answers that do stay in their order.
                Some(Fault::Delay(time)) => {
                    let _ = late.send((Instant::now() + time, message));
                }
                Some(Fault::SwallowAnswer) => {}
                Some(Fault::Cut) => break,
                Some(Fault::Vanish) => lock(&self.rules).vanish(),
                _ => self.answer(&message),
            }
        }
        self.cut();
    }
}

/// The next message of LDAP, or record of TLS, whole.
fn read(from: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    let mut more = |message: &mut Vec<u8>, count: usize| {
        let mut part = vec![0; count];
        from.read_exact(&mut part).ok()?;
        message.extend_from_slice(&part);
        Some(part)
    };
    let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
    let length = match *more(&mut message, 2)?.as_slice() {
        [0x30, short @ 0..0x80] => usize::from(short),
        [0x30, long] => {
            let bytes = more(&mut message, usize::from(long & 0x7f))?;
            bytes.iter().fold(0, add)
        }
        // Kind, version (two bytes), length (two bytes).
        _ => match *more(&mut message, 3)?.as_slice() {
            [_, high, low] => usize::from(u16::from_be_bytes([high, low])),
            _ => return None,
        },
    };
    more(&mut message, length)?;
    Some(message)
}

/// Number and operation of a message.
struct Asked {
    number: Vec<u8>,
    tag: u8,
    op: Op,
}

impl Asked {
    fn read(message: &[u8]) -> Option<Self> {
        let (0x30, inside, _) = split(message)? else {
            return None;
        };
        let (2, number, rest) = split(inside)? else {
            return None;
        };
        let tag = *rest.first()?;
        Some(Self {
            number: number.to_vec(),
            tag,
            op: match tag {
                0x60 => Op::Bind,
                0x63 => Op::Search,
                0x66 if contains(rest, b"unicodePwd") => Op::PasswordModify,
                0x66 => Op::Modify,
                0x77 if contains(rest, b"1.3.6.1.4.1.4203.1.11.1") => Op::PasswordModify,
                0x77 if contains(rest, b"1.3.6.1.4.1.1466.20037") => Op::StartTls,
                _ => Op::Other,
            },
        })
    }

    /// An answer to it.
    fn answer(&self, said: Said) -> Vec<u8> {
        let tag = match self.tag {
            0x63 => 0x65,
            // A deletion is the one question without parts.
            0x4a => 0x6b,
            other => other + 1,
        };
        let words = tlv(4, said.words.as_bytes());
        let result = [tlv(10, &[said.code]), tlv(4, b""), words].concat();
        let mut parts = vec![tlv(2, &self.number), tlv(tag, &result)];
        if let Some(error) = said.policy {
            let value = tlv(4, &tlv(0x30, &tlv(0x81, &[error])));
            let control = [tlv(4, b"1.3.6.1.4.1.42.2.27.8.5.1"), value].concat();
            parts.push(tlv(0xa0, &tlv(0x30, &control)));
        }
        tlv(0x30, &parts.concat())
    }
}

/// Tag, content and what comes behind it (BER).
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (short, rest) = rest.split_first()?;
    let more = if *short < 0x80 { 0 } else { short & 0x7f };
    let (long, rest) = rest.split_at_checked(usize::from(more))?;
    let add = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
    let length = match more {
        0 => usize::from(*short),
        _ => long.iter().fold(0, add),
    };
    let (content, behind) = rest.split_at_checked(length)?;
    Some((*tag, content, behind))
}

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    let mut bytes = vec![tag];
    match length {
        [0, short] if short < 0x80 => bytes.push(short),
        [high, low] => bytes.extend([0x82, high, low]),
    }
    bytes.extend_from_slice(content);
    bytes
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
