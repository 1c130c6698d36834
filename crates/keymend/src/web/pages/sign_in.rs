//! Signing in: with a password, with a claim code, by a provider.

use askama::Template;

use super::super::assets;
use super::{Chrome, Faults, parts};

/// `/sign-in`.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Where to go afterwards: `register` or `password`.
    pub next: &'static str,
    /// The name typed so far.
    pub name: String,
    /// Passwords are taken.
    pub password: bool,
    /// Providers, as (id, what people call it).
    pub providers: Vec<(String, String)>,
    /// What was wrong. A wrong name, a wrong password and a locked account share one sentence.
    pub faults: Faults,
}

/// `/sign-in/claim`.
#[derive(Template)]
#[template(path = "claim.html")]
pub struct Claim {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// The name typed so far.
    pub name: String,
    /// The code as it was mistyped.
    pub typed: String,
    /// What was wrong. A wrong name, a wrong code, one that was used and one that is over share one sentence.
    pub faults: Faults,
}

/// A page that goes on by itself: to another site, or from one. It has no form, for it may know nothing of the browser.
#[derive(Template)]
#[template(path = "hop.html")]
pub struct Hop {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Where it goes.
    pub title: String,
    /// The address, for whom it does not go on by itself.
    pub url: String,
}
