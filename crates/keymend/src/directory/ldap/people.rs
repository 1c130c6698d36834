//! People of an LDAP directory: how they are found, and how an entry becomes one.

use keymend_core::time::Timestamp;
use ldap3::{Scope, ldap_escape};

use super::Ldap;
use super::connection::Query;
use super::reply::Found;
use crate::directory::{DirectoryError, Entry};

/// Attribute that says since when an account is locked.
pub const LOCKED: &str = "pwdAccountLockedTime";
/// In it: by an administrator, for good.
pub const LOCKED_FOR_GOOD: &str = "000001010000Z";
/// Attribute that says that a password must be changed.
pub const MUST_CHANGE: &str = "pwdReset";
/// Attribute that says when the password was last set.
const CHANGED: &str = "pwdChangedTime";

/// An entry, and what only this connector needs of it.
pub struct Person {
    /// What everybody needs of it.
    pub entry: Entry,
    /// Where it is now.
    pub dn: String,
    /// There is a lock; it may have run out.
    pub locked: bool,
    /// When the password was last set.
    pub changed: Option<Timestamp>,
}

impl Ldap {
    /// An entry whose password may be written.
    pub(super) async fn open_person(&self, subject: &str) -> Result<Person, DirectoryError> {
        let person = self.by_subject(subject).await?;
        person
            .filter(|person| person.entry.enabled)
            .ok_or(DirectoryError::NotAllowed)
    }

    /// The entry of an id.
    pub(super) async fn by_subject(&self, subject: &str) -> Result<Option<Person>, DirectoryError> {
        let id = &self.settings.id_attribute;
        let found = self
            .people(&format!("({id}={})", ldap_escape(subject)))
            .await?;
        match found.as_slice() {
            [found] => self.person(found).await,
            _ => Ok(None),
        }
    }

    /// The entry of a canonical sign-in name.
    pub(super) async fn by_name(&self, name: &str) -> Result<Option<Person>, DirectoryError> {
        let value = ldap_escape(name);
        let attributes = self.settings.name_attributes.iter();
        let any: Vec<String> = attributes
            .map(|attribute| format!("({attribute}={value})"))
            .collect();
        let found = self.people(&format!("(|{})", any.concat())).await?;
        let person = match found.as_slice() {
            // The server compares more loosely than we do; a name has one spelling here.
            [found] if self.answers_to(found, name) => self.person(found).await?,
            [] | [_] => None,
            several => {
                let ids: Vec<&str> = several
                    .iter()
                    .filter_map(|found| found.only(&self.settings.id_attribute))
                    .collect();
                tracing::warn!(
                    ?ids,
                    "two people answer to one sign-in name; neither is found"
                );
                None
            }
        };
        if person.is_none() {
            // A stranger is as much work as a colleague, and fares no better while a group cannot be read.
            self.privileged(&self.nobody()).await?;
        }
        Ok(person)
    }

    fn answers_to(&self, found: &Found, name: &str) -> bool {
        let attributes = self.settings.name_attributes.iter();
        attributes
            .flat_map(|attribute| found.texts(attribute))
            .any(|value| self.canonical(value).is_some_and(|known| known == name))
    }

    fn canonical(&self, value: &str) -> Option<String> {
        let name = self.name(value).ok()?;
        name.lookup().map(str::to_owned)
    }

    /// People below the base. Two are enough to know that it is not one.
    async fn people(&self, filter: &str) -> Result<Vec<Found>, DirectoryError> {
        let settings = &self.settings;
        let mut attributes = settings.name_attributes.clone();
        attributes.push(settings.id_attribute.clone());
        attributes.push(settings.display_attribute.clone());
        attributes.extend([LOCKED, MUST_CHANGE, CHANGED].map(str::to_owned));
        let query = Query {
            base: settings.base.clone(),
            scope: Scope::Subtree,
            filter: format!("(&{}{filter})", settings.person_filter),
            attributes,
            most: 2,
        };
        Ok(self.service.search(&self.server, query).await?)
    }

    async fn person(&self, found: &Found) -> Result<Option<Person>, DirectoryError> {
        let settings = &self.settings;
        let Some(subject) = found.only(&settings.id_attribute) else {
            let (dn, attribute) = (&found.dn, &settings.id_attribute);
            tracing::warn!(
                dn,
                attribute,
                "an entry has no readable id; it is not found"
            );
            return Ok(None);
        };
        let shown = settings.name_attributes.first();
        let name = shown
            .and_then(|attribute| found.texts(attribute).next())
            .and_then(|value| self.canonical(value))
            .unwrap_or_else(|| subject.to_owned());
        let display = found.texts(&settings.display_attribute).next();
        let entry = Entry {
            subject: subject.to_owned(),
            display_name: display.unwrap_or(&name).to_owned(),
            name,
            enabled: found.only(LOCKED) != Some(LOCKED_FOR_GOOD),
            must_change: found.only(MUST_CHANGE) == Some("TRUE"),
            privileged: self.privileged(&found.dn).await?,
        };
        Ok(Some(Person {
            entry,
            dn: found.dn.clone(),
            locked: found.has(LOCKED),
            changed: found.only(CHANGED).and_then(moment),
        }))
    }

    /// A protected group that cannot be read protects everybody: nobody is found.
    async fn privileged(&self, dn: &str) -> Result<bool, DirectoryError> {
        let dn = ldap_escape(dn);
        let mut privileged = false;
        for group in &self.settings.privileged_groups {
            let query = Query {
                base: group.clone(),
                scope: Scope::Base,
                filter: format!("(|(member={dn})(uniqueMember={dn}))"),
                attributes: vec!["1.1".to_owned()],
                most: 1,
            };
            let found = self.service.search(&self.server, query).await;
            let found = found.map_err(|trouble| {
                DirectoryError::Down(format!("the protected group {group}: {trouble}"))
            })?;
            // The others are asked all the same: how long it takes tells nobody who is protected.
            privileged |= !found.is_empty();
        }
        Ok(privileged)
    }
}

/// A moment as LDAP writes it: `20261123195512Z`, perhaps with a fraction.
fn moment(text: &str) -> Option<Timestamp> {
    let (whole, rest) = text.split_at_checked(14)?;
    if !rest.ends_with('Z') || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let at = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
    let at = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_millis(at.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_nonsense_is_none() {
        let read = |text| moment(text).map(Timestamp::as_millis);
        assert_eq!(read("20261123195512Z"), Some(1_795_463_712_000));
        assert_eq!(read("20261123195512.123456Z"), Some(1_795_463_712_000));
        for text in [
            "",
            "Z",
            "20261323195512Z",
            "20261123195512",
            "2026112319551é2Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
