//! Identity providers by which people sign in (OpenID Connect Core 1.0, authorization code with PKCE).
//!
//! Begin with [`Provider`]: where it sends a browser, what it makes of the code that comes back, how it is told that a
//! session is over. What a token must say is a rule, [`keymend_core::id_token`]; who the person is then is
//! `app/oidc.rs`. Nothing here writes anything down.

pub mod fault;
mod fetch;
pub mod jws;
pub mod settings;

use std::sync::Arc;
use std::time::Duration;

use keymend_core::id_token::{Claims, Expected, LEEWAY};
use keymend_core::secret::Token;
use keymend_core::time::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use url::Url;

use fault::Fault;
use fetch::{Answer, Fetch};
use jws::{Key, KeySet, Unsigned};
use settings::{ProviderSettings, is_local, is_safe};

/// How long what a provider publishes is remembered.
const REMEMBERED: Duration = Duration::from_hours(1);
/// Keys are not asked for again within this, whatever tokens name.
const KEYS_AGAIN: Duration = Duration::from_mins(1);
/// A provider that did not answer is not asked again within this: nobody waits behind somebody who waits.
const REST: Duration = Duration::from_secs(5);
/// How old a sign-in may be where nothing is said; not held against a provider that does not tell.
const LONG: Duration = Duration::from_hours(12);
/// Longest name of a person.
const LONGEST: usize = 256;

/// What a provider says of itself (OpenID Connect Discovery 1.0, 3; RFC 8414, RFC 9207).
#[derive(Debug, Deserialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    userinfo_endpoint: Option<Url>,
    end_session_endpoint: Option<Url>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Its answers name the issuer.
    #[must_use]
    pub fn names_itself(&self) -> bool {
        self.authorization_response_iss_parameter_supported
    }

    fn addresses(&self) -> impl Iterator<Item = &Url> {
        let needed = [
            &self.authorization_endpoint,
            &self.token_endpoint,
            &self.jwks_uri,
        ];
        let optional = [&self.userinfo_endpoint, &self.end_session_endpoint];
        needed.into_iter().chain(optional.into_iter().flatten())
    }
}

/// What was learned, and when.
#[derive(Default)]
struct Known {
    metadata: Option<(Arc<Metadata>, Timestamp)>,
    keys: Option<(Arc<Vec<Key>>, Timestamp)>,
    failed: Option<(Fault, Timestamp)>,
}

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

/// What came back.
pub struct Returned<'a> {
    /// The code.
    pub code: &'a str,
    /// Where it came back, once more.
    pub back: &'a str,
    /// As in [`Leaving`].
    pub verifier: &'a str,
    /// As in [`Leaving`].
    pub nonce: &'a str,
    /// As in [`Leaving`].
    pub max_age: Option<Duration>,
}

/// Somebody whom a provider vouches for.
pub struct Vouched {
    /// The claims that decide.
    pub claims: Claims,
    /// The claim that names the person.
    pub person: String,
    /// The whole token, by which the provider knows the session.
    pub token: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
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

    /// What it says of itself.
    ///
    /// # Errors
    /// [`Fault::Down`]; [`Fault::Issuer`] when it is another one.
    pub async fn metadata(&self, now: Timestamp) -> Result<Arc<Metadata>, Fault> {
        let mut known = self.known.lock().await;
        if let Some((metadata, at)) = &known.metadata
            && now < at.plus(REMEMBERED)
        {
            return Ok(Arc::clone(metadata));
        }
        known.rested(now)?;
        let discovered = self.discover().await.map(Arc::new);
        let metadata = known.note(discovered, now)?;
        known.metadata = Some((Arc::clone(&metadata), now));
        Ok(metadata)
    }

    async fn discover(&self) -> Result<Metadata, Fault> {
        let base = self.settings.issuer.trim_end_matches('/');
        let place = format!("{base}/.well-known/openid-configuration");
        let place = Url::parse(&place).map_err(|_| Fault::Issuer)?;
        let local = is_local(&place);
        let metadata: Metadata = self.fetch.document(place).await?.read()?;
        // To the letter (OpenID Connect Discovery 1.0, 4.3).
        if metadata.issuer != self.settings.issuer {
            return Err(Fault::Issuer);
        }
        // A provider elsewhere has no business with this machine's own ports.
        let fine = |url: &Url| is_safe(url) && (local || !is_local(url));
        if !metadata.addresses().all(fine) {
            let what = "it names an address that is not https";
            return Err(Fault::Down(what.to_owned()));
        }
        Ok(metadata)
    }

    /// Its keys; `unless` they are those that did not do, where that is allowed already.
    async fn keys(
        &self,
        metadata: &Metadata,
        unless: Option<&Arc<Vec<Key>>>,
        now: Timestamp,
    ) -> Result<Arc<Vec<Key>>, Fault> {
        let mut known = self.known.lock().await;
        if let Some((keys, at)) = &known.keys {
            let same = unless.is_some_and(|old| Arc::ptr_eq(old, keys));
            let good = if same { KEYS_AGAIN } else { REMEMBERED };
            if now < at.plus(good) {
                return Ok(Arc::clone(keys));
            }
        }
        known.rested(now)?;
        let asked = self.fetch.document(metadata.jwks_uri.clone()).await;
        let set = asked.and_then(|answer| answer.read::<KeySet>());
        let keys = known.note(set, now)?.readable();
        let keys = Arc::new(keys);
        known.keys = Some((Arc::clone(&keys), now));
        Ok(keys)
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

    /// Who came back, as far as the provider knows.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn vouch(&self, returned: &Returned<'_>, now: Timestamp) -> Result<Vouched, Fault> {
        let metadata = self.metadata(now).await?;
        let answer = self.redeem(&metadata, returned).await?;
        let tokens: Tokens = answer.read()?;
        let said = self.verified(&metadata, &tokens.id_token, now).await?;
        let claims: Claims = serde_json::from_value(Value::Object(said.clone()))
            .map_err(|_| Fault::Signature("its claims are not what the standard says"))?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client: &self.settings.client,
            nonce: returned.nonce,
            max_age: returned.max_age,
            demands: &self.settings.demands,
        };
        expected.check(&claims, now).map_err(|fault| {
            let fault = Fault::from(fault);
            let apart = |date: Timestamp| now > date.plus(LEEWAY) || date > now.plus(LEEWAY);
            // A token that was made just now and is over: then it is the clocks.
            if fault == Fault::Expired && answer.date.is_some_and(apart) {
                Fault::Clock
            } else {
                fault
            }
        })?;
        let person = match self.named(&said) {
            Err(Fault::Unnamed(_)) => {
                let more = self.asked(&metadata, &tokens, &claims).await?;
                self.named(&more)?
            }
            named => named?,
        };
        Ok(Vouched {
            claims,
            person,
            token: tokens.id_token,
        })
    }

    /// Give the code for tokens.
    async fn redeem(&self, metadata: &Metadata, returned: &Returned<'_>) -> Result<Answer, Fault> {
        let settings = &self.settings;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", returned.code),
            ("redirect_uri", returned.back),
            ("code_verifier", returned.verifier),
        ];
        let ways = metadata.token_endpoint_auth_methods_supported.as_ref();
        // The header is the default (OpenID Connect Discovery 1.0, 3).
        let by_header = ways.is_none_or(|ways| ways.iter().any(|way| way == "client_secret_basic"));
        let secret = settings.secret.as_ref().map(|secret| secret.as_str());
        let credentials = secret
            .filter(|_| by_header)
            .map(|secret| (settings.client.as_str(), secret));
        if credentials.is_none() {
            fields.push(("client_id", &settings.client));
            fields.extend(secret.map(|secret| ("client_secret", secret)));
        }
        let place = metadata.token_endpoint.clone();
        let answer = self.fetch.form(place, &fields, credentials).await?;
        if answer.done() {
            return Ok(answer);
        }
        let error = answer
            .read::<Refusal>()
            .map(|refusal| plain(&refusal.error));
        Err(match (answer.status(), error) {
            (400..=499, Ok(error)) if error == "invalid_client" => {
                Fault::Down("it does not take client-id and client-secret".to_owned())
            }
            (400..=499, Ok(error)) => Fault::Refused(error),
            (status, _) => Fault::Down(format!("it answered {status} to the code")),
        })
    }

    /// What a token says, if it is signed as it must be. An unknown key may have come since.
    async fn verified(
        &self,
        metadata: &Metadata,
        token: &str,
        now: Timestamp,
    ) -> Result<Map<String, Value>, Fault> {
        let keys = self.keys(metadata, None, now).await?;
        let mut verified = jws::verify(token, &keys);
        if verified == Err(Unsigned::UnknownKey) {
            let newer = self.keys(metadata, Some(&keys), now).await?;
            verified = jws::verify(token, &newer);
        }
        let payload = verified.map_err(|unsigned| {
            Fault::Signature(match unsigned {
                Unsigned::Shape(what) => what,
                Unsigned::UnknownKey => "by none of its keys",
                Unsigned::Wrong => "the signature is wrong",
            })
        })?;
        // Read as claims first: those refuse a name that comes twice.
        serde_json::from_slice::<Claims>(&payload)
            .and_then(|_| serde_json::from_slice(&payload))
            .map_err(|_| Fault::Signature("its claims are not what the standard says"))
    }

    /// The claim that names the person.
    fn named(&self, said: &Map<String, Value>) -> Result<String, Fault> {
        let claim = self.settings.claim.as_str();
        let value = said.get(claim).and_then(Value::as_str).unwrap_or_default();
        let odd = value.len() > LONGEST || value.chars().any(char::is_control);
        if value.is_empty() || odd {
            return Err(Fault::Unnamed("the claim is missing"));
        }
        // Some say it as a text.
        let yes = |value: &Value| *value == Value::Bool(true) || value.as_str() == Some("true");
        if claim == "email" && !said.get("email_verified").is_some_and(yes) {
            return Err(Fault::Unnamed("the address is not verified"));
        }
        Ok(value.to_owned())
    }

    /// What it says of the person when asked with the access token (OpenID Connect Core 1.0, 5.3): many keep it out of the
    /// ID token.
    async fn asked(
        &self,
        metadata: &Metadata,
        tokens: &Tokens,
        claims: &Claims,
    ) -> Result<Map<String, Value>, Fault> {
        let place = metadata.userinfo_endpoint.clone();
        let Some((place, token)) = place.zip(tokens.access_token.as_ref()) else {
            return Ok(Map::new());
        };
        let answer = self.fetch.with_token(place, token).await?;
        if !answer.done() {
            return Ok(Map::new());
        }
        let said: Map<String, Value> = answer.read()?;
        let same = said.get("sub").and_then(Value::as_str) == Some(claims.sub.as_str());
        // Somebody else's answer is no answer (5.3.2).
        Ok(if same { said } else { Map::new() })
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

impl Known {
    /// Did it fail just now?
    fn rested(&self, now: Timestamp) -> Result<(), Fault> {
        match &self.failed {
            Some((fault, at)) if now < at.plus(REST) => Err(fault.clone()),
            _ => Ok(()),
        }
    }

    /// Remember a failure.
    fn note<T>(&mut self, outcome: Result<T, Fault>, now: Timestamp) -> Result<T, Fault> {
        self.failed = outcome.as_ref().err().map(|fault| (fault.clone(), now));
        outcome
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
