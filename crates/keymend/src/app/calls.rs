//! What a call says, asked for by the provider that places it.
//!
//! Nothing is known of the call but what we sealed into the address ([`Call`]), and nothing of that is said before a key
//! was pressed: a voice mail presses none (MSG-5).

use std::sync::Arc;

use keymend_core::secret::Purpose;

use super::{App, AppError};
use crate::deliver::call::Call;
use crate::deliver::receipt::{Heard, Posted, Signing};
use crate::deliver::twilio::Form;
use crate::i18n::Words;

/// How often the code can be heard again.
const AGAIN: u8 = 3;

/// What is said at one moment of a call.
pub struct Script {
    /// In these words.
    pub words: Arc<Words>,
    /// This.
    pub part: Part,
}

/// A part of a call.
pub enum Part {
    /// Who calls and what for; then a key is awaited.
    Opening(Option<Purpose>),
    /// The code, twice; `again`: it can be heard once more.
    Code {
        /// The digits.
        code: String,
        /// There is another turn.
        again: bool,
    },
    /// Nothing more.
    Goodbye,
}

impl App {
    /// What a call says now. `turn` is 0 when it was answered, 1 after the first key, and so on. `None`: nothing proves that
    /// the provider of one of our calls asks.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn script(
        &self,
        gateway: &str,
        token: &str,
        turn: u8,
        posted: &Posted<'_>,
    ) -> Result<Option<Script>, AppError> {
        let key = self.receipts.get(gateway);
        let key = key.filter(|key| key.signing() == Signing::Twilio);
        if !key.is_some_and(|key| key.proves(posted, self.now())) {
            tracing::warn!("what a call says was asked for by somebody whom nothing proves");
            return Ok(None);
        }
        let form = Form::read(posted.body);
        // Another call's script is nobody's business in this one.
        let call = Call::open(&self.keys, token).filter(|call| call.to == form.get("To"));
        let Some(call) = call else {
            tracing::warn!(
                gateway,
                "what a call says was asked for, but not by that call"
            );
            return Ok(None);
        };
        let pressed = form.get("Digits");
        let part = match turn {
            _ if !self.matters(&call).await? => Part::Goodbye,
            0 => Part::Opening(call.purpose),
            1 if !pressed.is_empty() => {
                self.became(gateway, form.get("CallSid"), Heard::Arrived)
                    .await?;
                Part::Code {
                    code: call.code,
                    again: true,
                }
            }
            2.. if turn <= AGAIN + 1 && pressed == "1" => Part::Code {
                code: call.code,
                again: turn <= AGAIN,
            },
            _ => Part::Goodbye,
        };
        let words = Arc::clone(self.catalogue.words(&call.language));
        Ok(Some(Script { words, part }))
    }

    /// Can the code still be used? One of a flow is spent when the flow waits for another or for none.
    async fn matters(&self, call: &Call) -> Result<bool, AppError> {
        if self.now() >= call.until {
            return Ok(false);
        }
        let Some((flow, challenge)) = &call.flow else {
            return Ok(true);
        };
        let row = self.store.read().await?.flow(flow, &self.keys).await?;
        Ok(row.is_some_and(|row| row.flow.waits_for(challenge)))
    }
}
