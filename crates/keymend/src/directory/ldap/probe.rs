//! `keymend doctor` at an LDAP directory: each step for real, and what to do where one fails.

use std::sync::Arc;

use ldap3::Scope;

use super::connection::{Query, Trouble};
use super::dialect::Dialect;
use super::dialect::active_directory::policy_hints;
use super::offers::{Kind, Offers, PASSWORD_MODIFY};
use super::servers::Server;
use super::{Ldap, policy};

/// What was tried, and what came of it.
pub type Finding = (&'static str, Result<String, String>);

impl Ldap {
    /// Try everything that can be tried without a person's help; stops where nothing more can work.
    /// `person` is the sign-in name of somebody to look at; without, anybody will do.
    pub async fn probe(&self, person: Option<&str>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for server in self.server.iter() {
            findings.push(("directory", self.probe_server(server).await));
        }
        let reached = findings.iter().any(|(_, said)| said.is_ok());
        if let Some(copies) = &self.copies {
            for server in copies.server.iter() {
                let said = copies.probe_server(server).await;
                let said = said.map(|said| format!("{said}; for look-ups"));
                findings.push(("directory", said));
            }
        }
        if !reached {
            return findings;
        }
        let base = self.probe_base().await;
        let lost = base.is_err();
        findings.push(("base", base));
        let mut anybody = None;
        if !lost {
            let people = self.probe_people().await;
            findings.push((
                "people",
                people.map(|(id, said)| {
                    anybody = Some(id);
                    said
                }),
            ));
        }
        let offers = self.ask_offers().await;
        let kind = offers.as_ref().map_or(Kind::Other, Offers::kind);
        findings.push(("passwords", self.probe_passwords(offers)));
        findings.push(("rules", self.probe_rules().await));
        let groups = self.settings.privileged_groups.iter();
        for group in groups.chain(&self.settings.profile_groups) {
            findings.push(("group", self.probe_group(group).await));
        }
        findings.push(("clock", self.probe_clock(kind).await));
        let about = match person {
            Some(name) => {
                let (person, said) = self.probe_person(name).await;
                findings.push(("person", said));
                person
            }
            None => self.sample(anybody).await,
        };
        match about {
            Some(about) => findings.extend(self.probe_rights(kind, &about).await),
            None if person.is_none() => {
                let said =
                    "the rights of the service account were not tried; name somebody by --person";
                findings.push(("person", Ok(said.to_owned())));
            }
            None => {}
        }
        findings
    }

    /// One server: connect, TLS, sign in, and the base.
    async fn probe_server(&self, server: &Arc<Server>) -> Result<String, String> {
        let settings = &self.settings;
        let url = server.url();
        let open = server.connect().await.map_err(|trouble| {
            let said = trouble.to_string();
            let advice = if said.contains("UnknownIssuer") {
                "the certificate is of an authority nobody here knows: name its PEM file in directory.ca-file"
            } else if said.contains("not valid for name") {
                "the certificate is for another host: use the name that stands in it in directory.url"
            } else if said.contains("certificate") {
                "the certificate is not accepted; it needs a subjectAltName, and TLS 1.2 or later"
            } else {
                "check directory.url, the port (636 for ldaps, 389 for ldap) and the firewall"
            };
            format!("{url}: {said}; {advice}")
        })?;
        let bound = open
            .bind(&settings.bind_dn, settings.bind_password.expose())
            .await;
        let answer = bound.map_err(|trouble| format!("{url}: {trouble}"))?;
        let advice = match answer.code {
            0 => {
                let how = if settings.plain() {
                    "WITHOUT TLS"
                } else {
                    "by TLS"
                };
                let base = Query {
                    base: settings.base.clone(),
                    scope: Scope::Base,
                    filter: "(objectClass=*)".to_owned(),
                    attributes: vec!["1.1".to_owned()],
                    most: 1,
                };
                let seen = open.search(base).await;
                if let Err(Trouble::Lost(_) | Trouble::Silent) = &seen {
                    return Err(format!("{url}: signed in, but a search is not answered"));
                }
                return Ok(format!(
                    "{url}: connected {how}, signed in as {}",
                    settings.bind_dn
                ));
            }
            49 => "check directory.bind-dn and its password",
            8 | 13 => "it wants TLS: use ldaps:// or directory.start-tls",
            _ => "see the words of the server",
        };
        Err(format!("{url}: {}: {answer}; {advice}", settings.bind_dn))
    }

    async fn probe_base(&self) -> Result<String, String> {
        let base = &self.settings.base;
        let fault = |said: &dyn std::fmt::Display| {
            format!(
                "directory.base: {base}: {said}; does it exist, and may the service account read it?"
            )
        };
        match self
            .look(base, Scope::Base, "(objectClass=*)", &["1.1"], 1)
            .await
        {
            Ok(found) if !found.is_empty() => Ok(format!("{base}: there")),
            Ok(_) => Err(fault(&"not to be seen")),
            Err(trouble) => Err(fault(&trouble)),
        }
    }

    /// The id of anybody, and what to say.
    async fn probe_people(&self) -> Result<(String, String), String> {
        let settings = &self.settings;
        let mut attributes: Vec<&str> = settings
            .name_attributes
            .iter()
            .map(String::as_str)
            .collect();
        attributes.push(&settings.id_attribute);
        let filter = &settings.person_filter;
        let found = self.look(&settings.base, Scope::Subtree, filter, &attributes, 1);
        let found = found
            .await
            .map_err(|trouble| format!("a search: {trouble}"))?;
        let Some(one) = found.first() else {
            return Err(format!(
                "nobody below {} is {filter}; check directory.base, directory.person-filter and the right to read",
                settings.base
            ));
        };
        let id = &settings.id_attribute;
        let Some(subject) = settings.dialect.subject(one, id) else {
            return Err(format!(
                "{}: {id} is not readable as an id; check directory.id-attribute and the right to read it",
                one.dn
            ));
        };
        if !settings.name_attributes.iter().any(|name| one.has(name)) {
            return Err(format!(
                "{}: none of directory.name-attributes is readable",
                one.dn
            ));
        }
        Ok((subject, format!("found, such as {}", one.dn)))
    }

    fn probe_passwords(&self, offers: Result<Offers, Trouble>) -> Result<String, String> {
        let offers = offers.map_err(|trouble| format!("what the server can do: {trouble}"))?;
        match self.settings.dialect {
            Dialect::ActiveDirectory => Ok(match policy_hints(&offers) {
                Some(_) => "the server holds resets against history",
                None => "the server sets passwords; history holds for changes, of a reset only the current password is refused",
            }
            .to_owned()),
            Dialect::Standard if offers.lacks(PASSWORD_MODIFY) => Ok(
                "the server has no operation for passwords (RFC 3062): userPassword is replaced, and the server must hash it"
                    .to_owned(),
            ),
            Dialect::Standard if offers.kind() == Kind::Directory389 && self.settings.must_change_after_reset => Ok(
                "the server sets passwords; whether one must be changed after a reset is its own rule: passwordMustChange"
                    .to_owned(),
            ),
            Dialect::Standard => Ok(if offers.control(policy::CONTROL) {
                "the server sets passwords, and says why it refuses one"
            } else {
                "the server sets passwords; without a password policy (ppolicy) it cannot say why it refuses one"
            }
            .to_owned()),
        }
    }

    async fn probe_group(&self, group: &str) -> Result<String, String> {
        let filter = "(|(member=*)(uniqueMember=*))";
        match self.look(group, Scope::Base, filter, &["1.1"], 1).await {
            Ok(found) if !found.is_empty() => Ok(format!("{group}: its members are protected")),
            Ok(_) => Err(format!(
                "{group}: no members to be seen; may the service account read `member`?"
            )),
            Err(trouble) => Err(format!(
                "directory.privileged-groups: {group}: {trouble}; while it cannot be read nobody is found"
            )),
        }
    }
}
