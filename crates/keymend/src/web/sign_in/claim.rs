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

fn form(cx: &Cx, name: String, faults: Faults) -> Claim {
    Claim {
        chrome: cx.chrome("/sign-in/claim"),
        name,
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
    ok(&form(&cx, String::new(), Faults::default()))
}

/// `POST`
pub async fn claim(cx: Cx, mut posted: Form) -> Answer {
    let typed = posted.take("name")?;
    let code = Zeroizing::new(posted.take("code")?);
    posted.end()?;
    let again = |name: String, status: u16, field: &str, text: String| {
        let page = form(&cx, name, Faults::one(field, text));
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Ok(html(status, render(&page)?))
    };
    let name = match cx.app.directories.name(&typed) {
        Ok(name) => name,
        Err(fault) => return again(typed, 422, "name", cx.t(fault.key())),
    };
    if code.trim().is_empty() {
        return again(typed, 422, "code", cx.t("fault-claim-empty"));
    }
    let code = ClaimCode::typed(&code);
    let browser = cx.browser.to_string();
    let place = (browser.as_str(), tongue(&cx));
    match cx.app.claim(&name, code.as_ref(), &cx.client, place).await {
        Ok(Claimed::In(token)) => entered(&cx, &token, Next::Register).await,
        Ok(Claimed::Out) => again(typed, 422, "", cx.t("fault-claim")),
        Ok(Claimed::Closed(why)) => again(typed, 422, "", cx.t(key(why))),
        Err(error) => match cx.sentence(&error) {
            Some((status, text)) => again(typed, status, "", text),
            None => Err(error.into()),
        },
    }
}
