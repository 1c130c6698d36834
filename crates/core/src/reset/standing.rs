//! What a flow's rows are worth: which gate is next, which proofs count, what may still serve.

use super::{
    Challenge, Evidence, Flow, Goal, Held, Kind, Policy, Recognised, Refusal, State, Subject, Way,
    World,
};
use crate::policy::floor;

impl Flow {
    /// True until the flow is done or closed. A write that is under way is not cut off by the clock.
    #[must_use]
    pub fn open(&self) -> bool {
        matches!(
            self.state,
            State::Named | State::Choosing { .. } | State::Waiting { .. } | State::Proven { .. }
        )
    }

    /// What the person came for, once said.
    #[must_use]
    pub fn goal(&self) -> Option<Goal> {
        match self.state {
            State::Choosing { goal }
            | State::Waiting { goal, .. }
            | State::Proven { goal }
            | State::Applying { goal, .. }
            | State::Done { goal } => Some(goal),
            State::Named | State::Closed { .. } => None,
        }
    }

    /// Short reference for the service desk: it finds the flow in the audit log and says nothing else. The
    /// end of the identifier, because its beginning is the time.
    #[must_use]
    pub fn reference(&self) -> String {
        let text = self.id.as_str().to_ascii_uppercase();
        let end = text.len().saturating_sub(8);
        let (front, back) = text.get(end..).unwrap_or(&text).split_at(4);
        format!("{front}-{back}")
    }

    /// Proofs that are needed: the most that policy wanted then, wants now of this person, and rank demands.
    #[must_use]
    pub fn needed(&self, goal: Goal, world: &World<'_>) -> u8 {
        let wanted = self.gates.max(wanted(world.own, goal));
        wanted.max(floor(privileged(world)))
    }

    /// What this goal stands on, if it is enough ([`Policy::enough`]): how many proofs are needed, and the gates of
    /// those that count, `new` among them.
    pub(super) fn stands_on(
        &self,
        goal: Goal,
        new: Option<&Evidence>,
        world: &World<'_>,
    ) -> Option<(u8, Vec<u8>)> {
        let mut rows = counted(goal, new, world);
        let alone = rows.iter().any(|row| row.verified);
        let kinds = rows.iter().map(|row| row.kind);
        let needed = self.needed(goal, world);
        let needed = world.own.enough(needed, kinds, alone, privileged(world))?;
        // Those first without which it would not be enough: the write points at as many as are needed.
        rows.sort_by_key(|row| {
            let kind = row.kind;
            (!row.verified, !kind.resists_phishing(), !kind.leads())
        });
        rows.truncate(usize::from(needed));
        let mut gates: Vec<u8> = rows.iter().map(|row| row.gate).collect();
        gates.sort_unstable();
        Some((needed, gates))
    }

    /// What the page offers for the next gate: policy's list less what has served.
    #[must_use]
    pub fn offers(policy: &Policy, evidence: &[Evidence]) -> Vec<Way> {
        let used = |way: &Way| {
            let mut rows = evidence.iter();
            rows.any(|row| policy.same_source(row.kind, way.kind()))
        };
        let first = evidence.is_empty();
        policy
            .ways()
            .into_iter()
            .filter(|way| !(used(way) || first && !way.kind().leads()))
            .collect()
    }
}

/// Number of the gate that is next.
pub(super) fn gate(world: &World<'_>) -> u8 {
    next_gate(world.facts.evidence)
}

/// Number of the gate behind these rows.
pub(crate) fn next_gate(evidence: &[Evidence]) -> u8 {
    let rows = evidence.iter().map(|row| row.gate).max();
    rows.unwrap_or(0).saturating_add(1)
}

/// What the account holds that may serve now: what this person's own policy does not offer is as if it were not there.
fn usable<'a>(world: &World<'a>) -> impl Iterator<Item = &'a Held> {
    let (own, now) = (world.own, world.now);
    let held = world.facts.held.iter();
    held.filter(move |held| held.usable_from <= now && own.methods.contains(&held.kind))
}

/// Does this row count now? Questions count nothing for the privileged, and a proof counts as long
/// as the account still holds what was proved (FLW-8).
fn counts(row: &Evidence, world: &World<'_>) -> bool {
    let held =
        usable(world).any(|held| held.kind == row.kind && held.destination == row.destination);
    held && !(row.kind == Kind::Questions && privileged(world))
}

/// The rows that count towards this goal, `new` among them: those that are independent. What may not come first never stands alone, not even when what it stood beside is gone.
fn counted<'a>(goal: Goal, new: Option<&'a Evidence>, world: &'a World<'_>) -> Vec<&'a Evidence> {
    let mut taken: Vec<&Evidence> = Vec::new();
    for row in world.facts.evidence.iter().chain(new) {
        let again = taken
            .iter()
            .any(|other| !world.own.independent(other.proof(), row.proof()));
        if row.goal == goal && counts(row, world) && !again {
            taken.push(row);
        }
    }
    if !taken.iter().any(|row| row.kind.leads()) {
        taken.clear();
    }
    taken
}

/// May this way serve the next gate? Not every kind comes first; each serves once. Before a first proof the policy of
/// everybody decides, or the answer would tell who somebody is; after it, the person's own.
pub(super) fn may_serve(way: Way, world: &World<'_>) -> Result<(), Refusal> {
    let policy = if world.facts.evidence.is_empty() {
        world.policy
    } else {
        world.own
    };
    if !policy.ways().contains(&way) {
        return Err(Refusal::NotOffered);
    }
    if !way.kind().leads() && world.facts.evidence.is_empty() {
        return Err(Refusal::NotOffered);
    }
    if world
        .facts
        .evidence
        .iter()
        .any(|row| policy.same_source(row.kind, way.kind()))
    {
        return Err(Refusal::MethodUsed);
    }
    Ok(())
}

/// The destination that a right proof of this challenge stands for; `None` when there is nothing
/// to prove: a stranger, a frozen account, a code that went nowhere, a destination that was changed
/// or still waits.
pub(super) fn provable(challenge: &Challenge, world: &World<'_>) -> Option<String> {
    let Subject::Known { open: true, .. } = world.facts.subject else {
        return None;
    };
    let held = usable(world).find(|held| held.kind == challenge.way.kind())?;
    let asked =
        challenge.digest.is_none() || world.facts.delivered == Some(held.destination.as_str());
    asked.then(|| held.destination.clone())
}

/// Does what a proof was recognised as answer this challenge, and serve this flow?
pub(super) fn serves(known: &Recognised, challenge: &Challenge, world: &World<'_>) -> bool {
    matches!(world.facts.subject, Subject::Known { open: true, .. })
        && challenge.way.kind() == known.kind
        && usable(world)
            .any(|held| held.kind == known.kind && held.destination == known.destination)
}

/// Proofs that policy wants now.
pub(super) fn wanted(policy: &Policy, goal: Goal) -> u8 {
    match goal {
        Goal::Reset => policy.reset.gates,
        Goal::Unlock => policy.reset.unlock_gates,
    }
}

fn privileged(world: &World<'_>) -> bool {
    matches!(
        world.facts.subject,
        Subject::Known {
            privileged: true,
            ..
        }
    )
}
