//! The rules of registration as stories: one rule a test, named as the rule.
//!
//! A [`Story`] plays the part of the store: it keeps what acts ask it to keep.

mod apps;
mod changing;
mod codes;
mod finishing;
mod passkeys;
mod rank;
mod recovery;
mod walk;

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::challenge::Spends;
use crate::contact::{EmailAddress, PhoneNumber};
use crate::readiness::Lack;
use crate::testing::Chance;
use crate::totp::{self, Seen};

pub(super) const START: Timestamp = Timestamp::from_millis(1_700_000_000_000);
pub(super) const FRESH: Duration = Duration::from_mins(5);
pub(super) const QUARANTINE: Duration = Duration::from_hours(24);

pub(super) type Answer = Result<(), Refusal>;

/// One visit with everything around it.
#[derive(Clone)]
pub(super) struct Story {
    pub policy: Policy,
    pub now: Timestamp,
    pub visit: Visit,
    pub held: Vec<Held>,
    pub finished: bool,
    pub frozen: Option<Timestamp>,
    pub privileged: bool,
    pub spent: bool,
    /// Codes that were queued, oldest first.
    pub codes: Vec<(Id<id::Challenge>, OneTimeCode)>,
    pub counters: BTreeMap<Kind, i32>,
    /// The acts of the last ask.
    pub acts: Vec<String>,
    chance: u64,
}

impl Story {
    /// Somebody who has just signed in for the first time.
    pub fn newcomer() -> Self {
        Self {
            policy: Policy {
                methods: Kind::ALL.to_vec(),
                ..Policy::default()
            },
            now: START,
            visit: Visit::begin(Id::random(&mut Chance::new(1)), START),
            held: Vec::new(),
            finished: false,
            frozen: None,
            privileged: false,
            spent: false,
            codes: Vec::new(),
            counters: BTreeMap::new(),
            acts: Vec::new(),
            chance: 100,
        }
    }

    /// Somebody who finished long ago with these methods, and signed in more than five minutes ago.
    pub fn finished_with(kinds: &[Kind]) -> Self {
        let mut story = Self::newcomer();
        story.finished = true;
        story.held = kinds.iter().map(|kind| old(*kind)).collect();
        story.visit.signed_in = START.minus(FRESH);
        story
    }

    /// As [`Story::finished_with`], but the password was given just now.
    pub fn just_signed_in_with(kinds: &[Kind]) -> Self {
        let mut story = Self::finished_with(kinds);
        story.visit.signed_in = START;
        story
    }

    /// Decide, save, and do what is to be done.
    pub fn ask(&mut self, ask: Ask) -> Answer {
        self.chance += 1;
        let mut world = World {
            policy: &self.policy,
            key: &DigestKey::new([5; 32]),
            now: self.now,
            rng: &mut Chance::new(self.chance),
            facts: Facts {
                held: &self.held,
                finished: self.finished,
                frozen: self.frozen,
                privileged: self.privileged,
                spent: self.spent,
            },
        };
        let decision = decide(self.visit.clone(), ask, &mut world);
        self.visit = decision.visit;
        self.acts.clear();
        for act in decision.acts {
            let name = self.carry_out(act);
            self.acts.push(name);
        }
        decision.answer
    }

    fn carry_out(&mut self, act: Act) -> String {
        match act {
            Act::SendNew {
                challenge,
                channel,
                destination,
                code,
            } => {
                self.codes.push((challenge, code));
                format!("{} to {}", channel.as_str(), destination.as_str())
            }
            Act::SendHeld {
                challenge,
                channel,
                code,
            } => {
                self.codes.push((challenge, code));
                format!("{} to the registered one", channel.as_str())
            }
            Act::Count(kind) => {
                *self.counters.entry(kind).or_default() += 1;
                "count".to_owned()
            }
            Act::Uncount(kind) => {
                *self.counters.entry(kind).or_default() -= 1;
                "uncount".to_owned()
            }
            Act::Keep {
                destination,
                usable_from,
                replaced,
            } => {
                let index = format!("index of {}", destination.same());
                self.keep(destination.kind(), index, usable_from);
                format!("keep {}{}", destination.as_str(), again(replaced))
            }
            Act::KeepAnswers {
                usable_from,
                replaced,
            } => {
                self.keep(
                    Kind::Questions,
                    "index of the answers".to_owned(),
                    usable_from,
                );
                format!("keep answers{}", again(replaced))
            }
            Act::KeepApp {
                app, usable_from, ..
            } => {
                let mut destination = format!("app {}", app.name.as_str());
                while self.held.iter().any(|held| held.destination == destination) {
                    destination.push('\'');
                }
                self.held.push(Held {
                    kind: Kind::App,
                    destination,
                    usable_from,
                });
                format!("keep {}", app.name.as_str())
            }
            Act::KeepPasskey { usable_from } => {
                let at = self.held.iter();
                let at = at.filter(|held| held.kind == Kind::Passkey).count();
                self.held.push(Held {
                    kind: Kind::Passkey,
                    destination: format!("passkey {at}"),
                    usable_from,
                });
                "keep passkey".to_owned()
            }
            Act::KeepCodes {
                codes,
                usable_from,
                replaced,
            } => {
                self.keep(Kind::Codes, codes.set.as_str().to_owned(), usable_from);
                format!("keep codes{}", again(replaced))
            }
            Act::Take(known) => match known.spends {
                Spends::Step(step) => format!("take {step}"),
                Spends::Signature { count, .. } => format!("take signature {count}"),
                Spends::Code { look_up } => format!("take {look_up}"),
            },
            Act::RemoveOne(_, which) => {
                self.held.retain(|held| held.destination != which);
                format!("remove {which}")
            }
            Act::Remove(kind) => {
                self.held.retain(|held| held.kind != kind);
                format!("remove {}", kind.as_str())
            }
            Act::Rotate => "rotate".to_owned(),
            Act::Finish => {
                self.finished = true;
                "finish".to_owned()
            }
            Act::Reaffirm => "reaffirm".to_owned(),
            Act::Unfreeze => "unfreeze".to_owned(),
        }
    }

    fn keep(&mut self, kind: Kind, destination: String, usable_from: Timestamp) {
        self.held.retain(|held| held.kind != kind);
        self.held.push(Held {
            kind,
            destination,
            usable_from,
        });
    }

    /// Type a code: count the try, then offer the code with its ticket.
    pub fn offer(&mut self, slot: Slot, code: Option<OneTimeCode>) -> Answer {
        self.ask(Ask::Try(slot))?;
        let ticket = self.ticket(slot);
        self.ask(Ask::Code(slot, ticket, code))
    }

    /// Type the code of the open challenge.
    pub fn offer_right(&mut self, slot: Slot) -> Answer {
        let code = self.code(slot);
        self.offer(slot, Some(code))
    }

    /// Type another code.
    pub fn offer_wrong(&mut self, slot: Slot) -> Answer {
        let text = self.code(slot).expose().to_owned();
        let (front, last) = text.split_at(text.len() - 1);
        let last = if last == "0" { "1" } else { "0" };
        let code = OneTimeCode::typed(&format!("{front}{last}"), 6);
        assert!(code.is_some());
        self.offer(slot, code)
    }

    /// Answer the registered questions.
    pub fn answer(&mut self, right: bool) -> Answer {
        self.ask(Ask::Try(Slot::Confirm))?;
        let ticket = self.ticket(Slot::Confirm);
        self.ask(Ask::Answers(ticket, right))
    }

    /// Type the code of this registered app.
    pub fn show(&mut self, app: Option<&str>) -> Answer {
        self.ask(Ask::Try(Slot::Confirm))?;
        let ticket = self.ticket(Slot::Confirm);
        let seen = app.map(|destination| Seen {
            destination: destination.to_owned(),
            step: 7,
        });
        self.ask(Ask::Recognised(ticket, seen.map(Recognised::from)))
    }

    /// Type a recovery code of this set.
    pub fn spend(&mut self, set: Option<&str>) -> Answer {
        self.ask(Ask::Try(Slot::Confirm))?;
        let ticket = self.ticket(Slot::Confirm);
        self.ask(Ask::Recognised(ticket, set.map(of_set)))
    }

    /// Make recovery codes and say that they are saved.
    pub fn register_codes(&mut self) -> Answer {
        self.ask(Ask::NewCodes)?;
        self.ask(Ask::KeepCodes(self.new_set()))
    }

    /// The set that is shown.
    pub fn new_set(&self) -> Id<id::Method> {
        self.visit.codes.as_ref().unwrap().set.clone()
    }

    /// Register an app: secret out, code in.
    pub fn register_app(&mut self, name: &str) -> Answer {
        self.ask(Ask::NewApp(Label::parse(name).unwrap()))?;
        let code = self.app_code();
        self.offer(Slot::App, Some(code))
    }

    /// The code that the new app shows now.
    pub fn app_code(&self) -> OneTimeCode {
        let app = &self.visit.app.as_ref().unwrap().app;
        totp::typed(&app.code(app.step(self.now))).unwrap()
    }

    /// Register a phone: code out, code in.
    pub fn register_phone(&mut self, number: &str) -> Answer {
        self.ask(Ask::Send(Channel::Sms, phone(number)))?;
        self.offer_right(Slot::Phone)
    }

    /// Register an address.
    pub fn register_email(&mut self, address: &str) -> Answer {
        self.ask(Ask::Send(Channel::Email, email(address)))?;
        self.offer_right(Slot::Email)
    }

    /// Prove it by a registered method.
    pub fn confirm(&mut self, way: Way) -> Answer {
        self.ask(Ask::Confirm(way))?;
        match way {
            Way::Questions => self.answer(true),
            Way::App => self.show(Some("index of an old app")),
            Way::Codes => self.spend(Some("index of an old codes")),
            Way::Passkey => panic!("no story registers it"),
            Way::Sms | Way::Voice | Way::Email => self.offer_right(Slot::Confirm),
        }
    }

    /// The code of the open challenge.
    pub fn code(&self, slot: Slot) -> OneTimeCode {
        let open = self.visit.challenge(slot).unwrap();
        let (_, code) = self.codes.iter().find(|(id, _)| *id == open.id).unwrap();
        code.clone()
    }

    /// The ticket of the newest try.
    pub fn ticket(&self, slot: Slot) -> Ticket {
        self.visit.challenge(slot).unwrap().ticket()
    }

    /// Let time pass.
    pub fn wait(&mut self, seconds: u64) {
        self.now = self.now.plus(Duration::from_secs(seconds));
    }

    /// Stop the clock this many milliseconds before `then`.
    pub fn just_before(&mut self, then: Timestamp, millis: u64) {
        self.now = then.minus(Duration::from_millis(millis));
    }

    /// What is held of this kind.
    pub fn held(&mut self, kind: Kind) -> &mut Held {
        self.held.iter_mut().find(|held| held.kind == kind).unwrap()
    }

    /// From when on it serves a reset.
    pub fn usable_from(&mut self, kind: Kind) -> Timestamp {
        self.held(kind).usable_from
    }
}

pub(super) const NUMBER: &str = "+12125550142";
pub(super) const ADDRESS: &str = "bo.home@mail.example";

pub(super) fn phone(number: &str) -> Destination {
    Destination::Phone(PhoneNumber::try_from(number.to_owned()).unwrap())
}

pub(super) fn email(address: &str) -> Destination {
    Destination::Email(EmailAddress::parse(address, &[]).unwrap())
}

/// Something registered long ago.
pub(super) fn old(kind: Kind) -> Held {
    Held {
        kind,
        destination: format!("index of an old {}", kind.as_str()),
        usable_from: START.minus(QUARANTINE),
    }
}

/// What a recovery code is recognised as.
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

fn again(replaced: bool) -> &'static str {
    if replaced { " instead" } else { "" }
}
