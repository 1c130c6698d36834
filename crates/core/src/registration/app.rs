//! A new authenticator app: its secret is shown until its first code is right, and never again.

use serde::{Deserialize, Serialize};

use super::proving::{challenge, prove};
use super::{Act, Refusal, Slot, Visit, World, full};
use crate::challenge::{Challenge, Ticket};
use crate::method::{Kind, Way};
use crate::secret::{OneTimeCode, Purpose};
use crate::totp::App;

/// A new authenticator app whose first code is awaited.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewApp {
    /// The app, with the secret that nobody sees once it is kept.
    pub app: App,
    /// Its tries and its life.
    pub challenge: Challenge,
    /// The device came with its key, which is shown to nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given: bool,
}

pub(super) fn new_app(
    visit: &mut Visit,
    app: App,
    given: bool,
    world: &mut World<'_>,
) -> Result<(), Refusal> {
    visit.may_touch(Kind::App, world)?;
    if full(Kind::App, world) {
        return Err(Refusal::TooManyOfThem);
    }
    let (mut challenge, _) = challenge(visit, Purpose::Enrol, Way::App, "", world);
    challenge.digest = None;
    visit.app = Some(NewApp {
        app,
        challenge,
        given,
    });
    Ok(())
}

/// The first code of a new app: it is kept, and this code never serves again.
pub(super) fn keep_app(
    visit: &mut Visit,
    ticket: &Ticket,
    code: Option<&OneTimeCode>,
    world: &World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    let new = visit.app.clone().ok_or(Refusal::NotNow)?;
    let around = world.policy.codes.app_steps;
    let matched = code.map_or(Err(None), |code| new.app.matches(code, world.now, around));
    let (step, off) = (matched.ok(), matched.err().flatten());
    // Asked before anything is changed: the proof may have gone stale, or another tab filled the list.
    if step.is_some() && full(Kind::App, world) {
        return Err(Refusal::TooManyOfThem);
    }
    let usable_from = visit.usable_from(Kind::App, world);
    prove(visit, Slot::App, ticket, step.is_some(), world, acts)
        .map_err(|refusal| refusal.with_clock(off))?;
    acts.extend(step.map(|step| Act::KeepApp {
        app: new.app,
        step,
        usable_from,
    }));
    Ok(())
}
