//! Signing in and out.
//!
//! By password here; by an identity provider in [`oidc`], by a claim code in [`claim`].

pub mod claim;
pub mod oidc;

use axum::response::Response;
use http::{HeaderValue, StatusCode};
use keymend_core::secret::Token;
use serde::Deserialize;

use super::asked::Asked;
use super::context::Cx;
use super::form::Form;
use super::pages::{Faults, SignIn};
use super::{Answer, cookies, html, ok, render, to};
use crate::app::AppError;
use crate::app::session::{Entered, Person, Tongue};
use crate::error::Fail;

/// Where somebody wanted to go.
#[derive(Clone, Copy, Default)]
pub enum Next {
    /// The overview.
    #[default]
    Register,
    /// Changing the password.
    Password,
}

impl Next {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "register" => Some(Self::Register),
            "password" => Some(Self::Password),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Password => "password",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Register => "/register",
            Self::Password => "/password",
        }
    }

    fn here(self) -> &'static str {
        match self {
            Self::Register => "/sign-in",
            Self::Password => "/sign-in?next=password",
        }
    }
}

/// Query of the sign-in page. What it does not know is ignored: it only picks among our own paths.
#[derive(Deserialize)]
pub struct Wanted {
    next: Option<String>,
    login_hint: Option<String>,
}

fn form(cx: &Cx, next: Next, name: String, faults: Faults) -> SignIn {
    let providers = &cx.app.providers;
    let named = providers.all.iter().map(|provider| {
        let settings = &provider.settings;
        (settings.id.clone(), settings.label.clone())
    });
    SignIn {
        chrome: cx.chrome(next.here()),
        next: next.name(),
        name,
        password: providers.password,
        providers: named.collect(),
        faults,
    }
}

/// `GET /sign-in`
pub async fn page(cx: Cx, Asked(wanted): Asked<Wanted>) -> Answer {
    let next = wanted
        .next
        .as_deref()
        .and_then(Next::parse)
        .unwrap_or_default();
    let name: String = wanted
        .login_hint
        .unwrap_or_default()
        .chars()
        .take(128)
        .collect();
    ok(&form(&cx, next, name, Faults::default()))
}

/// `POST /sign-in`
pub async fn sign_in(cx: Cx, mut posted: Form) -> Answer {
    let typed = posted.take("name")?;
    let password = posted.password("password")?;
    let next = Next::parse(&posted.take("next")?).ok_or(Fail::Status(400))?;
    posted.end()?;
    if !cx.app.providers.password {
        return Err(Fail::Status(404));
    }
    let again = |name: String, status: u16, field: &str, text: String| {
        let page = form(&cx, next, name, Faults::one(field, text));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Ok(html(status, render(&page)?))
    };
    let name = match cx.app.directories.name(&typed) {
        Ok(name) => name,
        Err(fault) => return again(typed, 422, "name", cx.t(fault.key())),
    };
    // No directory takes a password of that length; hashing it would be work for an attacker.
    if password.expose().is_empty() || password.expose().len() > 4096 {
        return again(typed, 422, "password", cx.t(out(&cx)));
    }
    let browser = cx.browser.to_string();
    let signed = cx
        .app
        .sign_in(&name, &password, &cx.client, &browser, tongue(&cx));
    match signed.await {
        Ok(Entered::In(token)) => entered(&cx, &token, next).await,
        Ok(Entered::Out) => again(typed, 422, "", cx.t(out(&cx))),
        Ok(Entered::Closed(why)) => again(typed, 422, "", cx.t(why.key())),
        Err(error) => match cx.sentence(&error) {
            Some((status, text)) => again(typed, status, "", text),
            None => Err(error.into()),
        },
    }
}

/// The one sentence for everybody whom a password does not let in. Where protected people must use a button it says that
/// there are such accounts, to all alike.
fn out(cx: &Cx) -> &'static str {
    if cx.app.providers.keeps_protected() {
        "fault-sign-in-or-provider"
    } else {
        "fault-sign-in"
    }
}

/// The language of a visit that begins with this request.
fn tongue(cx: &Cx) -> Tongue {
    Tongue {
        language: cx.words.language(),
        chosen: cx.chosen,
    }
}

/// In, with the session's cookie: where the person wanted to go, or where the directory wants them first.
async fn entered(cx: &Cx, token: &Token, next: Next) -> Answer {
    // Whoever signs in again leaves no session behind that a copy of its cookie could go on with (SES-2).
    if let Ok(before) = self::person(cx).await {
        cx.app.sign_out(&before, &cx.client).await?;
    }
    let person = cx.app.person(token).await?;
    let mut response = to(if person.session.must_change {
        "/password"
    } else {
        next.path()
    });
    cx.jar
        .give(response.headers_mut(), cookies::SESSION, token.expose());
    Ok(response)
}

/// `POST /sign-out`
pub async fn sign_out(cx: Cx, posted: Form) -> Answer {
    posted.end()?;
    let came = match person(&cx).await {
        Ok(person) => cx.app.sign_out(&person, &cx.client).await?,
        Err(_) => None,
    };
    let mut response = match &came {
        Some(came) => oidc::farewell(&cx, came).await?,
        None => to("/"),
    };
    leave(&cx, &mut response);
    Ok(response)
}

/// Take everything back from the browser that the session left there.
pub fn leave(cx: &Cx, response: &mut Response) {
    cx.jar.take(response.headers_mut(), cookies::SESSION);
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert("clear-site-data", all);
}

/// Who is signed in.
///
/// # Errors
/// [`AppError::Gone`] when nobody is.
pub async fn person(cx: &Cx) -> Result<Person, AppError> {
    let token = cx.jar.guarded(cookies::SESSION).ok_or(AppError::Gone)?;
    cx.app.person(token).await
}

/// Who is signed in and may use the portal, or the way to become that.
///
/// # Errors
/// The redirect, or a failure.
pub async fn need_person(cx: &Cx) -> Result<Person, Result<Response, Fail>> {
    match person(cx).await {
        Ok(person) if person.session.must_change => Err(Ok(to("/password"))),
        Ok(person) => Ok(person),
        Err(AppError::Gone) => Err(Ok(to("/sign-in"))),
        Err(error) => Err(Err(error.into())),
    }
}
