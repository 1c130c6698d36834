//! "This wasn't me": a page with a button, so that a mail scanner changes nothing.

use keymend_core::secret::Token;

use super::asked::Named;
use super::context::Cx;
use super::form::Form;
use super::pages::NotMe;
use super::{Answer, ok};
use crate::app::AppError;
use crate::app::notices::Link;

/// `GET /n/{token}`
pub async fn page(cx: Cx, Named(token): Named) -> Answer {
    let (link, chrome) = match Token::presented(&token) {
        Some(presented) => (
            cx.app.link(&presented).await?,
            cx.chrome(format!("/n/{token}")),
        ),
        None => (Link::Spent, cx.chrome("/")),
    };
    ok(&NotMe {
        chrome,
        post: (link == Link::Fresh).then(|| format!("/n/{token}")),
        frozen: false,
    })
}

/// `POST /n/{token}`
pub async fn freeze(cx: Cx, Named(token): Named, form: Form) -> Answer {
    form.end()?;
    let presented = Token::presented(&token).ok_or(AppError::Moved)?;
    let frozen = match cx.app.not_me(&presented, &cx.client).await {
        Ok(()) => true,
        Err(AppError::Moved) => false,
        Err(error) => return Err(error.into()),
    };
    ok(&NotMe {
        chrome: cx.chrome("/"),
        post: None,
        frozen,
    })
}
