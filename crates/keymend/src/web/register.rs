//! The registration portal: the overview and what its buttons do.

pub mod app;
pub mod codes;
pub mod confirm;
pub mod email;
mod named;
pub mod passkey;
pub mod phone;
pub mod questions;
pub mod security;

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use keymend_core::challenge::Challenge;
use keymend_core::method::Kind;
use keymend_core::readiness::{Lack, Readiness, Why, advice, assess, counts, lack};
use keymend_core::recovery::FEW;
use keymend_core::refusal::Refusal;
use keymend_core::registration::{Ask, Slot};
use keymend_core::time::Timestamp;
use serde::Deserialize;

use super::asked::Asked;
use super::context::Cx;
use super::form::{BadForm, Form};
use super::pages::parts::method_name;
use super::pages::{Chrome, Faults, Overview, Registered, Remove, Row, RowState, Sent};
use super::sign_in::{leave, need_person};
use super::{Answer, cookies, html, ok, render, to};
use crate::app::AppError;
use crate::app::registration::Visited;
use crate::app::session::Person;
use crate::error::Fail;
use crate::i18n::Arg;
use crate::store::methods::{Holding, MethodRow};

/// Whoever is signed in, or the response that leads there.
macro_rules! person {
    ($cx:expr) => {
        match need_person($cx).await {
            Ok(person) => person,
            Err(elsewhere) => return elsewhere,
        }
    };
}
use person;

/// Query of the overview: what just happened.
#[derive(Deserialize)]
pub struct News {
    news: Option<String>,
}

/// Query of the page that removes.
#[derive(Deserialize)]
pub struct Which {
    method: String,
    which: Option<String>,
}

/// News that the overview can tell, by the word in its address.
const NEWS: [(&str, &str); 10] = [
    ("codes", "news-codes-kept"),
    ("app", "news-app-added"),
    ("passkey", "news-passkey-added"),
    ("passkey-second", "news-passkey-second"),
    ("phone", "news-phone-verified"),
    ("email", "news-email-verified"),
    ("questions", "news-questions-saved"),
    ("removed", "news-removed"),
    ("confirmed", "news-confirmed"),
    ("unfrozen", "news-unfrozen"),
];

fn chrome(cx: &Cx, person: &Person, here: &'static str) -> Chrome {
    let mut chrome = cx.chrome(here);
    chrome.signed_in = Some(person.account.name.clone());
    chrome
}

/// What a method shows to its owner.
fn value(method: &MethodRow) -> String {
    match &method.holding {
        Holding::Destination(keymend_core::registration::Destination::Phone(number)) => {
            number.international()
        }
        Holding::Destination(keymend_core::registration::Destination::Email(address)) => {
            address.readable()
        }
        Holding::Questions { ids, .. } => ids.len().to_string(),
        Holding::App(app) => app.name.as_str().to_owned(),
        Holding::Passkey(passkey) => passkey.name.as_str().to_owned(),
        Holding::Codes { left } => left.to_string(),
    }
}

/// How many recovery codes are left, if there is a set.
pub(super) fn left(methods: &[MethodRow]) -> Option<usize> {
    let mut sets = methods.iter().filter_map(|method| match method.holding {
        Holding::Codes { left } => usize::try_from(left).ok(),
        _ => None,
    });
    sets.next()
}

fn overview_page(cx: &Cx, person: &Person, news: Option<String>, faults: Faults) -> Overview {
    let now = cx.app.now();
    let own = cx.app.policy_of(&person.account);
    let policy = &own.registration;
    let counted = |kind: Kind| counts(own, kind, person.account.rank());
    let set = |(at, method): (usize, &MethodRow)| {
        let several = method.kind.several();
        let id = method.kind.as_str().to_owned();
        Row {
            method: method.kind.as_str(),
            id: if several { format!("{id}-{at}") } else { id },
            which: several.then(|| method.destination.clone()),
            offered: true,
            state: RowState::Set {
                value: value(method),
                worn: method.worn(),
                few: matches!(method.holding, Holding::Codes { left } if left <= FEW),
                waits_until: (method.usable_from > now && !method.worn())
                    .then(|| cx.app.site.date_time(method.usable_from)),
            },
        }
    };
    let rows = |kind: &Kind| {
        let held = person.methods.iter().filter(|method| method.kind == *kind);
        let mut rows: Vec<_> = held.enumerate().map(set).collect();
        let state = match rows.len() {
            0 => Some(RowState::Missing),
            there if there < kind.most() => Some(RowState::Another),
            _ => None,
        };
        rows.extend(state.map(|state| Row {
            method: kind.as_str(),
            id: kind.as_str().to_owned(),
            which: None,
            offered: true,
            state,
        }));
        rows
    };
    let gone = person.methods.iter().enumerate();
    let gone = gone.filter(|(_, method)| !counted(method.kind));
    let gone = gone.map(set).map(|row| Row {
        offered: false,
        ..row
    });
    let confirm_again = !policy.confirm_again.is_zero()
        && person
            .account
            .confirmed()
            .is_some_and(|last| now >= last.plus(policy.confirm_again));
    Overview {
        chrome: chrome(cx, person, "/register"),
        rows: own
            .methods
            .iter()
            .filter(|kind| counted(**kind))
            .flat_map(rows)
            .chain(gone)
            .collect(),
        enough: missing(cx, person).is_none(),
        readiness: readiness(cx, person),
        news,
        frozen: person.account.frozen(),
        confirm_again,
        faults,
    }
}

/// How safe it is, once there is enough: what a person can do something about, and that all is well. Whoever has not
/// finished yet is told by the rest of the page what to do.
fn readiness(cx: &Cx, person: &Person) -> Option<String> {
    if person.account.frozen() {
        return None;
    }
    let own = cx.app.policy_of(&person.account);
    let (rank, now) = (person.account.rank(), cx.app.now());
    let held = unspent(&person.methods);
    let stands = assess(own, rank, held.clone(), now);
    let missing = missing(cx, person);
    let enough = missing.is_none();
    let with = |key: &str, value: String| cx.words.f(key, &[("value", Arg::from(value))]);
    match (stands.readiness, stands.why) {
        (Readiness::NotReady, Why::Waits(until)) => {
            let until = cx.app.site.date_time(until);
            enough.then(|| with("readiness-waits", until))
        }
        (Readiness::NotReady, _) => {
            let text = match missing {
                // Nothing of the ways above would do.
                Some(lack @ Lack::Beyond) => too_few(cx, lack),
                _ => cx.t("readiness-not-ready"),
            };
            person.account.finished().then_some(text)
        }
        _ if !enough => None,
        (Readiness::Ready, _) => Some(cx.t("readiness-ready")),
        (Readiness::OneLossFromLockout, _) => {
            let more = advice(own, rank, held, now);
            let more = more
                .into_iter()
                .map(|kind| cx.t(method_name(kind.as_str())));
            let more = more.collect::<Vec<_>>().join(" · ");
            // Where nothing is left to add, nobody is told to worry.
            (!more.is_empty()).then(|| with("readiness-one-loss", more))
        }
    }
}

/// All that is registered and not used up, with the time from which on it serves.
fn unspent(methods: &[MethodRow]) -> impl Iterator<Item = (Kind, Timestamp)> + Clone + '_ {
    let methods = methods.iter().filter(|method| !method.spent());
    methods.map(|method| (method.kind, method.usable_from))
}

/// What is missing before this is a registration, as `finish` judges it.
fn missing(cx: &Cx, person: &Person) -> Option<Lack> {
    missing_of(cx, person, &person.methods)
}

/// What would be missing if this one were gone.
fn missing_without(cx: &Cx, person: &Person, gone: &MethodRow) -> Option<Lack> {
    let this =
        |method: &MethodRow| (method.kind, &method.destination) == (gone.kind, &gone.destination);
    let left = person.methods.iter().filter(|method| !this(method));
    let left: Vec<MethodRow> = left.cloned().collect();
    missing_of(cx, person, &left)
}

fn missing_of(cx: &Cx, person: &Person, methods: &[MethodRow]) -> Option<Lack> {
    let own = cx.app.policy_of(&person.account);
    let rank = person.account.rank();
    lack(own, rank, unspent(methods), cx.app.now())
}

/// `GET /register`
pub async fn overview(cx: Cx, Asked(query): Asked<News>) -> Answer {
    let person = person!(&cx);
    let word = query.news.as_deref();
    let news = NEWS
        .iter()
        .find(|(known, _)| Some(*known) == word)
        .map(|(_, key)| cx.t(key));
    ok(&overview_page(&cx, &person, news, Faults::default()))
}

/// `POST /register/finish`
pub async fn finish(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let person = person!(&cx);
    match cx.app.visit(&person, Ask::Finish, &cx.client).await {
        Ok(_) => Ok(to("/register/done")),
        Err(AppError::Refused(Refusal::Minimum(lack))) => {
            let text = too_few(&cx, lack);
            // The directory was asked once more: rank and policy may be others than before.
            let person = person!(&cx);
            let page = overview_page(&cx, &person, None, Faults::one("", text));
            super::unprocessable(&page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Why a registration cannot be finished yet.
fn too_few(cx: &Cx, lack: Lack) -> String {
    match lack {
        Lack::Methods(count) => cx.words.f("fault-minimum", &[("count", Arg::from(count))]),
        Lack::Resistant => cx.t("fault-minimum-resistant"),
        Lack::Beyond => cx.t("fault-minimum-beyond"),
    }
}

/// `POST /register/cancel`: what was verified stays, the visit ends.
pub async fn cancel(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let person = person!(&cx);
    cx.app.sign_out(&person, &cx.client).await?;
    let mut response = to("/register/cancelled");
    leave(&cx, &mut response);
    Ok(response)
}

/// `GET /register/cancelled`
pub async fn cancelled(cx: Cx) -> Answer {
    ok(&Registered {
        chrome: cx.chrome("/register/cancelled"),
        cancelled: true,
        codes: false,
    })
}

/// `GET /register/done`
pub async fn done(cx: Cx) -> Answer {
    let person = person!(&cx);
    ok(&Registered {
        chrome: chrome(&cx, &person, "/register/done"),
        cancelled: false,
        codes: cx
            .app
            .policy_of(&person.account)
            .methods
            .contains(&Kind::Codes)
            && left(&person.methods).is_none(),
    })
}

/// `POST /register/looks-good`
pub async fn looks_good(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let person = person!(&cx);
    cx.app.visit(&person, Ask::LooksGood, &cx.client).await?;
    Ok(to("/register?news=confirmed"))
}

/// `POST /register/unfreeze`
pub async fn unfreeze(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let person = person!(&cx);
    match cx.app.visit(&person, Ask::Unfreeze, &cx.client).await {
        Ok(_) => Ok(to("/register?news=unfrozen")),
        Err(error) => detour(error),
    }
}

/// `GET /register/remove`
pub async fn remove_page(cx: Cx, Asked(which): Asked<Which>) -> Answer {
    let person = person!(&cx);
    let kind = Kind::parse(&which.method).ok_or(Fail::Status(404))?;
    let found = person.methods.iter().find(|method| {
        let this = which.which.as_ref() == Some(&method.destination);
        method.kind == kind && (this || !kind.several())
    });
    let Some(method) = found else {
        return Ok(to("/register"));
    };
    let here = match kind {
        Kind::Phone => "/register/remove?method=phone",
        Kind::Email => "/register/remove?method=email",
        Kind::Questions => "/register/remove?method=questions",
        Kind::Codes => "/register/remove?method=codes",
        Kind::App | Kind::Passkey => "/register",
    };
    ok(&Remove {
        chrome: chrome(&cx, &person, here),
        method: kind.as_str(),
        value: value(method),
        needed: missing_without(&cx, &person, method).is_some(),
        which: which.which.filter(|_| kind.several()),
    })
}

/// `POST /register/remove`
pub async fn remove(cx: Cx, mut form: Form) -> Answer {
    let kind = Kind::parse(&form.take("method")?).ok_or(BadForm::Shape)?;
    let ask = if kind.several() {
        Ask::RemoveOne(kind, form.take("which")?)
    } else {
        Ask::Remove(kind)
    };
    form.end()?;
    let person = person!(&cx);
    match cx.app.visit(&person, ask, &cx.client).await {
        Ok(_) => Ok(to("/register?news=removed")),
        Err(error) => detour(error),
    }
}

/// A refusal that another page can mend.
fn detour(error: AppError) -> Answer {
    match error {
        AppError::Refused(Refusal::ProofNeeded) => Ok(to("/register/confirm-it-is-you")),
        AppError::Refused(Refusal::SignInAgain) => Ok(to("/sign-in")),
        AppError::Refused(Refusal::NotRegistered | Refusal::Frozen) | AppError::Moved => {
            Ok(to("/register"))
        }
        other => Err(other.into()),
    }
}

/// On to a page, with the new token of the session.
fn onward(cx: &Cx, visited: &Visited, path: &'static str) -> Response {
    let mut response = to(path);
    if let Some(token) = &visited.token {
        cx.jar
            .give(response.headers_mut(), cookies::SESSION, token.expose());
    }
    response
}

/// May the page of a method be shown? Else the way to become able.
async fn opened(cx: &Cx, person: &Person, kind: Kind) -> Result<(), Answer> {
    match cx.app.visit(person, Ask::Open(kind), &cx.client).await {
        Ok(_) => Ok(()),
        Err(AppError::Refused(Refusal::NotOffered)) => Err(Err(Fail::Status(404))),
        Err(error) => Err(detour(error)),
    }
}

/// The code that is on its way in a slot.
fn on_its_way(cx: &Cx, person: &Person, slot: Slot) -> Option<Sent> {
    let visit = &person.session.visit;
    let open: &Challenge = visit.challenge(slot)?;
    let again = visit.sends.again_at(open.way.kind(), &cx.app.policy.codes);
    let known = person.arrival.filter(|(about, _)| *about == slot);
    Some(Sent {
        arrival: known.map(|(_, arrival)| arrival),
        ..cx.sent(open, again)?
    })
}

/// The form again with what was wrong, or where a refusal leads.
fn mended<T: Template>(
    cx: &Cx,
    error: AppError,
    field: &str,
    view: impl FnOnce(Faults) -> T,
) -> Answer {
    match cx.sentence(&error) {
        Some((status, text)) => with_status(status, &view(Faults::one(field, text))),
        None => detour(error),
    }
}

fn with_status(status: u16, page: &impl Template) -> Answer {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    Ok(html(status, render(page)?))
}
