//! What everybody in a hunt shares: which process is the running one, when it is to die, and what was seen.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use crate::post::Message;

/// A step next to which the process can be killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Some time after it listens.
    Whenever,
    /// Some time before it listens.
    Starting,
    /// A request of a person was written; the answer is awaited.
    Asked,
    /// A person has the answer.
    Answered,
    /// Head, but not the whole of a request with a text message was read by the gateway.
    TextHalf,
    /// The gateway has a text message, and has not answered.
    TextTaken,
    /// The gateway has answered.
    TextAnswered,
    /// The gateway has written a receipt; its answer is awaited.
    ReceiptPosted,
    /// The gateway knows that its receipt was heard.
    ReceiptHeard,
    /// A mail server was connected to, and has not said a word.
    MailMet,
    /// A mail began to come.
    MailHalf,
    /// The mail server has a mail, and has not answered.
    MailTaken,
    /// The mail server has answered.
    MailAnswered,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Whenever,
        Self::Starting,
        Self::Asked,
        Self::Answered,
        Self::TextHalf,
        Self::TextTaken,
        Self::TextAnswered,
        Self::ReceiptPosted,
        Self::ReceiptHeard,
        Self::MailMet,
        Self::MailHalf,
        Self::MailTaken,
        Self::MailAnswered,
    ];
}

/// Numbers that follow from a seed (`SplitMix64`).
pub struct Random(pub u64);

impl Random {
    /// The next one.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One below `most`.
    pub fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }
}

/// A message that a gateway took.
pub struct Arrival {
    /// What arrived; its id is the key by which a gateway knows it again.
    pub message: Message,
    /// How many processes had been killed before the one that sent it.
    pub epoch: u32,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// What one person did and was told.
#[derive(Clone, Debug, Default)]
pub struct Deeds {
    /// Sign-in name.
    pub name: String,
    /// Address, to which everything is told.
    pub email: String,
    /// Events of the audit log by name: how often they must be there at least, and at most.
    pub events: HashMap<&'static str, (i64, i64)>,
}

/// What was seen.
#[derive(Default)]
pub struct Seen {
    /// Messages, in the order in which they arrived.
    pub arrivals: Vec<Arrival>,
    /// References of messages whose receipt was answered with success.
    pub receipts: HashSet<String>,
    /// Outbox rows that were made to expire while no process ran, and how many had been killed until then.
    pub expired: HashMap<String, u32>,
    /// What people did.
    pub deeds: Vec<Deeds>,
    /// How often something happened, by its name.
    pub counts: HashMap<&'static str, u32>,
    /// What must not be.
    pub faults: Vec<String>,
}

impl Seen {
    /// Codes to a destination, in the order of their first arrival, each once.
    pub fn codes<'a>(&'a self, to: &str) -> Vec<&'a Message> {
        let mut codes: Vec<&Message> = Vec::new();
        for Arrival { message, .. } in &self.arrivals {
            let known = codes.iter().any(|code| code.id == message.id);
            if message.to == to && message.link().is_none() && !known {
                codes.push(message);
            }
        }
        codes
    }
}

/// What everybody shares.
pub struct World {
    /// Where the portal listens.
    pub address: SocketAddr,
    /// The authority of its origin.
    pub host: String,
    armed: Mutex<Option<Moment>>,
    strikes: Sender<Sender<()>>,
    epoch: AtomicU32,
    over: AtomicBool,
    seen: Mutex<Seen>,
}

impl World {
    /// Over a portal; whoever holds the other end of `strikes` kills it.
    pub fn new(address: SocketAddr, host: &str, strikes: Sender<Sender<()>>) -> Self {
        Self {
            address,
            host: host.to_owned(),
            armed: Mutex::default(),
            strikes,
            epoch: AtomicU32::default(),
            over: AtomicBool::default(),
            seen: Mutex::default(),
        }
    }

    /// The next time that somebody comes to this moment the process dies.
    pub fn arm(&self, moment: Moment) {
        *self.armed.lock().unwrap() = Some(moment);
    }

    /// Never mind; false when somebody is just coming there.
    pub fn disarm(&self) -> bool {
        self.armed.lock().unwrap().take().is_some()
    }

    /// Somebody is at this moment. Comes back when the process is dead, if it was to die now.
    pub fn at(&self, moment: Moment) {
        if self
            .armed
            .lock()
            .unwrap()
            .take_if(|it| *it == moment)
            .is_none()
        {
            return;
        }
        let (dead, wait) = channel();
        self.strikes.send(dead).unwrap();
        // Dropped without a word when the hunt broke off.
        let _ = wait.recv();
    }

    /// The same, some time after this moment, so that what was asked is under way.
    pub fn after(&self, moment: Moment, time: Duration) {
        if *self.armed.lock().unwrap() == Some(moment) {
            std::thread::sleep(time);
            self.at(moment);
        }
    }

    /// How many processes were killed so far.
    pub fn epoch(&self) -> u32 {
        self.epoch.load(Ordering::SeqCst)
    }

    /// One more, of which nothing comes any more.
    pub fn killed(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// Nobody begins anything new.
    pub fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// Does nobody begin anything new?
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// What was seen.
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// Did rows of the outbox expire since so many kills?
    pub fn was_expired_since(&self, epoch: u32) -> bool {
        let seen = self.seen();
        seen.expired.values().any(|at| *at >= epoch)
    }

    /// Something happened.
    pub fn count(&self, what: &'static str) {
        *self.seen().counts.entry(what).or_default() += 1;
    }

    /// Something that must not be.
    pub fn fault(&self, what: String) {
        let epoch = self.epoch();
        println!("FAULT after {epoch} kills: {what}");
        self.seen().faults.push(what);
    }

    /// A gateway took a message.
    pub fn took(&self, message: Message) {
        let (epoch, at) = (self.epoch(), now());
        self.seen().arrivals.push(Arrival { message, epoch, at });
    }
}

/// Milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test reads the same clock"
)]
fn now() -> i64 {
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_millis()).unwrap()
}
