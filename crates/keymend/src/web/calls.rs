//! What a call says, as `TwiML`, for the provider that places it.
//!
//! <https://www.twilio.com/docs/voice/twiml>. Who speaks, and which language that voice knows, are texts too
//! (`voice-speaker`, `voice-language`): an operator may prefer another.

use std::sync::Arc;

use askama::Template;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::handler::Handler;
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, post};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, StatusCode, Uri};
use keymend_core::secret::Purpose;

use super::{Answer, render};
use crate::app::App;
use crate::app::calls::{Part, Script};
use crate::deliver::receipt::Posted;
use crate::error::Fail;
use crate::i18n::Arg;

/// Longest request of the provider, in bytes: it tells all it knows about the call.
const LONGEST: usize = 8192;
/// How long the first key is awaited after the last word, in seconds. A voice mail would be told no more than this.
const FIRST: u8 = 10;
/// How long the key for once more is awaited, in seconds.
const AGAIN: u8 = 6;
/// Digits in one breath.
const BREATH: usize = 3;

/// A route of a call.
pub fn route<T: 'static>(handler: impl Handler<T, Arc<App>>) -> MethodRouter<Arc<App>> {
    post(handler).layer(DefaultBodyLimit::max(LONGEST))
}

/// `POST /calls/{gateway}/{token}`
pub async fn answered(
    State(app): State<Arc<App>>,
    Path((gateway, token)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    script(&app, &gateway, &token, 0, (&uri, &headers, &body)).await
}

/// `POST /calls/{gateway}/{token}/{turn}`
pub async fn pressed(
    State(app): State<Arc<App>>,
    Path((gateway, token, turn)): Path<(String, String, u8)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    script(&app, &gateway, &token, turn, (&uri, &headers, &body)).await
}

async fn script(
    app: &App,
    gateway: &str,
    token: &str,
    turn: u8,
    (uri, headers, body): (&Uri, &HeaderMap, &[u8]),
) -> Answer {
    let posted = Posted {
        address: &app.site.address(uri),
        headers,
        body,
    };
    let script = app.script(gateway, token, turn, &posted).await?;
    let script = script.ok_or(Fail::Status(403))?;
    let next = turn.saturating_add(1);
    let next = format!("{}/calls/{gateway}/{token}/{next}", app.site.origin);
    let said = render(&Said::new(&script, &app.site.organisation, next))?;
    let headers = [
        (CONTENT_TYPE, "text/xml; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((StatusCode::OK, headers, said).into_response())
}

/// What is said, and whether a key is awaited.
#[derive(Template)]
#[template(path = "call.xml")]
struct Said<'a> {
    language: &'a str,
    speaker: &'a str,
    first: Vec<Verb>,
    key: Option<Key>,
    last: Vec<Verb>,
}

enum Verb {
    Say(String),
    /// A second.
    Pause,
}

/// A key that is awaited.
struct Key {
    while_waiting: Vec<Verb>,
    /// How long after that.
    seconds: u8,
    /// Where it is told.
    address: String,
}

impl<'a> Said<'a> {
    fn new(script: &'a Script, organisation: &str, next: String) -> Self {
        let words = &script.words;
        let say = |key| Verb::Say(words.t(key).to_owned());
        let mut said = Self {
            language: words.t("voice-language"),
            speaker: words.t("voice-speaker"),
            first: Vec::new(),
            key: None,
            last: Vec::new(),
        };
        match &script.part {
            Part::Opening(purpose) => {
                let purpose = purpose.map_or("test", Purpose::as_str);
                let opening = format!("voice-code-{purpose}");
                let opening = words.f(&opening, &[("organisation", Arg::from(organisation))]);
                said.key = Some(Key {
                    while_waiting: vec![Verb::Say(opening), say("voice-press")],
                    seconds: FIRST,
                    address: next,
                });
            }
            Part::Code { code, again } => {
                for opening in ["voice-digits", "voice-once-more"] {
                    said.first.push(say(opening));
                    for digits in code.chars().collect::<Vec<_>>().chunks(BREATH) {
                        let digits: Vec<String> = digits.iter().map(ToString::to_string).collect();
                        said.first
                            .extend([Verb::Say(digits.join(", ")), Verb::Pause]);
                    }
                }
                said.key = again.then(|| Key {
                    while_waiting: vec![say("voice-again")],
                    seconds: AGAIN,
                    address: next,
                });
                said.last.push(say("voice-goodbye"));
            }
            Part::Goodbye => said.last.push(say("voice-goodbye")),
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use keymend_core::secret::Purpose;

    use super::*;
    use crate::i18n::Catalogue;

    fn said(language: &str, part: Part) -> String {
        let words = Arc::clone(Catalogue::built_in().words(language));
        let next = "https://a.example/calls/v/t/1?a&b".to_owned();
        render(&Said::new(&Script { words, part }, "R&D <Campus>", next)).unwrap()
    }

    #[test]
    fn nothing_but_who_calls_is_said_before_a_key() {
        let text = said("en", Part::Opening(Some(Purpose::Reset)));
        assert!(text.starts_with("<?xml"), "{text}");
        assert!(text.contains("R&#38;D &#60;Campus&#62;"), "{text}");
        assert!(text.contains("action=\"https://a.example/calls/v/t/1?a&#38;b\""));
        let trial = said("en", Part::Opening(None));
        assert!(trial.contains("trying whether calls arrive"), "{trial}");
        let (_, after) = text.split_once("</Gather>").unwrap();
        assert_eq!(after, "\n<Hangup/>\n</Response>");
    }

    #[test]
    fn the_code_is_said_twice_in_the_language_of_its_owner() {
        for (language, speaker) in [
            ("en", "language=\"en-US\" voice=\"Polly.Joanna\""),
            ("es", "language=\"es-US\" voice=\"Polly.Lupe\""),
            ("ar", "language=\"arb\" voice=\"Polly.Zeina\""),
        ] {
            let code = "48291307".to_owned();
            let text = said(language, Part::Code { code, again: true });
            assert_eq!(text.matches(">4, 8, 2<").count(), 2, "{text}");
            assert_eq!(text.matches(">0, 7<").count(), 2, "{text}");
            assert_eq!(text.matches(speaker).count(), text.matches("<Say").count());
            assert_eq!(text.matches("<Gather").count(), 1, "{text}");
        }
        let code = "482913".to_owned();
        let last = said("en", Part::Code { code, again: false });
        assert!(!last.contains("Gather"), "{last}");
        let over = said("en", Part::Goodbye);
        assert_eq!(over.matches("<Say").count(), 1, "{over}");
    }
}
