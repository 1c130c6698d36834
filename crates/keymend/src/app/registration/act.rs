//! What was decided is done, in the transaction of the decision: one arm for each act.

use keymend_core::method::Kind;
use keymend_core::registration::Act;
use keymend_core::secret::Token;
use keymend_core::time::Timestamp;

use super::{Done, destinations};
use crate::app::limits::{Client, Proof};
use crate::app::session::Person;
use crate::app::{App, passkeys};
use crate::chance::Os;
use crate::deliver::job::{Happened, Job};
use crate::store::methods::{Fresh, Holding};
use crate::store::{StoreError, Tx};

/// What an act keeps that the rules never see.
pub(super) enum Keeping {
    /// Answers, hashed.
    Answers(Holding),
    /// A new passkey.
    Passkey(Box<passkeys::Fresh>),
}

impl App {
    #[expect(
        clippy::too_many_arguments,
        reason = "what one act needs, spelled out at its one call"
    )]
    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each act reads better than ten functions"
    )]
    pub(super) async fn carry_out_visit(
        &self,
        tx: &mut Tx,
        person: &Person,
        act: Act,
        keeping: Option<&Keeping>,
        client: &Client,
        now: Timestamp,
        done: &mut Done,
    ) -> Result<(), StoreError> {
        let account = &person.session.account;
        let mine = self.person_key(person);
        let names = std::slice::from_ref(&mine);
        let proof = |kind| Proof {
            names,
            kind,
            client,
        };
        let until = now.plus(self.policy.codes.life);
        match act {
            Act::SendNew {
                challenge,
                channel,
                destination,
                code,
            } => {
                drop(self.count_send(tx, names, channel.kind(), now).await?);
                let job = Job::NewCode {
                    account: account.clone(),
                    session: person.session.visit.id.clone(),
                    challenge,
                    channel,
                    destination,
                    code: code.expose().to_owned(),
                    until,
                };
                tx.queue_code(&job, self.knows(client), now, &self.keys)
                    .await
            }
            Act::SendHeld {
                challenge,
                channel,
                code,
            } => {
                drop(self.count_send(tx, names, channel.kind(), now).await?);
                let job = Job::HeldCode {
                    account: account.clone(),
                    session: person.session.visit.id.clone(),
                    challenge,
                    channel,
                    code: code.expose().to_owned(),
                    until,
                };
                tx.queue_code(&job, self.knows(client), now, &self.keys)
                    .await
            }
            Act::Count(kind) => {
                done.limited = self.count_proof(tx, &proof(kind), now).await?;
                Ok(())
            }
            Act::Uncount(kind) => {
                let open = person.session.visit.confirm.as_ref();
                if let Some(open) = open.filter(|open| open.way.kind() == kind) {
                    tx.served(account, kind, &open.destination, now).await?;
                }
                self.uncount_proof(tx, &proof(kind), &mine, now).await?;
                self.mend(tx, account, kind).await
            }
            Act::Keep {
                destination,
                usable_from,
                replaced,
            } => {
                let index = self.index("destination", &destination.same());
                let kind = destination.kind();
                if kind == Kind::Phone {
                    tx.used(&index, now).await?;
                }
                let holding = Holding::Destination(destination);
                let fresh = Fresh {
                    holding: &holding,
                    kind,
                    destination: &index,
                    now,
                    usable_from,
                };
                self.keep(tx, person, &fresh, replaced, client, done).await
            }
            Act::KeepAnswers {
                usable_from,
                replaced,
            } => {
                let Some(Keeping::Answers(holding)) = keeping else {
                    return Ok(());
                };
                let index = self.index("questions", account.as_str());
                let fresh = Fresh {
                    holding,
                    kind: Kind::Questions,
                    destination: &index,
                    now,
                    usable_from,
                };
                self.keep(tx, person, &fresh, replaced, client, done).await
            }
            Act::KeepApp {
                app,
                step,
                usable_from,
            } => {
                self.mend(tx, account, Kind::App).await?;
                tx.keep_app(account, &app, step, [now, usable_from], &self.keys)
                    .await?;
                self.kept(tx, person, Kind::App, false, client, now).await?;
                done.visited.kept = true;
                Ok(())
            }
            Act::KeepPasskey { usable_from } => {
                let Some(Keeping::Passkey(fresh)) = keeping else {
                    return Ok(());
                };
                self.mend(tx, account, Kind::Passkey).await?;
                let (passkey, destination) = (&fresh.passkey, &fresh.destination);
                let times = [now, usable_from];
                tx.keep_passkey(
                    account,
                    passkey,
                    destination,
                    fresh.count,
                    times,
                    &self.keys,
                )
                .await?;
                self.kept(tx, person, Kind::Passkey, false, client, now)
                    .await?;
                done.visited.kept = true;
                Ok(())
            }
            Act::KeepCodes {
                codes,
                usable_from,
                replaced,
            } => {
                self.mend(tx, account, Kind::Codes).await?;
                tx.keep_codes(account, &codes, [now, usable_from], &self.keys)
                    .await?;
                done.visited.kept = true;
                self.kept(tx, person, Kind::Codes, replaced, client, now)
                    .await
            }
            Act::Take(known) => {
                tx.served(account, known.kind, &known.destination, now)
                    .await?;
                self.take(tx, account, &known, None, client, now).await
            }
            Act::Remove(kind) => {
                tx.drop_method(account, kind).await?;
                self.removed(tx, person, kind, client, now).await
            }
            Act::RemoveOne(kind, which) => {
                tx.drop_one(account, kind, &which).await?;
                self.removed(tx, person, kind, client, now).await
            }
            Act::Rotate => {
                let token = Token::random(&mut Os);
                tx.rotate_session(&person.session.visit.id, &token.digest())
                    .await?;
                done.visited.token = Some(token);
                Ok(())
            }
            Act::Finish => {
                tx.finish_account(account, now).await?;
                self.note_visit(tx, person, "registration.finished", "", client, now)
                    .await
            }
            Act::Reaffirm => {
                tx.reaffirm_account(account, now).await?;
                self.note_visit(tx, person, "registration.confirmed", "", client, now)
                    .await
            }
            Act::Unfreeze => {
                tx.unfreeze(account).await?;
                self.notify(tx, account, Happened::Unfrozen, None, Vec::new(), now)
                    .await?;
                self.note_visit(tx, person, "recovery.unfrozen", "", client, now)
                    .await
            }
        }
    }

    async fn keep(
        &self,
        tx: &mut Tx,
        person: &Person,
        fresh: &Fresh<'_>,
        replaced: bool,
        client: &Client,
        done: &mut Done,
    ) -> Result<(), StoreError> {
        let account = &person.session.account;
        // First, as where tries are counted: no two transactions wait for each other.
        self.mend(tx, account, fresh.kind).await?;
        tx.keep_method(account, fresh, &self.keys).await?;
        done.visited.kept = true;
        self.kept(tx, person, fresh.kind, replaced, client, fresh.now)
            .await
    }

    /// Something was kept: what was there before is told too, and the new one. A first registration
    /// tells nobody: there is nobody yet who could not know.
    async fn kept(
        &self,
        tx: &mut Tx,
        person: &Person,
        kind: Kind,
        replaced: bool,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let account = &person.session.account;
        let told = replaced || !person.methods.is_empty() && person.account.finished();
        if told {
            let happened = if replaced {
                Happened::MethodChanged
            } else {
                Happened::MethodAdded
            };
            let also = destinations(&person.methods);
            self.notify(tx, account, happened, Some(kind), also, now)
                .await?;
        }
        let source = client.0.to_string();
        tx.record_bindings(account, &source, now).await?;
        let event = if replaced {
            "method.changed"
        } else {
            "method.added"
        };
        self.note_visit(tx, person, event, kind.as_str(), client, now)
            .await
    }

    /// Something was removed: every destination is told, the one that is gone too.
    async fn removed(
        &self,
        tx: &mut Tx,
        person: &Person,
        kind: Kind,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let account = &person.session.account;
        let also = destinations(&person.methods);
        self.notify(tx, account, Happened::MethodRemoved, Some(kind), also, now)
            .await?;
        let source = client.0.to_string();
        tx.record_bindings(account, &source, now).await?;
        self.note_visit(tx, person, "method.removed", kind.as_str(), client, now)
            .await
    }
}
