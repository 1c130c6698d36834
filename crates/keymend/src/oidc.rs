//! Identity providers by which people sign in (OpenID Connect Core 1.0, authorization code with PKCE).
//!
//! Begin with [`Provider`]: where it sends a browser ([`Provider::address`]), what it makes of the code that comes back
//! ([`Provider::vouch`]), how it is told that a session is over ([`Provider::farewell`]). What a token must say is a rule,
//! [`keymend_core::id_token`]; who the person is then is `app/oidc.rs`. Nothing here writes anything down.

mod discovery;
pub mod fault;
mod fetch;
pub mod jws;
pub mod settings;
mod vouch;

use std::time::Duration;

use keymend_core::id_token::LEEWAY;
use keymend_core::secret::Token;
use keymend_core::time::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use url::Url;

use discovery::Known;
use fault::Fault;
use fetch::Fetch;
use jws::KeySet;
use settings::ProviderSettings;
pub use vouch::{Returned, Vouched};

/// How old a sign-in may be where nothing is said; not held against a provider that does not tell.
const LONG: Duration = Duration::from_hours(12);

/// A sign-in that begins.
pub struct Leaving<'a> {
    /// Where the provider sends the browser back.
    pub back: &'a str,
    /// What it gives back.
    pub state: &'a Token,
    /// What the token must repeat.
    pub nonce: &'a Token,
    /// What only we can prove the code with.
    pub verifier: &'a Token,
    /// The sign-in there must not be older.
    pub max_age: Option<Duration>,
    /// Whoever is signed in there already must do it anew.
    pub anew: bool,
}

/// One provider.
pub struct Provider {
    /// What the operator says of it.
    pub settings: ProviderSettings,
    fetch: Fetch,
    known: Mutex<Known>,
}

impl Provider {
    /// Connects at the first sign-in.
    ///
    /// # Errors
    /// In one line that begins with the key at fault.
    pub fn new(settings: ProviderSettings) -> Result<Self, String> {
        Ok(Self {
            fetch: Fetch::new(&settings)?,
            settings,
            known: Mutex::default(),
        })
    }

    /// Where the browser is sent.
    ///
    /// # Errors
    /// As [`Provider::metadata`].
    pub async fn address(&self, leaving: &Leaving<'_>, now: Timestamp) -> Result<Url, Fault> {
        let metadata = self.metadata(now).await?;
        let settings = &self.settings;
        let mut url = metadata.authorization_endpoint.clone();
        {
            let mut query = url.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", &settings.client)
                .append_pair("redirect_uri", leaving.back)
                .append_pair("scope", &settings.scopes.join(" "))
                .append_pair("state", leaving.state.expose())
                .append_pair("nonce", leaving.nonce.expose())
                .append_pair("code_challenge", &challenge(leaving.verifier))
                .append_pair("code_challenge_method", "S256");
            if !settings.demands.acr.is_empty() {
                query.append_pair("acr_values", &settings.demands.acr.join(" "));
            }
            if leaving.anew {
                query.append_pair("prompt", "login");
            }
            // Asked for in any case: whoever is asked for it says when somebody signed in (3.1.2.1).
            let age = leaving.max_age.unwrap_or(LONG);
            query.append_pair("max_age", &age.as_secs().to_string());
        }
        Ok(url)
    }

    /// Where the browser is sent when the session here is over (OpenID Connect RP-Initiated Logout 1.0); `None` where the
    /// provider has no such place, or does not answer.
    pub async fn farewell(
        &self,
        hint: &str,
        back: &str,
        state: &str,
        now: Timestamp,
    ) -> Option<Url> {
        let metadata = self.metadata(now).await.ok()?;
        let mut url = metadata.end_session_endpoint.clone()?;
        url.query_pairs_mut()
            .append_pair("id_token_hint", hint)
            .append_pair("client_id", &self.settings.client)
            .append_pair("post_logout_redirect_uri", back)
            .append_pair("state", state);
        Some(url)
    }

    /// Try it: what it says of itself, its keys, its clock.
    ///
    /// # Errors
    /// In one line for the operator.
    pub async fn probe(&self, now: Timestamp) -> Result<String, String> {
        let line = |fault: Fault| match fault {
            Fault::Issuer => format!(
                "it calls itself another issuer than {} (to the letter, a slash at the end too)",
                self.settings.issuer
            ),
            fault => fault.to_string(),
        };
        let metadata = self.metadata(now).await.map_err(line)?;
        let asked = self.fetch.document(metadata.jwks_uri.clone()).await;
        let answer = asked.map_err(line)?;
        let keys = answer.read::<KeySet>().map_err(line)?.readable();
        if keys.is_empty() {
            return Err(
                "it has no key of a kind that is taken (RSA, P-256, P-384, Ed25519)".to_owned(),
            );
        }
        let apart = answer
            .date
            .map_or(Duration::ZERO, |date| now.until(date).max(date.until(now)));
        if apart > LEEWAY {
            let seconds = apart.as_secs();
            return Err(format!(
                "its clock and ours are {seconds} seconds apart; at most 60 are allowed"
            ));
        }
        let signs_out = match metadata.end_session_endpoint {
            Some(_) => "signs out as well",
            None => "has no sign-out",
        };
        Ok(format!("{} keys, {signs_out}", keys.len()))
    }
}

/// Of a verifier (RFC 7636, 4.2).
fn challenge(verifier: &Token) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(verifier.expose().as_bytes()))
}

/// A word of a provider that may stand in a log.
#[must_use]
pub fn plain(error: &str) -> String {
    let fits = |c: &char| c.is_ascii_lowercase() || *c == '_';
    error.chars().filter(fits).take(40).collect()
}

/// All providers, and whether people may sign in without one.
pub struct Providers {
    /// In the order of their names.
    pub all: Vec<Provider>,
    /// Passwords are taken as well.
    pub password: bool,
}

impl Providers {
    /// They are asked at the first sign-in.
    ///
    /// # Errors
    /// Each a line that names its key.
    pub fn new(settings: &[ProviderSettings], password: bool) -> Result<Self, Vec<String>> {
        let of = |one: &ProviderSettings| {
            let id = &one.id;
            Provider::new(one.clone()).map_err(|line| vec![format!("oidc.{id}.{line}")])
        };
        let all: Result<_, _> = settings.iter().map(of).collect();
        Ok(Self {
            all: all?,
            password,
        })
    }

    /// The one of a name.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&Provider> {
        self.all.iter().find(|provider| provider.settings.id == id)
    }

    /// Must protected people sign in by a provider? Where one of them demands more of such people, a password alone would
    /// be a way around it.
    #[must_use]
    pub fn keeps_protected(&self) -> bool {
        let demands = |provider: &Provider| !provider.settings.protected.none();
        self.all.iter().any(demands)
    }
}
