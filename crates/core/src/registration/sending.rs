//! A code to a new destination, and another one to the same.

use super::proving::challenge;
use super::vouching::confirm;
use super::{Act, Destination, Pending, Refusal, Slot, Visit, World};
use crate::method::{Channel, Way};
use crate::secret::Purpose;

pub(super) fn send_new(
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

pub(super) fn again(
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
