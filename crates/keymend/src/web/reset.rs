//! The reset and unlock portal.
//!
//! One function, [`show`], knows the page of every state. A step that does not belong where the flow
//! stands answers 409 with the page of where it really stands.

use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use keymend_core::challenge::Challenge;
use keymend_core::contact::PhoneNumber;
use keymend_core::method::{Channel, Kind, Way};
use keymend_core::password::NewPassword;
use keymend_core::policy::Policy;
use keymend_core::recovery::FEW;
use keymend_core::refusal::Refusal;
use keymend_core::reset::{Ask, Flow, Goal, State};
use serde::Deserialize;

use super::asked::Asked;
use super::context::Cx;
use super::form::{BadForm, Form, Posted};
use super::pages::{
    Answers, AppCode, Code, Done, Faults, Help, Message, NewPassword as PasswordPage, Number,
    PasskeyGate, RecoveryCode, Sent, Step, Unlock, Ways, What, Who, Work,
};
use super::password::{strength, typed_fault};
use super::register::left;
use super::{Answer, Signing, cookies, html, ok, render, to};
use crate::app::AppError;
use crate::app::password::Known;
use crate::app::reset::{Standing, Stepped};
use crate::app::settle::Submitted;
use crate::error::Fail;
use crate::store::methods::{Holding, MethodRow};

/// After a reset, methods that are not older than this are named: somebody else may have added them.
const LATELY: Duration = Duration::from_hours(30 * 24);

/// Query of the first page. Anything else in it is somebody else's and ignored.
#[derive(Deserialize)]
pub struct Hint {
    login_hint: Option<String>,
}

/// Query of the number page.
#[derive(Deserialize)]
pub struct Chosen {
    channel: Channel,
}

fn who_page(cx: &Cx, name: String, faults: Faults) -> Who {
    Who {
        chrome: cx.chrome("/reset"),
        name,
        work: Work {
            seal: cx.app.challenge(cx.seed(), cx.app.now()),
            bits: cx.app.site.work_bits,
        },
        faults,
    }
}

/// `GET /reset`
pub async fn who(cx: Cx, Asked(hint): Asked<Hint>) -> Answer {
    let name: String = hint
        .login_hint
        .unwrap_or_default()
        .chars()
        .take(128)
        .collect();
    ok(&who_page(&cx, name, Faults::default()))
}

/// `POST /reset`
pub async fn start(cx: Cx, mut form: Form) -> Answer {
    let typed = form.take("name")?;
    let seal = form.take("seal")?;
    let work = form.take("work")?;
    form.end()?;
    let again = |status: StatusCode, typed: String, text: String| {
        let page = who_page(&cx, typed, Faults::one("name", text));
        Ok(html(status, render(&page)?))
    };
    let name = match cx.app.directories.name(&typed) {
        Ok(name) => name,
        Err(fault) => return again(StatusCode::UNPROCESSABLE_ENTITY, typed, cx.t(fault.key())),
    };
    let worked = cx.app.worked(&seal, &work, cx.seed(), cx.app.now());
    match cx
        .app
        .start(&name, &worked, &cx.client, cx.words.language())
        .await
    {
        Ok(cookie) => {
            // One browser, one flow: what the old one had proven is void.
            if let Ok(old) = cx.flow() {
                drop(cx.app.ask(old, Ask::Cancel, &cx.client).await);
            }
            let mut response = to("/reset/what");
            cx.jar
                .give(response.headers_mut(), cookies::FLOW, cookie.expose());
            Ok(response)
        }
        Err(AppError::TooMany { until, .. }) => {
            again(StatusCode::TOO_MANY_REQUESTS, typed, cx.too_many(until))
        }
        Err(error) => Err(error.into()),
    }
}

/// `GET /reset/what`
pub async fn what(cx: Cx) -> Answer {
    here(&cx, "/reset/what").await
}

/// `POST /reset/what`
pub async fn want(cx: Cx, mut form: Form) -> Answer {
    let goal = form.maybe("goal");
    form.end()?;
    let goal = match goal.as_deref() {
        Some("forgot") => Goal::Reset,
        Some("locked") => Goal::Unlock,
        // The button was not pressed but the form sent: a fault of the form, not of the request.
        None | Some("") => {
            return step(&cx, Err(AppError::Refused(Refusal::NotOffered)), "goal").await;
        }
        Some(_) => return Err(BadForm::Shape.into()),
    };
    let done = cx.app.ask(cx.flow()?, Ask::Want(goal), &cx.client).await;
    step(&cx, done, "goal").await
}

/// `GET /reset/gate`
pub async fn gate(cx: Cx) -> Answer {
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
                    return super::unprocessable(&page);
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
        return super::unprocessable(&RecoveryCode {
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

/// `GET /reset/help`
pub async fn help(cx: Cx) -> Answer {
    help_page(&cx, None)
}

/// `POST /reset/help`: a reference for the service desk.
pub async fn refer(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let standing = cx.app.standing(cx.flow()?).await?;
    help_page(&cx, Some(standing.row.flow.reference()))
}

fn help_page(cx: &Cx, reference: Option<String>) -> Answer {
    ok(&Help {
        chrome: cx.chrome("/reset/help"),
        reference,
    })
}

/// `GET /reset/password`
pub async fn password(cx: Cx) -> Answer {
    here(&cx, "/reset/password").await
}

/// `POST /reset/password`
pub async fn submit(cx: Cx, mut form: Form) -> Answer {
    let new = form.password("password")?;
    let confirm = form.maybe("confirm").map(NewPassword::new);
    form.end()?;
    let cookie = cx.flow()?;
    if let Some(fault) = typed_fault(&cx, &new, confirm.as_ref()) {
        let standing = cx.app.standing(cookie).await?;
        return show(
            &cx,
            &standing,
            Faults(vec![fault]),
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    }
    let submitted = cx.app.submit_password(cookie, &new, &cx.client).await;
    settled(&cx, submitted, Some(&new)).await
}

/// `POST /reset/unlock`
pub async fn unlock(cx: Cx, form: Form) -> Answer {
    form.end()?;
    let submitted = cx.app.submit_unlock(cx.flow()?, &cx.client).await;
    settled(&cx, submitted, None).await
}

async fn settled(
    cx: &Cx,
    submitted: Result<Submitted, AppError>,
    new: Option<&NewPassword>,
) -> Answer {
    let (cookie, faults, status) = match submitted {
        Ok(Submitted::Done(cookie)) => {
            let mut response = to("/reset/done");
            if let Some(cookie) = cookie {
                cx.jar
                    .give(response.headers_mut(), cookies::FLOW, cookie.expose());
            }
            // Whoever was signed in here is not any more.
            cx.jar.take(response.headers_mut(), cookies::SESSION);
            return Ok(response);
        }
        Ok(Submitted::Faults(cookie, faults)) => (
            cookie,
            cx.password(&faults),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Ok(Submitted::DirectoryDown(cookie)) => {
            let faults = Faults::one("", cx.t("fault-directory-busy"));
            (cookie, faults, StatusCode::SERVICE_UNAVAILABLE)
        }
        Ok(Submitted::NotAllowed(cookie)) => {
            let faults = Faults::one("", cx.t("fault-directory-not-allowed"));
            (cookie, faults, StatusCode::FORBIDDEN)
        }
        Ok(Submitted::Unknown(cookie)) => (cookie, Faults::default(), StatusCode::ACCEPTED),
        Err(error) => return step(cx, Err(error), "password").await,
    };
    let now = match &cookie {
        Some(cookie) => cookie,
        None => cx.flow()?,
    };
    let standing = cx.app.standing(now).await?;
    let words = match new {
        // A directory that is away, or does not let us, says nothing about the password.
        Some(new) if status == StatusCode::UNPROCESSABLE_ENTITY => strength(cx, new, None).await,
        _ => None,
    };
    let mut response = show_measured(cx, &standing, faults, status, words).await?;
    if let Some(cookie) = cookie {
        cx.jar
            .give(response.headers_mut(), cookies::FLOW, cookie.expose());
    }
    Ok(response)
}

/// `GET /reset/done`
pub async fn done(cx: Cx) -> Answer {
    here(&cx, "/reset/done").await
}

/// `POST /reset/cancel`
pub async fn cancel(cx: Cx, form: Form) -> Answer {
    form.end()?;
    if let Ok(cookie) = cx.flow() {
        match cx.app.ask(cookie, Ask::Cancel, &cx.client).await {
            Ok(_) | Err(AppError::Refused(_) | AppError::Gone) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut response = to("/");
    cx.jar.take(response.headers_mut(), cookies::FLOW);
    Ok(response)
}

/// After an ask: on to where the flow stands, or the page again with what was wrong.
async fn step(cx: &Cx, done: Result<Stepped, AppError>, field: &str) -> Answer {
    let error = match done {
        Ok(stepped) => {
            let mut response = to(path(&stepped.state));
            if let Some(cookie) = stepped.cookie {
                cx.jar
                    .give(response.headers_mut(), cookies::FLOW, cookie.expose());
            }
            return Ok(response);
        }
        Err(error) => error,
    };
    let (status, faults) = match (cx.sentence(&error), &error) {
        (Some((status, text)), _) => (status, Faults::one(field, text)),
        (
            None,
            AppError::Refused(
                Refusal::NotNow
                | Refusal::NotEnoughProof
                | Refusal::TooManyWrong
                | Refusal::NotAllowed
                | Refusal::SubmitsSpent,
            )
            | AppError::Moved,
        ) => (409, Faults::default()),
        _ => return Err(error.into()),
    };
    let standing = cx.app.standing(cx.flow()?).await?;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::CONFLICT);
    show(cx, &standing, faults, status).await
}

/// The page of where the flow stands, or the way there when the address is another.
async fn here(cx: &Cx, asked: &str) -> Answer {
    let standing = match cx.flow() {
        Ok(cookie) => cx.app.standing(cookie).await?,
        Err(_) => return Ok(to("/reset")),
    };
    let real = path(&standing.row.flow.state);
    if real == asked {
        show(cx, &standing, Faults::default(), StatusCode::OK).await
    } else {
        Ok(to(real))
    }
}

fn path(state: &State) -> &'static str {
    match state {
        State::Named => "/reset/what",
        State::Proven { goal: Goal::Reset } => "/reset/password",
        State::Choosing { .. }
        | State::Waiting { .. }
        | State::Proven { goal: Goal::Unlock }
        | State::Applying { .. }
        | State::Closed { .. } => "/reset/gate",
        State::Done { .. } => "/reset/done",
    }
}

/// What was registered within [`LATELY`].
fn lately(cx: &Cx, standing: &Standing) -> Vec<(&'static str, String)> {
    let now = cx.app.now();
    let mut new: Vec<_> = standing.methods.iter().collect();
    new.retain(|held| now < held.verified.plus(LATELY));
    new.sort_by_key(|held| std::cmp::Reverse(held.verified));
    let told = |held: &MethodRow| (held.kind.as_str(), cx.app.site.date_time(held.verified));
    new.into_iter().map(told).collect()
}

/// The policy that shows: the person's own after a first proof, everybody's before, or it would tell who somebody is.
fn own<'a>(cx: &'a Cx, standing: &Standing) -> &'a Policy {
    let proven = !standing.evidence.is_empty();
    cx.app.own(if proven { standing.profiles } else { 0 })
}

fn gates(cx: &Cx, standing: &Standing) -> Step {
    let policy = &own(cx, standing).reset;
    let wanted = match standing.row.flow.goal() {
        Some(Goal::Unlock) => policy.unlock_gates,
        _ => policy.gates,
    };
    let gate = standing.evidence.len() + 1;
    Step {
        gate,
        gates: usize::from(wanted.max(standing.row.flow.gates)).max(gate),
    }
}

async fn show(cx: &Cx, standing: &Standing, faults: Faults, status: StatusCode) -> Answer {
    show_measured(cx, standing, faults, status, None).await
}

/// The page of every state.
async fn show_measured(
    cx: &Cx,
    standing: &Standing,
    faults: Faults,
    status: StatusCode,
    strength: Option<String>,
) -> Answer {
    let chrome = cx.chrome(path(&standing.row.flow.state));
    let step = gates(cx, standing);
    let flow = &standing.row.flow;
    let text = match &flow.state {
        State::Named => render(&What { chrome, faults })?,
        State::Choosing { .. } => render(&Ways {
            chrome,
            step,
            ways: offered(cx, standing),
            retype: cx.app.policy.reset.retype_number,
            faults,
        })?,
        State::Waiting { challenge, .. } => waiting(cx, standing, challenge, faults).await?,
        State::Proven { goal: Goal::Unlock } => render(&Unlock { chrome, faults })?,
        State::Proven { goal: Goal::Reset } => render(&PasswordPage {
            chrome,
            name: standing.row.name.clone(),
            rules: {
                let asked = cx.app.rules_of(standing).await;
                let display = cx.app.display_name_of(standing).await;
                let known = Known {
                    sign_in: &standing.row.name,
                    display_name: display.as_deref(),
                };
                cx.rules(&asked, false, known)
            },
            strength,
            faults,
        })?,
        State::Done { goal } => render(&Done {
            chrome,
            unlocked: *goal == Goal::Unlock,
            lately: lately(cx, standing),
            few: left(&standing.methods).filter(|left| {
                let codes = own(cx, standing).methods.contains(&Kind::Codes);
                codes && *left <= FEW as usize
            }),
            sign_in_url: cx.app.site.sign_in_url.clone(),
        })?,
        State::Applying { .. } => {
            let onward = ("/reset/gate", cx.t("continue"));
            return message(cx, "unknown", StatusCode::ACCEPTED, onward);
        }
        State::Closed { .. } => {
            let onward = ("/reset", cx.t("flow-over-onward"));
            let status = if status == StatusCode::OK {
                StatusCode::GONE
            } else {
                status
            };
            let key = match flow.state {
                State::Closed {
                    why: keymend_core::reset::Close::Cancelled | keymend_core::reset::Close::Over,
                } => "flow-over",
                _ => "locked-out",
            };
            // Whoever is told to come back tomorrow is not sent to begin again now.
            let onward = if key == "flow-over" {
                onward
            } else {
                ("/", cx.t("onward-start"))
            };
            return message(cx, key, status, onward);
        }
    };
    Ok(html(status, text))
}

/// The page of an open challenge.
async fn waiting(
    cx: &Cx,
    standing: &Standing,
    challenge: &Challenge,
    faults: Faults,
) -> Result<String, Fail> {
    let chrome = cx.chrome(path(&standing.row.flow.state));
    let step = gates(cx, standing);
    let flow = &standing.row.flow;
    let again = flow
        .sends
        .again_at(challenge.way.kind(), &cx.app.policy.codes);
    match cx.sent(challenge, again) {
        Some(sent) => render(&Code {
            chrome,
            step,
            sent: Sent {
                arrival: cx.app.arrival_of(standing, challenge).await?,
                ..sent
            },
            digits: usize::from(cx.app.policy.codes.digits),
            faults,
        }),
        None if challenge.way == Way::App => render(&AppCode {
            chrome,
            step,
            faults,
        }),
        None if challenge.way == Way::Codes => render(&RecoveryCode {
            chrome,
            step,
            typed: String::new(),
            faults,
        }),
        None if challenge.way == Way::Passkey => render(&PasskeyGate {
            chrome,
            step,
            asked: cx
                .app
                .passkey_to_pass(standing, challenge)
                .unwrap_or_default(),
            faults,
        }),
        None => render(&Answers {
            chrome,
            step,
            questions: cx.questions(&question_ids(standing)),
            faults,
        }),
    }
}

fn message(
    cx: &Cx,
    key: &str,
    status: StatusCode,
    onward: (&'static str, String),
) -> Result<Response, Fail> {
    let page = Message {
        chrome: cx.chrome("/reset"),
        title: cx.t(&format!("{key}-title")),
        text: match key {
            "flow-over" => cx.flow_over(),
            "unknown" => cx.t("unknown-text"),
            _ => cx.t(&format!("{key}-text")),
        },
        onward: Some(onward),
        request: cx.request.to_string(),
    };
    Ok(html(status, render(&page)?))
}

/// What is worth offering. Before a first proof that is all that policy has. After it somebody is known, and what we do
/// not send must be there; where codes go is shown to nobody.
fn offered(cx: &Cx, standing: &Standing) -> Vec<&'static str> {
    let now = cx.app.now();
    let there = |kind: Kind| {
        let mut held = standing.methods.iter();
        held.any(|held| held.kind == kind && held.serves(now))
    };
    let first = standing.evidence.is_empty();
    let mut ways = Flow::offers(own(cx, standing), &standing.evidence);
    ways.retain(|way| first || way.kind().is_sent() || there(way.kind()));
    ways.into_iter().map(Way::as_str).collect()
}

/// Questions are asked only after another proof, so only of somebody known.
fn question_ids(standing: &Standing) -> Vec<String> {
    let ids = standing
        .methods
        .iter()
        .find_map(|method| match &method.holding {
            Holding::Questions { ids, .. } => Some(ids.clone()),
            Holding::Destination(_)
            | Holding::App(_)
            | Holding::Passkey(_)
            | Holding::Codes { .. } => None,
        });
    ids.unwrap_or_default()
}
