//! Which two proofs are two, and how many are enough.
//!
//! What can be known of a proof is its kind and where it goes. Text and call go to one number; aliases of one mailbox
//! have one index, since [`crate::registration::Destination::same`] says so. On which device an app or a passkey lives
//! nobody tells: two of a kind are one proof, always, and an app and a phone are one where policy says so.

use super::Policy;
use crate::method::Kind;

/// Least gates for members of protected groups (FLW-6).
const PRIVILEGED_GATES: u8 = 2;

impl Policy {
    /// Are two proofs two? Each is its kind, and the index of its destination.
    #[must_use]
    pub fn independent(&self, one: (Kind, &str), other: (Kind, &str)) -> bool {
        one.1 != other.1 && !self.same_source(one.0, other.0)
    }

    /// Do two kinds come from one source, so that whoever has one has the other?
    #[must_use]
    pub fn same_source(&self, one: Kind, other: Kind) -> bool {
        let on_the_phone = |kind| matches!(kind, Kind::Phone | Kind::App);
        one == other || self.reset.app_with_phone && on_the_phone(one) && on_the_phone(other)
    }

    /// How many proofs these kinds are at most.
    #[must_use]
    pub fn proofs(&self, kinds: impl Iterator<Item = Kind>) -> usize {
        let mut taken = [None; Kind::ALL.len()];
        let mut count = 0;
        for kind in kinds {
            let again = taken.iter().flatten();
            let again = again.copied().any(|other| self.same_source(kind, other));
            if let Some(place) = taken.get_mut(count).filter(|_| !again) {
                *place = Some(kind);
                count += 1;
            }
        }
        count
    }

    /// How many proofs are needed, if these would do: enough of them, one that may come first, and one that resists
    /// phishing where that is wanted. `gates` is what was wanted besides. `alone` says that one of them is a passkey
    /// that knew its owner: two factors in one, it stands alone where policy says so, but not for the privileged
    /// (NIST SP 800-63B-4, 3.1.7 and 4.2.2.2; FLW-6).
    #[must_use]
    pub fn enough(
        &self,
        gates: u8,
        kinds: impl Iterator<Item = Kind> + Clone,
        alone: bool,
        privileged: bool,
    ) -> Option<u8> {
        let needed = if alone && self.passkeys.alone && !privileged {
            1
        } else {
            gates.max(floor(privileged))
        };
        let demanded = |kind: Kind| !self.reset.phishing_resistant || kind.resists_phishing();
        let leads = kinds.clone().any(Kind::leads);
        let resists = kinds.clone().any(demanded);
        // A passkey that did not know its owner is one proof among others, whatever policy wants (3.1.7.2).
        let whole = |kind: Kind| kind != Kind::Passkey || alone;
        // One that may come first and one that resists phishing are two, unless one is both.
        let both = kinds
            .clone()
            .any(|kind| kind.leads() && demanded(kind) && whole(kind));
        let needed = if both { needed } else { needed.max(2) };
        (leads && resists && self.proofs(kinds) >= usize::from(needed)).then_some(needed)
    }

    /// How many more methods a registration wants to be finished than these kinds: its minimum, as many independent
    /// proofs as a reset and an unlock of somebody of this rank need, one that may come first, and one that resists
    /// phishing where that is wanted. The privileged may be offered less than the minimum, or than an unlock needs; then
    /// all that they are offered will do, as long as it is enough for a reset.
    #[must_use]
    pub fn wants(&self, kinds: &[Kind], privileged: bool) -> usize {
        let offered = self.offered(privileged);
        let minimum = usize::from(self.registration.minimum).min(offered.len());
        let unlock = usize::from(self.reset.unlock_gates).min(self.proofs(offered.into_iter()));
        let reset = usize::from(self.reset.gates.max(floor(privileged)));
        let few = minimum.saturating_sub(kinds.len());
        let proofs = self.proofs(kinds.iter().copied());
        let few = few.max(reset.max(unlock).saturating_sub(proofs));
        let leads = kinds.iter().any(|kind| kind.leads());
        few.max(usize::from(!leads))
            .max(usize::from(!self.resisted(kinds)))
    }

    /// Is there what a policy that resists phishing wants?
    #[must_use]
    pub fn resisted(&self, kinds: &[Kind]) -> bool {
        !self.reset.phishing_resistant || kinds.iter().any(|kind| kind.resists_phishing())
    }
}

/// Least gates of somebody's rank.
#[must_use]
pub(crate) fn floor(privileged: bool) -> u8 {
    if privileged { PRIVILEGED_GATES } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "one";
    const OTHER: &str = "other";

    #[test]
    fn two_of_a_kind_are_one_proof_wherever_they_are() {
        let policy = Policy::default();
        for kind in Kind::ALL {
            assert!(!policy.independent((kind, ONE), (kind, OTHER)), "{kind:?}");
        }
    }

    #[test]
    fn one_destination_is_one_proof_whatever_it_is_called() {
        let policy = Policy::default();
        assert!(!policy.independent((Kind::Phone, ONE), (Kind::Email, ONE)));
        assert!(policy.independent((Kind::Phone, ONE), (Kind::Email, OTHER)));
    }

    #[test]
    fn an_app_and_a_phone_are_one_proof_where_policy_says_that_the_app_is_on_the_phone() {
        let mut policy = Policy::default();
        let both = [Kind::Phone, Kind::App];
        assert_eq!(policy.proofs(both.into_iter()), 2);
        policy.reset.app_with_phone = true;
        assert_eq!(policy.proofs(both.into_iter()), 1);
        assert!(!policy.independent((Kind::Phone, ONE), (Kind::App, OTHER)));
        assert!(policy.independent((Kind::Passkey, ONE), (Kind::App, OTHER)));
        assert_eq!(policy.proofs(Kind::ALL.into_iter()), 5);
    }

    #[test]
    fn the_privileged_need_two_whatever_policy_says_and_whatever_they_show() {
        let mut policy = Policy::default();
        policy.reset.gates = 1;
        let passkey = [Kind::Passkey].into_iter();
        assert_eq!(policy.enough(1, passkey.clone(), true, false), Some(1));
        assert_eq!(policy.enough(1, passkey.clone(), true, true), None);
        let both = [Kind::Passkey, Kind::Email].into_iter();
        assert_eq!(policy.enough(1, both, true, true), Some(2));
    }

    #[test]
    fn a_policy_against_phishing_wants_a_passkey_or_a_recovery_code_among_the_proofs() {
        let mut policy = Policy::default();
        policy.reset.phishing_resistant = true;
        let enough = |kinds: &[Kind]| policy.enough(2, kinds.iter().copied(), false, false);
        assert_eq!(enough(&[Kind::Phone, Kind::Email, Kind::App]), None);
        assert_eq!(enough(&[Kind::Email, Kind::Codes]), Some(2));
        assert_eq!(enough(&[Kind::Email, Kind::Passkey]), Some(2));
        assert_eq!(
            enough(&[Kind::Questions, Kind::Codes]),
            None,
            "nothing leads"
        );
    }
}
