//! What the demo shows beside the product.

use askama::Template;

use super::super::assets;
use super::{Chrome, parts};

/// A message of the demo.
pub struct Shown {
    /// `sms`, `voice` or `email`.
    pub channel: &'static str,
    /// Number or address.
    pub to: String,
    /// Subject of a mail, else empty.
    pub subject: String,
    /// The text.
    pub body: String,
    /// RFC 3339, UTC.
    pub sent_at: String,
}

/// `/demo/messages`.
#[derive(Template)]
#[template(path = "demo_messages.html")]
pub struct DemoMessages {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// Newest first.
    pub messages: Vec<Shown>,
}
