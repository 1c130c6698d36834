//! A challenge of a flow: how it is made, compared, and what a right answer does.

use super::standing::{gate, may_serve};
use super::{Act, Close, Evidence, Flow, Goal, Refusal, State, World};
use crate::challenge::{Challenge, Recognised};
use crate::id::{self, Id};
use crate::method::Way;
use crate::secret::{Binding, OneTimeCode};

pub(super) fn send(
    flow: &mut Flow,
    goal: Goal,
    way: Way,
    destination: String,
    world: &mut World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    let codes = &world.policy.codes;
    let id = Id::random(world.rng);
    let digest = if way.channel().is_some() {
        flow.sends.count(way.kind(), codes, world.now)?;
        let code = OneTimeCode::random(world.rng, codes.digits);
        let binding = flow.binding(goal, &id, way, &destination, world);
        let digest = world.key.digest(&binding, &code);
        acts.push(Act::Send {
            challenge: id.clone(),
            way,
            code,
            destination: destination.clone(),
        });
        Some(digest)
    } else {
        if way.kind().leads() && !flow.sought {
            flow.sought = true;
            acts.push(Act::Seek);
        }
        None
    };
    let challenge = Challenge {
        id,
        way,
        destination,
        digest,
        at: world.now,
        until: world.now.plus(codes.life).min(flow.expires),
        tries: 0,
        silent: false,
    };
    flow.state = State::Waiting { goal, challenge };
    Ok(())
}

/// What a right proof stands for.
pub(super) struct Proved {
    destination: String,
    verified: bool,
}

impl Proved {
    pub(super) fn by(destination: String) -> Self {
        Self {
            destination,
            verified: false,
        }
    }
}

impl From<&Recognised> for Proved {
    fn from(known: &Recognised) -> Self {
        Self {
            destination: known.destination.clone(),
            verified: known.verified,
        }
    }
}

pub(super) fn prove(
    flow: &mut Flow,
    goal: Goal,
    challenge: &Challenge,
    proved: Option<Proved>,
    world: &World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    let Some(proved) = proved else {
        if flow.wrong >= world.policy.reset.wrong_proofs {
            flow.state = State::Closed {
                why: Close::TooManyWrong,
            };
            return Err(Refusal::TooManyWrong);
        }
        return Err(challenge.wrong(&world.policy.codes));
    };
    may_serve(challenge.way, world)?;
    let evidence = Evidence {
        gate: gate(world),
        goal,
        kind: challenge.way.kind(),
        way: challenge.way,
        destination: proved.destination,
        challenge: challenge.id.clone(),
        verified: proved.verified,
    };
    if world
        .facts
        .evidence
        .iter()
        .any(|row| row.destination == evidence.destination)
    {
        return Err(Refusal::MethodUsed);
    }
    flow.wrong = flow.wrong.saturating_sub(1);
    flow.state = match flow.stands_on(goal, Some(&evidence), world) {
        Some(_) => State::Proven { goal },
        None => State::Choosing { goal },
    };
    acts.extend([
        Act::Uncount(evidence.kind),
        Act::Pass(evidence),
        Act::Rotate,
    ]);
    Ok(())
}

impl Flow {
    fn binding<'a>(
        &'a self,
        goal: Goal,
        challenge: &'a Id<id::Challenge>,
        way: Way,
        destination: &'a str,
        world: &World<'_>,
    ) -> Binding<'a> {
        Binding {
            purpose: goal.purpose(),
            flow: self.id.as_str(),
            gate: gate(world),
            way: way.as_str(),
            challenge: challenge.as_str(),
            destination,
        }
    }

    pub(super) fn is_right(
        &self,
        goal: Goal,
        challenge: &Challenge,
        code: Option<&OneTimeCode>,
        world: &World<'_>,
    ) -> bool {
        let (Some(code), Some(digest)) = (code, &challenge.digest) else {
            return false;
        };
        let binding = self.binding(
            goal,
            &challenge.id,
            challenge.way,
            &challenge.destination,
            world,
        );
        world.key.digest(&binding, code).matches(digest)
    }
}
