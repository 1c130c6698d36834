//! The configuration: TOML, laid over by the environment and secret files, read into checked types.
//!
//! Begin with [`load`]. Every fault is reported at once, each with its place, its key and what is
//! allowed; a key that nobody reads is a fault too. `keymend.example.toml` shows every key with its
//! default, and a test keeps it true.

mod directory;
mod gateway;
mod oidc;
mod organisation;
mod policy;
mod profiles;
mod reader;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use keymend_core::method::Channel;
use keymend_core::password::PasswordRules;
use keymend_core::policy::{Policy, Profile, Profiles};
use zeroize::Zeroizing;

use crate::app::Site;
use crate::directory::LdapSettings;
use crate::directory::local::LocalPolicy;
use crate::keys::Source;
use crate::webauthn::Models;
pub use gateway::{Named, Provider};
pub use oidc::SignIn;
use reader::Reader;

/// Where passwords live, as configured.
#[derive(Clone, Debug)]
pub enum Passwords {
    /// In the built-in directory.
    Local(LocalPolicy),
    /// In an LDAP directory.
    Ldap(Box<LdapSettings>),
}

impl Passwords {
    /// Domains that people may leave away from their names.
    fn domains(&self) -> &[String] {
        match self {
            Self::Local(local) => &local.domains,
            Self::Ldap(ldap) => &ldap.domains,
        }
    }
}

/// Everything that `serve` needs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the portal listens.
    pub listen: SocketAddr,
    /// Where the numbers are read.
    pub metrics_listen: Option<SocketAddr>,
    /// Database URL.
    pub database: String,
    /// Keys.
    pub keys: Source,
    /// The organisation.
    pub site: Site,
    /// A folder with texts that are laid over ours.
    pub texts: Option<PathBuf>,
    /// What administrators decided for everybody.
    pub policy: Policy,
    /// Models of authenticators whose passkeys are taken; all, where nothing is said.
    pub models: Option<Models>,
    /// What is stricter for some.
    pub profiles: Vec<Profile>,
    /// Rules for new passwords.
    pub rules: PasswordRules,
    /// The directories with their ids, in the order in which they are asked.
    pub directories: Vec<(String, Passwords)>,
    /// How people sign in.
    pub sign_in: SignIn,
    /// Mails.
    pub mail: Vec<Named>,
    /// Text messages.
    pub sms: Vec<Named>,
    /// Calls.
    pub voice: Vec<Named>,
}

/// Read the configuration.
///
/// # Errors
/// Every fault, each a line.
pub fn load(
    path: &Path,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Settings, Vec<String>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| vec![format!("{}: {error}", path.display())])?;
    read(&path.display().to_string(), &text, environment)
}

/// Read the configuration from its text; `name` is what faults call it.
///
/// # Errors
/// Every fault, each a line.
pub fn read(
    name: &str,
    text: &str,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Settings, Vec<String>> {
    let mut from = Reader::new(name, text, environment)?;
    let listen = from.or("server", "listen", SocketAddr::from(([127, 0, 0, 1], 8080)));
    let metrics_listen = from.maybe("server", "metrics-listen");
    let database = from.needed::<String>("database", "url");
    let known = |url: &String| {
        ["sqlite:", "postgres:", "postgresql:"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
    };
    if database.as_ref().is_some_and(|url| !known(url)) {
        from.fault(
            "database",
            "url",
            "`sqlite:PATH` or `postgres://USER@HOST/NAME`",
        );
    }
    let keys = keys(&mut from);
    let site = organisation::site(&mut from);
    let texts = from.maybe("organisation", "texts");
    let mut policy = policy::policy(&mut from);
    let models = policy::models(&mut from);
    let rules = policy::rules(&mut from);
    let profiles = profiles::profiles(&mut from);
    let mut directories = directory::directories(&mut from);
    for (_, passwords) in directories.iter_mut().flatten() {
        if let Passwords::Ldap(ldap) = passwords {
            ldap.ask_about(
                profiles
                    .iter()
                    .flat_map(|profile| &profile.selectors.groups),
            );
        }
    }
    let ids = directories.iter().flatten().map(|(id, _)| id.clone());
    let sign_in = oidc::sign_in(&mut from, &ids.collect::<Vec<_>>());
    let mail = gateway::gateways(&mut from, "mail", |from| gateway::mail(from, site.as_ref()));
    let sms = gateway::gateways(&mut from, "sms", gateway::sms);
    let voice = gateway::gateways(&mut from, "voice", gateway::voice);
    for name in gateway::same_names(&sms, &voice) {
        let what = "[sms] has a gateway of this name: their receipts could not be told apart";
        from.fault(&format!("voice.{name}"), "", what);
    }
    policy.channels = [
        (Channel::Sms, sms.is_empty()),
        (Channel::Voice, voice.is_empty()),
        (Channel::Email, mail.is_empty()),
    ]
    .into_iter()
    .filter_map(|(channel, none)| (!none).then_some(channel))
    .collect();
    check(&mut from, &policy, &profiles);
    let (Some(site), Some(database), Some(keys), Some(rules), Some(directories)) =
        (site, database, keys, rules, directories)
    else {
        return Err(from.finish());
    };
    let faults = from.finish();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Settings {
        listen,
        metrics_listen,
        database,
        keys,
        site,
        texts,
        policy,
        models,
        profiles,
        rules,
        directories,
        sign_in,
        mail,
        sms,
        voice,
    })
}

/// Read a policy alone, to be tried: `[policy]` with its profiles, and `[limits]`. `now` is the one in force, with the
/// gateways that are there.
///
/// # Errors
/// Every fault, each a line.
pub fn read_policy(
    name: &str,
    text: &str,
    now: &Policy,
) -> Result<(Policy, Vec<Profile>), Vec<String>> {
    let mut from = Reader::new(name, text, std::iter::empty())?;
    let mut policy = policy::policy(&mut from);
    policy.channels.clone_from(&now.channels);
    let profiles = profiles::profiles(&mut from);
    check(&mut from, &policy, &profiles);
    let faults = from.finish();
    if faults.is_empty() {
        Ok((policy, profiles))
    } else {
        Err(faults)
    }
}

/// What is unsafe of a policy is a fault, and so is a profile that is unsafe by itself; what only several together
/// spoil is for whoever meets it to see ([`Profiles::check`]): nobody may be in both.
fn check(from: &mut Reader, policy: &Policy, profiles: &[Profile]) {
    for fault in policy.check() {
        from.fault("policy", "", &fault.to_string());
    }
    for one in Profiles::new(policy, profiles.to_vec()).check() {
        if let [profile] = one.profiles.as_slice() {
            for fault in one.faults {
                from.fault(&profiles::section(profile), "", &fault.to_string());
            }
        }
    }
}

fn keys(from: &mut Reader) -> Option<Source> {
    let text: Option<String> = from.secret("keys", "text");
    match (text, from.maybe::<PathBuf>("keys", "file")) {
        (Some(text), None) => Some(Source::Text(Zeroizing::new(text))),
        (None, Some(file)) => Some(Source::File(file)),
        _ => {
            from.fault("keys", "file", "name a file (made at the first start), or give `text` by the environment, not both");
            None
        }
    }
}

#[cfg(test)]
mod tests;
