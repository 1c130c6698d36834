//! `/register/app`: a name, then the QR code with its key, then the first code.

use keymend_core::method::Kind;
use keymend_core::registration::{Ask, Slot};
use keymend_core::totp::{App, AppName};

use super::super::context::Cx;
use super::super::form::Form;
use super::super::pages::{Faults, NewApp, Secret, Shared};
use super::super::sign_in::need_person;
use super::super::{Answer, ok, qr, to, unprocessable};
use super::{chrome, mended, onward, opened, person, with_status};
use crate::app::AppError;
use crate::app::session::Person;

fn view(cx: &Cx, person: &Person, name: String, faults: Faults) -> NewApp {
    let now = cx.app.now();
    let open = person.session.visit.app.as_ref();
    // What is over is shown to nobody: not even its owner could still use it.
    let open = open.filter(|new| now < new.challenge.until);
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
        name,
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
    ok(&view(&cx, &person, String::new(), Faults::default()))
}

/// `POST`: a new secret, or the one that a device came with, in place of one that was not confirmed.
pub async fn begin(cx: Cx, mut form: Form) -> Answer {
    let typed = form.take("name")?;
    let given = form.maybe("given").unwrap_or_default();
    form.end()?;
    let person = person!(&cx);
    let name = match AppName::parse(&typed) {
        Ok(name) => name,
        Err(fault) => {
            let faults = Faults::one("name", cx.t(fault.key()));
            return unprocessable(&view(&cx, &person, typed, faults));
        }
    };
    let ask = match given.trim() {
        "" => Ask::NewApp(name),
        given => match App::given(name, given) {
            Ok(app) => Ask::GivenApp(app),
            Err(fault) => {
                let faults = Faults::one("given", cx.t(fault.key()));
                return unprocessable(&view(&cx, &person, typed, faults));
            }
        },
    };
    match cx.app.visit(&person, ask, &cx.client).await {
        Ok(_) => Ok(to("/register/app")),
        Err(error) => again_with(&cx, &person, error, typed, "name"),
    }
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
        Err(error) => again_with(&cx, &person, error, String::new(), "code"),
    }
}

fn again_with(cx: &Cx, person: &Person, error: AppError, name: String, field: &str) -> Answer {
    mended(cx, error, |status, text| {
        let faults = Faults::one(field, text);
        with_status(status, &view(cx, person, name, faults))
    })
}
