//! What is stricter for some people: profiles, chosen by group, subtree or domain.
//!
//! Everybody has the base policy. Every profile that chooses somebody is laid over it, and the strictest wins, key by
//! key ([`Policy::tightened`]): a profile takes away and demands, and never gives. So what the base offers is what
//! anybody at all may be asked for, and the pages before a first proof, which nobody's profile may show on, need
//! nothing but the base. [`Profiles`] holds every combination ready.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Policy, PolicyFault};
use crate::method::Kind;

/// Most profiles: every combination of them is held ready, and checked at the start.
pub const MOST_PROFILES: usize = 10;

/// What a profile may decide. What it says nothing about is as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Only these methods.
    pub methods: Option<Vec<Kind>>,
    /// At least as many proofs for a reset.
    pub gates: Option<u8>,
    /// At least as many proofs for an unlock.
    pub unlock_gates: Option<u8>,
    /// At least as many methods to finish a registration.
    pub minimum: Option<u8>,
    /// A passkey that knew its owner is enough; false wins.
    pub passkey_alone: Option<bool>,
    /// A passkey or a recovery code must be among the proofs; true wins.
    pub phishing_resistant: Option<bool>,
    /// An app and a phone are one proof; true wins.
    pub app_with_phone: Option<bool>,
    /// At least as many questions.
    pub questions: Option<u8>,
    /// At least as many characters of an answer.
    pub answer_length: Option<u8>,
    /// A new method waits at least so long.
    pub quarantine: Option<Duration>,
    /// Ask at least that often whether all is right; zero asks never.
    pub confirm_again: Option<Duration>,
}

impl Policy {
    /// Lay terms over a policy: of each key the stricter.
    #[must_use]
    pub fn tightened(&self, terms: &Terms) -> Self {
        let mut tight = self.clone();
        if let Some(only) = &terms.methods {
            tight.methods.retain(|kind| only.contains(kind));
        }
        let reset = &mut tight.reset;
        raise(&mut reset.gates, terms.gates);
        raise(&mut reset.unlock_gates, terms.unlock_gates);
        raise(&mut reset.phishing_resistant, terms.phishing_resistant);
        raise(&mut reset.app_with_phone, terms.app_with_phone);
        tight.passkeys.alone &= terms.passkey_alone.unwrap_or(true);
        let registration = &mut tight.registration;
        raise(&mut registration.minimum, terms.minimum);
        // Whoever finished can reset.
        raise(&mut registration.minimum, Some(reset.gates));
        raise(&mut registration.minimum, Some(reset.unlock_gates));
        raise(&mut registration.questions, terms.questions);
        raise(&mut registration.answer_length, terms.answer_length);
        raise(&mut registration.quarantine, terms.quarantine);
        if let Some(often) = terms.confirm_again.filter(|often| !often.is_zero()) {
            let seldom = registration.confirm_again;
            registration.confirm_again = if seldom.is_zero() {
                often
            } else {
                seldom.min(often)
            };
        }
        tight
    }
}

fn raise<T: Ord>(value: &mut T, least: Option<T>) {
    if let Some(least) = least
        && *value < least
    {
        *value = least;
    }
}

/// Whom a profile is for: whoever one of these chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selectors {
    /// Distinguished names of groups, or names of groups of the built-in directory.
    pub groups: Vec<String>,
    /// Distinguished names of what people are below.
    pub subtrees: Vec<String>,
    /// Domains of sign-in names, or of the directory.
    pub domains: Vec<String>,
}

/// Why a profile is somebody's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// Member of this group, directly or through others.
    Group(String),
    /// Below this.
    Subtree(String),
    /// Of this domain.
    Domain(String),
}

impl Selectors {
    /// Nobody is chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.subtrees.is_empty() && self.domains.is_empty()
    }

    /// Why somebody is chosen, as far as is known.
    #[must_use]
    pub fn reason(&self, whom: &Belonging) -> Option<Reason> {
        let member = |group: &&String| whom.groups.get(&folded(group)) == Some(&true);
        let above = |subtree: &&String| below(&whom.place, subtree);
        let of = |domain: &&String| whom.domains.contains(&domain.to_lowercase());
        let group = || self.groups.iter().find(member).cloned();
        let subtree = || self.subtrees.iter().find(above).cloned();
        let domain = self.domains.iter().find(of).cloned();
        domain
            .map(Reason::Domain)
            .or_else(|| subtree().map(Reason::Subtree))
            .or_else(|| group().map(Reason::Group))
    }

    /// Were there groups that nobody asked about?
    fn open(&self, whom: &Belonging) -> bool {
        let asked = |group: &String| whom.groups.contains_key(&folded(group));
        !self.groups.iter().all(asked)
    }
}

/// A profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Its name in the configuration.
    pub name: String,
    /// Whom it is for.
    pub selectors: Selectors,
    /// What it decides.
    pub terms: Terms,
}

/// What the directory said of where somebody belongs, and what was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Belonging {
    /// Domains of the directory and of the sign-in name, in small letters.
    pub domains: Vec<String>,
    /// Where the entry is: a distinguished name, or nothing.
    pub place: String,
    /// Groups that were asked about, folded ([`Belonging::put`]), and whether they hold the person.
    pub groups: BTreeMap<String, bool>,
}

impl Belonging {
    /// Note what the directory said of a group.
    pub fn put(&mut self, group: &str, member: bool) {
        self.groups.insert(folded(group), member);
    }
}

/// Which profiles are somebody's, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// These are.
    pub sure: u16,
    /// These may be: their groups were not asked about.
    pub unknown: u16,
}

impl Matched {
    /// All that may be.
    #[must_use]
    pub fn strictest(self) -> u16 {
        self.sure | self.unknown
    }
}

/// Profiles that are unsafe together, or leave nobody able to reset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combination {
    /// Names of the profiles; no fewer of them have these faults.
    pub profiles: Vec<String>,
    /// What is wrong.
    pub faults: Vec<PolicyFault>,
}

/// A policy and its profiles.
#[derive(Clone, Debug)]
pub struct Profiles {
    profiles: Vec<Profile>,
    /// The policy of each combination, by its bits; the base first.
    laid: Vec<Policy>,
}

impl Profiles {
    /// Over a base. Profiles beyond [`MOST_PROFILES`] are not taken: the configuration refuses them.
    #[must_use]
    pub fn new(base: &Policy, mut profiles: Vec<Profile>) -> Self {
        profiles.truncate(MOST_PROFILES);
        let mut laid = vec![base.clone()];
        for profile in &profiles {
            let over = laid.iter().map(|policy| policy.tightened(&profile.terms));
            let over: Vec<Policy> = over.collect();
            laid.extend(over);
        }
        Self { profiles, laid }
    }

    /// The profiles, in order.
    #[must_use]
    pub fn all(&self) -> &[Profile] {
        &self.profiles
    }

    /// The policy of a combination. The base stands first, and whatever has no policy has that of all.
    #[must_use]
    pub fn policy(&self, bits: u16) -> &Policy {
        let last = self.laid.len().saturating_sub(1);
        let place = usize::from(bits).min(last);
        #[expect(
            clippy::indexing_slicing,
            reason = "never empty: the base is the first, and the place is not past the last"
        )]
        &self.laid[place]
    }

    /// Which profiles are somebody's. Of whom nothing is known, all with a selector may be.
    #[must_use]
    pub fn of(&self, whom: Option<&Belonging>) -> Matched {
        let mut matched = Matched::default();
        for (at, profile) in self.profiles.iter().enumerate() {
            let bit = 1 << at;
            match whom {
                Some(whom) if profile.selectors.reason(whom).is_some() => matched.sure |= bit,
                Some(whom) if !profile.selectors.open(whom) => {}
                Some(_) | None => matched.unknown |= bit,
            }
        }
        matched
    }

    /// Every group that some profile asks about, each once.
    #[must_use]
    pub fn groups(&self) -> Vec<&str> {
        let mut groups: Vec<&str> = Vec::new();
        for profile in &self.profiles {
            for group in &profile.selectors.groups {
                if !groups.contains(&group.as_str()) {
                    groups.push(group);
                }
            }
        }
        groups
    }

    /// Names of the profiles of a combination.
    #[must_use]
    pub fn names(&self, bits: u16) -> Vec<&str> {
        let all = self.profiles.iter().enumerate();
        let named = all.filter(|(at, _)| bits & (1 << at) != 0);
        named.map(|(_, profile)| profile.name.as_str()).collect()
    }

    /// Every smallest combination that is unsafe, or leaves nobody able to reset, beyond what is wrong with the base.
    #[must_use]
    pub fn check(&self) -> Vec<Combination> {
        let Some((base, combined)) = self.laid.split_first() else {
            return Vec::new();
        };
        let known = base.check();
        let mut places: Vec<u16> = (1..).take(combined.len()).collect();
        places.sort_by_key(|bits| bits.count_ones());
        let mut bad: Vec<(u16, Combination)> = Vec::new();
        for bits in places {
            if bad.iter().any(|(fewer, _)| bits & fewer == *fewer) {
                continue;
            }
            let mut faults = self.policy(bits).check();
            faults.retain(|fault| !known.contains(fault));
            if !faults.is_empty() {
                let profiles = self.names(bits).into_iter().map(str::to_owned);
                let profiles = profiles.collect();
                bad.push((bits, Combination { profiles, faults }));
            }
        }
        bad.into_iter()
            .map(|(_, combination)| combination)
            .collect()
    }
}

/// One spelling of a distinguished name: as directories compare the usual ones, without regard to case, and to blanks
/// around what separates. Names of groups that are none stay as they are.
fn folded(name: &str) -> String {
    if name.contains('=') {
        parts(name).join(",")
    } else {
        name.trim().to_owned()
    }
}

/// The parts of a distinguished name, folded, the outermost last (RFC 4514).
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for char in name.chars() {
        match char {
            ',' if !escaped => parts.push(String::new()),
            _ => {
                if let Some(part) = parts.last_mut() {
                    part.extend(char.to_lowercase());
                }
            }
        }
        escaped = char == '\\' && !escaped;
    }
    let tidy = |part: String| match part.split_once('=') {
        Some((kind, value)) => format!("{}={}", kind.trim(), value.trim()),
        None => part.trim().to_owned(),
    };
    parts.into_iter().map(tidy).collect()
}

/// Is a place below a subtree, or its top? Both are distinguished names, in whichever spelling.
#[must_use]
pub fn below(place: &str, subtree: &str) -> bool {
    let (place, subtree) = (parts(place), parts(subtree));
    subtree.iter().any(|part| !part.is_empty()) && place.ends_with(&subtree)
}

#[cfg(test)]
mod tests;
