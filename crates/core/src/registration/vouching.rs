//! A fresh proof by a registered method, before something is changed: what may give it.

use super::proving::challenge;
use super::{Act, Held, Refusal, Visit, World};
use crate::challenge::Recognised;
use crate::method::Way;
use crate::secret::Purpose;

pub(super) fn confirm(
    visit: &mut Visit,
    way: Way,
    world: &mut World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    if !world.offers(way) {
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

/// May what a proof was recognised as vouch for others?
pub(super) fn vouched(known: &Recognised, visit: &Visit, world: &World<'_>) -> bool {
    let asked = visit.confirm.as_ref().map(|open| open.way);
    asked.is_some_and(|way| {
        way.kind() == known.kind
            && vouchers(way, world).any(|held| held.destination == known.destination)
    })
}

/// What may vouch for others: a method that counts for this person, and is registered for long enough ([`Held::vouches`]).
///
/// To vouch is to end a quarantine (ENR-3), so what opens no reset must not do it: else the answers of a protected person,
/// which count nothing for them (NIST SP 800-63B-4, 4.2.1; FLW-6), would register a phone that serves at once, and with
/// that the reset that they could not open themselves. Nobody is locked out by it. Who has answers alone is as who has
/// nothing: a sign-in is the strongest proof there is (ENR-1), a fresh one where it is known when it was
/// ([`Visit::may_remove`]), and what is set up by it waits and then vouches.
pub(super) fn voucher<'a>(way: Way, world: &World<'a>) -> Option<&'a Held> {
    vouchers(way, world).next()
}

fn vouchers<'a>(way: Way, world: &World<'a>) -> impl Iterator<Item = &'a Held> {
    let spent = world.facts.spent && way == Way::Codes;
    let serves = world.offers(way) && !spent;
    let (frozen, now) = (world.facts.frozen, world.now);
    let held = world.facts.held.iter();
    held.filter(move |held| serves && held.kind == way.kind() && held.vouches(frozen, now))
}
