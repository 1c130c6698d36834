//! Answers to security questions: hashed as one secret, and kept.

use keymend_core::questions::{QuestionId, canonical_set};
use keymend_core::registration::Ask;
use zeroize::Zeroizing;

use super::Visited;
use super::act::Keeping;
use crate::app::limits::Client;
use crate::app::session::Person;
use crate::app::{App, AppError};
use crate::chance::Os;
use crate::store::methods::Holding;

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
}
