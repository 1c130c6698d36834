//! `/reset/gate` and what is asked from there: one proof after the other.

use http::StatusCode;
use keymend_core::contact::PhoneNumber;
use keymend_core::method::{Channel, Kind, Way};
use keymend_core::refusal::Refusal;
use keymend_core::reset::{Ask, Flow, State};
use serde::Deserialize;

use super::super::asked::Asked;
use super::super::context::Cx;
use super::super::form::{BadForm, Form, Posted};
use super::super::pages::{Faults, Number, RecoveryCode};
use super::super::{Answer, Signing, ok, unprocessable};
use super::show::{gates, own, question_ids, show};
use super::{here, step};
use crate::app::AppError;
use crate::app::reset::Standing;

/// Query of the number page.
#[derive(Deserialize)]
pub struct Chosen {
    channel: Channel,
}

/// `GET /reset/gate`
pub async fn page(cx: Cx) -> Answer {
    here(&cx, "/reset/gate").await
}

/// `GET /reset/number`
pub async fn number(cx: Cx, Asked(chosen): Asked<Chosen>) -> Answer {
    let standing = cx.app.standing(cx.flow()?).await?;
    let way = Way::from(chosen.channel);
    let open = matches!(
        standing.row.flow.state,
        State::Choosing { .. } | State::Waiting { .. }
    );
    let offered = Flow::offers(own(&cx, &standing), &standing.evidence).contains(&way);
    if !open || !offered || chosen.channel == Channel::Email {
        return here(&cx, "/reset/number").await;
    }
    let region = cx.app.site.country.clone();
    ok(&number_page(
        &cx,
        &standing,
        chosen.channel,
        &region,
        String::new(),
        Faults::default(),
    ))
}

fn number_page(
    cx: &Cx,
    standing: &Standing,
    channel: Channel,
    region: &str,
    number: String,
    faults: Faults,
) -> Number {
    Number {
        chrome: cx.chrome(match channel {
            Channel::Voice => "/reset/number?channel=voice",
            Channel::Sms | Channel::Email => "/reset/number?channel=sms",
        }),
        step: gates(cx, standing),
        channel,
        countries: cx.countries(region),
        number,
        faults,
    }
}

/// `POST /reset/send`
pub async fn send(cx: Cx, mut form: Form) -> Answer {
    let way = Way::parse(&form.take("method")?).ok_or(BadForm::Shape)?;
    let phone = way.kind() == Kind::Phone && cx.app.policy.reset.retype_number;
    let typed = if phone {
        Some((form.take("country")?, form.take("number")?))
    } else {
        None
    };
    form.end()?;
    let number = match &typed {
        None => None,
        Some((region, typed)) => {
            let allowed = &cx.app.site.countries;
            if !allowed.contains(region) {
                return Err(BadForm::Shape.into());
            }
            match PhoneNumber::parse(typed, region, allowed) {
                Ok(number) => Some(cx.app.index("destination", number.as_str())),
                Err(fault) => {
                    let standing = cx.app.standing(cx.flow()?).await?;
                    let faults = Faults::one("number", cx.t(fault.key()));
                    let channel = way.channel().unwrap_or(Channel::Sms);
                    let page = number_page(&cx, &standing, channel, region, typed.clone(), faults);
                    return unprocessable(&page);
                }
            }
        }
    };
    let done = cx
        .app
        .ask(cx.flow()?, Ask::Send { way, number }, &cx.client)
        .await;
    step(&cx, done, "").await
}

/// `POST /reset/verify`
pub async fn verify(cx: Cx, Posted(posted): Posted) -> Answer {
    let code = posted.and_then(|mut form| {
        let code = form.take("code")?;
        form.end().map(|()| code)
    });
    let code = match code {
        Ok(code) => code,
        Err(bad) => return spoilt(&cx, bad).await,
    };
    let done = cx.app.offer_code(cx.flow()?, &code, &cx.client).await;
    if let Err(AppError::Refused(refusal @ Refusal::RecoveryCodeShape)) = &done {
        let standing = cx.app.standing(cx.flow()?).await?;
        return unprocessable(&RecoveryCode {
            chrome: cx.chrome("/reset/gate"),
            step: gates(&cx, &standing),
            typed: code,
            faults: Faults::one("code", cx.refusal(refusal).unwrap_or_default()),
        });
    }
    step(&cx, done, "code").await
}

/// `POST /reset/passkey`
pub async fn passkey(cx: Cx, Posted(posted): Posted) -> Answer {
    let signing = match posted.and_then(Signing::read) {
        Ok(signing) => signing,
        Err(bad) => return spoilt(&cx, bad).await,
    };
    let answer = match signing {
        Signing::Answer(answer) => answer,
        Signing::Silent(why) => {
            let cookie = cx.flow()?;
            return match cx.app.silent_passkey(cookie, why, &cx.client).await {
                Ok(()) => {
                    let standing = cx.app.standing(cookie).await?;
                    let faults = Faults::one("", cx.t(why.key()));
                    show(&cx, &standing, faults, StatusCode::UNPROCESSABLE_ENTITY).await
                }
                Err(error) => step(&cx, Err(error), "").await,
            };
        }
    };
    let done = cx.app.offer_passkey(cx.flow()?, &answer, &cx.client).await;
    step(&cx, done, "").await
}

/// `POST /reset/answers`
pub async fn answers(cx: Cx, Posted(posted): Posted) -> Answer {
    let asked = match cx.flow() {
        Ok(cookie) => asked_now(&cx, &cx.app.standing(cookie).await?),
        Err(_) => 0,
    };
    let given = posted.and_then(|mut form| {
        let given = form.list("answer", asked)?;
        form.end().map(|()| given)
    });
    let given = match given {
        Ok(given) => given,
        Err(bad) => return spoilt(&cx, bad).await,
    };
    if given.iter().any(|answer| answer.len() > 1024) {
        return spoilt(&cx, BadForm::Shape).await;
    }
    let done = cx.app.offer_answers(cx.flow()?, &given, &cx.client).await;
    step(&cx, done, "answer-1").await
}

/// How many answers a form must have. Where no questions are on the page, policy's number and not the person's: what
/// somebody registered must not show in which forms are refused.
fn asked_now(cx: &Cx, standing: &Standing) -> usize {
    match &standing.row.flow.state {
        State::Waiting { challenge, .. } if challenge.way == Way::Questions => {
            question_ids(standing).len()
        }
        _ => usize::from(cx.app.policy.registration.questions),
    }
}

/// A proof in a form that is not ours counts as a wrong one, unless it came from elsewhere.
async fn spoilt(cx: &Cx, bad: BadForm) -> Answer {
    if bad != BadForm::Guard
        && let Ok(cookie) = cx.flow()
    {
        cx.app.spoil(cookie, &cx.client).await;
    }
    Err(bad.into())
}

/// `POST /reset/again`
pub async fn again(cx: Cx, mut form: Form) -> Answer {
    // The page says which channel it shows; the flow knows better.
    drop(form.maybe("channel"));
    form.end()?;
    let done = cx.app.ask(cx.flow()?, Ask::Again, &cx.client).await;
    step(&cx, done, "code").await
}

/// `POST /reset/other`
pub async fn other(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let done = cx.app.ask(cx.flow()?, Ask::Other, &cx.client).await;
    step(&cx, done, "").await
}
