//! `/reset`: who are you?

use http::StatusCode;
use keymend_core::reset::Ask;
use serde::Deserialize;

use super::super::asked::Asked;
use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::{Faults, Who, Work};
use super::super::{Answer, cookies, html, ok, render, to};
use crate::app::AppError;

/// Query of the first page. Anything else in it is somebody else's and ignored.
#[derive(Deserialize)]
pub struct Hint {
    login_hint: Option<String>,
}

fn who_page(cx: &Cx, name: String, faults: Faults) -> Who {
    Who {
        chrome: cx.chrome("/reset"),
        name,
        work: Work {
            seal: cx.app.challenge(cx.seed(), cx.app.now()),
            bits: cx.app.site.work_bits,
        },
        faults,
    }
}

/// `GET /reset`
pub async fn page(cx: Cx, Asked(hint): Asked<Hint>) -> Answer {
    let name: String = hint
        .login_hint
        .unwrap_or_default()
        .chars()
        .take(128)
        .collect();
    ok(&who_page(&cx, name, Faults::default()))
}

/// `POST /reset`
pub async fn start(cx: Cx, mut form: Form) -> Answer {
    let typed = form.take("name")?;
    let seal = form.take("seal")?;
    let work = form.take("work")?;
    form.end()?;
    let again = |status: StatusCode, typed: String, text: String| {
        let page = who_page(&cx, typed, Faults::one("name", text));
        Ok(html(status, render(&page)?))
    };
    let name = match cx.app.directories.name(&typed) {
        Ok(name) => name,
        Err(fault) => return again(StatusCode::UNPROCESSABLE_ENTITY, typed, cx.t(fault.key())),
    };
    let worked = cx.app.worked(&seal, &work, cx.seed(), cx.app.now());
    match cx
        .app
        .start(&name, &worked, &cx.client, cx.words.language())
        .await
    {
        Ok(cookie) => {
            // One browser, one flow: what the old one had proven is void.
            if let Ok(old) = cx.flow() {
                drop(cx.app.ask(old, Ask::Cancel, &cx.client).await);
            }
            let mut response = to("/reset/what");
            cx.jar
                .give(response.headers_mut(), cookies::FLOW, cookie.expose());
            Ok(response)
        }
        Err(AppError::TooMany { until, .. }) => {
            again(StatusCode::TOO_MANY_REQUESTS, typed, cx.too_many(until))
        }
        Err(error) => Err(error.into()),
    }
}
