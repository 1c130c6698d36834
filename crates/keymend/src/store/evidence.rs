//! The evidence that flows gathered, and the writes that stand on it.

use keymend_core::id::{self, Id};
use keymend_core::method::{Kind, Way};
use keymend_core::reset::{Evidence, Goal};
use keymend_core::time::Timestamp;
use sqlx::{FromRow, query, query_as};

use super::{StoreError, Tx};

const PASS: &str = "INSERT INTO evidence (flow, goal, gate, kind, way, destination, challenge, verified, at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const EVIDENCE: &str = "SELECT goal, gate, kind, way, destination, challenge, verified FROM evidence WHERE flow = $1 ORDER BY gate";
const WRITE: &str = "INSERT INTO writes (flow, goal, needed, gate_1, gate_2, gate_3, outcome, at) \
     VALUES ($1, $2, $3, $4, $5, $6, 'asked', $7) \
     ON CONFLICT (flow) DO UPDATE SET goal = excluded.goal, needed = excluded.needed, gate_1 = excluded.gate_1, \
     gate_2 = excluded.gate_2, gate_3 = excluded.gate_3, outcome = 'asked', at = excluded.at";
const SETTLE: &str = "UPDATE writes SET outcome = $1, at = $2 WHERE flow = $3";

/// Every statement of this file, for the test that prepares them all.
#[cfg(test)]
pub const ALL: &[&str] = &[PASS, EVIDENCE, WRITE, SETTLE];

#[derive(FromRow)]
struct EvidenceRow {
    goal: String,
    gate: i64,
    kind: String,
    way: String,
    destination: String,
    challenge: String,
    verified: bool,
}

impl Tx {
    /// Write the evidence of a gate.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the gate, the kind, the destination or the challenge has served.
    pub async fn pass_gate(
        &mut self,
        flow: &Id<id::Flow>,
        row: &Evidence,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(PASS)
            .bind(flow.as_str())
            .bind(goal_name(row.goal))
            .bind(i64::from(row.gate))
            .bind(row.kind.as_str())
            .bind(row.way.as_str())
            .bind(row.destination.as_str())
            .bind(row.challenge.as_str())
            .bind(row.verified)
            .bind(now.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// The evidence of a flow.
    ///
    /// # Errors
    /// [`StoreError::Down`], or [`StoreError::Corrupt`].
    pub async fn evidence(&mut self, flow: &Id<id::Flow>) -> Result<Vec<Evidence>, StoreError> {
        let rows: Vec<EvidenceRow> = on!(self, |c| query_as(EVIDENCE)
            .bind(flow.as_str())
            .fetch_all(c)
            .await?);
        rows.into_iter().map(EvidenceRow::opened).collect()
    }

    /// Record the intent to write. The database refuses it without the rows of these gates.
    ///
    /// # Errors
    /// [`StoreError::Down`] when the evidence is not there.
    pub async fn intend_write(
        &mut self,
        flow: &Id<id::Flow>,
        goal: Goal,
        needed: u8,
        gates: &[u8],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut gates = gates
            .iter()
            .take(usize::from(needed))
            .map(|gate| i64::from(*gate));
        let (first, second, third) = (gates.next(), gates.next(), gates.next());
        on!(self, |c| query(WRITE)
            .bind(flow.as_str())
            .bind(goal_name(goal))
            .bind(i64::from(needed))
            .bind(first)
            .bind(second)
            .bind(third)
            .bind(now.as_millis())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }

    /// Record what came of the write.
    ///
    /// # Errors
    /// [`StoreError::Down`].
    pub async fn settle_write(
        &mut self,
        flow: &Id<id::Flow>,
        outcome: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        on!(self, |c| query(SETTLE)
            .bind(outcome)
            .bind(now.as_millis())
            .bind(flow.as_str())
            .execute(c)
            .await?
            .rows_affected());
        Ok(())
    }
}

impl EvidenceRow {
    fn opened(self) -> Result<Evidence, StoreError> {
        let read = || {
            Some(Evidence {
                gate: u8::try_from(self.gate).ok()?,
                goal: match self.goal.as_str() {
                    "reset" => Goal::Reset,
                    "unlock" => Goal::Unlock,
                    _ => return None,
                },
                kind: Kind::parse(&self.kind)?,
                way: Way::parse(&self.way)?,
                destination: self.destination.clone(),
                challenge: Id::parse(&self.challenge).ok()?,
                verified: self.verified,
            })
        };
        read().ok_or_else(|| StoreError::Corrupt("evidence".to_owned()))
    }
}

/// Stable name of a goal.
#[must_use]
pub fn goal_name(goal: Goal) -> &'static str {
    goal.purpose().as_str()
}
