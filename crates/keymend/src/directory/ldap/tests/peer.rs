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
    admin: (&'static str, &'static str),
    settings: LdapSettings,
}

impl Peer {
    pub fn new() -> Option<Self> {
        let Ok(plain) = std::env::var("KEYMEND_TEST_LDAP") else {
            println!("KEYMEND_TEST_LDAP is not set: OpenLDAP is left out");
            return None;
        };
        let settings = LdapSettings {
            url: std::env::var("KEYMEND_TEST_LDAPS")
                .unwrap()
                .parse()
                .unwrap(),
            ca_file: std::env::var("KEYMEND_TEST_LDAP_CA")
                .ok()
                .map(PathBuf::from),
            ..Self::campus()
        };
        let admin = ("cn=admin,dc=campus,dc=example", "admin-secret");
        Some(Self {
            plain,
            admin,
            settings,
        })
    }

    /// The 389 Directory Server. The same people in the same places, known by another id.
    pub fn ds389() -> Option<Self> {
        let variable = |name: &str| std::env::var(name).ok();
        let (Some(plain), Some(tls)) =
            (variable("KEYMEND_TEST_389"), variable("KEYMEND_TEST_389S"))
        else {
            println!("KEYMEND_TEST_389 is not set: 389 Directory Server is left out");
            return None;
        };
        let settings = LdapSettings {
            url: tls.parse().unwrap(),
            ca_file: variable("KEYMEND_TEST_389_CA").map(PathBuf::from),
            id_attribute: "nsUniqueId".to_owned(),
            policy: Some("cn=config".to_owned()),
            ..Self::campus()
        };
        let admin = ("cn=Directory Manager", "admin-secret-1");
        Some(Self {
            plain,
            admin,
            settings,
        })
    }

    /// What both servers are set up with.
    fn campus() -> LdapSettings {
        LdapSettings {
            dialect: Dialect::Standard,
            url: "ldaps://localhost".parse().unwrap(),
            read_url: Addresses::default(),
            start_tls: false,
            ca_file: None,
            bind_dn: "cn=keymend,ou=services,dc=campus,dc=example".to_owned(),
            bind_password: password("service-secret"),
            base: "ou=people,dc=campus,dc=example".to_owned(),
            name_attributes: vec!["uid".to_owned()],
            id_attribute: "entryUUID".to_owned(),
            display_attribute: "cn".to_owned(),
            person_filter: "(objectClass=inetOrgPerson)".to_owned(),
            privileged_groups: Vec::new(),
            profile_groups: Vec::new(),
            group_bases: vec!["ou=groups,dc=campus,dc=example".to_owned()],
            refuse_protected: false,
            must_change_after_reset: false,
            policy: Some("cn=default,ou=policies,dc=campus,dc=example".to_owned()),
            mail_attribute: "mail".to_owned(),
            phone_attribute: "mobile".to_owned(),
            language_attribute: "preferredLanguage".to_owned(),
            along: Along::default(),
            domains: vec!["campus.example".to_owned()],
        }
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
        let (dn, secret) = self.admin;
        let bound = admin.simple_bind(dn, secret);
        bound.await.unwrap().success().unwrap();
        admin
    }

    pub fn dn(&self, name: &str) -> String {
        format!("uid={},{}", dn_escape(name), self.settings.base)
    }

    /// Somebody new, with more lines of `attribute: value` or none.
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
        for (attribute, value) in more.lines().filter_map(|line| line.split_once(": ")) {
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

    /// An attribute, as the directory's administrator sees it.
    pub async fn value(&self, name: &str, attribute: &str) -> Option<String> {
        let mut admin = self.admin().await;
        let dn = self.dn(name);
        let search = admin.search(&dn, ldap3::Scope::Base, "(objectClass=*)", [attribute]);
        let (found, _) = search.await.unwrap().success().unwrap();
        let found = ldap3::SearchEntry::construct(found.into_iter().next()?);
        let values = found.attrs.into_iter().next()?.1;
        values.into_iter().next()
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
