//! The page of every state: begin with [`show`].

use std::time::Duration;

use axum::response::Response;
use http::StatusCode;
use keymend_core::challenge::Challenge;
use keymend_core::method::{Kind, Way};
use keymend_core::policy::Policy;
use keymend_core::recovery::FEW;
use keymend_core::reset::{Flow, Goal, State};

use super::super::context::Cx;
use super::super::pages::{
    Answers, AppCode, Code, Done, Faults, Message, NewPassword as PasswordPage, PasskeyGate,
    RecoveryCode, Sent, Step, Unlock, Ways, What,
};
use super::super::register::left;
use super::super::{Answer, html, render};
use crate::app::password::Known;
use crate::app::reset::Standing;
use crate::error::Fail;
use crate::store::methods::{Holding, MethodRow};

/// After a reset, methods that are not older than this are named: somebody else may have added them.
const LATELY: Duration = Duration::from_hours(30 * 24);

pub(super) async fn show(
    cx: &Cx,
    standing: &Standing,
    faults: Faults,
    status: StatusCode,
) -> Answer {
    show_measured(cx, standing, faults, status, None).await
}

/// The page of every state.
pub(super) async fn show_measured(
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

pub(super) fn path(state: &State) -> &'static str {
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
pub(super) fn own<'a>(cx: &'a Cx, standing: &Standing) -> &'a Policy {
    let proven = !standing.evidence.is_empty();
    cx.app.own(if proven { standing.profiles } else { 0 })
}

pub(super) fn gates(cx: &Cx, standing: &Standing) -> Step {
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
pub(super) fn question_ids(standing: &Standing) -> Vec<String> {
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
