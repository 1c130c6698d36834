//! What each kind of job does. Begin with [`Worker::do_job`]; every message leaves by [`Worker::hand_over`].

mod code;

use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::method::Channel;
use keymend_core::registration::Destination;
use keymend_core::reset::Goal;
use keymend_core::secret::Purpose;
use keymend_core::time::Timestamp;

use super::alert::Alert;
use super::compose::{Carrier, CodeText};
use super::gateway::{Message, SendError};
use super::gateways::Unsent;
use super::job::{Job, Notice};
use super::{Going, Outcome, Worker};
use crate::app::AppError;
use crate::app::settle::CUT_OFF;
use crate::store::accounts::AccountRow;
use crate::store::deliveries::Delivery;
use crate::store::outbox::{Claimed, Ended};
use code::{FlowCode, SessionCode};

/// How often the directory is asked about a change of password that nobody reported.
const ASKED: u32 = 3;
/// A gateway that took something for a destination within this time, which nobody knows to have arrived, goes last there.
const SILENCE: Duration = Duration::from_mins(15);

/// Wait after a silence: the message may be on its way.
const UNANSWERED: Duration = Duration::from_secs(30);

/// What a notice is for.
const NOTICE: &str = "notice";

impl Worker {
    pub(super) async fn do_job(&self, claimed: &Claimed, job: Job) -> Result<Outcome, AppError> {
        match job {
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
                self.flow_code(claimed, &wanted).await
            }
            Job::Find { flow, .. } => {
                if let Some(found) = self.look_up(&flow).await? {
                    let mut tx = self.app.store.begin().await?;
                    self.resolve(&mut tx, &flow, &found).await?;
                    tx.commit().await?;
                }
                Ok(Outcome::Ended(Ended::Sent, ""))
            }
            Job::NewCode {
                account,
                session,
                challenge,
                channel,
                destination,
                code,
                until,
            } => {
                let wanted = SessionCode {
                    account: &account,
                    session: &session,
                    challenge: &challenge,
                    channel,
                    new: Some(&destination),
                };
                let text = CodeText {
                    purpose: Some(Purpose::Enrol),
                    code: &code,
                    until,
                    flow: None,
                };
                self.session_code(claimed, &wanted, &text).await
            }
            Job::HeldCode {
                account,
                session,
                challenge,
                channel,
                code,
                until,
            } => {
                let wanted = SessionCode {
                    account: &account,
                    session: &session,
                    challenge: &challenge,
                    channel,
                    new: None,
                };
                let text = CodeText {
                    purpose: Some(Purpose::Confirm),
                    code: &code,
                    until,
                    flow: None,
                };
                self.session_code(claimed, &wanted, &text).await
            }
            Job::Changed {
                account,
                subject,
                by,
                since,
            } => self.changed(claimed, &account, &subject, &by, since).await,
            Job::Tell {
                channel,
                destination,
                notice,
            } => self.tell(claimed, channel, &destination, &notice).await,
            Job::Alert {
                destination,
                alert,
                at,
            } => {
                self.tell_administrator(claimed, &destination, &alert, at)
                    .await
            }
        }
    }

    /// A request that was changing a password did not say how it ended. It may still be at it, so the
    /// directory is asked more than once.
    async fn changed(
        &self,
        claimed: &Claimed,
        account: &Id<id::Account>,
        subject: &str,
        by: &str,
        since: Timestamp,
    ) -> Result<Outcome, AppError> {
        let app = &self.app;
        let person = app.store.read().await?.account(account).await?;
        let home = person.map(|person| app.directories.of(&person.directory));
        let wrote = match home {
            Some(Ok(directory)) => directory.wrote(subject, by, Goal::Reset, since).await?,
            Some(Err(_)) | None => false,
        };
        if !wrote {
            let why = "nothing was written";
            return Ok(if claimed.attempts < ASKED {
                Outcome::later(CUT_OFF, why.to_owned())
            } else {
                Outcome::Ended(Ended::Dropped, why)
            });
        }
        let mut tx = app.store.begin().await?;
        if !tx.settle(&claimed.id, Ended::Done, "", app.now()).await? {
            return Ok(Outcome::Settled);
        }
        app.changed(&mut tx, account, "", "worker").await?;
        tx.commit().await?;
        tracing::warn!(%account, "a change of password that was cut off is told");
        app.metrics.ended(Ended::Done.as_str());
        app.wake.notify_one();
        Ok(Outcome::Settled)
    }

    async fn tell(
        &self,
        claimed: &Claimed,
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
            site: &self.app.site,
            words: self.app.catalogue.words(&person.language),
        };
        let message = carrier.notice(&claimed.id, channel, destination, notice, &person.name);
        self.hand_over(claimed, &message, destination, NOTICE).await
    }

    async fn tell_administrator(
        &self,
        claimed: &Claimed,
        destination: &Destination,
        alert: &Alert,
        at: Timestamp,
    ) -> Result<Outcome, AppError> {
        let carrier = Carrier {
            site: &self.app.site,
            words: self.app.catalogue.words(self.app.site.language),
        };
        let message = carrier.alert(&claimed.id, destination, alert, at);
        self.hand_over(claimed, &message, destination, NOTICE).await
    }

    /// Hand a message to a gateway. Whoever asks for a code again is served by another one, if there is one: what became
    /// of the first is not known.
    async fn hand_over(
        &self,
        claimed: &Claimed,
        message: &Message,
        destination: &Destination,
        purpose: &'static str,
    ) -> Result<Outcome, AppError> {
        let (app, channel) = (&self.app, message.channel);
        let index = app.index("destination", &destination.same());
        let since = app.now().minus(SILENCE);
        let mut tx = app.store.read().await?;
        let silent = tx.silent_gateways(&index, channel, since).await?;
        drop(tx);
        // What tells of a change is sent whatever it costs.
        if purpose != NOTICE
            && !self
                .can_afford(claimed, message, purpose, app.now())
                .await?
        {
            return Ok(Outcome::Ended(Ended::Dropped, "the money is spent"));
        }
        let sent = self
            .gateways
            .send(message, &silent, &app.clock, &app.metrics);
        let sent = sent.await;
        let (channel, metrics) = (channel.as_str(), &app.metrics);
        Ok(match sent {
            Ok(sent) => {
                metrics.message(channel, "sent");
                let (gateway, reference) = (sent.gateway, &sent.reference);
                tracing::info!(
                    job = message.id,
                    channel,
                    gateway,
                    reference,
                    "a message left"
                );
                let delivery = Delivery {
                    channel: message.channel,
                    gateway: sent.gateway.to_owned(),
                    country: message.country.clone().unwrap_or_default(),
                    destination: index,
                    purpose,
                    reference: sent.reference,
                    price: sent.price,
                };
                Outcome::Taken(delivery, Going(sent.rest))
            }
            Err(Unsent {
                by,
                why: SendError::Later(after, reason),
            }) => {
                metrics.message(channel, "later");
                tracing::warn!(channel, "a message will be tried again");
                Outcome::Later { after, reason, by }
            }
            // It may have been sent twice by now: more would be paid for, and not tell more.
            Err(Unsent {
                by: gateway,
                why: SendError::Silent(reason),
            }) if !message.code.is_empty() && claimed.attempts > 1 => {
                metrics.message(channel, "never");
                self.give_up(channel, &gateway, "silence");
                tracing::error!(channel, gateway, reason, "a code is given up");
                Outcome::Ended(Ended::Dead, "no answer, twice")
            }
            Err(Unsent {
                by,
                why: SendError::Silent(reason),
            }) => {
                metrics.message(channel, "later");
                tracing::warn!(channel, "a message will be tried again");
                let after = UNANSWERED;
                Outcome::Later { after, reason, by }
            }
            Err(Unsent {
                by: gateway,
                why: SendError::Elsewhere(reason) | SendError::Never(reason),
            }) => {
                metrics.message(channel, "never");
                self.give_up(channel, &gateway, "refused");
                tracing::error!(channel, gateway, reason, "a message cannot be sent");
                Outcome::Ended(Ended::Dead, "refused by the gateway")
            }
        })
    }
}
