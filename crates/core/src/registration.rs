//! Registration: one visit of somebody who is signed in, and [`decide`].
//!
//! Read [`Visit`], then [`Ask`], then [`decide`]. What is verified is saved at once and survives
//! everything; a visit holds only what is under way. Rules that meet here: a code goes to a new
//! destination before it is kept; changing or removing needs a fresh proof by a registered method;
//! what was added without one waits before it can serve a reset.

mod recovery;

pub use self::recovery::NewCodes;

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use crate::challenge::{Challenge, Recognised, Sends, Ticket};
use crate::contact::{EmailAddress, PhoneNumber};
use crate::id::{self, Id};
use crate::label::Label;
use crate::method::{Channel, Kind, Way};
use crate::policy::Policy;
pub use crate::refusal::Refusal;
pub use crate::reset::Held;
use crate::secret::{Binding, DigestKey, OneTimeCode, Purpose};
use crate::time::Timestamp;
use crate::totp::App;

/// Where codes go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// A phone number.
    Phone(PhoneNumber),
    /// An address.
    Email(EmailAddress),
}

impl Destination {
    /// The method it belongs to.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Phone(_) => Kind::Phone,
            Self::Email(_) => Kind::Email,
        }
    }

    /// The number in E.164, or the address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Phone(number) => number.as_str(),
            Self::Email(address) => address.as_str(),
        }
    }

    /// The country of a number (ISO 3166-1, two letters), where the numbering plan tells one.
    #[must_use]
    pub fn country(&self) -> Option<String> {
        match self {
            Self::Phone(number) => number.region(),
            Self::Email(_) => None,
        }
    }

    /// The text that decides whether two destinations are the same one.
    #[must_use]
    pub fn same(&self) -> String {
        match self {
            Self::Phone(number) => number.as_str().to_owned(),
            Self::Email(address) => address.mailbox(),
        }
    }
}

/// A new destination that is being verified.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// Where the code went.
    pub destination: Destination,
    /// The code.
    pub challenge: Challenge,
}

/// A new authenticator app whose first code is awaited.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewApp {
    /// The app, with the secret that nobody sees once it is kept.
    pub app: App,
    /// Its tries and its life.
    pub challenge: Challenge,
    /// The device came with its key, which is shown to nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given: bool,
}

/// A new passkey that the browser is asked to make.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPasskey {
    /// What its owner calls it.
    pub name: Label,
    /// Its tries and its life.
    pub challenge: Challenge,
}

/// A fresh proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// When.
    pub at: Timestamp,
    /// By which method.
    pub kind: Kind,
    /// It was given by verifying a new destination, so it allows changing that one method only.
    pub narrow: bool,
}

/// What is under way in one signed-in session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Visit {
    /// The session.
    pub id: Id<id::Session>,
    /// When the password was given.
    pub signed_in: Timestamp,
    /// A claim code was given, and no password.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub claimed: bool,
    /// The identity provider says that the sign-in there was long ago: nothing is registered before a newer one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// It does not say when that was: what is registered first waits like what is added later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untold: bool,
    /// New phone.
    pub phone: Option<Pending>,
    /// New address.
    pub email: Option<Pending>,
    /// New authenticator app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<NewApp>,
    /// New passkey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passkey: Option<NewPasskey>,
    /// New recovery codes, as long as they are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<NewCodes>,
    /// When the first registration was finished here: recovery codes that are made right after belong to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Timestamp>,
    /// A proof by a registered method.
    pub confirm: Option<Challenge>,
    /// The last proof.
    pub proof: Option<Proof>,
    /// Wrong proofs so far.
    pub wrong: u32,
    /// Codes so far.
    pub sends: Sends,
}

/// Which open challenge an ask is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The new phone.
    Phone,
    /// The new address.
    Email,
    /// The new authenticator app.
    App,
    /// The new passkey.
    Passkey,
    /// The proof by a registered method.
    Confirm,
}

/// What the store knows.
pub struct Facts<'a> {
    /// The account's methods.
    pub held: &'a [Held],
    /// `finish` was pressed once: this is not a first registration any more.
    pub finished: bool,
    /// Recovery is frozen since then: nothing is changed until it is lifted.
    pub frozen: Option<Timestamp>,
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

impl Visit {
    /// A new one.
    #[must_use]
    pub fn begin(id: Id<id::Session>, now: Timestamp) -> Self {
        Self {
            id,
            signed_in: now,
            claimed: false,
            stale: false,
            untold: false,
            phone: None,
            email: None,
            app: None,
            passkey: None,
            codes: None,
            finished: None,
            confirm: None,
            proof: None,
            wrong: 0,
            sends: Sends::default(),
        }
    }

    /// The open challenge of a slot.
    #[must_use]
    pub fn challenge(&self, slot: Slot) -> Option<&Challenge> {
        match slot {
            Slot::Phone => self.phone.as_ref().map(|pending| &pending.challenge),
            Slot::Email => self.email.as_ref().map(|pending| &pending.challenge),
            Slot::App => self.app.as_ref().map(|new| &new.challenge),
            Slot::Passkey => self.passkey.as_ref().map(|new| &new.challenge),
            Slot::Confirm => self.confirm.as_ref(),
        }
    }

    /// Would a code of this challenge still serve?
    #[must_use]
    pub fn waits_for(&self, challenge: &Id<id::Challenge>) -> bool {
        let slots = [Slot::Phone, Slot::Email, Slot::Confirm];
        let mut open = slots.into_iter().filter_map(|slot| self.challenge(slot));
        open.any(|open| open.id == *challenge)
    }

    pub(crate) fn challenge_mut(&mut self, slot: Slot) -> Option<&mut Challenge> {
        match slot {
            Slot::Phone => self.phone.as_mut().map(|pending| &mut pending.challenge),
            Slot::Email => self.email.as_mut().map(|pending| &mut pending.challenge),
            Slot::App => self.app.as_mut().map(|new| &mut new.challenge),
            Slot::Passkey => self.passkey.as_mut().map(|new| &mut new.challenge),
            Slot::Confirm => self.confirm.as_mut(),
        }
    }

    fn close(&mut self, slot: Slot) {
        match slot {
            Slot::Phone => self.phone = None,
            Slot::Email => self.email = None,
            Slot::App => self.app = None,
            Slot::Passkey => self.passkey = None,
            Slot::Confirm => self.confirm = None,
        }
    }

    /// A proof that is fresh and, if it is narrow, about this very method.
    fn proven(&self, kind: Option<Kind>, world: &World<'_>) -> bool {
        self.proof.is_some_and(|proof| {
            world.now < proof.at.plus(world.policy.registration.fresh)
                && (!proof.narrow || kind == Some(proof.kind))
        })
    }

    /// The password was given just now. A claim code is none: it serves who has nothing, and nobody else.
    fn fresh_sign_in(&self, world: &World<'_>) -> bool {
        !self.claimed && world.now < self.signed_in.plus(world.policy.registration.fresh)
    }

    /// A first registration; of recovery codes also a moment after it, since they are offered when it is finished (U32).
    fn is_first(&self, kind: Kind, world: &World<'_>) -> bool {
        let fresh = world.policy.registration.fresh;
        let just = |at: Timestamp| kind == Kind::Codes && world.now < at.plus(fresh);
        !world.facts.finished || self.finished.is_some_and(just)
    }

    /// May this method be set up or changed now?
    fn may_touch(&self, kind: Kind, world: &World<'_>) -> Result<(), Refusal> {
        if !world.policy.methods.contains(&kind) {
            return Err(Refusal::NotOffered);
        }
        self.may_remove(kind, world)
    }

    /// May it be removed? Also one that policy does not take any more.
    fn may_remove(&self, kind: Kind, world: &World<'_>) -> Result<(), Refusal> {
        if world.facts.frozen.is_some() {
            return Err(Refusal::Frozen);
        }
        let there = world.facts.held.iter().any(|held| held.kind == kind);
        let first = self.is_first(kind, world) && !there && !self.stale;
        if first || self.proven(Some(kind), world) || (!there && self.fresh_sign_in(world)) {
            Ok(())
        } else if world.facts.held.is_empty() {
            Err(Refusal::SignInAgain)
        } else {
            Err(Refusal::ProofNeeded)
        }
    }

    /// A proof that ends the waiting of what it vouches for. Where a reset must resist phishing, so must it: else a code
    /// that somebody was talked out of would open the door for good.
    fn vouched(&self, world: &World<'_>) -> bool {
        let resists = |proof: Proof| proof.kind.resists_phishing();
        let demanded = world.policy.reset.phishing_resistant;
        self.proven(None, world) && (!demanded || self.proof.is_some_and(resists))
    }

    /// From when on something that is kept now serves a reset. A narrow proof ends no waiting once
    /// the registration was finished: it came from the very thing that waits.
    fn usable_from(&self, kind: Kind, world: &World<'_>) -> Timestamp {
        let there = world.facts.held.iter().any(|held| held.kind == kind);
        let narrow = !world.facts.finished && self.proven(Some(kind), world);
        let first = narrow || (self.is_first(kind, world) && !there);
        if self.vouched(world) || (first && !self.claimed && !self.untold) {
            world.now
        } else if first && self.claimed {
            world.now.plus(world.policy.registration.claim_wait)
        } else {
            world.now.plus(world.policy.registration.quarantine)
        }
    }

    fn binding<'a>(
        &'a self,
        purpose: Purpose,
        challenge: &'a Id<id::Challenge>,
        way: Way,
        destination: &'a str,
    ) -> Binding<'a> {
        Binding {
            purpose,
            flow: self.id.as_str(),
            gate: 0,
            way: way.as_str(),
            challenge: challenge.as_str(),
            destination,
        }
    }
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
            let offered = |kind: &Kind| {
                world.policy.methods.contains(kind)
                    && world.facts.held.iter().any(|held| held.kind == *kind)
            };
            // Kinds, not apps: two of them are still one proof.
            let kinds: Vec<_> = Kind::ALL.into_iter().filter(offered).collect();
            if world.policy.wants(&kinds) > 0 {
                return Err(Refusal::Minimum);
            }
            if !world.facts.finished {
                visit.finished = Some(world.now);
            }
            acts.push(Act::Finish);
            Ok(())
        }
    }
}

fn again(
    visit: &mut Visit,
    slot: Slot,
    channel: Option<Channel>,
    world: &mut World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    let open = match slot {
        Slot::Phone => visit.phone.clone(),
        Slot::Email => visit.email.clone(),
        Slot::App | Slot::Passkey => None,
        Slot::Confirm => {
            let open = visit.confirm.as_ref().ok_or(Refusal::NotNow)?;
            let way = channel.map_or(open.way, Way::from);
            return confirm(visit, way, world, acts);
        }
    };
    let pending = open.ok_or(Refusal::NotNow)?;
    visit.may_touch(pending.destination.kind(), world)?;
    let channel = channel
        .or(pending.challenge.way.channel())
        .filter(|channel| channel.kind() == pending.destination.kind())
        .filter(|channel| world.policy.channels.contains(channel))
        .ok_or(Refusal::NotOffered)?;
    send_new(visit, channel, pending.destination, world, acts)
}

fn send_new(
    visit: &mut Visit,
    channel: Channel,
    destination: Destination,
    world: &mut World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    let way = Way::from(channel);
    visit
        .sends
        .count(channel.kind(), &world.policy.codes, world.now)?;
    let (challenge, code) = challenge(visit, Purpose::Enrol, way, &destination.same(), world);
    acts.push(Act::SendNew {
        challenge: challenge.id.clone(),
        channel,
        destination: destination.clone(),
        code,
    });
    let pending = Some(Pending {
        destination,
        challenge,
    });
    match channel {
        Channel::Sms | Channel::Voice => visit.phone = pending,
        Channel::Email => visit.email = pending,
    }
    Ok(())
}

fn held_of<'a>(kind: Kind, world: &World<'a>) -> impl Iterator<Item = &'a Held> {
    let held = world.facts.held.iter();
    held.filter(move |held| held.kind == kind)
}

/// As many as there may be: another one would be one too many.
fn full(kind: Kind, world: &World<'_>) -> bool {
    held_of(kind, world).count() >= kind.most()
}

fn new_app(visit: &mut Visit, app: App, given: bool, world: &mut World<'_>) -> Result<(), Refusal> {
    visit.may_touch(Kind::App, world)?;
    if full(Kind::App, world) {
        return Err(Refusal::TooManyOfThem);
    }
    let (mut challenge, _) = challenge(visit, Purpose::Enrol, Way::App, "", world);
    challenge.digest = None;
    visit.app = Some(NewApp {
        app,
        challenge,
        given,
    });
    Ok(())
}

/// The first code of a new app: it is kept, and this code never serves again.
fn keep_app(
    visit: &mut Visit,
    ticket: &Ticket,
    code: Option<&OneTimeCode>,
    world: &World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    let new = visit.app.clone().ok_or(Refusal::NotNow)?;
    let around = world.policy.codes.app_steps;
    let matched = code.map_or(Err(None), |code| new.app.matches(code, world.now, around));
    let (step, off) = (matched.ok(), matched.err().flatten());
    // Asked before anything is changed: the proof may have gone stale, or another tab filled the list.
    if step.is_some() && full(Kind::App, world) {
        return Err(Refusal::TooManyOfThem);
    }
    let usable_from = visit.usable_from(Kind::App, world);
    prove(visit, Slot::App, ticket, step.is_some(), world, acts)
        .map_err(|refusal| refusal.with_clock(off))?;
    acts.extend(step.map(|step| Act::KeepApp {
        app: new.app,
        step,
        usable_from,
    }));
    Ok(())
}

fn new_passkey(visit: &mut Visit, name: Label, world: &mut World<'_>) -> Result<(), Refusal> {
    visit.may_touch(Kind::Passkey, world)?;
    if full(Kind::Passkey, world) {
        return Err(Refusal::TooManyOfThem);
    }
    let (mut challenge, _) = challenge(visit, Purpose::Enrol, Way::Passkey, "", world);
    challenge.digest = None;
    visit.passkey = Some(NewPasskey { name, challenge });
    Ok(())
}

fn keep_passkey(
    visit: &mut Visit,
    ticket: &Ticket,
    right: bool,
    world: &World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    // As where an app is kept: asked before anything is changed.
    if right && full(Kind::Passkey, world) {
        return Err(Refusal::TooManyOfThem);
    }
    let usable_from = visit.usable_from(Kind::Passkey, world);
    prove(visit, Slot::Passkey, ticket, right, world, acts)?;
    acts.push(Act::KeepPasskey { usable_from });
    Ok(())
}

/// May what a proof was recognised as vouch for others?
fn vouched(known: &Recognised, visit: &Visit, world: &World<'_>) -> bool {
    let asked = visit.confirm.as_ref().map(|open| open.way);
    asked.is_some_and(|way| {
        way.kind() == known.kind
            && vouchers(way, world).any(|held| held.destination == known.destination)
    })
}

fn confirm(
    visit: &mut Visit,
    way: Way,
    world: &mut World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    if !world.policy.ways().contains(&way) {
        return Err(Refusal::NotOffered);
    }
    let held = voucher(way, world).ok_or(Refusal::NotRegistered)?;
    // Any one of several may prove it.
    let destination = if way.kind().several() {
        ""
    } else {
        held.destination.as_str()
    };
    let (mut open, code) = challenge(visit, Purpose::Confirm, way, destination, world);
    if let Some(channel) = way.channel() {
        visit
            .sends
            .count(way.kind(), &world.policy.codes, world.now)?;
        acts.push(Act::SendHeld {
            challenge: open.id.clone(),
            channel,
            code,
        });
    } else {
        open.digest = None;
    }
    visit.confirm = Some(open);
    Ok(())
}

/// What may vouch for others: offered, registered, and not waiting any more. Whoever added a method
/// that still waits may be an intruder.
fn voucher<'a>(way: Way, world: &World<'a>) -> Option<&'a Held> {
    vouchers(way, world).next()
}

fn vouchers<'a>(way: Way, world: &World<'a>) -> impl Iterator<Item = &'a Held> {
    // What became usable after somebody said "this wasn't me" may be the intruder's.
    let frozen = world.facts.frozen;
    let trusted = move |held: &&Held| frozen.is_none_or(|since| held.usable_from <= since);
    let offered = world.policy.ways().contains(&way);
    let now = world.now;
    let held = world.facts.held.iter();
    held.filter(move |_| offered)
        .filter(move |held| held.usable_from <= now && trusted(held))
        .filter(move |held| held.kind == way.kind())
}

fn challenge(
    visit: &Visit,
    purpose: Purpose,
    way: Way,
    destination: &str,
    world: &mut World<'_>,
) -> (Challenge, OneTimeCode) {
    let codes = &world.policy.codes;
    let id = Id::random(world.rng);
    let code = OneTimeCode::random(world.rng, codes.digits);
    let digest = world
        .key
        .digest(&visit.binding(purpose, &id, way, destination), &code);
    let challenge = Challenge {
        id,
        way,
        destination: destination.to_owned(),
        digest: Some(digest),
        at: world.now,
        until: world.now.plus(codes.life),
        tries: 0,
        silent: false,
    };
    (challenge, code)
}

fn is_right(visit: &Visit, slot: Slot, code: Option<&OneTimeCode>, world: &World<'_>) -> bool {
    let (Some(open), Some(code)) = (visit.challenge(slot), code) else {
        return false;
    };
    let purpose = match slot {
        Slot::Phone | Slot::Email | Slot::App | Slot::Passkey => Purpose::Enrol,
        Slot::Confirm => Purpose::Confirm,
    };
    let binding = visit.binding(purpose, &open.id, open.way, &open.destination);
    open.digest
        .as_ref()
        .is_some_and(|digest| world.key.digest(&binding, code).matches(digest))
}

fn prove(
    visit: &mut Visit,
    slot: Slot,
    ticket: &Ticket,
    right: bool,
    world: &World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    let open = visit.challenge(slot).ok_or(Refusal::NotNow)?;
    if !open.admits(ticket) {
        return Err(Refusal::NotNow);
    }
    let kind = open.way.kind();
    // Asked again: what vouches may have been replaced or removed since its code went out (FLW-8).
    let same = |held: &Held| kind.several() || held.destination == open.destination;
    let vouches = slot != Slot::Confirm || voucher(open.way, world).is_some_and(same);
    if !(right && vouches) {
        return Err(open.wrong(&world.policy.codes));
    }
    let pending = match slot {
        Slot::Phone => visit.phone.take(),
        Slot::Email => visit.email.take(),
        Slot::App | Slot::Passkey | Slot::Confirm => None,
    };
    if matches!(slot, Slot::App | Slot::Passkey) {
        visit.may_touch(kind, world)?;
    }
    if let Some(pending) = pending {
        // Asked again: the proof may have gone stale, or another tab registered it, meanwhile.
        visit.may_touch(kind, world)?;
        acts.push(Act::Keep {
            destination: pending.destination,
            usable_from: visit.usable_from(kind, world),
            replaced: world.facts.held.iter().any(|held| held.kind == kind),
        });
    }
    let narrow = slot != Slot::Confirm;
    if !narrow || !visit.proven(Some(kind), world) {
        visit.proof = Some(Proof {
            at: world.now,
            kind,
            narrow,
        });
    }
    visit.close(slot);
    visit.wrong = visit.wrong.saturating_sub(1);
    acts.extend([Act::Uncount(kind), Act::Rotate]);
    Ok(())
}

#[cfg(test)]
mod stories;
