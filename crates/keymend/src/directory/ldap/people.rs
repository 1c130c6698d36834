//! People of an LDAP directory: how they are found, and how an entry becomes one.

use ldap3::{Scope, ldap_escape};

use super::Ldap;
use super::connection::Query;
use super::dialect::State;
use super::reply::Found;
use crate::chance::Clock;
use crate::directory::{DirectoryError, Entry, Hints};

/// Longest value that may be an address, a number or a language, in bytes.
const LONGEST_HINT: usize = 254;
/// Values of an attribute that are looked at.
const MOST_HINTS: usize = 8;

/// An entry, and what only this connector needs of it.
pub struct Person {
    /// What everybody needs of it.
    pub entry: Entry,
    /// What it says of its account.
    pub state: State,
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
        let Some(subject) = self.settings.dialect.subject_in_filter(subject) else {
            return Ok(None);
        };
        let found = self.people(&format!("({id}={subject})")).await?;
        match found.as_slice() {
            [found] => Ok(self.person(found)),
            _ => Ok(None),
        }
    }

    /// The entry of a canonical sign-in name.
    pub(super) async fn by_name(&self, name: &str) -> Result<Option<Person>, DirectoryError> {
        let attributes = &self.settings.name_attributes;
        let each = |spelling: String| {
            let value = ldap_escape(spelling).into_owned();
            let one = move |attribute| format!("({attribute}={value})");
            attributes.iter().map(one).collect::<String>()
        };
        let any: String = self.spellings(name).into_iter().map(each).collect();
        let found = self.people(&format!("(|{any})")).await?;
        Ok(match found.as_slice() {
            // The server compares more loosely than we do; a name has one spelling here.
            [found] if self.answers_to(found, name) => self.person(found),
            [] | [_] => None,
            several => {
                let ids: Vec<String> = several
                    .iter()
                    .filter_map(|found| self.subject_of(found))
                    .collect();
                tracing::warn!(
                    ?ids,
                    "two people answer to one sign-in name; neither is found"
                );
                None
            }
        })
    }

    /// How the directory may spell a name: short, or whole with a domain that people may leave away. Somebody's
    /// short name and somebody else's whole one are two people, and so nobody.
    fn spellings(&self, name: &str) -> Vec<String> {
        let mut all = vec![name.to_owned()];
        if !name.contains('@') {
            let domains = self.settings.domains.iter();
            let whole = domains.filter(|domain| domain.contains('.'));
            all.extend(whole.map(|domain| format!("{name}@{domain}")));
        }
        all
    }

    fn subject_of(&self, found: &Found) -> Option<String> {
        let settings = &self.settings;
        settings.dialect.subject(found, &settings.id_attribute)
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
        attributes.push(settings.mail_attribute.clone());
        attributes.push(settings.phone_attribute.clone());
        attributes.push(settings.language_attribute.clone());
        let of_account = settings.dialect.attributes().iter();
        attributes.extend(of_account.map(|name| (*name).to_owned()));
        let query = Query {
            base: settings.base.clone(),
            scope: Scope::Subtree,
            filter: format!("(&{}{filter})", settings.person_filter),
            attributes,
            most: 2,
        };
        Ok(self.service.search(&self.server, query).await?)
    }

    /// Values that are no text of a sensible length are left out.
    fn hints(&self, found: &Found) -> Hints {
        let settings = &self.settings;
        let texts = |attribute: &str| -> Vec<String> {
            let short = |text: &&str| (1..=LONGEST_HINT).contains(&text.len());
            let texts = found.texts(attribute).filter(short).take(MOST_HINTS);
            texts.map(str::to_owned).collect()
        };
        Hints {
            mail: texts(&settings.mail_attribute),
            phone: texts(&settings.phone_attribute),
            language: texts(&settings.language_attribute).into_iter().next(),
        }
    }

    fn person(&self, found: &Found) -> Option<Person> {
        let settings = &self.settings;
        let Some(subject) = self.subject_of(found) else {
            let (dn, attribute) = (&found.dn, &settings.id_attribute);
            tracing::warn!(
                dn,
                attribute,
                "an entry has no readable id; it is not found"
            );
            return None;
        };
        let shown = settings.name_attributes.first();
        let name = shown
            .and_then(|attribute| found.texts(attribute).next())
            .and_then(|value| self.canonical(value))
            .unwrap_or_else(|| subject.clone());
        let display = found.texts(&settings.display_attribute).next();
        let state = settings.dialect.state(found, Clock::System.now());
        let entry = Entry {
            subject,
            display_name: display.unwrap_or(&name).to_owned(),
            name,
            enabled: state.enabled,
            must_change: state.must_change,
            protected: state.protected,
            place: found.dn.clone(),
            hints: self.hints(found),
        };
        Some(Person { entry, state })
    }
}
