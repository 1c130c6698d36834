//! Something new with a name, an app or a passkey: a form asks for the name, and the same page goes on with it.

use askama::Template;
use keymend_core::label::Label;
use keymend_core::registration::Ask;

use super::super::context::Cx;
use super::super::pages::Faults;
use super::super::{Answer, to, unprocessable};
use super::mended;
use crate::app::session::Person;

/// A field, and the key of what is wrong with it.
pub type Wrong = (&'static str, &'static str);

/// The name as it was typed.
pub fn named(typed: &str) -> Result<Label, Wrong> {
    Label::parse(typed).map_err(|fault| ("name", fault.key()))
}

/// Begin it: on to its page, or the form again with what was wrong.
pub async fn begin<T: Template>(
    cx: &Cx,
    person: &Person,
    ask: Result<Ask, Wrong>,
    path: &'static str,
    view: impl FnOnce(Faults) -> T,
) -> Answer {
    let ask = match ask {
        Ok(ask) => ask,
        Err((field, key)) => return unprocessable(&view(Faults::one(field, cx.t(key)))),
    };
    match cx.app.visit(person, ask, &cx.client).await {
        Ok(_) => Ok(to(path)),
        Err(error) => mended(cx, error, "name", view),
    }
}
