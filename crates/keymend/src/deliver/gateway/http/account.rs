//! Who we are to a provider.

use std::fmt;

use http::HeaderName;
use zeroize::Zeroizing;

use super::template::{Name, Template, can_be_header};

/// What the operator says about the account with the provider.
#[derive(Clone, Default)]
pub struct Account {
    /// The sender as receivers see it: a number or a name.
    pub from: Option<String>,
    /// What the provider calls the account.
    pub name: Option<String>,
    /// Who signs in, where that is not the account.
    pub user: Option<String>,
    /// What proves it.
    pub secret: Option<Zeroizing<String>>,
}

/// Without the secret.
impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("from", &self.from)
            .field("name", &self.name)
            .field("user", &self.user)
            .field("secret", &self.secret.as_ref().map(|_| "…"))
            .finish()
    }
}

impl Account {
    /// Keys that the request needs and that are not set.
    pub fn missing(&self, used: &[Name]) -> Vec<(&'static str, String)> {
        let named = self.user.is_some() || self.name.is_some();
        let set = |name| match name {
            Name::From => [Some(("from", self.from.is_some())), None],
            Name::Account => [Some(("account", named)), None],
            Name::User => [Some(("user", named)), None],
            Name::Secret | Name::Signature => [Some(("secret", self.secret.is_some())), None],
            Name::Basic | Name::AwsSns => [
                Some(("user", named)),
                Some(("secret", self.secret.is_some())),
            ],
            _ => [None, None],
        };
        let mut missing: Vec<(&'static str, String)> = Vec::new();
        for name in used {
            for (key, there) in set(*name).into_iter().flatten() {
                if !there && !missing.iter().any(|(known, _)| *known == key) {
                    let name = name.as_str();
                    missing.push((key, format!("is missing; the request has {{{name}}}")));
                }
            }
        }
        missing
    }

    /// Values that are empty, or that stand in a header and cannot.
    pub fn unfit(&self, headers: &[(HeaderName, Template)]) -> Vec<(&'static str, String)> {
        let values = [
            ("from", Name::From, self.from.as_deref()),
            ("account", Name::Account, self.name.as_deref()),
            ("user", Name::User, self.user.as_deref()),
            (
                "secret",
                Name::Secret,
                self.secret.as_ref().map(|secret| secret.as_str()),
            ),
        ];
        let in_header = |wanted: Name| {
            let mut names = headers.iter().flat_map(|(_, value)| value.names());
            names.any(|name| name == wanted)
        };
        let mut unfit = Vec::new();
        for (key, name, value) in values {
            let Some(value) = value else { continue };
            if value.is_empty() {
                unfit.push((key, "is empty".to_owned()));
            } else if in_header(name) && !can_be_header(value) {
                let what = "holds a line break, or a character that no header can hold";
                unfit.push((key, what.to_owned()));
            }
        }
        unfit
    }
}
