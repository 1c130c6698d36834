//! A challenge of a visit: how it is made, compared, and what a right answer does.

use super::vouching::voucher;
use super::{Act, Held, Proof, Refusal, Slot, Visit, World};
use crate::challenge::{Challenge, Ticket};
use crate::id::Id;
use crate::method::Way;
use crate::secret::{OneTimeCode, Purpose};

pub(super) fn challenge(
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

pub(super) fn is_right(
    visit: &Visit,
    slot: Slot,
    code: Option<&OneTimeCode>,
    world: &World<'_>,
) -> bool {
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

pub(super) fn prove(
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
