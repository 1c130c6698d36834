//! `/register/passkey`: a name, then the button with which the browser makes a passkey.

use keymend_core::method::Kind;
use keymend_core::registration::{Ask, Slot};

use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::{Faults, Making, NewPasskey};
use super::super::sign_in::need_person;
use super::super::{Answer, Signing, ok, to, unprocessable};
use super::named::{self, named};
use super::{chrome, mended, onward, opened, person};
use crate::app::passkeys::Leads;
use crate::app::session::Person;

fn view(cx: &Cx, person: &Person, typed: Option<String>, faults: Faults) -> NewPasskey {
    let now = cx.app.now();
    let new = person.session.visit.passkey.as_ref();
    let name = typed.or_else(|| new.map(|new| new.name.as_str().to_owned()));
    let open = new.filter(|new| now < new.challenge.until);
    let making = open.and_then(|new| {
        Some(Making {
            name: new.name.as_str().to_owned(),
            asked: cx.app.passkey_to_make(person)?,
        })
    });
    NewPasskey {
        chrome: chrome(cx, person, "/register/passkey"),
        // The browser is where the passkey will be, more often than not.
        name: name.unwrap_or_else(|| cx.browser.to_string()),
        making,
        faults,
    }
}

/// `GET`
pub async fn page(cx: Cx) -> Answer {
    let person = person!(&cx);
    if let Err(elsewhere) = opened(&cx, &person, Kind::Passkey).await {
        return elsewhere;
    }
    ok(&view(&cx, &person, None, Faults::default()))
}

/// `POST`: a new question to the browser, in place of one that it did not answer.
pub async fn begin(cx: Cx, mut form: Form) -> Answer {
    let typed = form.take("name")?;
    form.end()?;
    let person = person!(&cx);
    let ask = named(&typed).map(Ask::NewPasskey);
    let view = |faults| view(&cx, &person, Some(typed), faults);
    named::begin(&cx, &person, ask, "/register/passkey", view).await
}

/// `POST …/made`
pub async fn made(cx: Cx, form: Form) -> Answer {
    let signing = Signing::read(form)?;
    let person = person!(&cx);
    let answer = match signing {
        Signing::Answer(answer) => answer,
        Signing::Silent(why) => {
            let silent = cx.app.silent_visit(&person, Slot::Passkey, why, &cx.client);
            silent.await?;
            let faults = Faults::one("", cx.t(why.key()));
            return unprocessable(&view(&cx, &person, None, faults));
        }
    };
    if person.session.visit.challenge(Slot::Passkey).is_none() {
        return Ok(to("/register/passkey"));
    }
    match cx.app.keep_passkey(&person, &answer, &cx.client).await {
        Ok((visited, Leads(true))) => Ok(onward(&cx, &visited, "/register?news=passkey")),
        Ok((visited, Leads(false))) => Ok(onward(&cx, &visited, "/register?news=passkey-second")),
        Err(error) => mended(&cx, error, "", |faults| view(&cx, &person, None, faults)),
    }
}
