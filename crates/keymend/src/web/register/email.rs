//! `/register/email`

use keymend_core::contact::EmailAddress;
use keymend_core::method::{Channel, Kind};
use keymend_core::registration::{Ask, Destination, Slot};

use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::{Email, Faults};
use super::super::sign_in::need_person;
use super::super::{Answer, ok, to};
use super::{chrome, mended, on_its_way, onward, opened, person};
use crate::app::AppError;
use crate::app::session::Person;

fn view(cx: &Cx, person: &Person, address: String, faults: Faults) -> Email {
    let visit = &person.session.visit;
    let mut suggested = false;
    let typed = match (&visit.email, address.is_empty()) {
        (Some(pending), true) => pending.destination.as_str().to_owned(),
        (None, true) if faults.none() => suggestion(cx, person).map_or(address, |known| {
            suggested = true;
            known.readable()
        }),
        _ => address,
    };
    Email {
        chrome: chrome(cx, person, "/register/email"),
        address: typed,
        suggested,
        sent: on_its_way(cx, person, Slot::Email),
        faults,
    }
}

/// What the directory has, for somebody without an address here; never one of the organisation's own, which could not be
/// read while locked out. Typed in for them, and nothing more.
fn suggestion(cx: &Cx, person: &Person) -> Option<EmailAddress> {
    if person
        .methods
        .iter()
        .any(|method| method.kind == Kind::Email)
    {
        return None;
    }
    let addresses = person.entry.hints.mail.iter();
    let mut good =
        addresses.filter_map(|address| EmailAddress::parse(address, &cx.app.site.own_domains).ok());
    good.next()
}

/// `GET`
pub async fn page(cx: Cx) -> Answer {
    let person = person!(&cx);
    if let Err(elsewhere) = opened(&cx, &person, Kind::Email).await {
        return elsewhere;
    }
    ok(&view(&cx, &person, String::new(), Faults::default()))
}

/// `POST`: email me.
pub async fn send(cx: Cx, mut form: Form) -> Answer {
    let typed = form.take("address")?;
    form.end()?;
    let person = person!(&cx);
    let address = match EmailAddress::parse(&typed, &cx.app.site.own_domains) {
        Ok(address) => address,
        Err(fault) => {
            let faults = Faults::one("address", cx.t(fault.key()));
            return super::super::unprocessable(&view(&cx, &person, typed, faults));
        }
    };
    let ask = Ask::Send(Channel::Email, Destination::Email(address));
    match cx.app.visit(&person, ask, &cx.client).await {
        Ok(_) => Ok(to("/register/email")),
        Err(error) => mended(&cx, error, "address", |faults| {
            view(&cx, &person, typed, faults)
        }),
    }
}

/// `POST …/verify`
pub async fn verify(cx: Cx, mut form: Form) -> Answer {
    let code = form.take("code")?;
    form.end()?;
    let person = person!(&cx);
    match cx
        .app
        .visit_code(&person, Slot::Email, &code, &cx.client)
        .await
    {
        Ok(visited) => Ok(onward(&cx, &visited, "/register?news=email")),
        Err(error) => again_with(&cx, &person, error),
    }
}

/// `POST …/again`
pub async fn again(cx: Cx, mut form: Form) -> Answer {
    drop(form.maybe("channel"));
    form.end()?;
    let person = person!(&cx);
    match cx
        .app
        .visit(&person, Ask::Again(Slot::Email, None), &cx.client)
        .await
    {
        Ok(_) => Ok(to("/register/email")),
        Err(error) => again_with(&cx, &person, error),
    }
}

fn again_with(cx: &Cx, person: &Person, error: AppError) -> Answer {
    mended(cx, error, "code", |faults| {
        view(cx, person, String::new(), faults)
    })
}
