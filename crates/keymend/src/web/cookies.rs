//! Cookies: opaque tokens with every protection, and two plain preferences.

use std::sync::Arc;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use keymend_core::secret::Token;

/// The reset flow.
pub const FLOW: &str = "keymend-flow";
/// The signed-in session.
pub const SESSION: &str = "keymend-session";
/// A sign-in that is under way at an identity provider.
pub const AWAY: &str = "keymend-away";
/// The seed of the form guard.
pub const FORM: &str = "keymend-form";
/// The language, a preference.
pub const LANGUAGE: &str = "keymend-lang";
/// The theme, a preference.
pub const THEME: &str = "keymend-theme";

/// The cookies of a request.
#[derive(Clone)]
pub struct Jar {
    secure: bool,
    pairs: Arc<[(String, String)]>,
    tokens: Arc<[(&'static str, Token)]>,
}

impl Jar {
    /// Read them. A name that comes twice is read as not there: nobody can plant a second one.
    #[must_use]
    pub fn read(headers: &HeaderMap, secure: bool) -> Self {
        let pairs: Vec<(String, String)> = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let once = |name: &str| {
            let mut found = pairs.iter().filter(|(known, _)| known == name);
            let first = found.next();
            first
                .filter(|_| found.next().is_none())
                .map(|(_, value)| value.clone())
        };
        let tokens: Vec<_> = [FLOW, SESSION, AWAY, FORM]
            .into_iter()
            .filter_map(|name| {
                let token = Token::presented(&once(&full(name, secure))?)?;
                Some((name, token))
            })
            .collect();
        Self {
            secure,
            pairs: Arc::from(pairs),
            tokens: Arc::from(tokens),
        }
    }

    /// A token.
    #[must_use]
    pub fn guarded(&self, name: &str) -> Option<&Token> {
        self.tokens
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, token)| token)
    }

    /// A preference.
    #[must_use]
    pub fn plain(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Give a token to the browser, until it is closed.
    pub fn give(&self, headers: &mut HeaderMap, name: &str, token: &str) {
        let secure = if self.secure { "; Secure" } else { "" };
        let name = full(name, self.secure);
        append(
            headers,
            &format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}"),
        );
    }

    /// Take a token back.
    pub fn take(&self, headers: &mut HeaderMap, name: &str) {
        let secure = if self.secure { "; Secure" } else { "" };
        let name = full(name, self.secure);
        append(
            headers,
            &format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict{secure}"),
        );
    }

    /// Remember a preference for a year.
    pub fn prefer(&self, headers: &mut HeaderMap, name: &str, value: &'static str) {
        let secure = if self.secure { "; Secure" } else { "" };
        append(
            headers,
            &format!("{name}={value}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict{secure}"),
        );
    }
}

/// Over plain http on this machine, which only the demo allows, browsers refuse the prefix.
fn full(name: &str, secure: bool) -> String {
    if secure {
        format!("__Host-{name}")
    } else {
        name.to_owned()
    }
}

fn append(headers: &mut HeaderMap, line: &str) {
    if let Ok(value) = HeaderValue::from_str(line) {
        headers.append(SET_COOKIE, value);
    }
}
