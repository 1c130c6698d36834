//! The use cases: load, decide, save, queue, commit.
//!
//! [`App`] holds what every request needs. Each use case is a method in one of the files below and
//! knows nothing of HTTP; [`crate::web`] calls it and shows what came of it. Rules are not here:
//! they are in `keymend-core`, and a method that begins to reason has lost its way.

mod apps;
pub mod calls;
pub mod claims;
pub mod everybody;
pub mod limits;
pub mod notices;
pub mod oidc;
pub mod passkeys;
pub mod password;
pub mod profiles;
pub mod receipts;
mod recovery;
pub mod registration;
pub mod reset;
pub mod security;
pub mod session;
pub mod settle;
pub mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keymend_core::contact::Domain;
use keymend_core::password::{CommonPasswords, PasswordRules};
use keymend_core::policy::{Policy, Profiles};
use keymend_core::refusal::Refusal;
use keymend_core::registration::Destination;
use keymend_core::time::Timestamp;
use tokio::sync::Notify;

use crate::chance::Clock;
use crate::deliver::receipt::ReceiptKey;
use crate::directories::Directories;
use crate::directory::DirectoryError;
use crate::hashing::{HashError, Hasher};
use crate::i18n::Catalogue;
use crate::keys::KeyRing;
use crate::metrics::Metrics;
use crate::oidc::Providers;
use crate::store::{Store, StoreError};
use crate::webauthn::RelyingParty;

/// What the organisation is, and where the portal stands.
#[derive(Clone, Debug)]
pub struct Site {
    /// The one public origin, without a slash at its end; every absolute link begins with it.
    pub origin: String,
    /// Its host, for the domain-bound line of a text message.
    pub host: String,
    /// Other `Host` values that are answered, such as `127.0.0.1:8080` in the demo.
    pub hosts: Vec<String>,
    /// Cookies carry `Secure` and the `__Host-` prefix: always, but for plain http on this machine.
    pub secure: bool,
    /// Display name of the organisation.
    pub organisation: Arc<str>,
    /// How to reach the service desk.
    pub help: Arc<str>,
    /// Region that is preselected for phone numbers.
    pub country: String,
    /// Regions that codes may go to.
    pub countries: Vec<String>,
    /// Languages offered.
    pub languages: Arc<[&'static str]>,
    /// Language when nothing else is known.
    pub language: &'static str,
    /// Time zone of clock times.
    pub zone: jiff::tz::TimeZone,
    /// Where people sign in, for the last page.
    pub sign_in_url: Option<String>,
    /// Administrators who are told by mail what is wrong.
    pub alerts: Vec<Destination>,
    /// Mail domains that a locked-out person cannot read.
    pub own_domains: Vec<Domain>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<ipnet::IpNet>,
    /// Networks of the organisation, which have a reserve of messages.
    pub known_networks: Vec<ipnet::IpNet>,
    /// Zero bits of the proof of work.
    pub work_bits: u32,
    /// The demo, with its message page.
    pub demo: bool,
}

impl Site {
    /// A request's address as others know it, whatever stands between them and us.
    #[must_use]
    pub fn address(&self, uri: &http::Uri) -> String {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        format!("{}{path}", self.origin)
    }

    /// Clock time in the organisation's zone, such as `14:32`.
    #[must_use]
    pub fn clock_time(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%H:%M").to_string()
    }

    /// Date and clock time with the zone, such as `2026-11-23 14:32 EST`.
    #[must_use]
    pub fn date_time(&self, at: Timestamp) -> String {
        self.zoned(at).strftime("%Y-%m-%d %H:%M %Z").to_string()
    }

    fn zoned(&self, at: Timestamp) -> jiff::Zoned {
        jiff::Timestamp::from_millisecond(at.as_millis())
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned(self.zone.clone())
    }
}

/// Everything a request needs.
pub struct App {
    /// The database.
    pub store: Store,
    /// The keys.
    pub keys: KeyRing,
    /// What administrators decided for everybody.
    pub policy: Policy,
    /// The same with what is stricter for some.
    pub profiles: Profiles,
    /// Rules for new passwords.
    pub rules: PasswordRules,
    /// Passwords that are tried first.
    pub common: CommonPasswords<'static>,
    /// Where passwords live.
    pub directories: Directories,
    /// Who vouches for people.
    pub providers: Providers,
    /// What proves the requests of a gateway, by its name.
    pub receipts: BTreeMap<String, ReceiptKey>,
    /// The gateways that tell what becomes of messages.
    pub tells: BTreeSet<String>,
    /// Hashes of answers.
    pub hasher: Hasher,
    /// Whom passkeys are for.
    pub relying: RelyingParty,
    /// Words.
    pub catalogue: Catalogue,
    /// The organisation.
    pub site: Site,
    /// The clock.
    pub clock: Clock,
    /// Numbers for operators.
    pub metrics: Metrics,
    /// Wakes the worker when something was queued.
    pub wake: Notify,
}

/// Why a use case did not do what was asked. The page is made in [`crate::error`].
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The rules refuse it.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// A limit is reached.
    #[error("a limit is reached: {which}")]
    TooMany {
        /// Name of the limit.
        which: &'static str,
        /// It opens again then.
        until: Timestamp,
    },
    /// There is no such flow or session: expired, ended, or never there.
    #[error("there is no flow or session")]
    Gone,
    /// Somebody was faster: show where things stand.
    #[error("somebody was faster")]
    Moved,
    /// The store, the directory or the hasher does not answer.
    #[error("a dependency is down: {0}")]
    Busy(String),
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(String),
}

impl AppError {
    /// The limit that is reached; empty where it is something else.
    #[must_use]
    pub fn limit(&self) -> &'static str {
        match self {
            Self::TooMany { which, .. } => which,
            _ => "",
        }
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Lost | StoreError::Taken => Self::Moved,
            StoreError::Down(_) | StoreError::Full => Self::Busy(error.to_string()),
            StoreError::Corrupt(what) => Self::Internal(what),
        }
    }
}

impl From<DirectoryError> for AppError {
    fn from(error: DirectoryError) -> Self {
        Self::Busy(error.to_string())
    }
}

impl From<HashError> for AppError {
    fn from(error: HashError) -> Self {
        Self::Busy(error.to_string())
    }
}

impl App {
    /// The present time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Keyed index of a text, as it stands in rows.
    #[must_use]
    pub fn index(&self, domain: &str, text: &str) -> String {
        data_encoding::BASE64URL_NOPAD.encode(&self.keys.index.index(domain, text))
    }

    /// A language that is offered here, by a tag such as `es-MX` or a list as in `Accept-Language`.
    #[must_use]
    pub fn speaks(&self, tags: &str) -> Option<&'static str> {
        // The default is an answer too: it is none only if another one gives way to it.
        let among =
            |default| crate::i18n::choose(None, None, Some(tags), &self.site.languages, default);
        Some(among("")).filter(|language| !language.is_empty())
    }
}
