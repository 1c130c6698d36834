//! Who could reset today: ready, one loss from lockout, or not.
//!
//! Begin with [`assess`]. It asks [`Policy::enough`], as the reset itself does, of what is registered and usable; then
//! once more without each thing that may be lost. Anything may: a phone (with it the app, where policy takes that to be
//! on it), an address, one of several passkeys or apps, the sheet with the codes, the answers. No allocation: a
//! million people are assessed in a second.

use std::time::Duration;

use serde::Serialize;

use crate::method::Kind;
use crate::policy::Policy;
use crate::time::Timestamp;

/// How somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Cannot reset now.
    NotReady,
    /// Can, and could not after losing some one thing.
    OneLossFromLockout,
    /// Can, also after losing any one thing.
    Ready,
}

impl Readiness {
    /// `not-ready`, `one-loss` or `ready`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotReady => "not-ready",
            Self::OneLossFromLockout => "one-loss",
            Self::Ready => "ready",
        }
    }
}

/// Why somebody stands so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Any one thing may be lost.
    Spare,
    /// Everything hangs on this one.
    HangsOn(Kind),
    /// Nothing is registered.
    Nothing,
    /// What is registered is not offered to this person.
    NotOffered,
    /// It would be enough, and waits until then.
    Waits(Timestamp),
    /// Fewer independent proofs than are needed.
    TooFew {
        /// There are.
        there: usize,
        /// Are needed.
        needed: u8,
    },
    /// Nothing that may come first.
    NothingFirst,
    /// No passkey and no recovery code, and policy wants one among the proofs.
    NothingResistant,
    /// Recovery is frozen.
    Frozen,
}

/// What the assessment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// How.
    pub readiness: Readiness,
    /// Why.
    pub why: Why,
}

/// What is missing before a registration is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// At least so many more methods.
    Methods(usize),
    /// A passkey or recovery codes: policy wants one of them among the proofs.
    Resistant,
    /// All that this person is offered is too little for a reset: only the service desk can help.
    Beyond,
}

/// Somebody, as far as their methods do not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rank {
    /// Member of a protected group: two proofs, no questions.
    pub privileged: bool,
    /// Recovery is frozen.
    pub frozen: bool,
}

/// How many of each kind somebody has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Hand([u8; Kind::ALL.len()]);

impl Hand {
    fn place(&mut self, kind: Kind) -> Option<&mut u8> {
        let at = Kind::ALL.iter().position(|known| *known == kind)?;
        self.0.get_mut(at)
    }

    fn add(&mut self, kind: Kind) {
        if let Some(count) = self.place(kind) {
            *count = count.saturating_add(1);
        }
    }

    /// What is left when one of a kind is lost, with all that is on the same thing: where the app is taken to be on the
    /// phone, so is every other.
    fn without(mut self, lost: Kind, policy: &Policy) -> Self {
        for kind in Kind::ALL {
            let on_the_phone = kind == Kind::App && policy.reset.app_with_phone;
            let all = kind != lost || on_the_phone;
            let along = policy.same_source(kind, lost);
            if let Some(count) = self.place(kind).filter(|_| along) {
                *count = if all { 0 } else { count.saturating_sub(1) };
            }
        }
        self
    }

    fn kinds(&self) -> impl Iterator<Item = Kind> + Clone + '_ {
        let each = Kind::ALL.into_iter().zip(self.0);
        each.filter(|(_, count)| *count > 0).map(|(kind, _)| kind)
    }

    /// Would it do for a reset? Of a passkey nobody knows before it is used whether it will know its owner; those that
    /// cannot are few, and each is told so when it is registered.
    fn enough(self, policy: &Policy, rank: Rank) -> bool {
        let alone = self.kinds().any(|kind| kind == Kind::Passkey);
        policy
            .enough(policy.reset.gates, self.kinds(), alone, rank.privileged)
            .is_some()
    }
}

/// Does a method count at all, under this policy and for this rank?
#[must_use]
pub fn counts(policy: &Policy, kind: Kind, rank: Rank) -> bool {
    policy.offers(kind, rank.privileged)
}

/// How somebody stands who holds these, each with the time from which on it serves.
#[must_use]
#[expect(
    clippy::needless_pass_by_value,
    reason = "an iterator, cloned for each look"
)]
pub fn assess(
    policy: &Policy,
    rank: Rank,
    held: impl Iterator<Item = (Kind, Timestamp)> + Clone,
    now: Timestamp,
) -> Assessment {
    let not = |why| Assessment {
        readiness: Readiness::NotReady,
        why,
    };
    if rank.frozen {
        return not(Why::Frozen);
    }
    let offered = held.clone().filter(|(kind, _)| counts(policy, *kind, rank));
    let at = |then: Timestamp| {
        let mut hand = Hand::default();
        for (kind, _) in offered.clone().filter(|(_, from)| *from <= then) {
            hand.add(kind);
        }
        hand
    };
    let hand = at(now);
    if hand.enough(policy, rank) {
        let hangs = |lost: &Kind| !hand.without(*lost, policy).enough(policy, rank);
        return match hand.kinds().find(hangs) {
            None => Assessment {
                readiness: Readiness::Ready,
                why: Why::Spare,
            },
            Some(kind) => Assessment {
                readiness: Readiness::OneLossFromLockout,
                why: Why::HangsOn(kind),
            },
        };
    }
    // A method that is worn out waits for ever, and nobody waits for that.
    let patience = now.plus(FOR_EVER);
    let waits = offered.clone().map(|(_, from)| from);
    let waits = waits.filter(|from| *from > now && *from < patience);
    if let Some(then) = waits.filter(|then| at(*then).enough(policy, rank)).min() {
        return not(Why::Waits(then));
    }
    let needed = policy
        .reset
        .gates
        .max(crate::policy::floor(rank.privileged));
    let all = at(patience);
    let there = policy.proofs(all.kinds());
    not(if held.clone().next().is_none() {
        Why::Nothing
    } else if offered.clone().next().is_none() {
        Why::NotOffered
    } else if !all.kinds().any(Kind::leads) {
        Why::NothingFirst
    } else if there < usize::from(needed) {
        Why::TooFew { there, needed }
    } else {
        Why::NothingResistant
    })
}

/// What is missing before the registration of somebody who holds these is finished. What still waits is there; what is
/// worn out is not. The overview tells it and `finish` holds to it, both by asking here, and whoever is let through can
/// reset: [`Policy::wants`] demands no less than [`Policy::enough`].
#[must_use]
#[expect(
    clippy::needless_pass_by_value,
    reason = "an iterator, cloned for each look"
)]
pub fn lack(
    policy: &Policy,
    rank: Rank,
    held: impl Iterator<Item = (Kind, Timestamp)> + Clone,
    now: Timestamp,
) -> Option<Lack> {
    let patience = now.plus(FOR_EVER);
    let offered = policy.offered(rank.privileged);
    let there = |kind: &Kind| {
        let mut held = held.clone();
        held.any(|(known, from)| known == *kind && from < patience)
    };
    let kinds: Vec<Kind> = offered.iter().copied().filter(there).collect();
    match policy.wants(&kinds, rank.privileged) {
        0 => None,
        _ if policy.wants(&offered, rank.privileged) > 0 => Some(Lack::Beyond),
        1 if !policy.resisted(&kinds) => Some(Lack::Resistant),
        more => Some(Lack::Methods(more)),
    }
}

/// Longer than any quarantine.
const FOR_EVER: Duration = Duration::from_hours(24 * 400);

/// What to add, the best first: kinds that are offered and would make somebody ready, if one is enough; else all that
/// would help.
#[must_use]
#[expect(
    clippy::needless_pass_by_value,
    reason = "an iterator, cloned for each look"
)]
pub fn advice(
    policy: &Policy,
    rank: Rank,
    held: impl Iterator<Item = (Kind, Timestamp)> + Clone,
    now: Timestamp,
) -> Vec<Kind> {
    let before = assess(policy, rank, held.clone(), now).readiness;
    let there = |kind: Kind| held.clone().any(|(known, _)| known == kind);
    let new = policy.offered(rank.privileged).into_iter();
    let new = new.filter(|kind| kind.several() || !there(*kind));
    let with = |kind: Kind| {
        let more = held.clone().chain(std::iter::once((kind, now)));
        assess(policy, rank, more, now).readiness
    };
    let helps: Vec<(Kind, Readiness)> = new
        .map(|kind| (kind, with(kind)))
        .filter(|(_, after)| *after > before)
        .collect();
    let best = helps.iter().map(|(_, after)| *after).max();
    let best = helps.iter().filter(|(_, after)| Some(*after) == best);
    best.map(|(kind, _)| *kind).collect()
}

#[cfg(test)]
mod tests;
