//! `/register/security`: what is registered, where somebody is signed in, what happened lately.

use std::net::IpAddr;

use keymend_core::method::Kind;
use keymend_core::time::Timestamp;
use serde::Deserialize;

use super::super::asked::Asked;
use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::{Before, Happening, Known, Security, Session};
use super::super::sign_in::{leave, need_person};
use super::super::{Answer, ok, to};
use super::{chrome, person, value};
use crate::app::AppError;
use crate::app::security::Which;
use crate::store::audit::Told;

/// Query: what just happened.
#[derive(Deserialize)]
pub struct News {
    news: Option<String>,
}

/// Key of the sentence about an event.
fn sentence(event: &str) -> &'static str {
    match event {
        "sign-in.done" => "event-sign-in",
        "password.changed" => "event-password-changed",
        "reset.done" => "event-reset",
        "unlock.done" => "event-unlock",
        "method.added" => "event-method-added",
        "method.changed" => "event-method-changed",
        "method.removed" => "event-method-removed",
        "recovery-code.used" => "event-recovery-code-used",
        "recovery.frozen" => "event-frozen",
        "recovery.unfrozen" => "event-unfrozen",
        "session.ended" => "event-session-ended",
        "user.password-set" => "event-password-set",
        "user.unlocked" => "event-unlocked",
        "user.disabled" => "event-disabled",
        _ => "event-enabled",
    }
}

fn happening(cx: &Cx, told: Told) -> Happening {
    let method = Kind::parse(&told.detail).filter(|_| told.event.starts_with("method."));
    Happening {
        sentence: sentence(&told.event),
        method: method.map(Kind::as_str),
        at: cx.app.site.date_time(Timestamp::from_millis(told.at)),
        // A command or the worker is nowhere.
        source: told.source.parse::<IpAddr>().ok().map(|_| told.source),
    }
}

/// `GET`
pub async fn page(cx: Cx, Asked(query): Asked<News>) -> Answer {
    let person = person!(&cx);
    let activity = cx.app.activity(&person).await?;
    let at = |time| cx.app.site.date_time(time);
    let own = person.session.visit.id.as_str();
    let known = |kind: &Kind| {
        let held = person.methods.iter().filter(|held| held.kind == *kind);
        let known = held.map(|held| Known {
            method: kind.as_str(),
            value: value(held),
            verified: at(held.verified),
            served: held.served.map(at),
        });
        known.collect::<Vec<_>>()
    };
    let sessions = activity.sessions.into_iter().map(|session| Session {
        since: at(session.since()),
        seen: at(Timestamp::from_millis(session.seen)),
        here: session.id == own,
        id: session.id,
        browser: session.browser,
        source: session.source,
    });
    let earlier = activity.earlier.into_iter().map(|earlier| Before {
        method: earlier.kind.as_str(),
        since: at(earlier.bound),
        until: at(earlier.ended),
    });
    ok(&Security {
        chrome: chrome(&cx, &person, "/register/security"),
        news: query.news.is_some_and(|news| news == "signed-out"),
        methods: Kind::ALL.iter().flat_map(known).collect(),
        sessions: sessions.collect(),
        earlier: earlier.collect(),
        events: activity
            .events
            .into_iter()
            .map(|told| happening(&cx, told))
            .collect(),
    })
}

/// `POST /register/security/sign-out`: one session, or all others where none is named.
pub async fn sign_out(cx: Cx, mut form: Form) -> Answer {
    let which = match form.maybe("session") {
        Some(id) => Which::One(id),
        None => Which::Others,
    };
    form.end()?;
    let person = person!(&cx);
    let own = person.session.visit.id.as_str();
    let leaves = matches!(&which, Which::One(id) if id == own);
    match cx.app.end_sessions(&person, &which, &cx.client).await {
        Ok(()) if leaves => {
            let mut response = to("/");
            leave(&cx, &mut response);
            Ok(response)
        }
        // It ended by itself, or from another tab: what was wanted is done.
        Ok(()) | Err(AppError::Moved) => Ok(to("/register/security?news=signed-out")),
        Err(error) => Err(error.into()),
    }
}
