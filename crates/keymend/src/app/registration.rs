//! Registration: carries out what [`keymend_core::registration::decide`] decided.
//!
//! Begin with [`App::visit`]: load, decide, save, act, commit. What is offered as a proof takes two such steps (`proof`);
//! what each act does is in `act`.

mod act;
mod answers;
mod plant;
mod proof;

pub use self::answers::{AnswerSet, canonical};
pub(super) use self::proof::Offer;

use keymend_core::method::Kind;
use keymend_core::name::counter;
use keymend_core::refusal::Refusal;
use keymend_core::registration::{Ask, Decision, Destination, Facts, Visit, World, decide};
use keymend_core::reset::Held;
use keymend_core::secret::Token;
use keymend_core::time::Timestamp;

use self::act::Keeping;
use super::limits::Client;
use super::session::Person;
use super::{App, AppError};
use crate::chance::Os;
use crate::directories::Found;
use crate::store::audit::Event;
use crate::store::methods::{Holding, MethodRow};
use crate::store::{StoreError, Tx};

/// What came of an ask.
pub struct Visited {
    /// A new token; the old one is dead.
    pub token: Option<Token>,
    /// The visit as saved.
    pub visit: Visit,
    /// Something was kept.
    pub kept: bool,
}

/// A decision that was carried out, before it is committed.
struct Done {
    visited: Visited,
    answer: Result<(), Refusal>,
    limited: Result<(), AppError>,
}

impl App {
    /// Ask something that offers no proof.
    ///
    /// # Errors
    /// [`AppError::Refused`] after the visit was saved; [`AppError`] otherwise.
    pub async fn visit(
        &self,
        person: &Person,
        ask: Ask,
        client: &Client,
    ) -> Result<Visited, AppError> {
        let now = self.now();
        // Who somebody is now decides what counts for them, and not who they were when they signed in.
        if matches!(ask, Ask::Finish | Ask::Confirm(_)) {
            let found = Found {
                directory: &person.account.directory,
                entry: person.entry.clone(),
            };
            self.place_again(&person.session.account, &found).await?;
        }
        let mut tx = self.store.begin().await?;
        if let Some((kind, destination)) = sends(&ask, &person.session.visit) {
            let name_key = self.person_key(person);
            self.room_to_send(&mut tx, &[name_key], kind, now).await?;
            if let Some(destination) = destination
                && self.is_crowded(&mut tx, person, &destination).await?
            {
                let (name, detail) = ("registration.refused", "shared-destination");
                self.note_visit(&mut tx, person, name, detail, client, now)
                    .await?;
                tx.commit().await?;
                // Without saying that anybody has it.
                return Err(AppError::Refused(Refusal::SendsSpent));
            }
        }
        let done = self
            .decide_visit(&mut tx, person, ask, None, client, now)
            .await?;
        tx.commit().await?;
        self.wake.notify_one();
        done.answer?;
        Ok(done.visited)
    }

    /// What limits count somebody signed in under.
    fn person_key(&self, person: &Person) -> String {
        let account = &person.account;
        self.index("person", &counter(&account.directory, &account.name))
    }

    /// Do too many people share this destination?
    async fn is_crowded(
        &self,
        tx: &mut Tx,
        person: &Person,
        destination: &Destination,
    ) -> Result<bool, StoreError> {
        let index = self.index("destination", &destination.same());
        let others = tx.others_with(&index, &person.session.account).await?;
        let crowded = others >= i64::from(self.policy.registration.shared_destination);
        if crowded {
            tracing::warn!(account = %person.session.account, "a destination is shared by too many accounts");
        }
        Ok(crowded)
    }

    /// Decide, save as seen, do what was decided. The caller commits.
    async fn decide_visit(
        &self,
        tx: &mut Tx,
        person: &Person,
        ask: Ask,
        keeping: Option<Keeping>,
        client: &Client,
        now: Timestamp,
    ) -> Result<Done, StoreError> {
        // Read again inside the transaction: another window may have changed them meanwhile.
        let account = tx
            .account(&person.session.account)
            .await?
            .ok_or(StoreError::Lost)?;
        let methods = tx.methods(&person.session.account, &self.keys).await?;
        let held: Vec<Held> = methods.iter().map(MethodRow::held).collect();
        let Decision {
            visit,
            acts,
            answer,
        } = {
            let mut chance = Os;
            let mut world = World {
                policy: self.policy_of(&account),
                key: &self.keys.codes,
                now,
                rng: &mut chance,
                facts: Facts {
                    held: &held,
                    finished: account.finished(),
                    frozen: account.frozen_at(),
                    privileged: account.privileged,
                    spent: methods.iter().any(MethodRow::spent),
                },
            };
            decide(person.session.visit.clone(), ask, &mut world)
        };
        tx.save_session(&visit, person.session.version, now, &self.keys)
            .await?;
        let mut done = Done {
            visited: Visited {
                token: None,
                visit,
                kept: false,
            },
            answer,
            limited: Ok(()),
        };
        for act in acts {
            self.carry_out_visit(tx, person, act, keeping.as_ref(), client, now, &mut done)
                .await?;
        }
        if let Err(refusal) = &done.answer {
            self.note_visit(
                tx,
                person,
                "registration.refused",
                refusal.code(),
                client,
                now,
            )
            .await?;
        }
        Ok(done)
    }

    pub(super) async fn note_visit(
        &self,
        tx: &mut Tx,
        person: &Person,
        name: &'static str,
        detail: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let source = client.0.to_string();
        let event = Event {
            name,
            account: Some(&person.session.account),
            flow: None,
            source: &source,
            detail,
        };
        tx.record(&event, now).await
    }
}

/// The destinations among registered methods.
#[must_use]
pub fn destinations(methods: &[MethodRow]) -> Vec<Destination> {
    methods
        .iter()
        .filter_map(|method| match &method.holding {
            Holding::Destination(destination) => Some(destination.clone()),
            Holding::Questions { .. }
            | Holding::App(_)
            | Holding::Passkey(_)
            | Holding::Codes { .. } => None,
        })
        .collect()
}

/// The method that an ask would send to, and the new destination if it names one.
fn sends(ask: &Ask, visit: &Visit) -> Option<(Kind, Option<Destination>)> {
    match ask {
        Ask::Send(channel, destination) => Some((channel.kind(), Some(destination.clone()))),
        Ask::Again(slot, _) => visit.challenge(*slot).map(|open| (open.way.kind(), None)),
        Ask::Confirm(way) => way.channel().map(|channel| (channel.kind(), None)),
        _ => None,
    }
}
