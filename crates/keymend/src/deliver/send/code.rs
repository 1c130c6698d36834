//! Codes: to whom one goes is found out here, when it is about to leave, and to nobody else is it sent.
//!
//! Begin with [`Worker::flow_code`], a code of a reset, and [`Worker::session_code`], one for somebody who is signed in.

use keymend_core::id::{self, Id};
use keymend_core::method::{Channel, Kind, Way};
use keymend_core::registration::Destination;
use keymend_core::reset::Goal;
use keymend_core::time::Timestamp;

use super::super::budget::Errand;
use super::super::compose::{Carrier, CodeText};
use super::super::{Outcome, Worker};
use crate::app::AppError;
use crate::app::profiles::placed;
use crate::directory::Protection;
use crate::store::Tx;
use crate::store::accounts::Placed;
use crate::store::methods::{Holding, MethodRow};
use crate::store::outbox::{Claimed, Ended};

/// A code of a flow that is about to leave.
pub(super) struct FlowCode<'a> {
    pub(super) flow: &'a Id<id::Flow>,
    pub(super) goal: Goal,
    pub(super) challenge: &'a Id<id::Challenge>,
    pub(super) way: Way,
    pub(super) destination: &'a str,
    pub(super) code: &'a str,
    pub(super) until: Timestamp,
}

/// A code of somebody signed in that is about to leave.
pub(super) struct SessionCode<'a> {
    pub(super) account: &'a Id<id::Account>,
    pub(super) session: &'a Id<id::Session>,
    pub(super) challenge: &'a Id<id::Challenge>,
    pub(super) channel: Channel,
    /// A destination that is being registered; without it the registered one.
    pub(super) new: Option<&'a Destination>,
}

/// Whom the directory knows by a flow's name; nobody by default.
#[derive(Default)]
pub(super) struct Found {
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
    /// Send a code of a flow, if there is somebody to send it to. Every check is made here, so that
    /// the request need not make it.
    pub(super) async fn flow_code(
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
    pub(super) async fn look_up(&self, flow: &Id<id::Flow>) -> Result<Option<Found>, AppError> {
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
            placed: placed(Some(&belonging), protection != Protection::None),
        }))
    }

    /// Write down whom a flow is about, and where that person belongs now.
    pub(super) async fn resolve(
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
    pub(super) async fn session_code(
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
}

fn reached(methods: &[MethodRow], kind: Kind) -> Option<(&MethodRow, &Destination)> {
    methods.iter().find_map(|method| match &method.holding {
        Holding::Destination(destination) if method.kind == kind => Some((method, destination)),
        _ => None,
    })
}
