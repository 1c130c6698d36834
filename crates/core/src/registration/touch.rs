//! What may be touched now, and from when on what is kept serves a reset. Begin with `may_touch`.

use std::time::Duration;

use super::vouching::voucher;
use super::{Proof, Refusal, Visit, World, held_of};
use crate::method::{Kind, Way};
use crate::policy::Policy;
use crate::time::Timestamp;

impl Visit {
    /// A proof that is fresh and, if it is narrow, about this very method. One by a method that counts no more, since
    /// policy or the person's rank changed, proves nothing any more.
    pub(super) fn proven(&self, kind: Option<Kind>, world: &World<'_>) -> bool {
        self.proof.is_some_and(|proof| {
            let about = if proof.narrow {
                kind == Some(proof.kind)
            } else {
                world.counts(proof.kind)
            };
            about && world.now < proof.at.plus(world.policy.registration.fresh)
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
    pub(super) fn may_touch(&self, kind: Kind, world: &World<'_>) -> Result<(), Refusal> {
        if !world.counts(kind) {
            return Err(Refusal::NotOffered);
        }
        self.may_remove(kind, world)
    }

    /// May it be removed? Also one that does not count any more, and by a proof all the same: a number that policy takes no
    /// more is still told what happens to the account.
    ///
    /// A sign-in of which nobody says when it was is none of the last minutes, nor is the next one at that provider. Whom
    /// nothing vouches for has only that, for ever; as in a first registration it is taken, and what is added by it waits.
    pub(super) fn may_remove(&self, kind: Kind, world: &World<'_>) -> Result<(), Refusal> {
        if world.facts.frozen.is_some() {
            return Err(Refusal::Frozen);
        }
        let there = held_of(kind, world).next().is_some();
        let vouches = Way::ALL.iter().any(|way| voucher(*way, world).is_some());
        let first = self.is_first(kind, world) && !self.stale;
        let adds = first || self.fresh_sign_in(world) || (self.untold && !vouches);
        if self.proven(Some(kind), world) || (!there && adds) {
            Ok(())
        } else if there || vouches {
            Err(Refusal::ProofNeeded)
        } else {
            Err(Refusal::SignInAgain)
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
    pub(super) fn usable_from(&self, kind: Kind, world: &World<'_>) -> Timestamp {
        let there = world.facts.held.iter().any(|held| held.kind == kind);
        let narrow = !world.facts.finished && self.proven(Some(kind), world);
        let first = narrow || (self.is_first(kind, world) && !there);
        if self.vouched(world) {
            world.now
        } else {
            world.now.plus(self.wait(first, world.policy))
        }
    }

    /// How long what is added without a proof waits before it serves: in a first registration, and after it.
    #[must_use]
    pub fn wait(&self, first: bool, policy: &Policy) -> Duration {
        if first && self.claimed {
            policy.registration.claim_wait
        } else if first && !self.untold {
            Duration::ZERO
        } else {
            policy.registration.quarantine
        }
    }
}
