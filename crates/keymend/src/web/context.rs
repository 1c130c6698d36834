//! What every handler knows of a request: who sends it, in which language, under which guard.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;
use keymend_core::secret::Token;

use super::browser::Browser;
use super::cookies::{self, Jar};
use super::pages::Chrome;
use crate::app::limits::Client;
use crate::app::{App, AppError};
use crate::chance::Os;
use crate::i18n::{Words, choose};

/// The request, read once.
#[derive(Clone)]
pub struct Cx {
    /// The application.
    pub app: Arc<App>,
    /// Who sends it.
    pub client: Client,
    /// The browser that it comes from.
    pub browser: Browser,
    /// The words of its language.
    pub words: Arc<Words>,
    /// Reference for the log and the error page.
    pub request: Arc<str>,
    /// Its cookies.
    pub jar: Jar,
    /// The person, or the link that brought them here, chose the language.
    pub chosen: bool,
    /// When the last byte of its body had come.
    pub whole: Arc<OnceLock<Instant>>,
    theme: Option<&'static str>,
    seed: Arc<str>,
    fresh_seed: bool,
}

impl Cx {
    /// Read a request.
    #[must_use]
    pub fn new(
        app: Arc<App>,
        client: Client,
        request: String,
        headers: &HeaderMap,
        query: Option<&str>,
    ) -> Self {
        let jar = Jar::read(headers, app.site.secure);
        let locale = query.and_then(|query| {
            url::form_urlencoded::parse(query.as_bytes())
                .find(|(name, _)| name == "ui_locales")
                .map(|(_, value)| value.into_owned())
        });
        let accepted = headers
            .get(http::header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        let language = choose(
            locale.as_deref(),
            jar.plain(cookies::LANGUAGE),
            accepted,
            &app.site.languages,
            app.site.language,
        );
        let cookie = jar.plain(cookies::LANGUAGE);
        let chosen = [locale.as_deref(), cookie].into_iter().any(|tags| {
            tags.is_some_and(|tags| tags.split(' ').any(|tag| app.speaks(tag).is_some()))
        });
        let words = Arc::clone(app.catalogue.words(language));
        let theme = jar.plain(cookies::THEME).and_then(theme);
        let kept = jar
            .guarded(cookies::FORM)
            .map(|token| token.expose().to_owned());
        let fresh_seed = kept.is_none();
        let seed = kept.unwrap_or_else(|| Token::random(&mut Os).expose().to_owned());
        Self {
            client,
            browser: Browser::of(headers),
            words,
            chosen,
            whole: Arc::default(),
            request: Arc::from(request),
            jar,
            theme,
            seed: Arc::from(seed),
            fresh_seed,
            app,
        }
    }

    /// What a page carries. `here` is where the language and theme forms return to.
    #[must_use]
    pub fn chrome(&self, here: impl Into<Cow<'static, str>>) -> Chrome {
        let site = &self.app.site;
        Chrome {
            words: Arc::clone(&self.words),
            theme: self.theme,
            organisation: Arc::clone(&site.organisation),
            help: Arc::clone(&site.help),
            csrf: self.guard(),
            here: here.into(),
            signed_in: None,
            languages: Arc::clone(&site.languages),
            demo: site.demo,
        }
    }

    /// The token that every form must send back: nobody else can make it for this browser.
    #[must_use]
    pub fn guard(&self) -> String {
        data_encoding::BASE64URL_NOPAD.encode(&self.app.keys.forms.index("form", &self.seed))
    }

    /// The seed of the guard, to which a proof-of-work challenge is bound too.
    #[must_use]
    pub fn seed(&self) -> &str {
        &self.seed
    }

    /// The browser sent no seed: a page gives it one, a form cannot be ours.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.fresh_seed
    }

    /// The cookie of the reset flow.
    ///
    /// # Errors
    /// [`AppError::Gone`] when there is none.
    pub fn flow(&self) -> Result<&Token, AppError> {
        self.jar.guarded(cookies::FLOW).ok_or(AppError::Gone)
    }

    /// A sentence.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.words.t(key).to_owned()
    }
}

/// The theme that a cookie or a form names.
#[must_use]
pub fn theme(text: &str) -> Option<&'static str> {
    match text {
        "light" => Some("light"),
        "dark" => Some("dark"),
        _ => None,
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Cx {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, AppError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| AppError::Internal("a request without a context".to_owned()))
    }
}
