//! What each kind of job does.

use keymend_core::id::{self, Id};
use keymend_core::method::{Channel, Kind, Way};
use keymend_core::registration::Destination;
use keymend_core::reset::{Goal, State};
use keymend_core::secret::Purpose;
use keymend_core::time::Timestamp;

use super::compose::{Carrier, CodeText};
use super::gateway::SendError;
use super::job::{Job, Notice};
use super::{Outcome, Worker};
use crate::app::AppError;
use crate::app::limits::Hit;
use crate::app::registration::destinations;
use crate::store::accounts::AccountRow;
use crate::store::methods::{Holding, MethodRow};
use crate::store::outbox::{Claimed, Ended};

/// A code of a flow that is about to leave.
struct FlowCode<'a> {
    flow: &'a Id<id::Flow>,
    goal: Goal,
    challenge: &'a Id<id::Challenge>,
    way: Way,
    destination: &'a str,
    code: &'a str,
    until: Timestamp,
}

impl Worker {
    pub(super) async fn do_job(&self, claimed: &Claimed, job: Job) -> Result<Outcome, AppError> {
        let id = &claimed.id;
        // A message that is tried again is still one message to whoever gets it.
        let first = claimed.attempts <= 1;
        match job {
            Job::Resolve { flow } => self.resolve(&flow, Some(id)).await,
            Job::FlowCode {
                flow,
                goal,
                challenge,
                way,
                destination,
                code,
                until,
            } => {
                let wanted = FlowCode {
                    flow: &flow,
                    goal,
                    challenge: &challenge,
                    way,
                    destination: &destination,
                    code: &code,
                    until,
                };
                self.flow_code(id, &wanted, first).await
            }
            Job::NewCode {
                account,
                channel,
                destination,
                code,
                until,
            } => {
                let text = CodeText {
                    purpose: Purpose::Enrol,
                    code: &code,
                    until,
                };
                self.account_code(id, &account, channel, Some(&destination), &text, first)
                    .await
            }
            Job::HeldCode {
                account,
                channel,
                code,
                until,
            } => {
                let text = CodeText {
                    purpose: Purpose::Confirm,
                    code: &code,
                    until,
                };
                self.account_code(id, &account, channel, None, &text, first)
                    .await
            }
            Job::Notice(notice) => self.spread(id, notice).await,
            Job::Tell {
                channel,
                destination,
                notice,
            } => self.tell(id, channel, &destination, &notice).await,
        }
    }

    /// Find out whom a flow is about. Disabled and unregistered people are strangers.
    /// `job` is the row that wanted it, if that was all it wanted.
    async fn resolve(
        &self,
        flow: &Id<id::Flow>,
        job: Option<&Id<id::Job>>,
    ) -> Result<Outcome, AppError> {
        let app = &self.app;
        let row = app.store.read().await?.flow(flow, &app.keys).await?;
        let Some(row) = row.filter(|row| !row.resolved) else {
            return Ok(Outcome::Gone);
        };
        let entry = if row.name.is_empty() {
            None
        } else {
            app.directory.find(&row.name).await?
        };
        let entry = entry.filter(|entry| entry.enabled);
        let account = match &entry {
            Some(entry) => {
                let mut tx = app.store.read().await?;
                tx.account_of(app.directory.id(), &entry.subject).await?
            }
            None => None,
        };
        let account = account.map(|account| account.id()).transpose()?;
        let privileged = entry.is_some_and(|entry| entry.privileged);
        let mut tx = app.store.begin().await?;
        tx.resolve_flow(flow, account.as_ref(), privileged).await?;
        if let Some(job) = job {
            tx.forget_job(job).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Settled)
    }

    /// Send a code of a flow, if there is somebody to send it to. Every check is made here, so that
    /// the request need not make it.
    async fn flow_code(
        &self,
        id: &Id<id::Job>,
        wanted: &FlowCode<'_>,
        first: bool,
    ) -> Result<Outcome, AppError> {
        let dropped = |why| Ok(Outcome::Ended(Ended::Dropped, why));
        let app = &self.app;
        let now = app.now();
        self.resolve(wanted.flow, None).await?;
        let mut tx = app.store.read().await?;
        let Some(row) = tx.flow(wanted.flow, &app.keys).await? else {
            return dropped("the flow is over");
        };
        // A newer challenge, a closed flow: this code is stale.
        let live = matches!(&row.flow.state, State::Waiting { challenge, .. } if challenge.id == *wanted.challenge);
        if !live {
            return dropped("the challenge is over");
        }
        let Some(account) = &row.account else {
            return dropped("nobody there");
        };
        let Some(_person) = tx.account(account).await?.filter(|person| !person.frozen()) else {
            return dropped("recovery is frozen");
        };
        let methods = tx.methods(account, &app.keys).await?;
        drop(tx);
        let Some((method, destination)) = reached(&methods, wanted.way.kind()) else {
            return dropped("not registered");
        };
        let usable = method.held(app.policy.limits.wrong_for_life).usable_from <= now;
        if !usable {
            return dropped("not usable yet");
        }
        if !wanted.destination.is_empty() && wanted.destination != method.destination {
            return dropped("another number was typed");
        }
        let Some(channel) = wanted.way.channel() else {
            return dropped("no channel");
        };
        let mut tx = app.store.begin().await?;
        let room = !first || self.count_destination(&mut tx, destination, now).await?;
        tx.note_delivery(wanted.challenge, &method.destination, now)
            .await?;
        tx.commit().await?;
        if !room {
            return dropped("too many messages to this destination");
        }
        let text = CodeText {
            purpose: wanted.goal.purpose(),
            code: wanted.code,
            until: wanted.until,
        };
        self.send_code(id, &row.language, channel, destination, &text)
            .await
    }

    /// Send a code to somebody who is signed in: to a new destination, or to the registered one.
    async fn account_code(
        &self,
        id: &Id<id::Job>,
        account: &Id<id::Account>,
        channel: Channel,
        new: Option<&Destination>,
        text: &CodeText<'_>,
        first: bool,
    ) -> Result<Outcome, AppError> {
        let app = &self.app;
        let mut tx = app.store.read().await?;
        let Some(person) = tx.account(account).await? else {
            return Ok(Outcome::Ended(Ended::Dropped, "nobody there"));
        };
        let methods = tx.methods(account, &app.keys).await?;
        drop(tx);
        let held = reached(&methods, channel.kind()).map(|(_, destination)| destination);
        let Some(destination) = new.or(held) else {
            return Ok(Outcome::Ended(Ended::Dropped, "not registered"));
        };
        let mut tx = app.store.begin().await?;
        let room = !first
            || self
                .count_destination(&mut tx, destination, app.now())
                .await?;
        tx.commit().await?;
        if !room {
            return Ok(Outcome::Ended(
                Ended::Dropped,
                "too many messages to this destination",
            ));
        }
        self.send_code(id, &person.language, channel, destination, text)
            .await
    }

    async fn send_code(
        &self,
        id: &Id<id::Job>,
        language: &str,
        channel: Channel,
        destination: &Destination,
        text: &CodeText<'_>,
    ) -> Result<Outcome, AppError> {
        let carrier = Carrier {
            app: &self.app,
            words: self.app.catalogue.words(language),
        };
        let message = carrier.code(id, channel, destination, text);
        Ok(self.outcome_of(channel, self.gateways.send(&message).await))
    }

    /// One job for each destination, so that a refused one does not repeat the others.
    async fn spread(&self, id: &Id<id::Job>, notice: Notice) -> Result<Outcome, AppError> {
        let app = &self.app;
        let now = app.now();
        let mut tx = app.store.begin().await?;
        let methods = tx.methods(&notice.account, &app.keys).await?;
        let mut told: Vec<Destination> = destinations(&methods);
        for also in &notice.also {
            if !told.iter().any(|known| known.same() == also.same()) {
                told.push(also.clone());
            }
        }
        for destination in told {
            let channel = match destination.kind() {
                Kind::Phone => Channel::Sms,
                Kind::Email | Kind::Questions => Channel::Email,
            };
            let job = Job::Tell {
                channel,
                destination,
                notice: Notice {
                    also: Vec::new(),
                    ..notice.clone()
                },
            };
            tx.queue(&job, now, &app.keys).await?;
        }
        // Together: a crash must not tell everybody twice.
        tx.forget_job(id).await?;
        tx.commit().await?;
        app.wake.notify_one();
        Ok(Outcome::Settled)
    }

    async fn tell(
        &self,
        id: &Id<id::Job>,
        channel: Channel,
        destination: &Destination,
        notice: &Notice,
    ) -> Result<Outcome, AppError> {
        let person: Option<AccountRow> = self
            .app
            .store
            .read()
            .await?
            .account(&notice.account)
            .await?;
        let Some(person) = person else {
            return Ok(Outcome::Ended(Ended::Dropped, "nobody there"));
        };
        let carrier = Carrier {
            app: &self.app,
            words: self.app.catalogue.words(&person.language),
        };
        let message = carrier.notice(id, channel, destination, notice, &person.name);
        Ok(self.outcome_of(channel, self.gateways.send(&message).await))
    }

    /// Count a message to a destination, whoever wants it sent (LIM-10, LIM-11).
    async fn count_destination(
        &self,
        tx: &mut crate::store::Tx,
        destination: &Destination,
        now: Timestamp,
    ) -> Result<bool, AppError> {
        let app = &self.app;
        let limits = &app.policy.limits;
        let whose = app.index("destination", &destination.same());
        let prefix: String = destination.as_str().chars().take(8).collect();
        let [hour, day] = limits.sends_per_destination;
        let hit = |which, whose, limit| Hit {
            which,
            whose,
            limit,
        };
        let mut hits = vec![
            hit("destination-hour", whose.as_str(), hour),
            hit("destination-day", whose.as_str(), day),
        ];
        if destination.kind() == Kind::Phone {
            hits.push(hit("sends-prefix", &prefix, limits.sends_per_prefix));
            hits.push(hit("sends-everywhere", "", limits.sends_everywhere));
        }
        match app.count(tx, &hits, now).await? {
            Ok(_) => Ok(true),
            Err(error) => {
                tracing::warn!(%error, "a code was not sent");
                Ok(false)
            }
        }
    }

    fn outcome_of(&self, channel: Channel, sent: Result<(), SendError>) -> Outcome {
        let metrics = &self.app.metrics;
        match sent {
            Ok(()) => {
                metrics.message(channel.as_str(), "sent");
                Outcome::Ended(Ended::Sent, "")
            }
            Err(SendError::Later(after, reason)) => {
                metrics.message(channel.as_str(), "later");
                tracing::warn!(
                    channel = channel.as_str(),
                    reason,
                    "a message will be tried again"
                );
                Outcome::Later(after, reason)
            }
            Err(SendError::Never(reason)) => {
                metrics.message(channel.as_str(), "never");
                tracing::error!(
                    channel = channel.as_str(),
                    reason,
                    "a message cannot be sent"
                );
                Outcome::Ended(Ended::Dead, "refused by the gateway")
            }
        }
    }
}

fn reached(methods: &[MethodRow], kind: Kind) -> Option<(&MethodRow, &Destination)> {
    methods.iter().find_map(|method| match &method.holding {
        Holding::Destination(destination) if method.kind == kind => Some((method, destination)),
        _ => None,
    })
}
