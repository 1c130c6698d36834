//! The Active Directory of the tests: a Samba domain controller (`tests/peers/README.md`).

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use ldap3::{LdapConnAsync, LdapConnSettings, Mod};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::*;

/// The first password of everybody.
pub const OLD: &str = "Harbor-Violet-Kite-71";

const BASE: &str = "DC=ad,DC=campus,DC=example";

/// The running domain.
pub struct Domain {
    settings: LdapSettings,
}

impl Domain {
    pub fn new() -> Option<Self> {
        let Ok(url) = std::env::var("KEYMEND_TEST_AD") else {
            println!("KEYMEND_TEST_AD is not set: Active Directory is left out");
            return None;
        };
        let settings = LdapSettings {
            dialect: Dialect::ActiveDirectory,
            url: url.parse().unwrap(),
            read_url: Addresses::default(),
            start_tls: false,
            ca_file: std::env::var("KEYMEND_TEST_AD_CA").ok().map(PathBuf::from),
            bind_dn: "svc-keymend@ad.campus.example".to_owned(),
            bind_password: password("Service-Secret-1!"),
            base: format!("OU=People,{BASE}"),
            name_attributes: ["sAMAccountName", "userPrincipalName"]
                .map(str::to_owned)
                .to_vec(),
            id_attribute: "objectGUID".to_owned(),
            display_attribute: "displayName".to_owned(),
            person_filter: "(sAMAccountType=805306368)".to_owned(),
            privileged_groups: Vec::new(),
            profile_groups: Vec::new(),
            group_bases: Vec::new(),
            refuse_protected: false,
            must_change_after_reset: false,
            policy: None,
            mail_attribute: "mail".to_owned(),
            phone_attribute: "mobile".to_owned(),
            language_attribute: "preferredLanguage".to_owned(),
            along: Along::default(),
            domains: vec!["campus.example".to_owned()],
        };
        Some(Self { settings })
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
        let mut roots = rustls::RootCertStore::empty();
        let ca = self.settings.ca_file.as_ref().unwrap();
        for certificate in CertificateDer::pem_file_iter(ca).unwrap() {
            roots.add(certificate.unwrap()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let settings = LdapConnSettings::new().set_config(Arc::new(tls));
        let url = self.settings.url.iter().next().unwrap();
        let opened = LdapConnAsync::from_url_with_settings(settings, url).await;
        let (driven, mut admin) = opened.unwrap();
        tokio::spawn(driven.drive());
        let bound = admin.simple_bind("Administrator@ad.campus.example", "Adm1n-Passw0rd!");
        bound.await.unwrap().success().unwrap();
        admin
    }

    pub fn dn(&self, name: &str) -> String {
        format!("CN={name},{}", self.settings.base)
    }

    pub fn group_dn(name: &str) -> String {
        format!("CN={name},CN=Users,{BASE}")
    }

    /// Somebody new, who signs in with a name of at most 20 characters.
    pub async fn person(&self) -> String {
        let name = unique();
        let quoted: Vec<u8> = format!("\"{OLD}\"")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let one = |value: &[u8]| HashSet::from([value.to_vec()]);
        let principal = format!("{name}@ad.campus.example");
        let attributes = vec![
            (b"objectClass".to_vec(), one(b"user")),
            (b"sAMAccountName".to_vec(), one(name.as_bytes())),
            (b"userPrincipalName".to_vec(), one(principal.as_bytes())),
            (b"displayName".to_vec(), one(b"Test Person")),
            (b"userAccountControl".to_vec(), one(b"512")),
            (b"unicodePwd".to_vec(), one(&quoted)),
        ];
        let mut admin = self.admin().await;
        let added = admin.add(&self.dn(&name), attributes).await;
        added.unwrap().success().unwrap();
        name
    }

    /// Set an attribute as the domain's administrator.
    pub async fn set(&self, dn: &str, attribute: &str, value: &str) {
        let change = Mod::Replace(attribute, HashSet::from([value]));
        let changed = self.admin().await.modify(dn, vec![change]).await;
        changed.unwrap().success().unwrap();
    }

    /// A group of these members.
    pub async fn group(&self, members: &[&str]) -> String {
        let name = unique();
        let dn = Self::group_dn(&name);
        let mut attributes = vec![
            ("objectClass", HashSet::from(["group"])),
            ("sAMAccountName", HashSet::from([name.as_str()])),
        ];
        if !members.is_empty() {
            attributes.push(("member", members.iter().copied().collect()));
        }
        let added = self.admin().await.add(&dn, attributes).await;
        added.unwrap().success().unwrap();
        dn
    }
}

fn unique() -> String {
    super::peer::unique().chars().take(20).collect()
}
