//! `/register/passkey`: a name, then the button with which the browser makes a passkey.

use keymend_core::label::Label;
use keymend_core::method::Kind;
use keymend_core::registration::{Ask, Slot};

use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::{Faults, Making, NewPasskey};
use super::super::sign_in::need_person;
use super::super::{Answer, Signing, ok, to, unprocessable};
use super::{chrome, mended, onward, opened, person, with_status};
use crate::app::AppError;
use crate::app::passkeys::Leads;
use crate::app::session::Person;

fn view(cx: &Cx, person: &Person, name: String, faults: Faults) -> NewPasskey {
    let now = cx.app.now();
    let open = person.session.visit.passkey.as_ref();
    let open = open.filter(|new| now < new.challenge.until);
    let making = open.and_then(|new| {
        Some(Making {
            name: new.name.as_str().to_owned(),
            asked: cx.app.passkey_to_make(person)?,
        })
    });
    NewPasskey {
        chrome: chrome(cx, person, "/register/passkey"),
        name,
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
    // The browser is where the passkey will be, more often than not.
    ok(&view(
        &cx,
        &person,
        cx.browser.to_string(),
        Faults::default(),
    ))
}

/// `POST`: a new question to the browser, in place of one that it did not answer.
pub async fn begin(cx: Cx, mut form: Form) -> Answer {
    let typed = form.take("name")?;
    form.end()?;
    let person = person!(&cx);
    let name = match Label::parse(&typed) {
        Ok(name) => name,
        Err(fault) => {
            let faults = Faults::one("name", cx.t(fault.key()));
            return unprocessable(&view(&cx, &person, typed, faults));
        }
    };
    match cx
        .app
        .visit(&person, Ask::NewPasskey(name), &cx.client)
        .await
    {
        Ok(_) => Ok(to("/register/passkey")),
        Err(error) => again_with(&cx, &person, error, typed, "name"),
    }
}

/// `POST …/made`
pub async fn made(cx: Cx, form: Form) -> Answer {
    let signing = Signing::read(form)?;
    let person = person!(&cx);
    let answer = match signing {
        Signing::Answer(answer) => answer,
        Signing::Silent(why) => {
            cx.app.silent_visit(&person, why, &cx.client).await?;
            let faults = Faults::one("", cx.t(why.key()));
            return unprocessable(&view(&cx, &person, String::new(), faults));
        }
    };
    if person.session.visit.challenge(Slot::Passkey).is_none() {
        return Ok(to("/register/passkey"));
    }
    match cx.app.keep_passkey(&person, &answer, &cx.client).await {
        Ok((visited, Leads(true))) => Ok(onward(&cx, &visited, "/register?news=passkey")),
        Ok((visited, Leads(false))) => Ok(onward(&cx, &visited, "/register?news=passkey-second")),
        Err(error) => again_with(&cx, &person, error, String::new(), ""),
    }
}

fn again_with(cx: &Cx, person: &Person, error: AppError, name: String, field: &str) -> Answer {
    mended(cx, error, |status, text| {
        let faults = Faults::one(field, text);
        with_status(status, &view(cx, person, name, faults))
    })
}
