//! Choosing a new password, after a reset's proofs or signed in.

use askama::Template;

use super::super::assets;
use super::{Chrome, Faults, parts};

/// What a new password needs.
pub struct Rules {
    /// Ours in plain sentences; length and history are the stricter ones of both.
    pub ours: Vec<String>,
    /// What the directory asks for beyond.
    pub directory: Vec<String>,
    /// The least length, in code points.
    pub min: usize,
    /// Value for `passwordrules`.
    pub for_managers: String,
    /// A passphrase that meets them all.
    pub suggestion: Option<String>,
}

/// `/reset/password`.
#[derive(Template)]
#[template(path = "new_password.html")]
pub struct NewPassword {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Sign-in name for the hidden `username` field, so that password managers file it right.
    pub name: String,
    /// The rules, shown before typing.
    pub rules: Rules,
    /// Strength of the refused password in words.
    pub strength: Option<String>,
    /// Fields: `password`, `confirm`.
    pub faults: Faults,
}

/// `/password`: change it, signed in.
#[derive(Template)]
#[template(path = "change_password.html")]
pub struct ChangePassword {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Sign-in name for the hidden `username` field.
    pub name: String,
    /// The rules.
    pub rules: Rules,
    /// The directory wants a new password before anything else.
    pub must: bool,
    /// Strength of the refused password in words.
    pub strength: Option<String>,
    /// The change is done: the page says so and shows no form.
    pub done: bool,
    /// Fields: `current`, `password`, `confirm`.
    pub faults: Faults,
}
