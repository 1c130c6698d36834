//! Signing in by an identity provider: away, back, and who that is here.
//!
//! Begin with [`App::leave_for`] and [`App::back_from`]. In between there is a row, for one browser, once. The network
//! is asked while no transaction is open; whatever goes wrong is a [`Fault`], with an event, a number and a line in the
//! log, and nothing of what is registered is touched.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use keymend_core::id::Id;
use keymend_core::registration::Visit;
use keymend_core::secret::Token;
use keymend_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;
use zeroize::Zeroizing;

use super::limits::{Client, Hit};
use super::session::{Entering, Place, Tongue};
use super::{App, AppError};
use crate::chance::Os;
use crate::directories::Found;
use crate::oidc::fault::Fault;
use crate::oidc::settings::Matching;
use crate::oidc::{Leaving, Provider, Returned, Vouched, plain};
use crate::outbound::CONNECT;
use crate::store::audit::Event;
use crate::store::providers::Pending;

/// How long somebody may stay at a provider.
pub const AWAY: Duration = Duration::from_mins(10);
/// Longest code that is handed on.
const LONGEST: usize = 8 * 1024;

/// What we must know when somebody is back.
#[derive(Serialize, Deserialize)]
struct Kept {
    nonce: String,
    verifier: String,
    /// Where they wanted to go.
    next: String,
    /// The sign-in there must not be older, in seconds.
    max_age: Option<u64>,
}

/// Somebody on the way to a provider.
pub struct Gone {
    /// Where.
    pub url: Url,
    /// For the browser's cookie.
    pub browser: Token,
}

/// What a provider sent back, by the browser.
#[derive(Deserialize)]
pub struct Sent {
    /// The code.
    pub code: Option<String>,
    /// What we gave it.
    pub state: Option<String>,
    /// Who it says it is (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

/// Why nobody is signed in.
pub enum Unsigned {
    /// With a page of its own.
    Fault(Fault),
    /// As any request.
    App(AppError),
}

impl From<Fault> for Unsigned {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<E: Into<AppError>> From<E> for Unsigned {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

fn digest(token: &Token) -> String {
    BASE64URL_NOPAD.encode(&token.digest())
}

impl App {
    /// Where a provider sends people back.
    fn back_at(&self, provider: &Provider) -> String {
        format!("{}/sign-in/back/{}", self.site.origin, provider.settings.id)
    }

    fn begun<'a>(&self, address: &'a str) -> [Hit<'a>; 1] {
        [Hit {
            which: "provider-sign-ins",
            whose: address,
            limit: self.policy.limits.provider_sign_ins,
        }]
    }

    /// Somebody wants to sign in by a provider. `again`: who is signed in already does it to prove who they are, so that
    /// the provider must ask anew.
    ///
    /// # Errors
    /// [`Unsigned`].
    pub async fn leave_for(
        &self,
        provider: &Provider,
        next: &str,
        again: bool,
        client: &Client,
    ) -> Result<Gone, Unsigned> {
        let now = self.now();
        let address = client.address();
        let mut tx = self.store.begin().await?;
        let counted = self.count(&mut tx, &self.begun(&address), now).await?;
        tx.commit().await?;
        counted.map_err(Unsigned::App)?;
        let [state, nonce, verifier, browser] = [(); 4].map(|()| Token::random(&mut Os));
        let fresh = again.then_some(self.policy.registration.fresh);
        let max_age = provider.settings.max_age.into_iter().chain(fresh).min();
        // Some know no `max_age`.
        let anew = again || max_age == Some(Duration::ZERO);
        let leaving = Leaving {
            back: &self.back_at(provider),
            state: &state,
            nonce: &nonce,
            verifier: &verifier,
            max_age,
            anew,
        };
        let url = match provider.address(&leaving, now).await {
            Ok(url) => url,
            Err(fault) => return Err(self.refuse_at(provider, fault, client, now).await),
        };
        let kept = Kept {
            nonce: nonce.expose().to_owned(),
            verifier: verifier.expose().to_owned(),
            next: next.to_owned(),
            max_age: max_age.map(|age| age.as_secs()),
        };
        let body = serde_json::to_vec(&kept).map(Zeroizing::new);
        let body = body.map_err(|error| AppError::Internal(error.to_string()))?;
        let pending = Pending {
            state: &digest(&state),
            browser: &digest(&browser),
            provider: &provider.settings.id,
        };
        let mut tx = self.store.begin().await?;
        tx.add_pending(&pending, &body, now.plus(AWAY), &self.keys)
            .await?;
        tx.commit().await?;
        Ok(Gone { url, browser })
    }

    /// Somebody is back. Gives the session's token, and where they wanted to go.
    ///
    /// # Errors
    /// [`Unsigned`].
    pub async fn back_from(
        &self,
        provider: &Provider,
        sent: &Sent,
        cookie: Option<&Token>,
        client: &Client,
        (browser, tongue): (&str, Tongue),
    ) -> Result<(Token, String), Unsigned> {
        let now = self.now();
        let kept = match self.pending_of(provider, sent, cookie, now).await {
            Ok(kept) => kept,
            Err(Unsigned::Fault(fault)) => {
                return Err(self.refuse_at(provider, fault, client, now).await);
            }
            Err(error) => return Err(error),
        };
        let place = Place {
            browser,
            source: &client.0.to_string(),
            tongue,
        };
        let entered = async {
            let vouched = self.vouched(provider, sent, &kept, now).await?;
            let found = self.person_of(provider, &vouched).await?;
            let before = self.epoch(Some((found.directory, &found.entry))).await?;
            let protected = self.strong_enough(provider, &found, &vouched).await?;
            let mut visit = Visit::begin(Id::random(&mut Os), now);
            // What a change may rely on is when the person proved it there, not when the browser came back. Where that is
            // not told, it was long ago.
            let told = vouched.claims.authenticated().map(|at| at.min(now));
            let fresh = self.policy.registration.fresh;
            visit.signed_in = told.unwrap_or(now.minus(fresh));
            visit.untold = told.is_none();
            visit.stale = told.is_some_and(|at| now >= at.plus(fresh));
            let session = visit.id.clone();
            let placed = self.placed(&found, protected).await;
            let entering = Entering {
                found,
                before,
                placed,
                visit,
                place,
                by: &provider.settings.id,
            };
            let mut tx = self.store.begin().await?;
            let token = self.enter(&mut tx, &entering, now).await?;
            // Everything of the account was ended just now.
            let token = token.ok_or(Fault::Over)?;
            tx.came_from(&session, &provider.settings.id, &vouched.token, &self.keys)
                .await?;
            self.take_back(&mut tx, &self.begun(&client.address()), now)
                .await?;
            tx.commit().await?;
            Ok(token)
        };
        match entered.await {
            Ok(token) => {
                self.metrics.providers.note(&provider.settings.id, "done");
                Ok((token, kept.next))
            }
            Err(Unsigned::Fault(fault)) => Err(self.refuse_at(provider, fault, client, now).await),
            Err(error) => Err(error),
        }
    }

    /// The sign-in that this answer belongs to, for this browser, once.
    async fn pending_of(
        &self,
        provider: &Provider,
        sent: &Sent,
        cookie: Option<&Token>,
        now: Timestamp,
    ) -> Result<Kept, Unsigned> {
        let state = sent.state.as_deref().and_then(Token::presented);
        let (state, cookie) = state.as_ref().zip(cookie).ok_or(Fault::Over)?;
        let pending = Pending {
            state: &digest(state),
            browser: &digest(cookie),
            provider: &provider.settings.id,
        };
        let mut tx = self.store.begin().await?;
        let body = tx.take_pending(&pending, now, &self.keys).await?;
        tx.commit().await?;
        let body = Zeroizing::new(body.ok_or(Fault::Over)?);
        let kept = serde_json::from_slice(&body);
        kept.map_err(|error| AppError::Internal(error.to_string()).into())
    }

    async fn vouched(
        &self,
        provider: &Provider,
        sent: &Sent,
        kept: &Kept,
        now: Timestamp,
    ) -> Result<Vouched, Unsigned> {
        // Before anything else of the answer is believed (RFC 9207, 2.4).
        let issuer = &provider.settings.issuer;
        let named = match &sent.iss {
            Some(iss) => iss == issuer,
            // A no lets nobody in, whoever said it, and some name themselves only where they give a code.
            None => sent.error.is_some() || !provider.metadata(now).await?.names_itself(),
        };
        if !named {
            return Err(Fault::Issuer.into());
        }
        match sent.error.as_deref() {
            None => {}
            Some("access_denied") => return Err(Fault::Cancelled.into()),
            Some(error) => return Err(Fault::Refused(plain(error)).into()),
        }
        let code = sent.code.as_deref();
        let code = code.filter(|code| (1..=LONGEST).contains(&code.len()));
        let returned = Returned {
            code: code.ok_or(Fault::Over)?,
            back: &self.back_at(provider),
            verifier: &kept.verifier,
            nonce: &kept.nonce,
            max_age: kept.max_age.map(Duration::from_secs),
        };
        Ok(provider.vouch(&returned, now).await?)
    }

    /// The one account that a provider means.
    async fn person_of(
        &self,
        provider: &Provider,
        vouched: &Vouched,
    ) -> Result<Found<'_>, Unsigned> {
        let settings = &provider.settings;
        let home = settings.directory.as_deref();
        let directories = &self.directories;
        let mut all = match settings.matching {
            Matching::Subject => directories.all_of_subject(&vouched.person, home).await?,
            Matching::Name => {
                let name = directories.name(&vouched.person);
                let name = name.map_err(|_| Fault::NoAccount("nobody"))?;
                // A domain of another directory is not one of this provider's people.
                let elsewhere = name
                    .home()
                    .is_some_and(|own| home.is_some_and(|home| home != own));
                match name.name().lookup().filter(|_| !elsewhere) {
                    Some(lookup) => directories.all_named(lookup, name.home().or(home)).await?,
                    None => Vec::new(),
                }
            }
        };
        let (one, more) = (all.pop(), !all.is_empty());
        match one {
            Some(_) if more => Err(Fault::NoAccount("several").into()),
            Some(found) if !found.entry.enabled => Err(Fault::NoAccount("disabled").into()),
            Some(found) => Ok(found),
            None => Err(Fault::NoAccount("nobody").into()),
        }
    }

    /// Protected people sign in as strongly as the operator wants it of them. Gives whether somebody is protected, if the
    /// directory says it.
    async fn strong_enough(
        &self,
        provider: &Provider,
        found: &Found<'_>,
        vouched: &Vouched,
    ) -> Result<Option<bool>, Unsigned> {
        let demands = &provider.settings.protected;
        let decides = self.providers.keeps_protected();
        let protected = if decides {
            Some(self.is_protected(found).await?)
        } else {
            self.is_protected_if_known(found).await
        };
        // Where another provider demands it, one that does not is a way around it.
        let strong = !demands.none() && demands.met_by(&vouched.claims);
        if decides && protected == Some(true) && !strong {
            return Err(Fault::Protected.into());
        }
        Ok(protected)
    }

    /// Say to everybody whom it concerns what went wrong.
    async fn refuse_at(
        &self,
        provider: &Provider,
        fault: Fault,
        client: &Client,
        now: Timestamp,
    ) -> Unsigned {
        let id = &provider.settings.id;
        let word = fault.word();
        self.metrics.providers.note(id, word);
        tracing::warn!(provider = id, word, "no sign-in: {fault}");
        let source = client.0.to_string();
        let detail = format!("{id} {word}");
        let recorded = async {
            let mut tx = self.store.begin().await?;
            let event = Event {
                name: "sign-in.refused",
                account: None,
                flow: None,
                source: &source,
                detail: &detail,
            };
            tx.record(&event, now).await?;
            tx.commit().await
        };
        match recorded.await {
            Ok(()) => Unsigned::Fault(fault),
            Err(error) => Unsigned::App(error.into()),
        }
    }

    /// Where a browser is sent whose session came from a provider and is over.
    pub async fn farewell(&self, (provider, hint): &(String, String)) -> Option<Url> {
        let provider = self.providers.of(provider)?;
        let now = self.now();
        let back = format!("{}/sign-out/done", self.site.origin);
        let until = now.plus(AWAY).as_millis().to_string();
        let state = format!("{until}.{}", self.index("signed-out", &until));
        let asked = provider.farewell(hint, &back, &state, now);
        // Whoever signs out does not wait for somebody else.
        tokio::time::timeout(CONNECT, asked).await.ok()?
    }

    /// Was this given to a provider by [`App::farewell`], a short while ago?
    #[must_use]
    pub fn is_farewell(&self, state: &str) -> bool {
        let Some((until, seal)) = state.split_once('.') else {
            return false;
        };
        let ours = self.index("signed-out", until) == seal;
        let until = until.parse().map(Timestamp::from_millis);
        ours && until.is_ok_and(|until| self.now() < until)
    }
}
