//! What a provider says of itself and the keys it signs with: asked for over HTTP, remembered for a while. Begin with
//! [`Provider::metadata`].

use std::sync::Arc;
use std::time::Duration;

use keymend_core::time::Timestamp;
use serde::Deserialize;
use url::Url;

use super::Provider;
use super::fault::Fault;
use super::jws::{Key, KeySet};
use super::settings::{is_local, is_safe};

/// How long what a provider publishes is remembered.
const REMEMBERED: Duration = Duration::from_hours(1);
/// Keys are not asked for again within this, whatever tokens name.
const KEYS_AGAIN: Duration = Duration::from_mins(1);
/// A provider that did not answer is not asked again within this: nobody waits behind somebody who waits.
const REST: Duration = Duration::from_secs(5);

/// What a provider says of itself (OpenID Connect Discovery 1.0, 3; RFC 8414, RFC 9207).
#[derive(Debug, Deserialize)]
pub struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    pub(super) end_session_endpoint: Option<Url>,
    pub(super) token_endpoint_auth_methods_supported: Option<Vec<String>>,
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
pub(super) struct Known {
    metadata: Option<(Arc<Metadata>, Timestamp)>,
    keys: Option<(Arc<Vec<Key>>, Timestamp)>,
    failed: Option<(Fault, Timestamp)>,
}

impl Provider {
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
    pub(super) async fn keys(
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
