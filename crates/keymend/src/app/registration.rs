//! Registration: carries out what [`keymend_core::registration::decide`] decided.

use keymend_core::challenge::Ticket;
use keymend_core::id::Id;
use keymend_core::method::{Kind, Way};
use keymend_core::name::counter;
use keymend_core::questions::{QuestionId, canonical_set};
use keymend_core::recovery::RecoveryCode;
use keymend_core::refusal::Refusal;
use keymend_core::registration::{
    Act, Ask, Decision, Destination, Facts, Slot, Visit, World, decide,
};
use keymend_core::reset::Held;
use keymend_core::secret::{OneTimeCode, Token};
use keymend_core::time::Timestamp;
use keymend_core::totp;
use zeroize::Zeroizing;

use super::limits::{Client, Proof};
use super::session::Person;
use super::{App, AppError, passkeys};
use crate::chance::Os;
use crate::deliver::job::{Happened, Job};
use crate::store::audit::Event;
use crate::store::methods::{Fresh, Holding, MethodRow};
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

/// A proof whose try was counted.
pub(super) enum Offer {
    /// One that the rules compare.
    Ask(Ask),
    /// A code of a registered authenticator app, compared where it is taken.
    App(Ticket, Option<OneTimeCode>),
    /// What a passkey signed; its signature is right, and its counter is weighed where it is taken.
    Passkey(Ticket, Option<passkeys::Answer>),
    /// A new passkey, and whether what came with it is right.
    Made(Ask, Option<Box<passkeys::Fresh>>),
    /// A recovery code, compared where it is taken.
    Codes(Ticket, RecoveryCode),
}

/// What an act keeps that the rules never see.
enum Keeping {
    /// Answers, hashed.
    Answers(Holding),
    /// A new passkey.
    Passkey(Box<passkeys::Fresh>),
}

struct Done {
    visited: Visited,
    answer: Result<(), Refusal>,
    limited: Result<(), AppError>,
}

/// Answers that passed the rules, as one secret.
pub struct AnswerSet {
    /// Questions, in the order of the form.
    pub ids: Vec<QuestionId>,
    /// What is hashed.
    pub secret: Zeroizing<Vec<u8>>,
}

/// The one secret of a set of answers, in the order of their questions. `None` when an id is not
/// of our bank or the number differs.
#[must_use]
pub fn canonical(ids: &[String], answers: &[String]) -> Option<Zeroizing<Vec<u8>>> {
    if ids.len() != answers.len() {
        return None;
    }
    let pairs: Option<Vec<_>> = ids
        .iter()
        .zip(answers)
        .map(|(id, answer)| QuestionId::parse(id).map(|id| (id, answer.as_str())))
        .collect();
    pairs.map(|pairs| canonical_set(&pairs))
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
        if matches!(ask, Ask::Finish) {
            let (account, entry) = (&person.account, &person.entry);
            let id = &person.session.account;
            self.place_again(id, &account.directory, entry).await?;
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

    /// Offer a code: count, commit, then compare.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved; [`AppError`] otherwise.
    pub async fn visit_code(
        &self,
        person: &Person,
        slot: Slot,
        typed: &str,
        client: &Client,
    ) -> Result<Visited, AppError> {
        let asked = person.session.visit.challenge(slot).map(|open| open.way);
        if asked == Some(Way::Codes) {
            return self.visit_recovery_code(person, typed, client).await;
        }
        let person = self.count_visit_try(person, slot, client).await?;
        let Some(open) = person.session.visit.challenge(slot) else {
            return Err(AppError::Moved);
        };
        let ticket = open.ticket();
        let code = match open.way {
            Way::App => totp::typed(typed),
            _ => OneTimeCode::typed(typed, self.policy.codes.digits),
        };
        let shaped = code.is_some();
        let offer = match (slot, open.way) {
            (Slot::Confirm, Way::App) => Offer::App(ticket, code),
            _ => Offer::Ask(Ask::Code(slot, ticket, code)),
        };
        self.compare_visit(&person, offer, client)
            .await
            .map_err(|error| super::reset::shape(error, shaped))
    }

    /// Offer the answers to the registered questions: count, commit, then compare.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved; [`AppError`] otherwise.
    pub async fn visit_answers(
        &self,
        person: &Person,
        answers: &[String],
        client: &Client,
    ) -> Result<Visited, AppError> {
        let person = self.count_visit_try(person, Slot::Confirm, client).await?;
        let Some(open) = person.session.visit.challenge(Slot::Confirm) else {
            return Err(AppError::Moved);
        };
        let right = self.answers_match(&person.methods, answers).await?;
        let ask = Ask::Answers(open.ticket(), right);
        self.compare_visit(&person, Offer::Ask(ask), client).await
    }

    /// Keep a set of answers that passed the rules.
    ///
    /// # Errors
    /// [`AppError::Refused`], [`AppError::Busy`].
    pub async fn keep_answers(
        &self,
        person: &Person,
        set: &AnswerSet,
        client: &Client,
    ) -> Result<Visited, AppError> {
        let now = self.now();
        // Hashed before the transaction: a slow hash must not hold up other writers.
        let hash = self.hasher.hash(&set.secret, &mut Os).await?;
        let holding = Holding::Questions {
            ids: set.ids.iter().map(|id| id.as_str().to_owned()).collect(),
            hash: hash.to_phc(),
        };
        let mut tx = self.store.begin().await?;
        let done = self
            .decide_visit(
                &mut tx,
                person,
                Ask::SaveAnswers,
                Some(Keeping::Answers(holding)),
                client,
                now,
            )
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

    pub(super) async fn count_visit_try(
        &self,
        person: &Person,
        slot: Slot,
        client: &Client,
    ) -> Result<Person, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        if let Some(open) = person.session.visit.challenge(slot) {
            let name_key = self.person_key(person);
            let proof = Proof {
                names: &[name_key],
                kind: open.way.kind(),
                client,
            };
            self.waited(&mut tx, &proof, now).await?;
        }
        let done = self
            .decide_visit(&mut tx, person, Ask::Try(slot), None, client, now)
            .await?;
        tx.commit().await?;
        done.answer?;
        done.limited?;
        let mut counted = person.clone();
        counted.session.visit = done.visited.visit;
        counted.session.version += 1;
        Ok(counted)
    }

    pub(super) async fn compare_visit(
        &self,
        person: &Person,
        offer: Offer,
        client: &Client,
    ) -> Result<Visited, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let account = Some(&person.session.account);
        let mut keeping = None;
        let mut clock = None;
        let ask = match offer {
            Offer::Ask(ask) => ask,
            Offer::Made(ask, fresh) => {
                keeping = fresh.map(Keeping::Passkey);
                ask
            }
            Offer::Passkey(ticket, answer) => {
                let known = self
                    .recognise_passkey(&mut tx, (account, None), answer, client, now)
                    .await?;
                Ask::Recognised(ticket, known)
            }
            Offer::App(ticket, code) => {
                let found = self.recognise(&mut tx, account, code.as_ref(), client, now);
                let (seen, off) = found.await?;
                clock = off;
                Ask::Recognised(ticket, seen)
            }
            Offer::Codes(ticket, code) => {
                let account = Some(&person.session.account);
                let known = self.recognise_code(&mut tx, account, Some(&code)).await?;
                Ask::Recognised(ticket, known)
            }
        };
        let done = self
            .decide_visit(&mut tx, person, ask, keeping, client, now)
            .await?;
        tx.commit().await?;
        self.wake.notify_one();
        self.metrics.proof(done.answer.is_ok());
        done.answer.map_err(|refusal| refusal.with_clock(clock))?;
        Ok(done.visited)
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

    #[expect(
        clippy::too_many_arguments,
        reason = "what one act needs, spelled out at its one call"
    )]
    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each act reads better than ten functions"
    )]
    async fn carry_out_visit(
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
                if done.limited.is_ok() {
                    done.limited = self.count_set(tx, &proof(kind), now).await?;
                }
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

/// Used by the demo to register its people without sending them codes.
impl App {
    /// Keep a method as if it had been verified long ago.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn plant_method(
        &self,
        account: &Id<keymend_core::id::Account>,
        holding: &Holding,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let (kind, index) = match holding {
            Holding::Destination(destination) => (
                destination.kind(),
                self.index("destination", &destination.same()),
            ),
            Holding::Questions { .. } => {
                (Kind::Questions, self.index("questions", account.as_str()))
            }
            Holding::Passkey(passkey) => {
                let destination = self.passkey_index(&passkey.credential.cred_id);
                let mut tx = self.store.begin().await?;
                tx.keep_passkey(account, passkey, &destination, 0, [now, now], &self.keys)
                    .await?;
                tx.record_bindings(account, "command", now).await?;
                return Ok(tx.commit().await?);
            }
            Holding::App(app) => {
                let mut tx = self.store.begin().await?;
                tx.keep_app(account, app, -1, [now, now], &self.keys)
                    .await?;
                tx.record_bindings(account, "command", now).await?;
                return Ok(tx.commit().await?);
            }
            Holding::Codes { .. } => {
                let text = "recovery codes are made, not planted".to_owned();
                return Err(AppError::Internal(text));
            }
        };
        let fresh = Fresh {
            holding,
            kind,
            destination: &index,
            now,
            usable_from: now,
        };
        let mut tx = self.store.begin().await?;
        tx.keep_method(account, &fresh, &self.keys).await?;
        tx.record_bindings(account, "command", now).await?;
        Ok(tx.commit().await?)
    }
}
