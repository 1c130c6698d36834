//! What an ID token must say before it lets somebody in (OpenID Connect Core 1.0, 3.1.3.7).
//!
//! Begin with [`Expected::check`]. The signature is not checked here; who calls has done that.

use std::time::Duration;

use serde::Deserialize;

use crate::time::Timestamp;

/// How far a provider's clock may be off.
pub const LEEWAY: Duration = Duration::from_mins(1);

/// The claims that decide; who the person is stands in others, which policy names.
#[derive(Clone, Debug, Deserialize)]
pub struct Claims {
    /// Who says it.
    pub iss: String,
    /// Whom it is about, in the issuer's own words.
    pub sub: String,
    /// Whom it is for.
    pub aud: Audience,
    /// Whom it was issued to.
    pub azp: Option<String>,
    /// Good until then, in seconds.
    pub exp: i64,
    /// Issued then, in seconds.
    pub iat: i64,
    /// What we sent along.
    pub nonce: Option<String>,
    /// When the person signed in there, in seconds.
    pub auth_time: Option<i64>,
    /// How strongly, as a class.
    pub acr: Option<String>,
    /// By which means.
    #[serde(default)]
    pub amr: Vec<String>,
}

/// One, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Audience {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Audience {
    fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Several(all) => all,
        }
    }
}

impl Claims {
    /// When the person signed in there, where that is told.
    #[must_use]
    pub fn authenticated(&self) -> Option<Timestamp> {
        self.auth_time.map(moment)
    }
}

/// How strongly somebody must have signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// One of these classes; any where there is none.
    pub acr: Vec<String>,
    /// All of these means.
    pub amr: Vec<String>,
}

impl Demands {
    /// Nothing is demanded.
    #[must_use]
    pub fn none(&self) -> bool {
        self.acr.is_empty() && self.amr.is_empty()
    }

    /// Are they met?
    #[must_use]
    pub fn met_by(&self, claims: &Claims) -> bool {
        let class = || {
            claims
                .acr
                .as_ref()
                .is_some_and(|acr| self.acr.contains(acr))
        };
        (self.acr.is_empty() || class()) && self.amr.iter().all(|means| claims.amr.contains(means))
    }
}

/// Why a token lets nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// Another issuer.
    Issuer,
    /// For somebody else.
    Audience,
    /// The answer to another question.
    Nonce,
    /// Over.
    Expired,
    /// From the future: one of the clocks is wrong.
    Early,
    /// The sign-in was too long ago.
    Stale,
    /// Not strongly enough.
    Weak,
}

/// What a token must say.
pub struct Expected<'a> {
    /// The issuer, to the letter.
    pub issuer: &'a str,
    /// Who we are to it.
    pub client: &'a str,
    /// What we sent along.
    pub nonce: &'a str,
    /// The sign-in was at most so long ago.
    pub max_age: Option<Duration>,
    /// How strongly.
    pub demands: &'a Demands,
}

impl Expected<'_> {
    /// Does it?
    ///
    /// # Errors
    /// [`TokenFault`], the first in the order of the clause.
    pub fn check(&self, claims: &Claims, now: Timestamp) -> Result<(), TokenFault> {
        let refuse = |wrong: bool, fault| if wrong { Err(fault) } else { Ok(()) };
        refuse(claims.iss != self.issuer, TokenFault::Issuer)?;
        let audience = claims.aud.all();
        let ours = audience.iter().any(|one| one == self.client);
        let issued_to_us = claims.azp.as_ref().map(|azp| azp == self.client);
        // With others beside us it must have been issued to us; where it says to whom, that is us.
        let azp = issued_to_us.unwrap_or(audience.len() == 1);
        refuse(!(ours && azp), TokenFault::Audience)?;
        refuse(now >= moment(claims.exp).plus(LEEWAY), TokenFault::Expired)?;
        refuse(moment(claims.iat) > now.plus(LEEWAY), TokenFault::Early)?;
        refuse(
            claims.nonce.as_deref() != Some(self.nonce),
            TokenFault::Nonce,
        )?;
        if let Some(max_age) = self.max_age {
            let fresh = |at: Timestamp| now < at.plus(max_age).plus(LEEWAY);
            refuse(
                !claims.authenticated().is_some_and(fresh),
                TokenFault::Stale,
            )?;
        }
        refuse(!self.demands.met_by(claims), TokenFault::Weak)
    }
}

/// Whole seconds since 1970 (RFC 7519, 2).
fn moment(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds.saturating_mul(1000))
}

#[cfg(test)]
mod tests;
