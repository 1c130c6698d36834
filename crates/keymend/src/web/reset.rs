//! The reset and unlock portal.
//!
//! One function, [`show::show`], knows the page of every state. A step that does not belong where the flow
//! stands answers 409 with the page of where it really stands. Here are the steps that are about the flow as a whole;
//! those of each part are in [`who`], [`gate`] and [`settle`].

pub mod gate;
pub mod settle;
mod show;
pub mod who;

use http::StatusCode;
use keymend_core::refusal::Refusal;
use keymend_core::reset::{Ask, Goal};

use super::context::Cx;
use super::form::{BadForm, Form};
use super::pages::{Faults, Help};
use super::{Answer, cookies, ok, to};
use crate::app::AppError;
use crate::app::reset::Stepped;
use show::{path, show};

/// `GET /reset/what`
pub async fn what(cx: Cx) -> Answer {
    here(&cx, "/reset/what").await
}

/// `POST /reset/what`
pub async fn want(cx: Cx, mut form: Form) -> Answer {
    let goal = form.maybe("goal");
    form.end()?;
    let goal = match goal.as_deref() {
        Some("forgot") => Goal::Reset,
        Some("locked") => Goal::Unlock,
        // The button was not pressed but the form sent: a fault of the form, not of the request.
        None | Some("") => {
            return step(&cx, Err(AppError::Refused(Refusal::NotOffered)), "goal").await;
        }
        Some(_) => return Err(BadForm::Shape.into()),
    };
    let done = cx.app.ask(cx.flow()?, Ask::Want(goal), &cx.client).await;
    step(&cx, done, "goal").await
}

/// `GET /reset/help`
pub async fn help(cx: Cx) -> Answer {
    help_page(&cx, None)
}

/// `POST /reset/help`: a reference for the service desk.
pub async fn refer(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let standing = cx.app.standing(cx.flow()?).await?;
    help_page(&cx, Some(standing.row.flow.reference()))
}

fn help_page(cx: &Cx, reference: Option<String>) -> Answer {
    ok(&Help {
        chrome: cx.chrome("/reset/help"),
        reference,
    })
}

/// `POST /reset/cancel`
pub async fn cancel(cx: Cx, form: Form) -> Answer {
    form.end()?;
    if let Ok(cookie) = cx.flow() {
        match cx.app.ask(cookie, Ask::Cancel, &cx.client).await {
            Ok(_) | Err(AppError::Refused(_) | AppError::Gone) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut response = to("/");
    cx.jar.take(response.headers_mut(), cookies::FLOW);
    Ok(response)
}

/// After an ask: on to where the flow stands, or the page again with what was wrong.
async fn step(cx: &Cx, done: Result<Stepped, AppError>, field: &str) -> Answer {
    let error = match done {
        Ok(stepped) => {
            let mut response = to(path(&stepped.state));
            if let Some(cookie) = stepped.cookie {
                cx.jar
                    .give(response.headers_mut(), cookies::FLOW, cookie.expose());
            }
            return Ok(response);
        }
        Err(error) => error,
    };
    let (status, faults) = match (cx.sentence(&error), &error) {
        (Some((status, text)), _) => (status, Faults::one(field, text)),
        (
            None,
            AppError::Refused(
                Refusal::NotNow
                | Refusal::NotEnoughProof
                | Refusal::TooManyWrong
                | Refusal::NotAllowed
                | Refusal::SubmitsSpent,
            )
            | AppError::Moved,
        ) => (409, Faults::default()),
        _ => return Err(error.into()),
    };
    let standing = cx.app.standing(cx.flow()?).await?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
    show(cx, &standing, faults, status).await
}

/// The page of where the flow stands, or the way there when the address is another.
async fn here(cx: &Cx, asked: &str) -> Answer {
    let standing = match cx.flow() {
        Ok(cookie) => cx.app.standing(cookie).await?,
        Err(_) => return Ok(to("/reset")),
    };
    let real = path(&standing.row.flow.state);
    if real == asked {
        show(cx, &standing, Faults::default(), StatusCode::OK).await
    } else {
        Ok(to(real))
    }
}
