//! Proofs offered on a visit: counted and committed first, then compared.

use keymend_core::challenge::Ticket;
use keymend_core::method::Way;
use keymend_core::recovery::RecoveryCode;
use keymend_core::registration::{Ask, Slot};
use keymend_core::secret::OneTimeCode;
use keymend_core::totp;

use super::Visited;
use super::act::Keeping;
use crate::app::limits::{Client, Proof};
use crate::app::reset::shape;
use crate::app::session::Person;
use crate::app::{App, AppError, passkeys};

/// A proof whose try was counted.
pub(in crate::app) enum Offer {
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

impl App {
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
            .map_err(|error| shape(error, shaped))
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

    pub(in crate::app) async fn count_visit_try(
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

    pub(in crate::app) async fn compare_visit(
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
}
