//! What administrators may decide, as data that refuses nonsense when it is built.
//!
//! Begin with [`Policy`]. The defaults are the product's numbers; [`Policy::check`] is the one place
//! that knows which combinations are unsafe, and it names the clause that says so. [`Preset`] is a policy by
//! name, [`Profiles`] what is stricter for some people, and [`Policy::independent`] says which two proofs are two.

mod check;
mod independence;
mod preset;
mod profile;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::conversion::Conversion;
use crate::method::{Channel, Kind, Way};
use crate::throttle::Limit;

pub use check::{PolicyFault, PolicyNote};
pub(crate) use independence::floor;
pub use preset::Preset;
pub use profile::{
    Belonging, Combination, MOST_PROFILES, Matched, Profile, Profiles, Reason, Selectors, Terms,
    below,
};

/// Everything that is policy, apart from the password rules (see [`crate::password`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// What can be registered, in page order.
    pub methods: Vec<Kind>,
    /// Channels that have a gateway; a code is offered by no other.
    pub channels: Vec<Channel>,
    /// Registration.
    pub registration: RegistrationPolicy,
    /// Reset and unlock.
    pub reset: ResetPolicy,
    /// One-time codes.
    pub codes: CodePolicy,
    /// Passkeys.
    pub passkeys: PasskeyPolicy,
    /// Limits across flows.
    pub limits: Limits,
}

/// Registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationPolicy {
    /// How many methods `finish` wants.
    pub minimum: u8,
    /// Questions to register, 1–5.
    pub questions: u8,
    /// Least characters of an answer, counted after canonicalising.
    pub answer_length: u8,
    /// How long a new or changed method waits before it can serve a reset.
    pub quarantine: Duration,
    /// How long what is registered by a claim code waits, though it is the first.
    pub claim_wait: Duration,
    /// Age up to which a proof counts as fresh for a change.
    pub fresh: Duration,
    /// Ask "Is this still right?" after this long; zero is never.
    pub confirm_again: Duration,
    /// At most this many accounts may register one destination (ENU-7).
    pub shared_destination: u32,
}

/// Reset and unlock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetPolicy {
    /// Proofs that a reset needs, 1–3.
    pub gates: u8,
    /// Proofs that an unlock needs, 1–3.
    pub unlock_gates: u8,
    /// Among what was proven must be a passkey or a recovery code ([`Kind::resists_phishing`]).
    pub phishing_resistant: bool,
    /// The authenticator app is taken to be on the telephone whose number is registered: both are one proof.
    pub app_with_phone: bool,
    /// A phone number must be typed in full before a code goes out.
    pub retype_number: bool,
    /// Life of a flow, absolute.
    pub life: Duration,
    /// Wrong proofs that end a flow (LIM-2).
    pub wrong_proofs: u32,
    /// New passwords that a flow may try (LIM-12).
    pub password_submits: u32,
}

/// One-time codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodePolicy {
    /// Digits.
    pub digits: u8,
    /// Life (COD-2).
    pub life: Duration,
    /// Tries of one code (LIM-1).
    pub tries: u32,
    /// Wait before another can be asked for.
    pub again_after: Duration,
    /// Codes of one method in one flow (LIM-10).
    pub sends: u32,
    /// Steps before and after the present one whose code of an authenticator app is taken (TOT-2).
    pub app_steps: u8,
}

/// Passkeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyPolicy {
    /// One that knew its owner, by PIN, finger or face, is enough by itself (NIST SP 800-63B-4, 3.1.7). One that did not
    /// is one proof among others (3.1.7.2), always.
    pub alone: bool,
    /// What becomes of one whose counter of signatures does not go up.
    pub counter_back: CounterBack,
}

/// What becomes of a passkey that may have been copied: its counter of signatures did not go up (WebAuthn level 3,
/// 6.1.1). It is told to its owner and to administrators in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CounterBack {
    /// It is refused.
    Refuse,
    /// It serves all the same.
    Tell,
}

/// Limits across flows, kept in the store (LIM-1 to LIM-15). Each is a [`Limit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Starts for each canonical sign-in name, known or not (LIM-6).
    pub starts_per_name: [Limit; 2],
    /// Starts for each client address: IPv4 /32, IPv6 /64 (LIM-7).
    pub starts_per_address: Limit,
    /// Starts for each IPv6 /48.
    pub starts_per_site: Limit,
    /// Starts without a proof of work for each client address.
    pub starts_without_work: Limit,
    /// Wrong proofs for each name and method; then that method rests (LIM-3).
    pub wrong_per_method: Limit,
    /// Wrong proofs in a row for each registered method; then it is off until registered anew (LIM-4).
    pub wrong_for_life: u32,
    /// Wrong proofs and sign-ins for each client address (LIM-8).
    pub wrong_per_address: Limit,
    /// Wrong proofs and sign-ins for each IPv6 /48.
    pub wrong_per_site: Limit,
    /// Wrong sign-ins for each canonical sign-in name.
    pub wrong_sign_ins: Limit,
    /// Sign-ins that were begun at a provider and came to nothing, for each client address.
    pub provider_sign_ins: Limit,
    /// Wrong proofs in the whole organisation before resets pause (LIM-9).
    pub wrong_everywhere: Limit,
    /// Sends for each destination and each name and method (LIM-10).
    pub sends_per_destination: [Limit; 2],
    /// Sends for each phone prefix of seven digits (LIM-11).
    pub sends_per_prefix: [Limit; 2],
    /// Sends by SMS and voice to each country (LIM-11).
    pub sends_per_country: [Limit; 2],
    /// Sends by SMS and voice in the whole organisation (LIM-11).
    pub sends_everywhere: [Limit; 2],
    /// As many of them as registering may use up: the rest is for whoever forgot a password (FRD-2).
    pub sends_registering: Limit,
    /// Numbers of one block of a hundred that are being registered: more look as if somebody counted (FRD-4).
    pub new_numbers_per_block: Limit,
    /// What may be spent on text messages and calls (FRD-2).
    pub spend: Spend,
    /// Sends by SMS and voice that known networks may still ask for when a budget of those above is spent, or registering stopped.
    pub known_networks: [Limit; 2],
    /// When registering is stopped for a country, because hardly any code sent there is used (FRD-3).
    pub conversion: Conversion,
    /// Unlocks of one account (LIM-13).
    pub unlocks: Limit,
    /// Question sets for each name (LIM-14).
    pub question_sets: Limit,
}

/// Budgets in whole units of the currency that gateways' prices are in; none where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Of the whole organisation within an hour.
    pub hour: Option<u32>,
    /// Of the whole organisation within a day.
    pub day: Option<u32>,
    /// For each country within a day.
    pub country_day: Option<u32>,
    /// For codes to whoever is registering, within a day: the rest is for whoever forgot a password.
    pub registering_day: Option<u32>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            methods: vec![Kind::Phone, Kind::Email],
            channels: vec![Channel::Sms, Channel::Voice, Channel::Email],
            registration: RegistrationPolicy {
                minimum: 2,
                questions: 3,
                answer_length: 3,
                quarantine: Duration::from_hours(24),
                claim_wait: Duration::ZERO,
                fresh: Duration::from_mins(5),
                confirm_again: Duration::ZERO,
                shared_destination: 5,
            },
            reset: ResetPolicy {
                gates: 2,
                unlock_gates: 2,
                phishing_resistant: false,
                app_with_phone: false,
                retype_number: true,
                life: Duration::from_mins(15),
                wrong_proofs: 10,
                password_submits: 5,
            },
            codes: CodePolicy {
                digits: 6,
                life: Duration::from_mins(10),
                tries: 5,
                again_after: Duration::from_secs(30),
                sends: 3,
                app_steps: 1,
            },
            passkeys: PasskeyPolicy {
                alone: true,
                counter_back: CounterBack::Refuse,
            },
            limits: Limits {
                starts_per_name: [Limit::per_hour(5), Limit::per_day(10)],
                starts_per_address: Limit::per_hour(20),
                starts_per_site: Limit::per_hour(100),
                starts_without_work: Limit::per_hour(6),
                wrong_per_method: Limit::per_day(10),
                wrong_for_life: 100,
                wrong_per_address: Limit::per_hour(30),
                wrong_per_site: Limit::per_hour(150),
                wrong_sign_ins: Limit::per_hour(20),
                provider_sign_ins: Limit::per_hour(300),
                wrong_everywhere: Limit::per_hour(1000),
                sends_per_destination: [Limit::per_hour(5), Limit::per_day(10)],
                sends_per_prefix: [Limit::per_hour(20), Limit::per_day(100)],
                sends_per_country: [Limit::per_hour(2000), Limit::per_day(15_000)],
                sends_everywhere: [Limit::per_hour(4000), Limit::per_day(20_000)],
                sends_registering: Limit::per_day(15_000),
                new_numbers_per_block: Limit::per_hour(5),
                spend: Spend::default(),
                known_networks: [Limit::per_hour(400), Limit::per_day(2000)],
                conversion: Conversion {
                    least: 50,
                    percent: 20,
                    rest: Duration::from_hours(6),
                },
                unlocks: Limit::per_day(3),
                question_sets: Limit::per_day(3),
            },
        }
    }
}

impl Policy {
    /// What a gate may be passed with, in page order: the same list for everybody.
    #[must_use]
    pub fn ways(&self) -> Vec<Way> {
        let kinds = self.distinct();
        Way::ALL
            .into_iter()
            .filter(|way| kinds.contains(&way.kind()))
            .filter(|way| {
                way.channel()
                    .is_none_or(|channel| self.channels.contains(&channel))
            })
            .collect()
    }

    /// The methods, each once.
    pub(crate) fn distinct(&self) -> Vec<Kind> {
        Kind::ALL
            .into_iter()
            .filter(|kind| self.methods.contains(kind))
            .collect()
    }

    /// Does a method count for somebody: named by policy, and good enough for their rank? Questions are no proof of the
    /// privileged (FLW-6).
    pub(crate) fn offers(&self, kind: Kind, privileged: bool) -> bool {
        self.methods.contains(&kind) && !(privileged && kind == Kind::Questions)
    }

    /// What somebody of this rank is offered, each once.
    pub(crate) fn offered(&self, privileged: bool) -> Vec<Kind> {
        let mut kinds = self.distinct();
        kinds.retain(|kind| self.offers(*kind, privileged));
        kinds
    }
}

impl Limits {
    /// Every limit with its name and the most it may be raised to.
    fn ceilings(&self) -> [(&'static str, Limit, u32); 25] {
        const LOOSE: u32 = 10_000_000;
        [
            ("starts-per-name", self.starts_per_name[0], 60),
            ("starts-per-name", self.starts_per_name[1], 200),
            ("starts-per-address", self.starts_per_address, LOOSE),
            ("starts-per-site", self.starts_per_site, LOOSE),
            ("starts-without-work", self.starts_without_work, LOOSE),
            ("wrong-per-method", self.wrong_per_method, 100),
            ("wrong-per-address", self.wrong_per_address, LOOSE),
            ("wrong-per-site", self.wrong_per_site, LOOSE),
            ("wrong-sign-ins", self.wrong_sign_ins, 100),
            (
                "provider-sign-ins-per-address",
                self.provider_sign_ins,
                LOOSE,
            ),
            ("wrong-everywhere", self.wrong_everywhere, LOOSE),
            ("sends-per-destination", self.sends_per_destination[0], 60),
            ("sends-per-destination", self.sends_per_destination[1], 200),
            ("sends-per-prefix", self.sends_per_prefix[0], LOOSE),
            ("sends-per-prefix", self.sends_per_prefix[1], LOOSE),
            ("sends-per-country", self.sends_per_country[0], LOOSE),
            ("sends-per-country", self.sends_per_country[1], LOOSE),
            ("sends-everywhere", self.sends_everywhere[0], LOOSE),
            ("sends-everywhere", self.sends_everywhere[1], LOOSE),
            ("sends-registering", self.sends_registering, LOOSE),
            ("new-numbers-per-block", self.new_numbers_per_block, LOOSE),
            ("known-networks", self.known_networks[0], LOOSE),
            ("known-networks", self.known_networks[1], LOOSE),
            ("unlocks", self.unlocks, 100),
            ("question-sets", self.question_sets, 20),
        ]
    }
}

#[cfg(test)]
mod tests;
