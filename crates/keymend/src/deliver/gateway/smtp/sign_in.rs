//! Who we are to a mail server, and what proves it.

use std::fmt;
use std::path::PathBuf;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use zeroize::Zeroizing;

use super::conversation::words;
use super::grant::{Grant, GrantSettings};

/// What proves who we are, as configured.
#[derive(Clone)]
pub enum Proof {
    /// A password: PLAIN (RFC 4616), or LOGIN where the server knows nothing better.
    Password(Zeroizing<String>),
    /// An OAuth 2.0 access token in a file that something else keeps fresh: XOAUTH2.
    TokenFile(PathBuf),
    /// An OAuth 2.0 access token that we ask for: XOAUTH2.
    Grant(GrantSettings),
}

/// Without the secret.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password(_) => f.write_str("Password(…)"),
            Self::TokenFile(path) => f.debug_tuple("TokenFile").field(path).finish(),
            Self::Grant(grant) => f.debug_tuple("Grant").field(grant).finish(),
        }
    }
}

/// Who signs in, and how.
pub struct SignIn {
    user: String,
    way: Way,
}

enum Way {
    Password(Zeroizing<String>),
    TokenFile(PathBuf),
    Grant(Box<Grant>),
}

impl SignIn {
    /// From the configuration.
    ///
    /// # Errors
    /// In one line, when tokens cannot be asked for at all.
    pub fn new(user: String, proof: &Proof) -> Result<Self, String> {
        let way = match proof {
            Proof::Password(password) => Way::Password(password.clone()),
            Proof::TokenFile(path) => Way::TokenFile(path.clone()),
            Proof::Grant(settings) => Way::Grant(Box::new(Grant::new(settings.clone())?)),
        };
        Ok(Self { user, way })
    }

    /// Sign in on a connection.
    ///
    /// # Errors
    /// In one line, without the secret.
    pub async fn prove(&self, connection: &mut AsyncSmtpConnection) -> Result<(), String> {
        let (mechanisms, secret) = match &self.way {
            Way::Password(password) => {
                (&[Mechanism::Plain, Mechanism::Login][..], password.clone())
            }
            Way::TokenFile(path) => {
                let read = tokio::fs::read_to_string(path).await;
                let text = read.map_err(|error| format!("{}: {error}", path.display()))?;
                let token = Zeroizing::new(Zeroizing::new(text).trim().to_owned());
                (&[Mechanism::Xoauth2][..], token)
            }
            Way::Grant(grant) => (&[Mechanism::Xoauth2][..], grant.token().await?),
        };
        let offered = connection.server_info().get_auth_mechanism(mechanisms);
        if offered.is_none() {
            let names: Vec<String> = mechanisms.iter().map(ToString::to_string).collect();
            return Err(format!(
                "the mail server does not offer {}",
                names.join(" or ")
            ));
        }
        let credentials = Credentials::new(self.user.clone(), secret.to_string());
        let proven = connection.auth(mechanisms, &credentials).await;
        proven.map(drop).map_err(|error| match &self.way {
            Way::Password(_) => words(&error),
            Way::TokenFile(_) => format!("the token is not taken: {}", token_words(&error)),
            Way::Grant(grant) => {
                grant.forget();
                format!("the token is not taken: {}", token_words(&error))
            }
        })
    }
}

/// A server that refuses a token says why in a challenge, which the library takes for a mistake of ours.
fn token_words(error: &lettre::transport::smtp::Error) -> String {
    if error.is_client() {
        "the mail server has objections".to_owned()
    } else {
        words(error)
    }
}
