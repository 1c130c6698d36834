//! What each kind of job does.

use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::method::{Channel, Kind, Way};
use keymend_core::registration::Destination;
use keymend_core::reset::Goal;
use keymend_core::secret::Purpose;
use keymend_core::time::Timestamp;

use super::alert::Alert;
use super::budget::Errand;
use super::compose::{Carrier, CodeText};
use super::gateway::{Message, SendError};
use super::gateways::Unsent;
use super::job::{Job, Notice};
use super::{Going, Outcome, Worker};
use crate::app::AppError;
use crate::app::profiles::placed;
use crate::app::settle::CUT_OFF;
use crate::directory::Protection;
use crate::store::Tx;
use crate::store::accounts::{AccountRow, Placed};
use crate::store::deliveries::Delivery;
use crate::store::methods::{Holding, MethodRow};
use crate::store::outbox::{Claimed, Ended};

/// How often the directory is asked about a change of password that nobody reported.
const ASKED: u32 = 3;
/// A gateway that took something for a destination within this time, which nobody knows to have arrived, goes last there.
const SILENCE: Duration = Duration::from_mins(15);

/// Wait after a silence: the message may be on its way.
const UNANSWERED: Duration = Duration::from_secs(30);

/// What a notice is for.
const NOTICE: &str = "notice";

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

/// A code of somebody signed in that is about to leave.
struct SessionCode<'a> {
    account: &'a Id<id::Account>,
    session: &'a Id<id::Session>,
    challenge: &'a Id<id::Challenge>,
    channel: Channel,
    /// A destination that is being registered; without it the registered one.
    new: Option<&'a Destination>,
}

/// Whom the directory knows by a flow's name; nobody by default.
#[derive(Default)]
struct Found {
    account: Option<Id<id::Account>>,
    placed: Placed,
}

impl Found {
    fn owner(&self) -> Option<(&Id<id::Account>, &Placed)> {
        self.account.as_ref().map(|account| (account, &self.placed))
    }
}

/// Where a code goes.
struct Recipient {
    language: String,
    channel: Channel,
    destination: Destination,
}

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

    /// Send a code of a flow, if there is somebody to send it to. Every check is made here, so that
    /// the request need not make it.
    async fn flow_code(
        &self,
        claimed: &Claimed,
        wanted: &FlowCode<'_>,
    ) -> Result<Outcome, AppError> {
        let app = &self.app;
        let found = self.look_up(wanted.flow).await?;
        let mut tx = app.store.begin().await?;
        let outcome = match self.recipient(&mut tx, claimed, wanted, found).await? {
            Ok(recipient) => Ok(recipient),
            Err(why) => {
                tx.settle(&claimed.id, Ended::Dropped, why, app.now())
                    .await?;
                app.metrics.ended(Ended::Dropped.as_str());
                Err(Outcome::Settled)
            }
        };
        tx.commit().await?;
        let recipient = match outcome {
            Ok(recipient) => recipient,
            Err(settled) => return Ok(settled),
        };
        let text = CodeText {
            purpose: Some(wanted.goal.purpose()),
            code: wanted.code,
            until: wanted.until,
            flow: Some((wanted.flow, wanted.challenge)),
        };
        let Recipient {
            language,
            channel,
            destination,
        } = recipient;
        self.send_code(claimed, &language, channel, &destination, &text)
            .await
    }

    /// Ask the directory whom a flow is about, unless that is known. Disabled and unregistered
    /// people are strangers, and so are protected ones where they may not reset. No transaction is open while the directory is asked.
    async fn look_up(&self, flow: &Id<id::Flow>) -> Result<Option<Found>, AppError> {
        let app = &self.app;
        let row = app.store.read().await?.flow(flow, &app.keys).await?;
        let Some(row) = row.filter(|row| !row.resolved) else {
            return Ok(None);
        };
        let found = if row.name.is_empty() {
            None
        } else {
            app.directories.find(&row.name, row.home.as_deref()).await?
        };
        let Some(found) = found.filter(|found| found.entry.enabled) else {
            return Ok(Some(Found::default()));
        };
        let entry = found.entry;
        let protection = app
            .directories
            .of(found.directory)?
            .protection(&entry)
            .await?;
        if protection == Protection::Refused {
            return Ok(Some(Found::default()));
        }
        let belonging = app.belonging(found.directory, &entry).await?;
        let mut tx = app.store.read().await?;
        let account = tx.account_of(found.directory, &entry.subject).await?;
        Ok(Some(Found {
            account: account.map(|account| account.id()).transpose()?,
            placed: placed(&belonging, protection != Protection::None),
        }))
    }

    /// Write down whom a flow is about, and where that person belongs now.
    async fn resolve(
        &self,
        tx: &mut Tx,
        flow: &Id<id::Flow>,
        found: &Found,
    ) -> Result<(), AppError> {
        tx.resolve_flow(flow, found.owner()).await?;
        if let Some((account, placed)) = found.owner() {
            tx.place_account(account, placed, self.app.now()).await?;
        }
        Ok(())
    }

    /// To whom a code of a flow goes, or why to nobody. What is found out is written down; the caller
    /// commits.
    async fn recipient(
        &self,
        tx: &mut Tx,
        claimed: &Claimed,
        wanted: &FlowCode<'_>,
        found: Option<Found>,
    ) -> Result<Result<Recipient, &'static str>, AppError> {
        let app = &self.app;
        let now = app.now();
        if let Some(found) = found {
            self.resolve(tx, wanted.flow, &found).await?;
        }
        let Some(mut row) = tx.flow(wanted.flow, &app.keys).await? else {
            return Ok(Err("the flow is over"));
        };
        app.forget_gone(&mut row);
        // A newer challenge, a closed flow: this code is stale.
        if !row.flow.waits_for(wanted.challenge) {
            return Ok(Err("the challenge is over"));
        }
        let Some(owner) = &row.owner else {
            return Ok(Err("nobody there"));
        };
        if owner.frozen {
            return Ok(Err("recovery is frozen"));
        }
        let own = app.own(app.profiles_in(owner.belonging.as_deref()));
        if !own.methods.contains(&wanted.way.kind()) {
            return Ok(Err("their own policy does not offer it"));
        }
        let methods = tx.methods(&owner.account, &app.keys).await?;
        let Some((method, destination)) = reached(&methods, wanted.way.kind()) else {
            return Ok(Err("not registered"));
        };
        let usable = method.usable_from <= now;
        if !usable {
            return Ok(Err("not usable yet"));
        }
        if !wanted.destination.is_empty() && wanted.destination != method.destination {
            return Ok(Err("another number was typed"));
        }
        let Some(channel) = wanted.way.channel() else {
            return Ok(Err("no channel"));
        };
        // Counted once: a try that was cut off before this was committed is not.
        if row.delivered.is_none() {
            let errand = Errand::Reset;
            if !self.admits(tx, claimed, destination, errand, now).await? {
                return Ok(Err("too many messages to this destination"));
            }
            tx.note_delivery(&row, wanted.challenge, &method.destination)
                .await?;
        }
        Ok(Ok(Recipient {
            language: row.language,
            channel,
            destination: destination.clone(),
        }))
    }

    /// Send a code to somebody who is signed in: to a new destination, or to the registered one.
    async fn session_code(
        &self,
        claimed: &Claimed,
        wanted: &SessionCode<'_>,
        text: &CodeText<'_>,
    ) -> Result<Outcome, AppError> {
        let app = &self.app;
        let dropped = |why| Ok(Outcome::Ended(Ended::Dropped, why));
        let mut tx = app.store.begin().await?;
        let Some(person) = tx.account(wanted.account).await? else {
            return dropped("nobody there");
        };
        // A newer challenge, a session that ended: this code is stale.
        let session = tx.session(wanted.session, &app.keys).await?;
        if !session.is_some_and(|session| session.visit.waits_for(wanted.challenge)) {
            return dropped("the challenge is over");
        }
        let methods = tx.methods(wanted.account, &app.keys).await?;
        let held = reached(&methods, wanted.channel.kind()).map(|(_, destination)| destination);
        let Some(destination) = wanted.new.or(held) else {
            return dropped("not registered");
        };
        let errand = wanted.new.map_or(Errand::Confirm, |_| Errand::Register);
        // Counted once: a try that was cut off before this was committed is not.
        let first = tx.count_once(&claimed.id).await?;
        let room = !first
            || self
                .admits(&mut tx, claimed, destination, errand, app.now())
                .await?;
        tx.commit().await?;
        if !room {
            return dropped("too many messages to this destination");
        }
        self.send_code(claimed, &person.language, wanted.channel, destination, text)
            .await
    }

    async fn send_code(
        &self,
        claimed: &Claimed,
        language: &str,
        channel: Channel,
        destination: &Destination,
        text: &CodeText<'_>,
    ) -> Result<Outcome, AppError> {
        let carrier = Carrier {
            site: &self.app.site,
            words: self.app.catalogue.words(language),
        };
        let mut message = carrier.code(&claimed.id, channel, destination, text);
        if channel == Channel::Voice {
            message.script = Some(carrier.script(&self.app.keys, destination, text));
        }
        self.hand_over(claimed, &message, destination, text.purpose())
            .await
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

fn reached(methods: &[MethodRow], kind: Kind) -> Option<(&MethodRow, &Destination)> {
    methods.iter().find_map(|method| match &method.holding {
        Holding::Destination(destination) if method.kind == kind => Some((method, destination)),
        _ => None,
    })
}
