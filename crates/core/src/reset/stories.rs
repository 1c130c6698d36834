//! The rules of the reset flow as stories: one rule a test, named as the rule.
//!
//! A [`Story`] plays the part of the store and of the worker: it keeps the rows that acts ask for
//! and carries codes to the destinations that an account holds.

mod accounts;
mod apps;
mod codes;
mod gates;
mod limits;
mod passkeys;
mod profiles;
mod proofs;
mod recovery;
mod writing;

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::challenge::Spends;
use crate::testing::Chance;
use crate::totp::Seen;

pub(super) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub(super) const PHONE: &str = "index-of-the-phone";
pub(super) const EMAIL: &str = "index-of-the-address";
pub(super) const QUESTIONS: &str = "index-of-the-questions";
pub(super) const APP: &str = "the-app";
pub(super) const CODES: &str = "the-set-of-codes";

pub(super) type Answer = Result<(), Refusal>;

/// A code that was queued, and where the worker brought it.
#[derive(Clone)]
pub(super) struct Message {
    pub challenge: Id<id::Challenge>,
    pub way: Way,
    pub code: OneTimeCode,
    pub arrived: Option<String>,
}

/// One flow with everything around it.
#[derive(Clone)]
pub(super) struct Story {
    pub policy: Policy,
    /// The person's own, where it differs.
    pub own: Option<Policy>,
    pub now: Timestamp,
    pub subject: Subject,
    pub held: Vec<Held>,
    pub flow: Flow,
    pub evidence: Vec<Evidence>,
    pub messages: Vec<Message>,
    pub counters: BTreeMap<Kind, i32>,
    pub rotations: u32,
    pub writes: Vec<(Goal, Vec<u8>)>,
    /// Codes of apps that were taken.
    pub taken: Vec<Recognised>,
    pub finished: Vec<Goal>,
    /// Names of the acts of the last ask.
    pub acts: Vec<&'static str>,
    chance: u64,
}

impl Story {
    /// Somebody who registered phone, address and questions long ago.
    pub fn known() -> Self {
        let held = [
            (Kind::Phone, PHONE),
            (Kind::Email, EMAIL),
            (Kind::Questions, QUESTIONS),
            (Kind::Codes, CODES),
            (Kind::App, APP),
        ];
        let held = held.map(|(kind, destination)| Held {
            kind,
            destination: destination.to_owned(),
            usable_from: START.minus(Duration::from_hours(24)),
        });
        let subject = Subject::Known {
            account: Id::random(&mut Chance::new(7)),
            open: true,
            privileged: false,
        };
        Self::about(subject, held.to_vec())
    }

    /// A name that nobody has.
    pub fn stranger() -> Self {
        Self::about(Subject::Stranger, Vec::new())
    }

    fn about(subject: Subject, held: Vec<Held>) -> Self {
        let policy = Policy {
            methods: Kind::ALL.to_vec(),
            ..Policy::default()
        };
        let flow = Flow::begin(&policy, START, &mut Chance::new(1));
        Self {
            policy,
            own: None,
            now: START,
            subject,
            held,
            flow,
            evidence: Vec::new(),
            messages: Vec::new(),
            counters: BTreeMap::new(),
            rotations: 0,
            writes: Vec::new(),
            taken: Vec::new(),
            finished: Vec::new(),
            acts: Vec::new(),
            chance: 100,
        }
    }

    /// The usual beginning: "I forgot my password".
    pub fn forgot(mut self) -> Self {
        self.ask(Ask::Want(Goal::Reset)).unwrap();
        self
    }

    /// Decide, save, and do what is to be done.
    pub fn ask(&mut self, ask: Ask) -> Answer {
        self.chance += 1;
        let arrived = self.open().and_then(|challenge| {
            let sent = self
                .messages
                .iter()
                .find(|sent| sent.challenge == challenge.id);
            sent.and_then(|sent| sent.arrived.clone())
        });
        let mut world = World {
            policy: &self.policy,
            own: self.own.as_ref().unwrap_or(&self.policy),
            key: &DigestKey::new([5; 32]),
            now: self.now,
            rng: &mut Chance::new(self.chance),
            facts: Facts {
                subject: &self.subject,
                evidence: &self.evidence,
                delivered: arrived.as_deref(),
                held: &self.held,
            },
        };
        let decision = decide(self.flow.clone(), ask, &mut world);
        self.flow = decision.flow;
        self.acts = decision.acts.iter().map(name).collect();
        for act in decision.acts {
            self.carry_out(act);
        }
        decision.answer
    }

    fn carry_out(&mut self, act: Act) {
        match act {
            Act::Send {
                challenge,
                way,
                code,
                destination,
            } => {
                let arrived = self
                    .held
                    .iter()
                    .filter(|_| self.subject != Subject::Stranger)
                    .find(|held| held.kind == way.kind())
                    .map(|held| held.destination.clone())
                    .filter(|held| destination.is_empty() || destination == *held);
                self.messages.push(Message {
                    challenge,
                    way,
                    code,
                    arrived,
                });
            }
            Act::Count(kind) => *self.counters.entry(kind).or_default() += 1,
            Act::Uncount(kind) => *self.counters.entry(kind).or_default() -= 1,
            Act::Seek => {}
            Act::Take(seen) => self.taken.push(seen),
            Act::Pass(row) => self.evidence.push(row),
            Act::Rotate => self.rotations += 1,
            Act::Write { goal, gates, .. } => self.writes.push((goal, gates)),
            Act::Finish(goal) => self.finished.push(goal),
        }
    }

    /// Choose a method, typing the registered number where it is a phone.
    pub fn send(&mut self, way: Way) -> Answer {
        let number = (way.kind() == Kind::Phone).then(|| PHONE.to_owned());
        self.ask(Ask::Send { way, number })
    }

    /// Type a code: count the try, then offer the code with its ticket.
    pub fn offer(&mut self, code: Option<OneTimeCode>) -> Answer {
        self.ask(Ask::Try)?;
        let ticket = self.ticket();
        self.ask(Ask::Code(ticket, code))
    }

    /// Type the newest code.
    pub fn offer_right(&mut self) -> Answer {
        let code = self.code();
        self.offer(Some(code))
    }

    /// Type another code than the newest.
    pub fn offer_wrong(&mut self) -> Answer {
        let code = other_than(&self.code());
        self.offer(Some(code))
    }

    /// Answer the questions.
    pub fn answer(&mut self, right: bool) -> Answer {
        self.ask(Ask::Try)?;
        let ticket = self.ticket();
        self.ask(Ask::Answers(ticket, right))
    }

    /// Type the code of an app, recognised as this.
    pub fn show(&mut self, seen: Option<Seen>) -> Answer {
        self.ask(Ask::Try)?;
        let ticket = self.ticket();
        self.ask(Ask::Recognised(ticket, seen.map(Recognised::from)))
    }

    /// Type a recovery code, recognised as one of this set.
    pub fn spend(&mut self, set: Option<&str>) -> Answer {
        self.ask(Ask::Try)?;
        let ticket = self.ticket();
        self.ask(Ask::Recognised(ticket, set.map(of_set)))
    }

    /// Choose a method and prove it.
    pub fn prove(&mut self, way: Way) -> Answer {
        self.send(way)?;
        match way {
            Way::Questions => self.answer(true),
            Way::App => self.show(Some(seen())),
            Way::Codes => self.spend(Some(CODES)),
            Way::Passkey => panic!("no story registers it"),
            Way::Sms | Way::Voice | Way::Email => self.offer_right(),
        }
    }

    /// The newest code.
    pub fn code(&self) -> OneTimeCode {
        self.messages.last().unwrap().code.clone()
    }

    /// The open challenge.
    pub fn open(&self) -> Option<&Challenge> {
        match &self.flow.state {
            State::Waiting { challenge, .. } => Some(challenge),
            _ => None,
        }
    }

    /// The ticket of the newest try of the open challenge.
    pub fn ticket(&self) -> Ticket {
        self.open().unwrap().ticket()
    }

    /// Let time pass.
    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now.plus(Duration::from_secs(seconds));
    }

    /// Stop the clock this many milliseconds before `then`.
    pub fn just_before(&mut self, then: Timestamp, millis: u64) {
        self.now = then.minus(Duration::from_millis(millis));
    }

    /// Where the flow stands, such as `choosing` or `closed: over`.
    pub fn at(&self) -> String {
        let state = serde_json::to_value(&self.flow.state).unwrap();
        let at = state["at"].as_str().unwrap().to_owned();
        match state["why"].as_str() {
            Some(why) => format!("{at}: {why}"),
            None => at,
        }
    }

    /// The flow as it is stored.
    pub fn saved(&self) -> String {
        serde_json::to_string(&self.flow).unwrap()
    }

    pub fn set_open(&mut self, now_open: bool) {
        if let Subject::Known { open, .. } = &mut self.subject {
            *open = now_open;
        }
    }

    pub fn set_privileged(&mut self) {
        if let Subject::Known { privileged, .. } = &mut self.subject {
            *privileged = true;
        }
    }

    /// What the account holds of this kind.
    pub fn held(&mut self, kind: Kind) -> &mut Held {
        self.held.iter_mut().find(|held| held.kind == kind).unwrap()
    }
}

/// What a right code of the app is recognised as.
pub(super) fn seen() -> Seen {
    Seen {
        destination: APP.to_owned(),
        step: 7,
    }
}

/// What a right recovery code is recognised as.
pub(super) fn of_set(set: &str) -> Recognised {
    Recognised {
        kind: Kind::Codes,
        destination: set.to_owned(),
        verified: false,
        spends: Spends::Code {
            look_up: "A7K2".to_owned(),
        },
    }
}

/// A flow that needs nothing but the button or the password.
pub(super) fn proven() -> Story {
    let mut story = Story::known().forgot();
    story.prove(Way::Sms).unwrap();
    story.prove(Way::Email).unwrap();
    assert_eq!(story.at(), "proven");
    story
}

/// A code of the same length with another last digit.
pub(super) fn other_than(code: &OneTimeCode) -> OneTimeCode {
    let text = code.expose();
    let (front, last) = text.split_at(text.len() - 1);
    let last = if last == "0" { "1" } else { "0" };
    OneTimeCode::typed(&format!("{front}{last}"), u8::try_from(text.len()).unwrap()).unwrap()
}

fn name(act: &Act) -> &'static str {
    match act {
        Act::Send { .. } => "send",
        Act::Count(_) => "count",
        Act::Uncount(_) => "uncount",
        Act::Seek => "seek",
        Act::Take(_) => "take",
        Act::Pass(_) => "pass",
        Act::Rotate => "rotate",
        Act::Write { .. } => "write",
        Act::Finish(_) => "finish",
    }
}
