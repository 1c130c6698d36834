//! The reset and unlock flow: states, asks and [`decide`].
//!
//! Read [`State`], then [`Ask`], then [`decide`]: who knows it knows the product. A stranger walks
//! the same states as somebody known and gets the same answers; nothing before a right proof looks
//! at [`Facts::subject`]. Proofs are rows ([`Evidence`]), never flags: the write to the directory
//! counts the rows of this flow, and the store holds a constraint that says the same again. `proving` makes and
//! compares challenges, `standing` says what rows are worth, `writing` is the step to the directory.

mod evidence;
mod proving;
mod standing;
mod writing;

pub use self::evidence::{Evidence, Held, Subject};
pub(crate) use self::standing::next_gate;

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use self::proving::{Proved, prove, send};
use self::standing::{may_serve, provable, serves, wanted};
use self::writing::{settle, submit};
use crate::challenge::{Challenge, Recognised, Sends, Ticket};
use crate::id::{self, Id};
use crate::method::{Kind, Way};
use crate::policy::Policy;
pub use crate::refusal::Refusal;
use crate::secret::{DigestKey, OneTimeCode, Purpose};
use crate::time::Timestamp;

/// What the person came for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// "I forgot my password."
    Reset,
    /// "I know my password, but still can't sign in."
    Unlock,
}

impl Goal {
    /// The purpose that codes of this flow are bound to.
    #[must_use]
    pub fn purpose(self) -> Purpose {
        match self {
            Self::Reset => Purpose::Reset,
            Self::Unlock => Purpose::Unlock,
        }
    }
}

/// Where the flow stands. What a state carries is true in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "lowercase")]
pub enum State {
    /// The name was given; what happened is not yet said.
    Named,
    /// A method is to be chosen for the next gate.
    Choosing {
        /// What for.
        goal: Goal,
    },
    /// A code is on its way, or the questions are on the page.
    Waiting {
        /// What for.
        goal: Goal,
        /// The open challenge.
        challenge: Challenge,
    },
    /// Enough is proven; the password, or the button to unlock, is awaited.
    Proven {
        /// What for.
        goal: Goal,
    },
    /// The directory is being asked. A crash leaves this state; a sweep settles it.
    Applying {
        /// What for.
        goal: Goal,
        /// Since when.
        since: Timestamp,
    },
    /// Done.
    Done {
        /// What was done.
        goal: Goal,
    },
    /// Over without effect.
    Closed {
        /// Why.
        why: Close,
    },
}

/// Why a flow was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Close {
    /// The person left.
    Cancelled,
    /// Its time was over.
    Over,
    /// Too many wrong proofs.
    TooManyWrong,
    /// Too many new passwords that the directory refused.
    TooManySubmits,
    /// The account may not be reset here.
    NotAllowed,
}

/// One reset or unlock attempt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// Which one.
    pub id: Id<id::Flow>,
    /// Where it stands.
    pub state: State,
    /// Proofs that policy wanted when the goal was said; policy may want more later, never fewer.
    pub gates: u8,
    /// Wrong proofs so far, all methods.
    pub wrong: u32,
    /// New passwords that went to the directory.
    pub submits: u32,
    /// Codes so far.
    pub sends: Sends,
    /// Whom it is about was asked for without a code that leaves.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sought: bool,
    /// When it began.
    pub started: Timestamp,
    /// When it ends, whatever happens.
    pub expires: Timestamp,
}

/// What the store knows at this moment.
pub struct Facts<'a> {
    /// Whom it is about.
    pub subject: &'a Subject,
    /// The rows of this flow.
    pub evidence: &'a [Evidence],
    /// Where the code of the open challenge really went; `None` when it went nowhere.
    pub delivered: Option<&'a str>,
    /// The account's methods now.
    pub held: &'a [Held],
}

/// What the decision may look at.
pub struct World<'a> {
    /// What administrators decided for everybody: all that shows before a first proof.
    pub policy: &'a Policy,
    /// What they decided for whom the flow is about, never weaker (see [`crate::policy::Profiles`]); for a stranger, the
    /// same.
    pub own: &'a Policy,
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
    /// Say what happened.
    Want(Goal),
    /// Choose a method; for a phone with the index of the number that was typed.
    Send {
        /// How.
        way: Way,
        /// Keyed index of the typed number, where policy wants it typed.
        number: Option<String>,
    },
    /// Ask for another code of the open challenge.
    Again,
    /// Throw the open challenge away and choose again.
    Other,
    /// Count a try. Committed before [`Ask::Code`], [`Ask::Answers`] or [`Ask::Recognised`] compares anything.
    Try,
    /// Offer a code with the ticket of its try; `None` for something that no code can look like.
    Code(Ticket, Option<OneTimeCode>),
    /// Offer answers, compared by the store's password hash.
    Answers(Ticket, bool),
    /// Offer the code of an authenticator app, a passkey or a recovery code; what it was recognised as.
    Recognised(Ticket, Option<Recognised>),
    /// Write to the directory: the new password has passed our own rules, or the button was pressed.
    Submit,
    /// What the directory said.
    Settle(Outcome),
    /// Leave.
    Cancel,
}

/// What came of asking the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Written.
    Done,
    /// Not written; the proof is kept.
    Refused,
}

/// What is to be done, in the same transaction as saving the flow.
#[derive(Debug)]
pub enum Act {
    /// Queue a code. The worker finds the destination, or finds that there is none.
    Send {
        /// For which challenge.
        challenge: Id<id::Challenge>,
        /// How.
        way: Way,
        /// The code.
        code: OneTimeCode,
        /// Index that the destination must have, or empty.
        destination: String,
    },
    /// Find out whom the flow is about: no code leaves, so the worker would not.
    Seek,
    /// The proof is taken, unless what it uses up is.
    Take(Recognised),
    /// Raise the counters of wrong proofs for this kind.
    Count(Kind),
    /// Lower them again by the one try that was right.
    Uncount(Kind),
    /// Write the row.
    Pass(Evidence),
    /// Give the flow a new cookie; the old one is dead.
    Rotate,
    /// Record the intent with the rows it stands on, then ask the directory.
    Write {
        /// What for.
        goal: Goal,
        /// How many of them are needed.
        needed: u8,
        /// Gates that the row must point at.
        gates: Vec<u8>,
    },
    /// The password was written, or the account unlocked: notices, and the end of every other flow,
    /// code and session of the account.
    Finish(Goal),
}

/// The decision.
pub struct Decision {
    /// To be saved, also when the answer is a refusal.
    pub flow: Flow,
    /// To be done.
    pub acts: Vec<Act>,
    /// To be said.
    pub answer: Result<(), Refusal>,
}

impl Flow {
    /// A new one, about somebody who gave a name.
    #[must_use]
    pub fn begin(policy: &Policy, now: Timestamp, rng: &mut dyn CryptoRng) -> Self {
        Self {
            id: Id::ordered(now, rng),
            state: State::Named,
            gates: 0,
            wrong: 0,
            submits: 0,
            sends: Sends::default(),
            sought: false,
            started: now,
            expires: now.plus(policy.reset.life),
        }
    }

    /// Is this challenge the one that the flow waits for? The code of any other is stale.
    #[must_use]
    pub fn waits_for(&self, wanted: &Id<id::Challenge>) -> bool {
        matches!(&self.state, State::Waiting { challenge, .. } if challenge.id == *wanted)
    }
}

/// Decide what an ask does. Pure: the same flow, ask and world give the same decision.
#[must_use]
pub fn decide(mut flow: Flow, ask: Ask, world: &mut World<'_>) -> Decision {
    let mut acts = Vec::new();
    let answer = if flow.open() && world.now >= flow.expires {
        flow.state = State::Closed { why: Close::Over };
        Err(Refusal::FlowOver)
    } else {
        step(&mut flow, ask, world, &mut acts)
    };
    Decision { flow, acts, answer }
}

fn step(
    flow: &mut Flow,
    ask: Ask,
    world: &mut World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    match (flow.state.clone(), ask) {
        (State::Named, Ask::Want(goal)) => {
            // Policy's number only: rank belongs to somebody known, and nothing shows who is before a proof.
            flow.gates = wanted(world.policy, goal);
            flow.state = State::Choosing { goal };
            Ok(())
        }
        (State::Choosing { goal } | State::Waiting { goal, .. }, Ask::Send { way, number }) => {
            may_serve(way, world)?;
            let destination = match (way.kind(), number) {
                (Kind::Phone, None) if world.policy.reset.retype_number => {
                    return Err(Refusal::NumberMissing);
                }
                (Kind::Phone, Some(number)) => number,
                _ => String::new(),
            };
            send(flow, goal, way, destination, world, acts)
        }
        (State::Waiting { goal, challenge }, Ask::Again) if challenge.digest.is_some() => {
            may_serve(challenge.way, world)?;
            send(
                flow,
                goal,
                challenge.way,
                challenge.destination,
                world,
                acts,
            )
        }
        (State::Choosing { goal } | State::Waiting { goal, .. }, Ask::Other) => {
            flow.state = State::Choosing { goal };
            Ok(())
        }
        (State::Waiting { .. }, Ask::Try) if flow.wrong >= world.policy.reset.wrong_proofs => {
            // Tries that a crash left unjudged count too.
            flow.state = State::Closed {
                why: Close::TooManyWrong,
            };
            Err(Refusal::TooManyWrong)
        }
        (
            State::Waiting {
                goal,
                mut challenge,
            },
            Ask::Try,
        ) => {
            challenge.count(&world.policy.codes, world.now)?;
            acts.push(Act::Count(challenge.way.kind()));
            flow.wrong += 1;
            flow.state = State::Waiting { goal, challenge };
            Ok(())
        }
        (State::Waiting { goal, challenge }, Ask::Code(ticket, code))
            if challenge.admits(&ticket) =>
        {
            let right = flow.is_right(goal, &challenge, code.as_ref(), world);
            let proved = right.then(|| provable(&challenge, world)).flatten();
            let proved = proved.map(Proved::by);
            prove(flow, goal, &challenge, proved, world, acts)
        }
        (State::Waiting { goal, challenge }, Ask::Answers(ticket, right))
            if challenge.admits(&ticket) && challenge.way == Way::Questions =>
        {
            let proved = right.then(|| provable(&challenge, world)).flatten();
            let proved = proved.map(Proved::by);
            prove(flow, goal, &challenge, proved, world, acts)
        }
        (State::Waiting { goal, challenge }, Ask::Recognised(ticket, known))
            if challenge.admits(&ticket) && challenge.way.kind().is_recognised() =>
        {
            let known = known.filter(|known| serves(known, &challenge, world));
            let proved = known.as_ref().map(Proved::from);
            prove(flow, goal, &challenge, proved, world, acts)?;
            acts.extend(known.map(Act::Take));
            Ok(())
        }
        (State::Proven { goal }, Ask::Submit) => submit(flow, goal, world, acts),
        (State::Applying { goal, .. }, Ask::Settle(outcome)) => {
            settle(flow, goal, outcome, world, acts)
        }
        (
            State::Named | State::Choosing { .. } | State::Waiting { .. } | State::Proven { .. },
            Ask::Cancel,
        ) => {
            flow.state = State::Closed {
                why: Close::Cancelled,
            };
            Ok(())
        }
        (
            State::Closed {
                why: Close::TooManyWrong,
            },
            _,
        ) => Err(Refusal::TooManyWrong),
        (State::Closed { .. }, _) => Err(Refusal::FlowOver),
        _ => Err(Refusal::NotNow),
    }
}

#[cfg(test)]
mod stories;
#[cfg(test)]
mod walk;
