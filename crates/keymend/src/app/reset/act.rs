//! What was decided is done, in the transaction of the decision: one arm for each act.

use keymend_core::method::Kind;
use keymend_core::reset::{Act, Goal};
use keymend_core::secret::Token;
use keymend_core::time::Timestamp;

use super::{Done, Standing};
use crate::app::App;
use crate::app::limits::{Client, Proof};
use crate::chance::Os;
use crate::deliver::job::Job;
use crate::store::{StoreError, Tx};

impl App {
    pub(super) async fn carry_out(
        &self,
        tx: &mut Tx,
        standing: &Standing,
        act: Act,
        client: &Client,
        now: Timestamp,
        done: &mut Done,
    ) -> Result<(), StoreError> {
        let row = &standing.row;
        let proof = |kind| Proof {
            names: &row.name_keys,
            kind,
            client,
        };
        match act {
            Act::Send {
                challenge,
                way,
                code,
                destination,
            } => {
                // There was room a moment ago; racing requests are stopped by the flow's version.
                drop(self.count_send(tx, &row.name_keys, way.kind(), now).await?);
                let job = Job::FlowCode {
                    flow: row.flow.id.clone(),
                    goal: done.flow.goal().unwrap_or(Goal::Reset),
                    challenge,
                    way,
                    destination,
                    code: code.expose().to_owned(),
                    until: now.plus(self.policy.codes.life).min(row.flow.expires),
                };
                tx.queue_code(&job, self.knows(client), now, &self.keys)
                    .await
            }
            Act::Count(kind) => {
                done.limited = self.count_proof(tx, &proof(kind), now).await?;
                // Only a try that could have been right wears a method out: its code went somewhere, or none had to.
                let asked = kind.is_guessable() && (row.delivered.is_some() || !kind.is_sent());
                let real = done.limited.is_ok() && asked;
                self.wear(tx, &proof(kind), row.account().filter(|_| real), now)
                    .await
            }
            Act::Uncount(kind) => {
                self.uncount_proof(tx, &proof(kind), &self.mine(row), now)
                    .await?;
                if let Some(destination) = row.delivered.as_ref().filter(|_| kind == Kind::Phone) {
                    tx.used(destination, now).await?;
                }
                match row.account() {
                    Some(account) => self.mend(tx, account, kind).await,
                    None => Ok(()),
                }
            }
            Act::Seek => {
                let job = Job::Find {
                    flow: row.flow.id.clone(),
                    until: row.flow.expires,
                };
                tx.queue(&job, now, &self.keys).await
            }
            Act::Take(known) => match row.account() {
                Some(account) => {
                    let flow = Some(&row.flow.id);
                    self.take(tx, account, &known, flow, client, now).await
                }
                None => Ok(()),
            },
            Act::Pass(evidence) => {
                if let Some(account) = row.account() {
                    tx.served(account, evidence.kind, &evidence.destination, now)
                        .await?;
                }
                tx.pass_gate(&row.flow.id, &evidence, now).await
            }
            Act::Rotate => {
                let cookie = Token::random(&mut Os);
                tx.rotate_flow(&row.flow.id, &cookie.digest()).await?;
                done.cookie = Some(cookie);
                Ok(())
            }
            Act::Write {
                goal,
                needed,
                gates,
            } => {
                tx.intend_write(&row.flow.id, goal, needed, &gates, now)
                    .await
            }
            Act::Finish(goal) => self.finish(tx, standing, goal, client, now).await,
        }
    }
}
