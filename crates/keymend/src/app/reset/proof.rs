//! Proofs offered in a flow: counted and committed first, then compared.

use keymend_core::challenge::Ticket;
use keymend_core::method::Way;
use keymend_core::recovery::RecoveryCode;
use keymend_core::reset::{Ask, Refusal, State};
use keymend_core::secret::{OneTimeCode, Token};
use keymend_core::totp;

use super::{Standing, Stepped};
use crate::app::limits::{Client, Proof};
use crate::app::{App, AppError, passkeys, recovery, registration};
use crate::store::methods::{Holding, MethodRow};

/// How often a proof is compared again when somebody was faster.
const AGAIN: usize = 8;

/// A proof whose try was counted. It may be compared more than once.
#[derive(Clone)]
pub(in crate::app) enum Offer {
    /// A code that we sent.
    Code(Ticket, Option<OneTimeCode>),
    /// Answers, compared already: their hash takes its time.
    Answers(Ticket, bool),
    /// A code of an authenticator app, compared where it is taken.
    App(Ticket, Option<OneTimeCode>),
    /// What a passkey signed; its signature is right, and its counter is weighed where it is taken.
    Passkey(Ticket, Option<passkeys::Answer>),
    /// A recovery code, compared where it is taken.
    Codes(Ticket, Option<RecoveryCode>),
}

impl App {
    /// Offer a code: count, commit, then compare.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved; [`AppError`] otherwise.
    pub async fn offer_code(
        &self,
        cookie: &Token,
        typed: &str,
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let standing = self.count_try(cookie, Some(typed), client).await?;
        let State::Waiting { challenge, .. } = &standing.row.flow.state else {
            return Err(AppError::Moved);
        };
        let ticket = challenge.ticket();
        let code = match challenge.way {
            Way::App => totp::typed(typed),
            _ => OneTimeCode::typed(typed, self.policy.codes.digits),
        };
        let shaped = code.is_some();
        let offer = match challenge.way {
            Way::App => Offer::App(ticket, code),
            Way::Codes => Offer::Codes(ticket, RecoveryCode::typed(typed)),
            _ => Offer::Code(ticket, code),
        };
        self.compare(cookie, &offer, client)
            .await
            .map_err(|error| shape(error, shaped))
    }

    /// Offer answers to all questions: count, commit, then compare with the one hash.
    ///
    /// # Errors
    /// [`AppError::Refused`] after everything was saved; [`AppError`] otherwise.
    pub async fn offer_answers(
        &self,
        cookie: &Token,
        answers: &[String],
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let standing = self.count_try(cookie, None, client).await?;
        let State::Waiting { challenge, .. } = &standing.row.flow.state else {
            return Err(AppError::Moved);
        };
        let right = self.answers_match(&standing.methods, answers).await?;
        let ticket = challenge.ticket();
        let offer = Offer::Answers(ticket, right);
        self.compare(cookie, &offer, client).await
    }

    /// A request that no form of ours makes offered a proof: it counts as a wrong one.
    pub async fn spoil(&self, cookie: &Token, client: &Client) {
        let mut offered = self.offer_code(cookie, "", client).await.map(drop);
        // What no sheet has costs no try, but a form that is not ours does.
        if let Err(AppError::Refused(Refusal::RecoveryCodeShape)) = offered {
            offered = self.count_try(cookie, None, client).await.map(drop);
        }
        if let Err(error) = offered {
            tracing::debug!(%error, "a malformed proof was counted");
        }
    }

    /// Compare a whole set of answers with the one hash that is stored.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn answers_match(
        &self,
        methods: &[MethodRow],
        answers: &[String],
    ) -> Result<bool, AppError> {
        let set = methods.iter().find_map(|method| match &method.holding {
            Holding::Questions { ids, hash } => Some((ids, hash)),
            Holding::Destination(_)
            | Holding::App(_)
            | Holding::Passkey(_)
            | Holding::Codes { .. } => None,
        });
        let Some((ids, hash)) = set else {
            self.hasher.waste(b"").await?;
            return Ok(false);
        };
        let secret = registration::canonical(ids, answers);
        match (secret, crate::hashing::Hash::parse(hash)) {
            (Some(secret), Some(hash)) => Ok(self.hasher.verify(&secret, &hash).await?),
            _ => Ok(false),
        }
    }

    pub(in crate::app) async fn count_try(
        &self,
        cookie: &Token,
        typed: Option<&str>,
        client: &Client,
    ) -> Result<Standing, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let mut standing = self.load(&mut tx, cookie).await?;
        if let State::Waiting { challenge, .. } = &standing.row.flow.state {
            if let (Way::Codes, Some(typed)) = (challenge.way, typed) {
                recovery::typed(typed)?;
            }
            let proof = Proof {
                names: &standing.row.name_keys,
                kind: challenge.way.kind(),
                client,
            };
            self.waited(&mut tx, &proof, now).await?;
        }
        let done = self
            .decide_and_save(&mut tx, &standing, Ask::Try, client, now)
            .await?;
        tx.commit().await?;
        done.answer?;
        done.limited?;
        standing.row.flow = done.flow;
        Ok(standing)
    }

    /// Compare a proof whose try was counted. Somebody else's step in between is no reason to refuse
    /// it: the flow is looked at again, and its rules decide anew.
    pub(in crate::app) async fn compare(
        &self,
        cookie: &Token,
        offer: &Offer,
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let mut compared = self.compare_once(cookie, offer, client).await;
        for _ in 0..AGAIN {
            if !matches!(compared, Err(AppError::Moved)) {
                break;
            }
            compared = self.compare_once(cookie, offer, client).await;
        }
        compared
    }

    async fn compare_once(
        &self,
        cookie: &Token,
        offer: &Offer,
        client: &Client,
    ) -> Result<Stepped, AppError> {
        let now = self.now();
        let mut tx = self.store.begin().await?;
        let standing = self.load(&mut tx, cookie).await?;
        let mut clock = None;
        let ask = match offer.clone() {
            Offer::Code(ticket, code) => Ask::Code(ticket, code),
            Offer::Answers(ticket, right) => Ask::Answers(ticket, right),
            Offer::App(ticket, code) => {
                let account = standing.row.account();
                let found = self.recognise(&mut tx, account, code.as_ref(), client, now);
                let (seen, off) = found.await?;
                // Before a first proof it would tell who has an app.
                clock = off.filter(|_| standing.row.proven);
                Ask::Recognised(ticket, seen)
            }
            Offer::Passkey(ticket, answer) => {
                let whose = (standing.row.account(), Some(&standing.row.flow.id));
                let known = self
                    .recognise_passkey(&mut tx, whose, answer, client, now)
                    .await?;
                Ask::Recognised(ticket, known)
            }
            Offer::Codes(ticket, code) => {
                let account = standing.row.account();
                let known = self.recognise_code(&mut tx, account, code.as_ref()).await?;
                Ask::Recognised(ticket, known)
            }
        };
        let done = self
            .decide_and_save(&mut tx, &standing, ask, client, now)
            .await?;
        tx.commit().await?;
        self.metrics.proof(done.answer.is_ok());
        done.answer.map_err(|refusal| refusal.with_clock(clock))?;
        Ok(Stepped {
            cookie: done.cookie,
            state: done.flow.state,
        })
    }
}

/// A wrong code that cannot be one is said so: the person may have typed something else.
pub(in crate::app) fn shape(error: AppError, shaped: bool) -> AppError {
    match error {
        AppError::Refused(Refusal::WrongCode) if !shaped => AppError::Refused(Refusal::CodeShape),
        other => other,
    }
}
