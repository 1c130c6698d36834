//! `/register/app`: a name, then the QR code with its key, then the first code.

use keymend_core::method::Kind;
use keymend_core::registration::{Ask, Slot};
use keymend_core::totp::App;

use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::{Faults, NewApp, Secret, Shared};
use super::super::sign_in::need_person;
use super::super::{Answer, ok, qr};
use super::named::{self, named};
use super::{chrome, mended, onward, opened, person};
use crate::app::session::Person;

fn view(cx: &Cx, person: &Person, typed: Option<String>, faults: Faults) -> NewApp {
    let now = cx.app.now();
    let new = person.session.visit.app.as_ref();
    let name = typed.or_else(|| new.map(|new| new.app.name.as_str().to_owned()));
    // What is over is shown to nobody: not even its owner could still use it.
    let open = new.filter(|new| now < new.challenge.until);
    let shared = open.map(|new| {
        let issuer = &cx.app.site.organisation;
        Shared {
            name: new.app.name.as_str().to_owned(),
            secret: (!new.given).then(|| Secret {
                qr: qr::picture(&new.app.uri(issuer, &person.account.name)),
                key: new.app.key(),
            }),
        }
    });
    NewApp {
        chrome: chrome(cx, person, "/register/app"),
        name: name.unwrap_or_default(),
        shared,
        faults,
    }
}

/// `GET`
pub async fn page(cx: Cx) -> Answer {
    let person = person!(&cx);
    if let Err(elsewhere) = opened(&cx, &person, Kind::App).await {
        return elsewhere;
    }
    ok(&view(&cx, &person, None, Faults::default()))
}

/// `POST`: a new secret, or the one that a device came with, in place of one that was not confirmed.
pub async fn begin(cx: Cx, mut form: Form) -> Answer {
    let typed = form.take("name")?;
    let given = form.maybe("given").unwrap_or_default();
    form.end()?;
    let person = person!(&cx);
    let ask = named(&typed).and_then(|name| match given.trim() {
        "" => Ok(Ask::NewApp(name)),
        given => App::given(name, given)
            .map(Ask::GivenApp)
            .map_err(|fault| ("given", fault.key())),
    });
    let view = |faults| view(&cx, &person, Some(typed), faults);
    named::begin(&cx, &person, ask, "/register/app", view).await
}

/// `POST …/verify`
pub async fn verify(cx: Cx, mut form: Form) -> Answer {
    let code = form.take("code")?;
    form.end()?;
    let person = person!(&cx);
    match cx
        .app
        .visit_code(&person, Slot::App, &code, &cx.client)
        .await
    {
        Ok(visited) => Ok(onward(&cx, &visited, "/register?news=app")),
        Err(error) => mended(&cx, error, "code", |faults| {
            view(&cx, &person, None, faults)
        }),
    }
}
