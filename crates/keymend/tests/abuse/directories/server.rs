//! A directory of the tests (`tests/peers/README.md`): how it is laid out, where it is, and what its administrator can do.
//!
//! Distinguished names take no notice of capitals, so that one spelling serves all of them.

use std::collections::HashSet;
use std::sync::Arc;

use ldap3::controls::RelaxRules;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, Mod, Scope, SearchEntry};
use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::answers::{Refusal, STANDARD, WINDOWS};
use crate::portal::{Portal, Setup};
use crate::walk::Person;

/// The first password of everybody.
pub const OLD: &str = "Harbor-Violet-Kite-71";

/// A name and what it has: an attribute and its value, an account and its password.
type Fact = (&'static str, &'static str);

/// A directory of the tests.
pub struct Server {
    /// `kind` in the configuration.
    kind: &'static str,
    /// Where all of it is.
    pub base: &'static str,
    /// The service account and its password.
    pub service: Fact,
    admin: Fact,
    /// What the place of a person begins with.
    naming: &'static str,
    group: &'static str,
    /// What makes a password older than any test.
    pub old: Fact,
    /// What makes one that must be changed.
    pub must_change: Fact,
    /// What a new person has beside a name.
    person: fn(&str) -> Facts,
    /// How it refuses a password.
    pub refusals: &'static [Refusal],
    /// What a person is known by, whatever happens to the name.
    id: fn(&SearchEntry) -> String,
    /// By TLS from the first byte.
    pub url: String,
    /// Without TLS, or with it from `StartTLS` on.
    pub plain: String,
    /// The file of its authority.
    pub ca: String,
}

/// Lets a person of Active Directory sign in at none of the 168 hours of a week.
pub const AT_NO_HOUR: Fact = ("logonHours", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");

/// What an entry is made of.
type Facts = Vec<(&'static str, Vec<u8>)>;

/// An entry that is made of texts.
pub fn texts<const MANY: usize>(facts: [(&'static str, &str); MANY]) -> Facts {
    facts.map(|(name, value)| (name, value.into())).into()
}

/// A variable that `cargo xtask peers` sets.
fn variable(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    if value.is_none() {
        println!("{name} is not set: its directory is left out");
    }
    value
}

impl Server {
    /// OpenLDAP with its password policies.
    pub fn open_ldap() -> Option<Self> {
        Some(Self {
            kind: "ldap",
            base: "dc=campus,dc=example",
            service: (
                "cn=keymend,ou=services,dc=campus,dc=example",
                "service-secret",
            ),
            admin: ("cn=admin,dc=campus,dc=example", "admin-secret"),
            naming: "uid",
            group: "groupOfNames",
            old: ("pwdChangedTime", "20200101000000Z"),
            must_change: ("pwdReset", "TRUE"),
            refusals: STANDARD,
            person: |_| {
                texts([
                    ("objectClass", "inetOrgPerson"),
                    ("cn", "Walker Test"),
                    ("sn", "Test"),
                    ("userPassword", OLD),
                ])
            },
            id: |entry| entry.attrs["entryUUID"][0].clone(),
            url: variable("KEYMEND_TEST_LDAPS")?,
            plain: variable("KEYMEND_TEST_LDAP")?,
            ca: variable("KEYMEND_TEST_LDAP_CA")?,
        })
    }

    /// Active Directory, as Samba is one. Nobody but it itself sets `pwdLastSet` to any other moment than "never",
    /// so that is what an old password has here.
    pub fn samba() -> Option<Self> {
        let url = variable("KEYMEND_TEST_AD")?;
        let host = url.strip_prefix("ldaps://").unwrap();
        Some(Self {
            kind: "active-directory",
            base: "dc=ad,dc=campus,dc=example",
            service: ("svc-keymend@ad.campus.example", "Service-Secret-1!"),
            admin: ("Administrator@ad.campus.example", "Adm1n-Passw0rd!"),
            naming: "cn",
            group: "group",
            old: ("pwdLastSet", "0"),
            must_change: ("pwdLastSet", "0"),
            refusals: WINDOWS,
            person: |name| {
                let quoted = format!("\"{OLD}\"");
                let quoted = quoted.encode_utf16().flat_map(u16::to_le_bytes);
                vec![
                    ("objectClass", b"user".into()),
                    ("sAMAccountName", name.into()),
                    ("displayName", b"Walker Test".into()),
                    ("userAccountControl", b"512".into()),
                    ("unicodePwd", quoted.collect()),
                ]
            },
            id: |entry| object_id(&entry.bin_attrs["objectGUID"][0]),
            plain: format!("ldap://{host}:389"),
            url: format!("ldaps://{host}:636"),
            ca: variable("KEYMEND_TEST_AD_CA")?,
        })
    }

    /// The keys of a portal before it, in a section of one's own, at a URL of one's own.
    fn keys(&self, setup: Setup, section: &'static str, url: &str) -> Setup {
        let people = format!("ou=people,{}", self.base);
        let (name, secret) = self.service;
        [
            ("kind", self.kind),
            ("url", url),
            ("ca-file", &self.ca),
            ("base", &people),
            ("bind-dn", name),
            ("bind-password", secret),
        ]
        .into_iter()
        .fold(setup, |setup, (key, value)| {
            setup.with(section, key, format!("\"{value}\""))
        })
    }

    /// A portal before it, at a URL of one's own.
    pub fn setup_at(&self, url: &str) -> Setup {
        self.keys(Setup::new(), "directory", url)
    }

    /// A portal before it.
    pub fn setup(&self) -> Setup {
        self.setup_at(&self.url)
    }

    /// A portal before it, running.
    pub fn portal(&self) -> Portal {
        self.setup().start()
    }

    /// A portal before the built-in directory and it.
    pub fn beside_the_built_in(&self) -> Portal {
        let setup = Setup::new()
            .without("directory", "domains")
            .with("directory", "order", "[\"local\", \"staff\"]")
            .with("directory.local", "domains", "[\"guests.example\"]")
            .with("directory.staff", "domains", "[\"staff.example\"]");
        self.keys(setup, "directory.staff", &self.url).start()
    }

    /// Ask it without having signed in.
    fn as_nobody<T>(&self, ask: impl AsyncFnOnce(&mut Ldap) -> T) -> T {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let settings = LdapConnSettings::new().set_config(self.believing());
            let opened = LdapConnAsync::with_settings(settings, &self.url).await;
            let (driven, mut line) = opened.unwrap();
            tokio::spawn(driven.drive());
            ask(&mut line).await
        })
    }

    fn as_somebody<T>(&self, who: Fact, ask: impl AsyncFnOnce(&mut Ldap) -> T) -> T {
        self.as_nobody(async |line| {
            let bound = line.simple_bind(who.0, who.1).await.unwrap();
            bound.success().unwrap();
            ask(line).await
        })
    }

    /// Ask it as its administrator.
    pub fn as_admin<T>(&self, ask: impl AsyncFnOnce(&mut Ldap) -> T) -> T {
        self.as_somebody(self.admin, ask)
    }

    /// Ask it as the portal does.
    pub fn as_service<T>(&self, ask: impl AsyncFnOnce(&mut Ldap) -> T) -> T {
        self.as_somebody(self.service, ask)
    }

    /// Does it take this password itself?
    pub fn lets_in(&self, name: &str, password: &str) -> bool {
        let dn = self.dn(name);
        self.as_nobody(async |line| line.simple_bind(&dn, password).await.unwrap().rc == 0)
    }

    /// Believes its authority, and nobody else.
    pub fn believing(&self) -> Arc<ClientConfig> {
        let mut roots = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(&self.ca).unwrap() {
            roots.add(certificate.unwrap()).unwrap();
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Arc::new(tls)
    }

    /// The place of a person.
    pub fn dn(&self, name: &str) -> String {
        format!("{}={name},ou=people,{}", self.naming, self.base)
    }

    /// Somebody new.
    pub fn colleague(&self, portal: &Portal) -> Person {
        self.another(portal, 0)
    }

    /// One more, by number.
    pub fn another(&self, portal: &Portal, number: u16) -> Person {
        let port = portal.address.port();
        let name = format!("walker-{port}-{number}");
        self.make_anew(&name);
        let phone = 2_000_000 + u32::from(port) * 10 + u32::from(number);
        Person {
            email: format!("{name}@mail.example"),
            password: OLD.to_owned(),
            phone: format!("+1212{phone}"),
            name,
        }
    }

    /// Delete whoever has this name (a test before this one may have had it), and make somebody else of it.
    pub fn make_anew(&self, name: &str) {
        self.add(&self.dn(name), (self.person)(name));
    }

    /// A group of one member, in the place of the one that had its name.
    pub fn group(&self, name: &str, member: &str) -> String {
        let dn = format!("cn={name},ou=groups,{}", self.base);
        let facts = texts([("objectClass", self.group), ("member", member)]);
        self.add(&dn, facts);
        dn
    }

    /// An entry, in the place of the one that was there.
    pub fn add(&self, dn: &str, facts: Facts) {
        let mut attributes: Vec<(Vec<u8>, HashSet<Vec<u8>>)> = Vec::new();
        for (name, value) in facts {
            let name = name.as_bytes();
            match attributes.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => drop(values.insert(value)),
                None => attributes.push((name.into(), [value].into())),
            }
        }
        self.as_admin(async |admin| {
            admin.delete(dn).await.unwrap();
            let added = admin.add(dn, attributes).await.unwrap();
            added.success().unwrap();
        });
    }

    /// One more member of a group.
    pub fn join(&self, group: &str, member: &str) {
        let change = Mod::Add("member", HashSet::from([member]));
        self.as_admin(async |admin| {
            let joined = admin.modify(group, vec![change]).await.unwrap();
            joined.success().unwrap();
        });
    }

    /// Set an attribute as its administrator, whatever it thinks of that.
    pub fn set(&self, dn: &str, (attribute, value): (&str, &str)) {
        let change = Mod::Replace(attribute, HashSet::from([value]));
        self.as_admin(async |admin| {
            admin.with_controls(RelaxRules);
            let set = admin.modify(dn, vec![change]).await.unwrap();
            set.success().unwrap();
        });
    }

    /// An attribute as its administrator sees it.
    pub fn get(&self, dn: &str, attribute: &str) -> String {
        let entry = self.entry(dn, attribute);
        entry.attrs[attribute][0].clone()
    }

    /// What a person is known by.
    pub fn id(&self, name: &str) -> String {
        (self.id)(&self.entry(&self.dn(name), "*,+"))
    }

    fn entry(&self, dn: &str, attributes: &str) -> SearchEntry {
        let attributes = attributes.split(',').collect::<Vec<_>>();
        self.as_admin(async |admin| {
            let found = admin.search(dn, Scope::Base, "(objectClass=*)", attributes);
            let (found, _) = found.await.unwrap().success().unwrap();
            SearchEntry::construct(found.into_iter().next().unwrap())
        })
    }
}

/// The id of an object, as administrators read it: the first three numbers stand with their little end first.
fn object_id(bytes: &[u8]) -> String {
    let mut bytes = bytes.to_vec();
    for number in [0..4, 4..6, 6..8] {
        bytes[number].reverse();
    }
    let parts = [0..4, 4..6, 6..8, 8..10, 10..16];
    parts
        .map(|part| data_encoding::HEXLOWER.encode(&bytes[part]))
        .join("-")
}
