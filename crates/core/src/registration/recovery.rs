//! A new set of recovery codes: shown to its owner until it is said to be saved, then kept and never shown again.

use serde::{Deserialize, Serialize};

use super::{Act, Refusal, Visit, World, held_of};
use crate::id::{self, Id};
use crate::method::Kind;
use crate::recovery::{self, RecoveryCode};
use crate::time::Timestamp;

/// A set that its owner is looking at. It serves nothing yet, and what was there before still does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewCodes {
    /// Which set it will be.
    pub set: Id<id::Method>,
    /// The codes, in the order in which they are shown.
    pub codes: Vec<RecoveryCode>,
    /// When they were made.
    pub at: Timestamp,
    /// They are shown until then.
    pub until: Timestamp,
}

/// Make a set, in place of one that was not kept.
pub(super) fn new_codes(visit: &mut Visit, world: &mut World<'_>) -> Result<(), Refusal> {
    visit.may_touch(Kind::Codes, world)?;
    visit.codes = Some(NewCodes {
        set: Id::random(world.rng),
        codes: recovery::set(world.rng),
        at: world.now,
        until: world.now.plus(world.policy.codes.life),
    });
    Ok(())
}

/// Its owner has saved it. Asked again whether that may be: the proof may have gone stale meanwhile.
pub(super) fn keep_codes(
    visit: &mut Visit,
    set: &Id<id::Method>,
    world: &World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    let shown = |new: &NewCodes| new.set == *set && world.now < new.until;
    if !visit.codes.as_ref().is_some_and(shown) {
        return Err(Refusal::NotNow);
    }
    visit.may_touch(Kind::Codes, world)?;
    let usable_from = visit.usable_from(Kind::Codes, world);
    let replaced = held_of(Kind::Codes, world).next().is_some();
    acts.extend(visit.codes.take().map(|codes| Act::KeepCodes {
        codes,
        usable_from,
        replaced,
    }));
    Ok(())
}
