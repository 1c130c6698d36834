//! The last step, once everything is proven: `/reset/password`, or the button that unlocks.

use http::StatusCode;
use keymend_core::password::NewPassword;

use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::Faults;
use super::super::password::{strength, typed_fault};
use super::super::{Answer, cookies, to};
use super::show::{show, show_measured};
use super::{here, step};
use crate::app::AppError;
use crate::app::settle::Submitted;

/// `GET /reset/password`
pub async fn password(cx: Cx) -> Answer {
    here(&cx, "/reset/password").await
}

/// `POST /reset/password`
pub async fn submit(cx: Cx, mut form: Form) -> Answer {
    let new = form.password("password")?;
    let confirm = form.maybe("confirm").map(NewPassword::new);
    form.end()?;
    let cookie = cx.flow()?;
    if let Some(fault) = typed_fault(&cx, &new, confirm.as_ref()) {
        let standing = cx.app.standing(cookie).await?;
        return show(
            &cx,
            &standing,
            Faults(vec![fault]),
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    }
    let submitted = cx.app.submit_password(cookie, &new, &cx.client).await;
    settled(&cx, submitted, Some(&new)).await
}

/// `POST /reset/unlock`
pub async fn unlock(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let submitted = cx.app.submit_unlock(cx.flow()?, &cx.client).await;
    settled(&cx, submitted, None).await
}

async fn settled(
    cx: &Cx,
    submitted: Result<Submitted, AppError>,
    new: Option<&NewPassword>,
) -> Answer {
    let (cookie, faults, status) = match submitted {
        Ok(Submitted::Done(cookie)) => {
            let mut response = to("/reset/done");
            if let Some(cookie) = cookie {
                cx.jar
                    .give(response.headers_mut(), cookies::FLOW, cookie.expose());
            }
            // Whoever was signed in here is not any more.
            cx.jar.take(response.headers_mut(), cookies::SESSION);
            return Ok(response);
        }
        Ok(Submitted::Faults(cookie, faults)) => (
            cookie,
            cx.password(&faults),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Ok(Submitted::DirectoryDown(cookie)) => {
            let faults = Faults::one("", cx.t("fault-directory-busy"));
            (cookie, faults, StatusCode::SERVICE_UNAVAILABLE)
        }
        Ok(Submitted::NotAllowed(cookie)) => {
            let faults = Faults::one("", cx.t("fault-directory-not-allowed"));
            (cookie, faults, StatusCode::FORBIDDEN)
        }
        Ok(Submitted::Unknown(cookie)) => (cookie, Faults::default(), StatusCode::ACCEPTED),
        Err(error) => return step(cx, Err(error), "password").await,
    };
    let now = match &cookie {
        Some(cookie) => cookie,
        None => cx.flow()?,
    };
    let standing = cx.app.standing(now).await?;
    let words = match new {
        // A directory that is away, or does not let us, says nothing about the password.
        Some(new) if status == StatusCode::UNPROCESSABLE_ENTITY => strength(cx, new, None).await,
        _ => None,
    };
    let mut response = show_measured(cx, &standing, faults, status, words).await?;
    if let Some(cookie) = cookie {
        cx.jar
            .give(response.headers_mut(), cookies::FLOW, cookie.expose());
    }
    Ok(response)
}

/// `GET /reset/done`
pub async fn done(cx: Cx) -> Answer {
    here(&cx, "/reset/done").await
}
