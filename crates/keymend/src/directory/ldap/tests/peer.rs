//! The directory of the tests.

use std::collections::HashSet;
use std::path::PathBuf;

use ldap3::{LdapConnAsync, Mod, dn_escape};

use super::ldapx::Ldapx;
use super::*;

/// The first password of everybody.
pub const OLD: &str = "Harbor-Violet-Kite-71";

/// A name that nobody has.
pub fn unique() -> String {
    let id: Id<id::Job> = Id::random(&mut Os);
    format!("t{id}").to_lowercase()
}

/// The running server (`tests/peers/README.md`).
pub struct Peer {
    plain: String,
    settings: LdapSettings,
}

impl Peer {
    pub fn new() -> Option<Self> {
        let Ok(plain) = std::env::var("KEYMEND_TEST_LDAP") else {
            println!("KEYMEND_TEST_LDAP is not set: OpenLDAP is left out");
            return None;
        };
        let settings = LdapSettings {
            dialect: Dialect::Standard,
            url: std::env::var("KEYMEND_TEST_LDAPS")
                .unwrap()
                .parse()
                .unwrap(),
            read_url: Addresses::default(),
            start_tls: false,
            ca_file: std::env::var("KEYMEND_TEST_LDAP_CA")
                .ok()
                .map(PathBuf::from),
            bind_dn: "cn=keymend,ou=services,dc=campus,dc=example".to_owned(),
            bind_password: password("service-secret"),
            base: "ou=people,dc=campus,dc=example".to_owned(),
            name_attributes: vec!["uid".to_owned()],
            id_attribute: "entryUUID".to_owned(),
            display_attribute: "cn".to_owned(),
            person_filter: "(objectClass=inetOrgPerson)".to_owned(),
            privileged_groups: Vec::new(),
            group_bases: vec!["ou=groups,dc=campus,dc=example".to_owned()],
            refuse_protected: false,
            must_change_after_reset: false,
            policy: Some("cn=default,ou=policies,dc=campus,dc=example".to_owned()),
            mail_attribute: "mail".to_owned(),
            phone_attribute: "mobile".to_owned(),
            language_attribute: "preferredLanguage".to_owned(),
            domains: vec!["campus.example".to_owned()],
        };
        Some(Self { plain, settings })
    }

    pub fn settings(&self) -> LdapSettings {
        self.settings.clone()
    }

    pub fn ldap(&self) -> Ldap {
        self.ldap_with(|_| {})
    }

    /// The connector, set up as the documentation says, but for `change`.
    pub fn ldap_with(&self, change: impl FnOnce(&mut LdapSettings)) -> Ldap {
        let mut settings = self.settings.clone();
        change(&mut settings);
        Ldap::new(settings).unwrap()
    }

    pub async fn admin(&self) -> ldap3::Ldap {
        let (driven, mut admin) = LdapConnAsync::new(&self.plain).await.unwrap();
        tokio::spawn(driven.drive());
        let bound = admin.simple_bind("cn=admin,dc=campus,dc=example", "admin-secret");
        bound.await.unwrap().success().unwrap();
        admin
    }

    pub fn dn(&self, name: &str) -> String {
        format!("uid={},{}", dn_escape(name), self.settings.base)
    }

    /// Somebody new, with one more `attribute: value` or none.
    pub async fn person(&self, more: &str) -> String {
        let name = unique();
        self.add(&name, more).await;
        name
    }

    pub async fn add(&self, name: &str, more: &str) {
        let one = |value: &str| HashSet::from([value.to_owned()]);
        let mut attributes = vec![
            ("objectClass".to_owned(), one("inetOrgPerson")),
            ("cn".to_owned(), one("Test Person")),
            ("sn".to_owned(), one("Test")),
            ("userPassword".to_owned(), one(OLD)),
            ("uid".to_owned(), one(name)),
        ];
        if let Some((attribute, value)) = more.split_once(": ") {
            match attributes.iter_mut().find(|(known, _)| known == attribute) {
                Some((_, values)) => {
                    values.insert(value.to_owned());
                }
                None => attributes.push((attribute.to_owned(), one(value))),
            }
        }
        let added = self.admin().await.add(&self.dn(name), attributes).await;
        added.unwrap().success().unwrap();
    }

    /// A group of these members.
    pub async fn group(&self, name: &str, members: &[&str]) {
        let dn = format!("cn={name},ou=groups,dc=campus,dc=example");
        let attributes = vec![
            ("objectClass", HashSet::from(["groupOfNames"])),
            ("cn", HashSet::from([name])),
            ("member", members.iter().copied().collect()),
        ];
        let added = self.admin().await.add(&dn, attributes).await;
        added.unwrap().success().unwrap();
    }

    /// One more member of a group.
    pub async fn join(&self, group: &str, member: &str) {
        let change = Mod::Add("member", HashSet::from([member]));
        let joined = self.admin().await.modify(group, vec![change]).await;
        joined.unwrap().success().unwrap();
    }

    /// Set an attribute as the directory's administrator.
    pub async fn set(&self, name: &str, attribute: &str, value: &str) {
        let change = Mod::Replace(attribute, HashSet::from([value]));
        let changed = self
            .admin()
            .await
            .modify(&self.dn(name), vec![change])
            .await;
        changed.unwrap().success().unwrap();
    }

    /// A connector that reaches the server through somebody in the middle.
    pub fn through(&self) -> (Ldap, Ldapx) {
        let middle = self.middle();
        let ldap = self.ldap_over(&[&middle]);
        (ldap, middle)
    }

    /// Somebody before the server, without TLS.
    pub fn middle(&self) -> Ldapx {
        Ldapx::before(&self.plain, "127.0.0.1:0")
    }

    /// A connector that knows several servers, each behind somebody in the middle.
    pub fn ldap_over(&self, middles: &[&Ldapx]) -> Ldap {
        self.ldap_with(|settings| settings.url = middles.iter().map(|it| url(it)).collect())
    }
}

/// The address of somebody in the middle.
pub fn url(middle: &Ldapx) -> url::Url {
    format!("ldap://{}", middle.address).parse().unwrap()
}

/// Until a server that was down is asked again.
pub async fn until_back(ldap: &Ldap) {
    let mut tries = 0;
    while ldap.server.iter().any(|server| server.down().is_some()) {
        tries += 1;
        assert!(tries < 1200, "it did not come back");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
