//! A new passkey: the browser makes it, and it is kept when what came with it is right.

use serde::{Deserialize, Serialize};

use super::proving::{challenge, prove};
use super::{Act, Refusal, Slot, Visit, World, full};
use crate::challenge::{Challenge, Ticket};
use crate::label::Label;
use crate::method::{Kind, Way};
use crate::secret::Purpose;

/// A new passkey that the browser is asked to make.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewPasskey {
    /// What its owner calls it.
    pub name: Label,
    /// Its tries and its life.
    pub challenge: Challenge,
}

pub(super) fn new_passkey(
    visit: &mut Visit,
    name: Label,
    world: &mut World<'_>,
) -> Result<(), Refusal> {
    visit.may_touch(Kind::Passkey, world)?;
    if full(Kind::Passkey, world) {
        return Err(Refusal::TooManyOfThem);
    }
    let (mut challenge, _) = challenge(visit, Purpose::Enrol, Way::Passkey, "", world);
    challenge.digest = None;
    visit.passkey = Some(NewPasskey { name, challenge });
    Ok(())
}

pub(super) fn keep_passkey(
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
