//! The pages: one struct a page, each with its template under `templates/`.
//!
//! A handler fills a struct and calls [`askama::Template::render`]. Everything here is already
//! decided: no page asks the store or the clock. Begin with [`Chrome`], which every page carries; what
//! templates ask of the structs besides their fields is in [`parts`]. The pages of one errand are in one file, under
//! the name of the handlers that fill them; what several errands share is here.

mod demo;
pub mod parts;
mod password;
mod register;
mod reset;
mod security;
mod sign_in;

use std::borrow::Cow;
use std::sync::Arc;

use askama::Template;
use keymend_core::method::Channel;

use super::assets;
use crate::app::receipts::Arrival;
use crate::i18n::Words;
pub use demo::{DemoMessages, Shown};
pub use password::{ChangePassword, NewPassword, Rules};
pub use register::{
    Codes, Confirm, Email, Making, NewApp, NewPasskey, Overview, Pair, Phone, Questions,
    Registered, Remove, Row, RowState, Secret, Shared, Sheet,
};
pub use reset::{
    Answers, AppCode, Code, Done, Help, Number, PasskeyGate, RecoveryCode, Step, Unlock, Ways,
    What, Who, Work,
};
pub use security::{Before, Happening, Known, Security, Session};
pub use sign_in::{Claim, Hop, SignIn};

/// What every page carries: language, theme, the organisation and the form's guard.
pub struct Chrome {
    /// The words of the page's language.
    pub words: Arc<Words>,
    /// `Some("light")` or `Some("dark")` when the person chose one.
    pub theme: Option<&'static str>,
    /// Display name of the organisation.
    pub organisation: Arc<str>,
    /// How to reach the service desk, in the operator's words.
    pub help: Arc<str>,
    /// Token for the hidden field `csrf` of every form on the page.
    pub csrf: String,
    /// Path that the language and theme forms return to: one of our own page paths.
    pub here: Cow<'static, str>,
    /// Sign-in name of the person signed in, for the sign-out form in the header.
    pub signed_in: Option<String>,
    /// Languages offered by the picker.
    pub languages: Arc<[&'static str]>,
    /// True in the demo, which shows a strip with a link to the messages.
    pub demo: bool,
}

/// One thing wrong with a form, said at the top and beside its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Name of the field, which is the `id` of its input; empty when it belongs to the whole form.
    pub field: String,
    /// The sentence, in the page's language.
    pub text: String,
}

/// All that is wrong with a form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Sentence for one field, if there is one.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|fault| fault.field == field)
            .map(|fault| fault.text.as_str())
    }

    /// True when nothing is wrong.
    #[must_use]
    pub fn none(&self) -> bool {
        self.0.is_empty()
    }
}

/// `/`: reset or unlock, register or manage, change.
#[derive(Template)]
#[template(path = "start.html")]
pub struct Start {
    /// See [`Chrome`].
    pub chrome: Chrome,
}

/// A code that is on its way.
pub struct Sent {
    /// By which channel.
    pub channel: Channel,
    /// Clock time at which it was asked for, such as `14:32`.
    pub at: String,
    /// Clock time until which it is valid.
    pub until: String,
    /// Seconds until `try again` is accepted; 0 when it is accepted now.
    pub again_in: i64,
    /// What its owner may know of it.
    pub arrival: Option<Arrival>,
}

/// A country of the drop-down.
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub region: String,
    /// Name in the page's language where known, with the calling code: `United States (+1)`.
    pub label: String,
    /// Preselected.
    pub selected: bool,
}

/// `/n/{token}`: somebody says that a notice was not about them.
#[derive(Template)]
#[template(path = "not_me.html")]
pub struct NotMe {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Path that the button posts to; `None` once it was used or when the link is not known.
    pub post: Option<String>,
    /// True right after the button was pressed.
    pub frozen: bool,
}

/// Any page that only says something: an error, an expired visit, a stop.
#[derive(Template)]
#[template(path = "message.html")]
pub struct Message {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Heading.
    pub title: String,
    /// What happened and what to do.
    pub text: String,
    /// A link onwards: (path, text).
    pub onward: Option<(&'static str, String)>,
    /// Reference that the log line carries too.
    pub request: String,
}
