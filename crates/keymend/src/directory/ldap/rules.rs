//! What the directory asks of a new password, for one person.
//!
//! [`Ldap::rules`] reads the person's entry and the policy that it names. Policies are kept for a minute, so that a page
//! costs one search as a rule. What may not be read is not known, and is never taken for the laxer rule.

mod active_directory;
mod ds389;
mod ppolicy;

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use keymend_core::password::DirectoryRules;
use ldap3::Scope;
use tokio::time::Instant;

use super::Ldap;
use super::connection::Trouble;
use super::dialect::Dialect;
use super::reply::Found;
use crate::directory::DirectoryError;

/// How long a policy is believed.
const FRESH: Duration = Duration::from_mins(1);
/// Policies that are kept at most; nobody has as many.
const MOST: usize = 256;

/// A policy as it was read; `None` for one that may not be read.
struct Kept {
    when: Instant,
    policy: Option<Found>,
}

/// Policies that were read, by their place.
#[derive(Default)]
pub struct Policies(Mutex<HashMap<String, Kept>>);

impl Policies {
    /// What is known of a place, if that is not too old.
    fn fresh(&self, place: &str) -> Result<Option<Found>, ()> {
        let known = self.0.lock().map_err(|_| ())?;
        let kept = known.get(place).ok_or(())?;
        if kept.when.elapsed() < FRESH {
            Ok(kept.policy.clone())
        } else {
            Err(())
        }
    }

    fn keep(&self, place: String, policy: Option<Found>) {
        if let Ok(mut known) = self.0.lock() {
            if known.len() >= MOST {
                known.clear();
            }
            let when = Instant::now();
            known.insert(place, Kept { when, policy });
        }
    }
}

impl Ldap {
    /// What is asked of a new password of somebody.
    ///
    /// # Errors
    /// [`DirectoryError::Down`]; [`DirectoryError::NotAllowed`] when there is no such person.
    pub(in crate::directory) async fn rules(
        &self,
        subject: &str,
    ) -> Result<DirectoryRules, DirectoryError> {
        let settings = &self.settings;
        let attributes = match settings.dialect {
            Dialect::Standard => [ppolicy::OF_PERSON, ds389::OF_PERSON].concat(),
            Dialect::ActiveDirectory => active_directory::OF_PERSON.to_vec(),
        };
        let subject = settings.dialect.subject_in_filter(subject);
        let subject = subject.ok_or(DirectoryError::NotAllowed)?;
        let (people, id) = (&settings.person_filter, &settings.id_attribute);
        let filter = format!("(&{people}({id}={subject}))");
        let found = self.look(&settings.base, Scope::Subtree, &filter, &attributes, 2);
        let found = found.await?;
        let [person] = found.as_slice() else {
            return Err(DirectoryError::NotAllowed);
        };
        Ok(match settings.dialect {
            Dialect::Standard => self.standard_rules(person).await?,
            Dialect::ActiveDirectory => self.domain_rules(person).await?,
        })
    }

    /// The policy that the entry names, or the one that the operator names: which one holds for everybody else stands in
    /// the server's configuration, where a service account cannot look.
    async fn standard_rules(&self, person: &Found) -> Result<DirectoryRules, Trouble> {
        let named = person.only(ppolicy::POLICY).map(str::to_owned);
        let Some(place) = named.or_else(|| self.settings.policy.clone()) else {
            return Ok(DirectoryRules::unknown());
        };
        // Not all in one question: 389 has some of them under either name, and answers under one.
        let attributes = [&["objectClass"], ds389::ATTRIBUTES].concat();
        let Some(policy) = self.policy(&place, Scope::Base, &attributes).await? else {
            return Ok(DirectoryRules::unknown());
        };
        let of_openldap = policy
            .texts("objectClass")
            .any(|class| class.eq_ignore_ascii_case("pwdPolicy"));
        if !of_openldap {
            return Ok(ds389::rules(&policy, person));
        }
        let policy = self
            .policy(&place, Scope::Base, ppolicy::ATTRIBUTES)
            .await?;
        Ok(policy.map_or_else(DirectoryRules::unknown, |policy| {
            ppolicy::rules(&policy, person)
        }))
    }

    /// The fine-grained policy that holds for a person, else the domain's.
    async fn domain_rules(&self, person: &Found) -> Result<DirectoryRules, Trouble> {
        use active_directory::{DOMAIN, FINE_GRAINED};
        if let Some(place) = person.only(active_directory::RESULTANT) {
            let policy = self.policy(place, Scope::Base, FINE_GRAINED).await?;
            return Ok(policy.map_or_else(DirectoryRules::unknown, |policy| {
                active_directory::fine_grained(&policy, person)
            }));
        }
        let root = self
            .policy("", Scope::Base, &["defaultNamingContext"])
            .await?;
        let root = root.and_then(|root| root.only("defaultNamingContext").map(str::to_owned));
        let Some(root) = root else {
            return Ok(DirectoryRules::unknown());
        };
        let domain = self.policy(&root, Scope::Base, DOMAIN).await?;
        let mut rules = domain.map_or_else(DirectoryRules::unknown, |domain| {
            active_directory::domain(&domain, person)
        });
        // Where no fine-grained policy can be read, there is none, or none for our eyes.
        rules.more |= !self.sees_fine_grained(&root).await?;
        Ok(rules)
    }

    /// Whether some fine-grained policy can be read: then those that people do not have are not hidden either. To see its
    /// name is not enough.
    async fn sees_fine_grained(&self, root: &str) -> Result<bool, Trouble> {
        let wanted = active_directory::FINE_GRAINED;
        let place = all_fine_grained(root);
        let any = self.policy(&place, Scope::OneLevel, wanted).await?;
        Ok(any.is_some_and(|policy| wanted.iter().all(|name| policy.has(name))))
    }

    /// An entry with rules in it; `None` when it may not be read.
    async fn policy(
        &self,
        place: &str,
        scope: Scope,
        attributes: &[&str],
    ) -> Result<Option<Found>, Trouble> {
        let key = format!("{scope:?} {} {}", attributes.len(), place.to_lowercase());
        if let Ok(known) = self.policies.fresh(&key) {
            return Ok(known);
        }
        let all = "(objectClass=*)";
        let found = match self.look(place, scope, all, attributes, 1).await {
            Ok(found) => found.into_iter().next(),
            Err(Trouble::Refused(answer)) => {
                tracing::warn!(place, %answer, "a password policy cannot be read");
                None
            }
            Err(trouble) => return Err(trouble),
        };
        self.policies.keep(key, found.clone());
        Ok(found)
    }

    /// For `keymend doctor`: which rules people would be shown.
    pub(super) async fn probe_rules(&self) -> Result<String, String> {
        // As much as a page asks for: what is read here is kept for the pages.
        let of_standard = [&["objectClass"], ppolicy::ATTRIBUTES, ds389::ATTRIBUTES].concat();
        let (place, attributes): (String, &[&str]) = match self.settings.dialect {
            Dialect::Standard => match &self.settings.policy {
                Some(policy) => (policy.clone(), &of_standard),
                None => {
                    return Ok(
                        "directory.policy is not set: people see the directory's rules only where their own entry names a policy"
                            .to_owned(),
                    );
                }
            },
            Dialect::ActiveDirectory => {
                let root = self
                    .policy("", Scope::Base, &["defaultNamingContext"])
                    .await
                    .map_err(|trouble| trouble.to_string())?;
                let root =
                    root.and_then(|root| root.only("defaultNamingContext").map(str::to_owned));
                (root.unwrap_or_default(), active_directory::DOMAIN)
            }
        };
        match self.policy(&place, Scope::Base, attributes).await {
            Ok(Some(found)) if attributes.iter().any(|name| found.has(name)) => {}
            Ok(_) => {
                return Err(format!(
                    "{place}: not to be read; people would not see the directory's rules before they type. Let the service account read it, and check directory.policy"
                ));
            }
            Err(trouble) => return Err(format!("{place}: {trouble}")),
        }
        if self.settings.dialect == Dialect::ActiveDirectory {
            let seen = self.sees_fine_grained(&place).await;
            if !matches!(seen, Ok(true)) {
                let all = all_fine_grained(&place);
                return Ok(format!(
                    "{place}: read; no fine-grained policy can be read, so pages say that there may be more rules. If there are some, let the service account read {all}"
                ));
            }
        }
        Ok(format!("{place}: read"))
    }
}

/// Where the fine-grained policies of a domain are.
fn all_fine_grained(root: &str) -> String {
    format!("CN=Password Settings Container,CN=System,{root}")
}

/// A number that an entry has.
fn number(found: &Found, attribute: &str) -> Option<u64> {
    found.only(attribute)?.trim().parse().ok()
}

/// As [`number`], but zero means "no such rule".
fn some(found: &Found, attribute: &str) -> Option<usize> {
    let number = number(found, attribute)?;
    usize::try_from(number).ok().filter(|number| *number > 0)
}

/// A span in seconds; zero means none.
fn seconds(found: &Found, attribute: &str) -> Option<Duration> {
    let seconds = number(found, attribute).filter(|seconds| *seconds > 0)?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests;
