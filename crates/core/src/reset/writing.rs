//! The write to the directory: what it stands on, and what came of it.

use super::{Act, Close, Flow, Goal, Outcome, Refusal, State, Subject, World};

pub(super) fn submit(
    flow: &mut Flow,
    goal: Goal,
    world: &World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    let Subject::Known { open: true, .. } = world.facts.subject else {
        flow.state = State::Closed {
            why: Close::NotAllowed,
        };
        return Err(Refusal::NotAllowed);
    };
    let Some((needed, gates)) = flow.stands_on(goal, None, world) else {
        // Policy, or the account's rank, was raised after the gates were passed.
        flow.state = State::Choosing { goal };
        return Err(Refusal::NotEnoughProof);
    };
    if flow.submits >= world.policy.reset.password_submits {
        flow.state = State::Closed {
            why: Close::TooManySubmits,
        };
        return Err(Refusal::SubmitsSpent);
    }
    flow.submits += 1;
    flow.state = State::Applying {
        goal,
        since: world.now,
    };
    let write = Act::Write {
        goal,
        needed,
        gates,
    };
    acts.extend([write, Act::Rotate]);
    Ok(())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "an arm of `step`, like its neighbours"
)]
pub(super) fn settle(
    flow: &mut Flow,
    goal: Goal,
    outcome: Outcome,
    _world: &World<'_>,
    acts: &mut Vec<Act>,
) -> Result<(), Refusal> {
    match outcome {
        Outcome::Done => {
            flow.state = State::Done { goal };
            acts.push(Act::Finish(goal));
        }
        Outcome::Refused => flow.state = State::Proven { goal },
    }
    Ok(())
}
