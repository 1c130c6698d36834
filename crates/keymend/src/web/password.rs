//! Changing a password while signed in, and strength in words.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use keymend_core::password::{DirectoryRules, NewPassword};
use keymend_core::reset::State;

use super::context::Cx;
use super::form::Form;
use super::pages::{ChangePassword, Faults, Message};
use super::sign_in::person;
use super::{Answer, cookies, html, ok, render, to, unprocessable};
use crate::app::AppError;
use crate::app::password::{Changed, Known};
use crate::app::session::Person;
use crate::error::Fail;

/// Longer than this, a password is strong; measuring it costs more than it tells.
const MEASURED: usize = 72;

async fn form(
    cx: &Cx,
    person: &Person,
    faults: Faults,
    strength: Option<String>,
) -> ChangePassword {
    let asked = cx.app.rules_for(&person.account).await;
    let known = Known {
        sign_in: &person.account.name,
        display_name: Some(&person.entry.display_name),
    };
    let mut chrome = cx.chrome("/password");
    chrome.signed_in = Some(person.account.name.clone());
    ChangePassword {
        chrome,
        name: person.account.name.clone(),
        rules: cx.rules(&asked, !person.session.must_change, known),
        must: person.session.must_change,
        strength,
        done: false,
        faults,
    }
}

/// `GET /password`
pub async fn page(cx: Cx) -> Answer {
    match person(&cx).await {
        Ok(person) => ok(&form(&cx, &person, Faults::default(), None).await),
        Err(AppError::Gone) => Ok(to("/sign-in?next=password")),
        Err(error) => Err(error.into()),
    }
}

/// `POST /password`
pub async fn change(cx: Cx, mut posted: Form) -> Answer {
    let current = posted.password("current")?;
    let new = posted.password("password")?;
    let confirm = posted.maybe("confirm").map(NewPassword::new);
    posted.end()?;
    let person = match person(&cx).await {
        Ok(person) => person,
        Err(AppError::Gone) => return Ok(to("/sign-in?next=password")),
        Err(error) => return Err(error.into()),
    };
    let mut faults = Faults::default();
    if current.expose().is_empty() || current.expose().len() > 4096 {
        faults.push("current", cx.t("fault-current-wrong"));
    }
    if let Some(fault) = typed_fault(&cx, &new, confirm.as_ref()) {
        faults.0.push(fault);
    }
    if !faults.none() {
        return unprocessable(&form(&cx, &person, faults, None).await);
    }
    match cx
        .app
        .change_password(&person, &current, &new, &cx.client)
        .await
    {
        Ok(Changed::Done(token)) => {
            let mut response = to("/password/done");
            cx.jar
                .give(response.headers_mut(), cookies::SESSION, token.expose());
            Ok(response)
        }
        Ok(Changed::WrongCurrent) => {
            let faults = Faults::one("current", cx.t("fault-current-wrong"));
            unprocessable(&form(&cx, &person, faults, None).await)
        }
        Ok(Changed::Faults(faults)) => {
            let strength = strength(&cx, &new, None).await;
            let faults = cx.password(&faults);
            unprocessable(&form(&cx, &person, faults, strength).await)
        }
        Ok(Changed::DirectoryDown) => {
            let busy = Faults::one("", cx.t("fault-directory-busy"));
            let page = form(&cx, &person, busy, None).await;
            Ok(html(StatusCode::SERVICE_UNAVAILABLE, render(&page)?))
        }
        Ok(Changed::NotAllowed) => {
            let text = cx.t("fault-directory-not-allowed");
            let page = form(&cx, &person, Faults::one("", text), None).await;
            Ok(html(StatusCode::FORBIDDEN, render(&page)?))
        }
        Ok(Changed::Unknown) => {
            let page = Message {
                chrome: cx.chrome("/password"),
                title: cx.t("unknown-title"),
                text: cx.t("unknown-change-text"),
                onward: Some(("/", cx.t("onward-start"))),
                request: cx.request.to_string(),
            };
            Ok(html(StatusCode::ACCEPTED, render(&page)?))
        }
        Err(error) => match cx.sentence(&error) {
            Some((status, text)) => {
                let page = form(&cx, &person, Faults::one("", text), None).await;
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::TOO_MANY_REQUESTS);
                Ok(html(status, render(&page)?))
            }
            None => Err(error.into()),
        },
    }
}

/// `GET /password/done`
pub async fn done(cx: Cx) -> Answer {
    let person = match person(&cx).await {
        Ok(person) => person,
        Err(AppError::Gone) => return Ok(to("/sign-in?next=password")),
        Err(error) => return Err(error.into()),
    };
    let mut page = form(&cx, &person, Faults::default(), None).await;
    page.chrome.here = "/password/done".into();
    page.done = true;
    ok(&page)
}

/// What can be wrong before any rule: nothing typed, or two different things.
pub fn typed_fault(
    cx: &Cx,
    new: &NewPassword,
    confirm: Option<&NewPassword>,
) -> Option<super::pages::Fault> {
    let fault = |field: &str, key: &str| super::pages::Fault {
        field: field.to_owned(),
        text: cx.t(key),
    };
    if new.expose().is_empty() {
        return Some(fault("password", "fault-password-empty"));
    }
    let differs = confirm.is_some_and(|confirm| !confirm.same_as(new));
    differs.then(|| fault("confirm", "fault-passwords-differ"))
}

/// `POST /reset/strength`
pub async fn strength_in_flow(cx: Cx, mut posted: Form) -> Answer {
    let password = posted.password("password")?;
    posted.end()?;
    let standing = cx.app.standing(cx.flow()?).await?;
    if !matches!(standing.row.flow.state, State::Proven { .. }) {
        return Err(Fail::Status(409));
    }
    let asked = cx.app.rules_of(&standing).await;
    Ok(sentence(strength(&cx, &password, Some(&asked)).await))
}

/// `POST /password/strength`
pub async fn strength_signed_in(cx: Cx, mut posted: Form) -> Answer {
    let password = posted.password("password")?;
    posted.end()?;
    let person = person(&cx).await?;
    let asked = cx.app.rules_for(&person.account).await;
    Ok(sentence(strength(&cx, &password, Some(&asked)).await))
}

fn sentence(text: Option<String>) -> Response {
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    ([(CONTENT_TYPE, kind)], text.unwrap_or_default()).into_response()
}

/// Strength in words. Advice, never a gate; measured away from the async workers.
///
/// What the rules refuse is never called good: without `directory` they did already, with it what can be known without
/// the person's names is asked here.
pub async fn strength(
    cx: &Cx,
    password: &NewPassword,
    directory: Option<&DirectoryRules>,
) -> Option<String> {
    let measured: String = password.expose().chars().take(MEASURED).collect();
    let too_long = password.expose().chars().nth(cx.app.rules.max()).is_some();
    if measured.is_empty() || too_long {
        return None;
    }
    let refused = directory.is_none_or(|directory| {
        let nobody = Known {
            sign_in: "",
            display_name: None,
        };
        let faults = cx.app.password_faults(password, directory, nobody);
        !faults.is_empty()
    });
    let own = cx.app.site.organisation.to_string();
    let measured = zeroize::Zeroizing::new(measured);
    let score = tokio::task::spawn_blocking(move || {
        u8::from(zxcvbn::zxcvbn(&measured, &[own.as_str()]).score())
    })
    .await
    .ok()?;
    let score = if refused { score.min(1) } else { score };
    Some(cx.t(&format!("strength-{score}")))
}
