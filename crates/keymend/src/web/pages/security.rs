//! `/register/security`: what there is and was of one's own account. Begin with [`Security`].

use askama::Template;

use super::super::assets;
use super::{Chrome, parts};

/// A registered method on [`Security`].
pub struct Known {
    /// `phone`, `email`, `app` or `questions`.
    pub method: &'static str,
    /// What the overview shows of it.
    pub value: String,
    /// Clock time of its registration.
    pub verified: String,
    /// Clock time of its last use as a proof.
    pub served: Option<String>,
}

/// A signed-in browser on [`Security`].
pub struct Session {
    /// For the form that ends it.
    pub id: String,
    /// The browser and its system; empty when unknown.
    pub browser: String,
    /// The client's address at the sign-in.
    pub source: String,
    /// Clock time of the sign-in.
    pub since: String,
    /// Clock time of the last request.
    pub seen: String,
    /// It is the one that asks.
    pub here: bool,
}

/// A method of earlier times on [`Security`].
pub struct Before {
    /// What it was.
    pub method: &'static str,
    /// Clock time of its registration.
    pub since: String,
    /// Clock time of its end.
    pub until: String,
}

/// Something that happened, on [`Security`].
pub struct Happening {
    /// Key of what happened.
    pub sentence: &'static str,
    /// The method that it is about.
    pub method: Option<&'static str>,
    /// Clock time.
    pub at: String,
    /// Address of the browser that did it.
    pub source: Option<String>,
}

/// `/register/security`.
#[derive(Template)]
#[template(path = "security.html")]
pub struct Security {
    /// See [`Chrome`].
    pub chrome: Chrome,
    /// A session was ended just now.
    pub news: bool,
    /// Registered methods.
    pub methods: Vec<Known>,
    /// Signed-in browsers.
    pub sessions: Vec<Session>,
    /// Methods that are registered no more.
    pub earlier: Vec<Before>,
    /// What happened, the newest first.
    pub events: Vec<Happening>,
}
