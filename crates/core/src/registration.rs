//! Registration: one visit of somebody who is signed in, and [`decide`].
//!
//! Read [`Visit`], then [`Ask`], then [`decide`]. What is verified is saved at once and survives
//! everything; a visit holds only what is under way. Rules that meet here: a code goes to a new
//! destination before it is kept; changing or removing needs a fresh proof by a registered method;
//! what was added without one waits before it can serve a reset. `touch` says what may be changed and
//! from when on it serves, `vouching` what may prove it.

mod app;
mod destination;
mod passkey;
mod proving;
mod recovery;
mod sending;
mod touch;
mod visit;
mod vouching;

pub use self::app::NewApp;
pub use self::destination::Destination;
pub use self::passkey::NewPasskey;
pub use self::recovery::NewCodes;
pub use self::visit::{Pending, Proof, Slot, Visit};

use rand_core::CryptoRng;

use self::app::{keep_app, new_app};
use self::passkey::{keep_passkey, new_passkey};
use self::proving::{is_right, prove};
use self::sending::{again, send_new};
use self::vouching::{confirm, vouched};
use crate::challenge::{Recognised, Ticket};
use crate::id::{self, Id};
use crate::label::Label;
use crate::method::{Channel, Kind, Way};
use crate::policy::Policy;
use crate::readiness::{Rank, counts, lack};
pub use crate::refusal::Refusal;
pub use crate::reset::Held;
use crate::secret::{DigestKey, OneTimeCode};
use crate::time::Timestamp;
use crate::totp::App;

/// What the store knows.
pub struct Facts<'a> {
    /// The account's methods.
    pub held: &'a [Held],
    /// `finish` was pressed once: this is not a first registration any more.
    pub finished: bool,
    /// Recovery is frozen since then: nothing is changed until it is lifted.
    pub frozen: Option<Timestamp>,
    /// Member of a protected group: two proofs, no questions (FLW-6).
    pub privileged: bool,
    /// None is left of the recovery codes that are held.
    pub spent: bool,
}

/// What the decision may look at.
pub struct World<'a> {
    /// What administrators decided.
    pub policy: &'a Policy,
    /// Key of the code digests.
    pub key: &'a DigestKey,
    /// The time.
    pub now: Timestamp,
    /// Chance.
    pub rng: &'a mut dyn CryptoRng,
    /// The rest.
    pub facts: Facts<'a>,
}

impl World<'_> {
    fn rank(&self) -> Rank {
        Rank {
            privileged: self.facts.privileged,
            frozen: self.facts.frozen.is_some(),
        }
    }

    /// Does this kind count for whom the visit is about: offered by policy, and good enough for their rank?
    fn counts(&self, kind: Kind) -> bool {
        counts(self.policy, kind, self.rank())
    }

    fn offers(&self, way: Way) -> bool {
        self.counts(way.kind()) && self.policy.ways().contains(&way)
    }

    /// Kinds that are held and not used up, each with the time from which on it serves.
    fn unspent(&self) -> impl Iterator<Item = (Kind, Timestamp)> + Clone {
        let spent = self.facts.spent;
        let held = self.facts.held.iter();
        let left = held.filter(move |held| !(spent && held.kind == Kind::Codes));
        left.map(|held| (held.kind, held.usable_from))
    }
}

/// What the person asks.
pub enum Ask {
    /// May this method be set up or changed now? Asked before the form is shown.
    Open(Kind),
    /// Send a code to a new destination.
    Send(Channel, Destination),
    /// Send another one to the same.
    Again(Slot, Option<Channel>),
    /// Count a try. Committed before anything is compared.
    Try(Slot),
    /// Share a secret with a new authenticator app.
    NewApp(Label),
    /// Have the browser make a passkey.
    NewPasskey(Label),
    /// Keep the passkey that it made, if what came with it is right.
    Made(Ticket, bool),
    /// Make recovery codes.
    NewCodes,
    /// The new recovery codes of this set are saved.
    KeepCodes(Id<id::Method>),
    /// Take over the secret that an app or a device has already.
    GivenApp(App),
    /// Offer the code with the ticket of its try.
    Code(Slot, Ticket, Option<OneTimeCode>),
    /// Keep answers that passed the rules.
    SaveAnswers,
    /// Remove a method.
    Remove(Kind),
    /// Remove one of several: the destination of what is held.
    RemoveOne(Kind, String),
    /// Prove it by a registered method.
    Confirm(Way),
    /// Offer the code of a registered app, a passkey or a recovery code; what it was recognised as.
    Recognised(Ticket, Option<Recognised>),
    /// Offer the answers to the registered questions.
    Answers(Ticket, bool),
    /// "Is this still right?"
    LooksGood,
    /// Lift a freeze.
    Unfreeze,
    /// Done.
    Finish,
}

/// What is to be done, in the same transaction as saving the visit.
#[derive(Debug)]
pub enum Act {
    /// Queue a code to a new destination.
    SendNew {
        /// For which challenge.
        challenge: Id<id::Challenge>,
        /// How.
        channel: Channel,
        /// Where.
        destination: Destination,
        /// The code.
        code: OneTimeCode,
    },
    /// Queue a code to the registered destination.
    SendHeld {
        /// For which challenge.
        challenge: Id<id::Challenge>,
        /// How.
        channel: Channel,
        /// The code.
        code: OneTimeCode,
    },
    /// Raise the counters of wrong proofs.
    Count(Kind),
    /// Lower them by the one that was right.
    Uncount(Kind),
    /// Keep the destination.
    Keep {
        /// Where codes go from now on.
        destination: Destination,
        /// It serves a reset from then on.
        usable_from: Timestamp,
        /// Another one was there before.
        replaced: bool,
    },
    /// Keep the answers.
    KeepAnswers {
        /// They serve a reset from then on.
        usable_from: Timestamp,
        /// Others were there before.
        replaced: bool,
    },
    /// Keep an authenticator app beside those that are there.
    KeepApp {
        /// The app.
        app: App,
        /// The step of the code that confirmed it: neither it nor an older one is taken again.
        step: i64,
        /// It serves a reset from then on.
        usable_from: Timestamp,
    },
    /// Keep the new passkey beside those that are there.
    KeepPasskey {
        /// It serves a reset from then on.
        usable_from: Timestamp,
    },
    /// Keep recovery codes in place of those that are there.
    KeepCodes {
        /// The codes.
        codes: NewCodes,
        /// They serve a reset from then on.
        usable_from: Timestamp,
        /// Others were there before.
        replaced: bool,
    },
    /// The proof is taken, unless what it uses up is.
    Take(Recognised),
    /// Remove the method.
    Remove(Kind),
    /// Remove one of several.
    RemoveOne(Kind, String),
    /// The session gets a new token.
    Rotate,
    /// The registration is finished.
    Finish,
    /// What is registered is still right.
    Reaffirm,
    /// Recovery is open again.
    Unfreeze,
}

/// The decision.
pub struct Decision {
    /// To be saved, also when the answer is a refusal.
    pub visit: Visit,
    /// To be done.
    pub acts: Vec<Act>,
    /// To be said.
    pub answer: Result<(), Refusal>,
}

/// Decide what an ask does. Pure: the same visit, ask and world give the same decision.
#[must_use]
pub fn decide(mut visit: Visit, ask: Ask, world: &mut World<'_>) -> Decision {
    let mut acts = Vec::new();
    let answer = step(&mut visit, ask, world, &mut acts);
    Decision {
        visit,
        acts,
        answer,
    }
}

fn step(
    visit: &mut Visit,
    ask: Ask,
    world: &mut World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    match ask {
        Ask::Open(kind) => visit.may_touch(kind, world),
        Ask::Send(channel, destination) => {
            let offered = world.policy.channels.contains(&channel);
            if !offered || channel.kind() != destination.kind() {
                return Err(Refusal::NotOffered);
            }
            visit.may_touch(channel.kind(), world)?;
            send_new(visit, channel, destination, world, acts)
        }
        Ask::Again(slot, channel) => again(visit, slot, channel, world, acts),
        Ask::Try(slot) => {
            if visit.wrong >= world.policy.reset.wrong_proofs {
                return Err(Refusal::TooManyWrong);
            }
            let challenge = visit.challenge_mut(slot).ok_or(Refusal::NotNow)?;
            challenge.count(&world.policy.codes, world.now)?;
            acts.push(Act::Count(challenge.way.kind()));
            visit.wrong += 1;
            Ok(())
        }
        Ask::NewCodes => recovery::new_codes(visit, world),
        Ask::KeepCodes(set) => recovery::keep_codes(visit, &set, world, acts),
        Ask::NewApp(name) => {
            let app = App::new(name, world.rng);
            new_app(visit, app, false, world)
        }
        Ask::GivenApp(app) => new_app(visit, app, true, world),
        Ask::NewPasskey(name) => new_passkey(visit, name, world),
        Ask::Made(ticket, right) => keep_passkey(visit, &ticket, right, world, acts),
        Ask::Code(Slot::App, ticket, code) => keep_app(visit, &ticket, code.as_ref(), world, acts),
        Ask::Recognised(ticket, known) => {
            let taken = known.filter(|known| vouched(known, visit, world));
            prove(visit, Slot::Confirm, &ticket, taken.is_some(), world, acts)?;
            acts.extend(taken.map(Act::Take));
            Ok(())
        }
        Ask::Code(slot, ticket, code) => {
            let right = is_right(visit, slot, code.as_ref(), world);
            prove(visit, slot, &ticket, right, world, acts)
        }
        Ask::Answers(ticket, right) => {
            let asked = visit
                .confirm
                .as_ref()
                .is_some_and(|open| open.way == Way::Questions);
            prove(visit, Slot::Confirm, &ticket, asked && right, world, acts)
        }
        Ask::SaveAnswers => {
            visit.may_touch(Kind::Questions, world)?;
            acts.push(Act::KeepAnswers {
                usable_from: visit.usable_from(Kind::Questions, world),
                replaced: held_of(Kind::Questions, world).next().is_some(),
            });
            Ok(())
        }
        Ask::Remove(kind) => {
            if !world.facts.held.iter().any(|held| held.kind == kind) {
                return Err(Refusal::NotRegistered);
            }
            visit.may_remove(kind, world)?;
            acts.push(Act::Remove(kind));
            Ok(())
        }
        Ask::RemoveOne(kind, which) => {
            if !held_of(kind, world).any(|held| held.destination == which) {
                return Err(Refusal::NotRegistered);
            }
            visit.may_remove(kind, world)?;
            acts.push(Act::RemoveOne(kind, which));
            Ok(())
        }
        Ask::Confirm(way) => confirm(visit, way, world, acts),
        Ask::LooksGood => {
            acts.push(Act::Reaffirm);
            Ok(())
        }
        Ask::Unfreeze if visit.proven(None, world) => {
            acts.push(Act::Unfreeze);
            Ok(())
        }
        Ask::Unfreeze => Err(Refusal::ProofNeeded),
        Ask::Finish => {
            let held = world.unspent();
            if let Some(lack) = lack(world.policy, world.rank(), held, world.now) {
                return Err(Refusal::Minimum(lack));
            }
            if !world.facts.finished {
                visit.finished = Some(world.now);
            }
            acts.push(Act::Finish);
            Ok(())
        }
    }
}

fn held_of<'a>(kind: Kind, world: &World<'a>) -> impl Iterator<Item = &'a Held> {
    let held = world.facts.held.iter();
    held.filter(move |held| held.kind == kind)
}

/// As many as there may be: another one would be one too many.
fn full(kind: Kind, world: &World<'_>) -> bool {
    held_of(kind, world).count() >= kind.most()
}

#[cfg(test)]
mod stories;
