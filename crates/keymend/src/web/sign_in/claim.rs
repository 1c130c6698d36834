//! `/sign-in/claim`: the first sign-in of somebody who has nothing yet.

use http::StatusCode;
use keymend_core::claim::{ClaimCode, NoClaim};
use zeroize::Zeroizing;

use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::{Claim, Faults};
use super::super::{Answer, html, ok, render};
use super::{Next, entered, tongue};
use crate::app::claims::Claimed;

fn form(cx: &Cx, name: String, typed: String, faults: Faults) -> Claim {
    Claim {
        chrome: cx.chrome("/sign-in/claim"),
        name,
        typed,
        faults,
    }
}

/// Key of the sentence for whom the code was right, and is of no use.
fn key(why: NoClaim) -> &'static str {
    match why {
        NoClaim::Disabled => "fault-claim-disabled",
        NoClaim::Frozen => "fault-claim-frozen",
        NoClaim::Finished | NoClaim::Registered => "fault-claim-finished",
        NoClaim::ByProvider => "fault-claim-by-provider",
    }
}

/// `GET`
pub async fn page(cx: Cx) -> Answer {
    ok(&form(&cx, String::new(), String::new(), Faults::default()))
}

/// `POST`: what is no whole code is nobody's, so it is told before anybody is looked up, and counts as no try.
pub async fn claim(cx: Cx, mut posted: Form) -> Answer {
    let name = posted.take("name")?;
    let typed = Zeroizing::new(posted.take("code")?);
    posted.end()?;
    let code = ClaimCode::typed(&typed);
    // Never a whole one, which may be somebody's.
    let kept = if code.is_some() { "" } else { &typed };
    let again = |status: u16, field: &str, text: String| {
        let page = form(&cx, name.clone(), kept.to_owned(), Faults::one(field, text));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Ok(html(status, render(&page)?))
    };
    let choice = match cx.app.directories.name(&name) {
        Ok(choice) => choice,
        Err(fault) => return again(422, "name", cx.t(fault.key())),
    };
    let Some(code) = code else {
        let empty = typed.trim().is_empty();
        let key = if empty {
            "fault-claim-empty"
        } else {
            "fault-claim-shape"
        };
        return again(422, "code", cx.t(key));
    };
    let browser = cx.browser.to_string();
    let place = (browser.as_str(), tongue(&cx));
    match cx.app.claim(&choice, &code, &cx.client, place).await {
        Ok(Claimed::In(token)) => entered(&cx, &token, Next::Register).await,
        Ok(Claimed::Out) => again(422, "", cx.t("fault-claim")),
        Ok(Claimed::Closed(why)) => again(422, "", cx.t(key(why))),
        Err(error) => match cx.sentence(&error) {
            Some((status, text)) => again(status, "", text),
            None => Err(error.into()),
        },
    }
}
