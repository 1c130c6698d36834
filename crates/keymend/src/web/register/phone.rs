//! `/register/phone`

use keymend_core::contact::PhoneNumber;
use keymend_core::method::{Channel, Kind};
use keymend_core::registration::{Ask, Destination, Slot};

use super::super::context::Cx;
use super::super::form::{BadForm, Form};
use super::super::pages::{Faults, Phone};
use super::super::sign_in::need_person;
use super::super::{Answer, ok, to};
use super::{chrome, mended, on_its_way, onward, opened, person};
use crate::app::session::Person;

fn view(cx: &Cx, person: &Person, region: &str, number: String, faults: Faults) -> Phone {
    let visit = &person.session.visit;
    let mut region = region.to_owned();
    let mut suggested = false;
    let typed = match (&visit.phone, number.is_empty()) {
        (Some(pending), true) => pending.destination.as_str().to_owned(),
        (None, true) if faults.none() => suggestion(cx, person).map_or(number, |known| {
            suggested = true;
            region = known.region().unwrap_or(region.clone());
            known.international()
        }),
        _ => number,
    };
    Phone {
        chrome: chrome(cx, person, "/register/phone"),
        countries: cx.countries(&region),
        channels: cx.app.policy.channels.clone(),
        number: typed,
        suggested,
        sent: on_its_way(cx, person, Slot::Phone),
        faults,
    }
}

/// What the directory has, for somebody without a phone here. Typed in for them, and nothing more: it is no method before
/// they ask for a code and bring it back.
fn suggestion(cx: &Cx, person: &Person) -> Option<PhoneNumber> {
    if person
        .methods
        .iter()
        .any(|method| method.kind == Kind::Phone)
    {
        return None;
    }
    let site = &cx.app.site;
    let numbers = person.entry.hints.phone.iter();
    let mut good = numbers
        .filter_map(|number| PhoneNumber::parse(number, &site.country, &site.countries).ok());
    good.next()
}

/// `GET`
pub async fn page(cx: Cx) -> Answer {
    let person = person!(&cx);
    if let Err(elsewhere) = opened(&cx, &person, Kind::Phone).await {
        return elsewhere;
    }
    let region = cx.app.site.country.clone();
    ok(&view(
        &cx,
        &person,
        &region,
        String::new(),
        Faults::default(),
    ))
}

/// `POST`: text me, call me.
pub async fn send(cx: Cx, mut form: Form) -> Answer {
    let region = form.take("country")?;
    let typed = form.take("number")?;
    let channel = channel(&form.take("channel")?).ok_or(BadForm::Shape)?;
    form.end()?;
    let person = person!(&cx);
    let allowed = &cx.app.site.countries;
    if !allowed.contains(&region) {
        return Err(BadForm::Shape.into());
    }
    let number = match PhoneNumber::parse(&typed, &region, allowed) {
        Ok(number) => number,
        Err(fault) => {
            let faults = Faults::one("number", cx.t(fault.key()));
            return super::super::unprocessable(&view(&cx, &person, &region, typed, faults));
        }
    };
    let ask = Ask::Send(channel, Destination::Phone(number));
    match cx.app.visit(&person, ask, &cx.client).await {
        Ok(_) => Ok(to("/register/phone")),
        Err(error) => mended(&cx, error, "number", |faults| {
            view(&cx, &person, &region, typed, faults)
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
        .visit_code(&person, Slot::Phone, &code, &cx.client)
        .await
    {
        Ok(visited) => Ok(onward(&cx, &visited, "/register?news=phone")),
        Err(error) => again_with(&cx, &person, error),
    }
}

/// `POST …/again`
pub async fn again(cx: Cx, mut form: Form) -> Answer {
    let channel = channel(&form.take("channel")?).ok_or(BadForm::Shape)?;
    form.end()?;
    let person = person!(&cx);
    match cx
        .app
        .visit(&person, Ask::Again(Slot::Phone, Some(channel)), &cx.client)
        .await
    {
        Ok(_) => Ok(to("/register/phone")),
        Err(error) => again_with(&cx, &person, error),
    }
}

fn again_with(cx: &Cx, person: &Person, error: crate::app::AppError) -> Answer {
    let region = &cx.app.site.country;
    mended(cx, error, "code", |faults| {
        view(cx, person, region, String::new(), faults)
    })
}

fn channel(text: &str) -> Option<Channel> {
    match text {
        "sms" => Some(Channel::Sms),
        "voice" => Some(Channel::Voice),
        _ => None,
    }
}
