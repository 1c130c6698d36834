//! `keymend doctor` about the service account: what it can do, and what it must not be able to do.
//!
//! Nothing is changed. Where a server tells rights (Active Directory), it is asked; elsewhere it is
//! asked for a change that cannot be made, such as to remove a value that is not there: "no such
//! value" is the answer to those who might, "insufficient rights" to those who might not. Tried with
//! OpenLDAP 2.5, 389 2.3 and Samba 4.17, which look at the rights first.

use std::collections::HashSet;
use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::password::DirectoryRules;
use ldap3::controls::{Assertion, RawControl};
use ldap3::{Mod, Scope, ldap_escape};

use super::Ldap;
use super::dialect::standard::{LOCKED, moment};
use super::offers::Kind;
use super::people::Person;
use super::probe::Finding;
use super::reply::{Answer, Found};
use super::writing::CLOCKS;
use crate::chance::{Clock, Os};
use crate::directory::Protection;

/// A moment at which nobody was ever locked.
const NEVER: &str = "19700101000000Z";
/// Attributes of Active Directory that decide who somebody is or what they may.
const WHO: [&str; 6] = [
    "sAMAccountName",
    "userPrincipalName",
    "userAccountControl",
    "servicePrincipalName",
    "cn",
    "member",
];
/// Ends of the ids of groups that may do everything, or can give themselves the right: domain,
/// schema and enterprise administrators; the built-in administrators and operators.
const MIGHTY: [(u32, &str); 8] = [
    (512, "Domain Admins"),
    (518, "Schema Admins"),
    (519, "Enterprise Admins"),
    (544, "Administrators"),
    (548, "Account Operators"),
    (549, "Server Operators"),
    (550, "Print Operators"),
    (551, "Backup Operators"),
];

impl Ldap {
    /// The directory's clock beside ours, where it tells the time.
    pub(super) async fn probe_clock(&self, kind: Kind) -> Result<String, String> {
        let (base, attribute) = match kind {
            Kind::Active => ("", "currentTime"),
            Kind::Directory389 => ("cn=monitor", "currenttime"),
            Kind::Other => ("cn=Current,cn=Time,cn=Monitor", "monitorTimestamp"),
        };
        let all = "(objectClass=*)";
        let found = self.look(base, Scope::Base, all, &[attribute], 1).await;
        let found = found.unwrap_or_default();
        let told = found
            .first()
            .and_then(|found| moment(found.only(attribute)?));
        let Some(told) = told else {
            return Ok(
                "the directory does not tell its time; keep both clocks right by NTP".to_owned(),
            );
        };
        let apart = (told.as_millis() - Clock::System.now().as_millis()).abs() / 1000;
        if apart < i64::try_from(CLOCKS.as_secs()).unwrap_or(i64::MAX) {
            return Ok(format!(
                "the directory's clock is {apart} seconds from ours"
            ));
        }
        Err(format!(
            "the directory's clock is {apart} seconds from ours; set both by NTP, or what came of a write cannot be told"
        ))
    }

    /// Somebody by name: found once and no more, and what is seen of them.
    pub(super) async fn probe_person(
        &self,
        typed: &str,
    ) -> (Option<Person>, Result<String, String>) {
        let name = match self.name(typed) {
            Ok(name) => name,
            Err(fault) => return (None, Err(format!("{typed}: not a sign-in name: {fault:?}"))),
        };
        let Some(lookup) = name.lookup() else {
            return (
                None,
                Err(format!("{typed}: not a domain of directory.domains")),
            );
        };
        match self.by_name(lookup).await {
            Ok(Some(person)) => {
                let said = self.describe(&person).await;
                (Some(person), said)
            }
            Ok(None) => (
                None,
                Err(format!(
                    "{typed}: nobody, or more than one; check directory.name-attributes, person-filter, and the log for two of one name"
                )),
            ),
            Err(error) => (None, Err(format!("{typed}: {error}"))),
        }
    }

    async fn describe(&self, person: &Person) -> Result<String, String> {
        let (entry, state) = (&person.entry, &person.state);
        let protection = self.protection(entry).await;
        let protection = protection.map_err(|error| format!("{}: {error}", entry.place))?;
        let id = &self.settings.id_attribute;
        let mut seen = vec![format!("{}: {id} {}", entry.place, entry.subject)];
        seen.push(if entry.enabled { "open" } else { "DISABLED" }.to_owned());
        let more = [
            (state.locked, "locked"),
            (entry.must_change, "must change the password"),
            (
                protection == Protection::Floor,
                "protected: needs two proofs at least",
            ),
            (
                protection == Protection::Refused,
                "protected: no reset here",
            ),
        ];
        let more = more.iter().filter(|(is, _)| *is);
        seen.extend(more.map(|(_, says)| (*says).to_owned()));
        let rules = self.rules(&entry.subject).await;
        let rules = rules.map_err(|error| format!("{}: its rules: {error}", entry.place))?;
        let seen = seen.join(", ");
        Ok(format!("{seen}; a new password: {}", asked(&rules)))
    }

    /// Anybody whose password the service account should be able to set.
    pub(super) async fn sample(&self, id: Option<String>) -> Option<Person> {
        let person = self.by_subject(&id?).await.ok()??;
        let protection = self.protection(&person.entry).await.ok()?;
        (person.entry.enabled && protection == Protection::None).then_some(person)
    }

    /// May the service account do what it is for, and nothing else?
    pub(super) async fn probe_rights(&self, kind: Kind, person: &Person) -> Vec<Finding> {
        let dn = &person.entry.place;
        let (reset, unlock, most) = if kind == Kind::Active {
            let effective = self.effective(dn).await;
            (
                self.would(dn, no_password(), 53).await,
                effective.clone().map(|found| {
                    let may = found.texts("allowedAttributesEffective");
                    may.into_iter().any(|name| name == "lockoutTime")
                }),
                effective.map(|found| mighty_over(&found)),
            )
        } else {
            let lock = match kind {
                Kind::Directory389 => "accountUnlockTime",
                _ => LOCKED,
            };
            (
                self.may_remove(dn, "userPassword", &absent()).await,
                self.may_remove(dn, lock, NEVER).await,
                self.too_many(dn).await,
            )
        };
        let mut findings = vec![
            ("reset", right(reset, "set the password of", dn)),
            ("unlock", right(unlock, "open a lock of", dn)),
        ];
        let mut most = most;
        if kind == Kind::Active && matches!(&most, Ok(list) if list.is_empty()) {
            most = self.memberships().await;
        }
        findings.push(("rights", match most {
            Ok(list) if list.is_empty() => Ok("nothing found that the service account may do and need not".to_owned()),
            Ok(list) => Err(format!(
                "the service account has too many rights: {}; take them away (docs/directories.md has the least ones)",
                list.join("; ")
            )),
            Err(said) => Err(format!("what else it may do: {said}")),
        }));
        if kind == Kind::Other
            && let Some(policy) = self.probe_policy(dn).await
        {
            findings.push(("policy", policy));
        }
        findings
    }

    /// Is a value that is not there refused for that reason alone?
    async fn may_remove(&self, dn: &str, attribute: &str, value: &str) -> Result<bool, String> {
        let values = HashSet::from([value.as_bytes().to_vec()]);
        let change = Mod::Delete(attribute.into(), values);
        self.would(dn, change, 16).await
    }

    /// Would a change be allowed that is refused with a certain code by those who allow it?
    async fn would(&self, dn: &str, change: Mod<Vec<u8>>, refused: u32) -> Result<bool, String> {
        let answer = self.impossible(dn, change, Vec::new()).await?;
        match answer.code {
            50 => Ok(false),
            code if code == refused => Ok(true),
            _ => Err(answer.to_string()),
        }
    }

    async fn impossible(
        &self,
        dn: &str,
        change: Mod<Vec<u8>>,
        controls: Vec<RawControl>,
    ) -> Result<Answer, String> {
        let service = self.service.connection(&self.server).await;
        let service = service.map_err(|trouble| trouble.to_string())?;
        let said = service.would(dn, change, controls).await;
        said.map_err(|trouble| trouble.to_string())
    }

    /// What a directory of RFC 4511 lets the service account write besides: names of people, and
    /// entries that are no people.
    async fn too_many(&self, dn: &str) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        for attribute in self
            .settings
            .name_attributes
            .iter()
            .map(String::as_str)
            .chain(["sn"])
        {
            if self.may_remove(dn, attribute, &absent()).await? {
                found.push(format!("it may write {attribute} of {dn}"));
            }
        }
        let base = &self.settings.base;
        let above = base.split_once(',').map(|(_, above)| above.trim_start());
        for (dn, attribute) in [
            (Some(base.as_str()), "description"),
            (above, "description"),
            (above, "userPassword"),
        ] {
            // An entry that is not there, or has no such attribute, tells nothing.
            if let Some(dn) = dn
                && self.may_remove(dn, attribute, &absent()).await == Ok(true)
            {
                found.push(format!("it may write {attribute} of {dn}"));
            }
        }
        Ok(found)
    }

    /// Does the password policy hold for the service account? Asked with a password of one letter
    /// and a condition that is never true, so that it is not set even where the policy lets it pass.
    async fn probe_policy(&self, dn: &str) -> Option<Result<String, String>> {
        let never = RawControl {
            crit: true,
            ..Assertion::new("(objectClass=keymend-no-such)")
        };
        let weak = Mod::Replace(b"userPassword".to_vec(), HashSet::from([b"x".to_vec()]));
        let answer = self.impossible(dn, weak, vec![never]).await.ok()?;
        match answer.code {
            19 => Some(Ok("the password policy holds for the service account".to_owned())),
            122 => Some(Err(
                "a password of one letter would be set: there is no policy with pwdCheckQuality for this person, or the service account is the rootdn or has `manage`, and walks past it".to_owned(),
            )),
            // It does not know such conditions.
            _ => None,
        }
    }

    /// What Active Directory says that the service account may do with an entry.
    async fn effective(&self, dn: &str) -> Result<Found, String> {
        let wanted = ["allowedAttributesEffective", "sDRightsEffective"];
        let found = self
            .look(dn, Scope::Base, "(objectClass=*)", &wanted, 1)
            .await;
        let found = found.map_err(|trouble| trouble.to_string())?;
        found
            .into_iter()
            .next()
            .ok_or_else(|| format!("{dn}: not to be seen"))
    }

    /// Is the service account itself one of the mighty?
    pub(super) async fn memberships(&self) -> Result<Vec<String>, String> {
        let all = "(objectClass=*)";
        let root = self
            .look("", Scope::Base, all, &["defaultNamingContext"], 1)
            .await;
        let root = root.unwrap_or_default();
        let top = root
            .first()
            .and_then(|root| root.only("defaultNamingContext"));
        let Some(top) = top else {
            return Ok(Vec::new());
        };
        let account = &self.settings.bind_dn;
        // `DOMAIN\name`, `name@domain`: not everybody has the latter as an attribute.
        let short = account.rsplit('\\').next().unwrap_or(account);
        let short = short.split('@').next().unwrap_or(short);
        let (account, short) = (ldap_escape(account.as_str()), ldap_escape(short));
        let filter = format!(
            "(|(distinguishedName={account})(userPrincipalName={account})(sAMAccountName={short}))"
        );
        let found = self
            .look(top, Scope::Subtree, &filter, &["adminCount"], 1)
            .await;
        let found = found.map_err(|trouble| trouble.to_string())?;
        let Some(own) = found.first() else {
            return Ok(Vec::new());
        };
        let mut mighty = Vec::new();
        if own.only("adminCount") == Some("1") {
            mighty.push("it is or was a member of a protected group (adminCount is 1)".to_owned());
        }
        let groups = self
            .look(&own.dn, Scope::Base, all, &["tokenGroups"], 1)
            .await;
        let groups = groups.map_err(|trouble| trouble.to_string())?;
        for sid in groups.iter().flat_map(|found| found.raw("tokenGroups")) {
            if let Some(name) = mighty_group(sid) {
                mighty.push(format!("it is a member of {name}"));
            }
        }
        Ok(mighty)
    }
}

/// What Active Directory takes for no password: they are quoted, in UTF-16.
fn no_password() -> Mod<Vec<u8>> {
    Mod::Replace(b"unicodePwd".to_vec(), HashSet::from([b"x".to_vec()]))
}

/// What a directory asks of a new password, in a few words.
fn asked(rules: &DirectoryRules) -> String {
    let days = |time: Duration| time.as_secs() / 86400;
    let said = [
        rules.min.map(|least| format!("{least} characters or more")),
        rules.history.map(|kept| format!("none of the last {kept}")),
        rules
            .min_age
            .map(|age| format!("kept for {} days", days(age))),
        rules
            .more
            .then(|| "perhaps more that cannot be read".to_owned()),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    if said.is_empty() {
        return "no rules".to_owned();
    }
    said.join(", ")
}

/// A value that nobody has.
fn absent() -> String {
    let id: Id<id::Job> = Id::random(&mut Os);
    format!("keymend-doctor-{id}")
}

fn right(said: Result<bool, String>, what: &str, dn: &str) -> Result<String, String> {
    match said {
        Ok(true) => Ok(format!(
            "the service account may {what} {dn} (nothing was changed)"
        )),
        Ok(false) => Err(format!(
            "the service account may not {what} {dn}; give it the right (docs/directories.md)"
        )),
        Err(said) => Err(format!("may the service account {what} {dn}? {said}")),
    }
}

/// What it may do with a person that a reset does not need.
fn mighty_over(found: &Found) -> Vec<String> {
    let mut mighty = Vec::new();
    for name in found.texts("allowedAttributesEffective") {
        if WHO.contains(&name) {
            mighty.push(format!("it may write {name} of {}", found.dn));
        }
    }
    // Owner and access list: whoever writes these has every right.
    let rights = found
        .only("sDRightsEffective")
        .and_then(|text| text.parse::<u32>().ok());
    if rights.is_some_and(|rights| rights & 0b101 != 0) {
        mighty.push(format!("it may write the access list of {}", found.dn));
    }
    mighty
}

/// The name of a group that may do everything, by the last number of its SID.
fn mighty_group(sid: &[u8]) -> Option<&'static str> {
    let last: [u8; 4] = sid.last_chunk().copied()?;
    let last = u32::from_le_bytes(last);
    MIGHTY
        .iter()
        .find(|(id, _)| *id == last)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mighty_group_is_known_by_the_end_of_its_id() {
        // S-1-5-32-544 and S-1-5-32-545, as a directory sends them.
        let mut sid = vec![1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];
        assert_eq!(mighty_group(&sid), Some("Administrators"));
        sid[12] = 0x21;
        assert_eq!(mighty_group(&sid), None);
        assert_eq!(mighty_group(&[0, 2]), None);
    }
}
