//! `/register/codes`: a set of recovery codes to copy, download or print, until its owner says that it is saved.

use axum::response::IntoResponse;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use keymend_core::id::Id;
use keymend_core::method::Kind;
use keymend_core::recovery::RecoveryCode;
use keymend_core::refusal::Refusal;
use keymend_core::registration::{Ask, NewCodes};

use super::super::context::Cx;
use super::super::form::{BadForm, Form};
use super::super::pages::{Codes, Faults, Sheet};
use super::super::sign_in::need_person;
use super::super::{Answer, ok, to, unprocessable};
use super::{chrome, left, mended, opened, person, with_status};
use crate::app::AppError;
use crate::app::session::Person;

/// What is shown, as long as it is. What is over is shown to nobody: not even its owner could still keep it.
fn shown<'a>(cx: &Cx, person: &'a Person) -> Option<&'a NewCodes> {
    let new = person.session.visit.codes.as_ref();
    new.filter(|new| cx.app.now() < new.until)
}

fn sheet(cx: &Cx, person: &Person, new: &NewCodes) -> Sheet {
    let site = &cx.app.site;
    Sheet {
        set: new.set.as_str().to_owned(),
        codes: new.codes.iter().map(RecoveryCode::shown).collect(),
        address: format!("{}/reset", site.origin),
        name: person.account.name.clone(),
        at: site.date_time(new.at),
        until: site.clock_time(new.until),
    }
}

fn view(cx: &Cx, person: &Person, faults: Faults) -> Codes {
    Codes {
        chrome: chrome(cx, person, "/register/codes"),
        left: left(&person.methods),
        sheet: shown(cx, person).map(|new| sheet(cx, person, new)),
        faults,
    }
}

/// `GET`
pub async fn page(cx: Cx) -> Answer {
    let person = person!(&cx);
    if let Err(elsewhere) = opened(&cx, &person, Kind::Codes).await {
        return elsewhere;
    }
    ok(&view(&cx, &person, Faults::default()))
}

/// `GET …/recovery-codes.txt`: what the page shows, as a file.
pub async fn file(cx: Cx) -> Answer {
    let person = person!(&cx);
    if let Err(elsewhere) = opened(&cx, &person, Kind::Codes).await {
        return elsewhere;
    }
    let Some(new) = shown(&cx, &person) else {
        return Ok(to("/register/codes"));
    };
    let sheet = sheet(&cx, &person, new);
    let mut lines = vec![
        format!("{}: {}", cx.app.site.organisation, cx.t("method-codes")),
        sheet.address,
        format!("{}: {}", cx.t("name-label"), sheet.name),
        sheet.at,
        String::new(),
    ];
    let numbered = sheet.codes.iter().zip(1..);
    lines.extend(numbered.map(|(code, number)| format!("{number:2}. {}", code.as_str())));
    lines.extend([String::new(), cx.t("codes-key"), String::new()]);
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"recovery-codes.txt\"",
        ),
    ];
    Ok((headers, lines.join("\r\n")).into_response())
}

/// `POST`: a new set, in place of one that was not kept.
pub async fn make(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let person = person!(&cx);
    match cx.app.visit(&person, Ask::NewCodes, &cx.client).await {
        Ok(_) => Ok(to("/register/codes")),
        Err(error) => again_with(&cx, &person, error),
    }
}

/// `POST …/keep`: they are saved.
pub async fn keep(cx: Cx, mut form: Form) -> Answer {
    let set = Id::parse(&form.take("set")?).map_err(|_| BadForm::Shape)?;
    let saved = form.maybe("saved");
    form.end()?;
    let person = person!(&cx);
    if saved.as_deref() != Some("yes") {
        let faults = Faults::one("saved", cx.t("fault-codes-saved"));
        return unprocessable(&view(&cx, &person, faults));
    }
    match cx.app.visit(&person, Ask::KeepCodes(set), &cx.client).await {
        Ok(_) => Ok(to("/register?news=codes")),
        // Made again in another window, or shown too long ago: what is there now is on the page.
        Err(AppError::Refused(Refusal::NotNow)) => {
            let faults = Faults::one("", cx.t("fault-codes-over"));
            with_status(409, &view(&cx, &person, faults))
        }
        Err(error) => again_with(&cx, &person, error),
    }
}

fn again_with(cx: &Cx, person: &Person, error: AppError) -> Answer {
    mended(cx, error, "", |faults| view(cx, person, faults))
}
