//! Access tokens by the client credentials grant (RFC 6749, 4.4).

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::Client;
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;
use zeroize::Zeroizing;

use crate::outbound;

/// Longest wait for a token.
const PATIENCE: Duration = Duration::from_secs(8);
/// A token is renewed so long before its end.
const MARGIN: Duration = Duration::from_mins(1);
/// Life of a token that does not say.
const LIFE: u64 = 300;
/// As much of an answer is read, in bytes.
const MOST: usize = 64 * 1024;

/// Who asks for tokens, and where.
#[derive(Clone)]
pub struct GrantSettings {
    /// The token endpoint.
    pub url: Url,
    /// Client id.
    pub client: String,
    /// What proves it.
    pub secret: Zeroizing<String>,
    /// What the token is for; empty where the server knows.
    pub scope: String,
}

/// Without the secret.
impl fmt::Debug for GrantSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrantSettings")
            .field("url", &self.url.as_str())
            .field("client", &self.client)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// RFC 6749, 5.1.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: Option<u64>,
}

/// Tokens, as long as they live.
pub struct Grant {
    settings: GrantSettings,
    client: Client,
    held: Mutex<Option<(Zeroizing<String>, Instant)>>,
}

impl Grant {
    /// Asks at the first mail.
    ///
    /// # Errors
    /// In one line that begins with the key, when this machine has no certificates to believe.
    pub fn new(settings: GrantSettings) -> Result<Self, String> {
        Ok(Self {
            settings,
            // Of the keys that a client may have, only the address is here, and is called this.
            client: outbound::client(None, None).map_err(|line| format!("token-{line}"))?,
            held: Mutex::default(),
        })
    }

    /// A token that has some life left.
    ///
    /// # Errors
    /// In one line, without the secret.
    pub async fn token(&self) -> Result<Zeroizing<String>, String> {
        let held = self.held().clone();
        if let Some((token, until)) = held
            && Instant::now() < until
        {
            return Ok(token);
        }
        let Granted {
            access_token,
            expires_in,
        } = self.ask().await?;
        let token = Zeroizing::new(access_token);
        let life = Duration::from_secs(expires_in.unwrap_or(LIFE).min(24 * 3600));
        let until = Instant::now() + life.saturating_sub(MARGIN);
        *self.held() = Some((token.clone(), until));
        Ok(token)
    }

    /// The token is not what the mail server wants: ask for another one.
    pub fn forget(&self) {
        *self.held() = None;
    }

    async fn ask(&self) -> Result<Granted, String> {
        let GrantSettings {
            url,
            client,
            secret,
            scope,
        } = &self.settings;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client.as_str()),
            ("client_secret", secret.as_str()),
            ("scope", scope.as_str()),
        ];
        let form = form.iter().filter(|(_, value)| !value.is_empty());
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = self
            .client
            .post(url.clone())
            .timeout(PATIENCE)
            .header(
                http::header::CONTENT_TYPE,
                "application/x-www-form-urlencoded",
            )
            .header(http::header::ACCEPT, "application/json")
            .body(form);
        let broken = |error: reqwest::Error| format!("no token: {}", error.without_url());
        let mut answer = request.send().await.map_err(broken)?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("no token: its server answered {}", status.as_u16()));
        }
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            body.extend_from_slice(&chunk);
            if body.len() > MOST {
                return Err("no token: its server says too much".to_owned());
            }
        }
        serde_json::from_slice(&body)
            .map_err(|_| "no token: there is none in the answer".to_owned())
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Option<(Zeroizing<String>, Instant)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
