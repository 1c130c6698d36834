//! Who came back from a provider: the code is given for a token, and the token read. Begin with [`Provider::vouch`].

use std::time::Duration;

use keymend_core::id_token::{Claims, Expected, LEEWAY};
use keymend_core::time::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::discovery::Metadata;
use super::fault::Fault;
use super::fetch::Answer;
use super::jws::{self, Unsigned};
use super::{Provider, plain};

/// Longest name of a person.
const LONGEST: usize = 256;

/// What came back.
pub struct Returned<'a> {
    /// The code.
    pub code: &'a str,
    /// Where it came back, once more.
    pub back: &'a str,
    /// As in [`super::Leaving`].
    pub verifier: &'a str,
    /// As in [`super::Leaving`].
    pub nonce: &'a str,
    /// As in [`super::Leaving`].
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

impl Provider {
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
}
