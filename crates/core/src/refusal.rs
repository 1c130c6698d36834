//! Why an ask was refused. A refusal is an answer: the flow is saved, and the person is told.

use std::time::Duration;

use crate::readiness::Lack;
use crate::time::Timestamp;
use crate::totp::Off;

/// A refusal. [`Refusal::code`] is stable and goes into the audit log and the message key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The flow does not stand where this ask belongs.
    #[error("not now")]
    NotNow,
    /// The flow is past its end, was cancelled, or was closed.
    #[error("the flow is over")]
    FlowOver,
    /// The code is not right.
    #[error("wrong code")]
    WrongCode,
    /// What was typed cannot be a code.
    #[error("not the shape of a code")]
    CodeShape,
    /// The answers are not right; which one is not said.
    #[error("wrong answers")]
    WrongAnswers,
    /// The code of the authenticator app is not right now, or was taken before.
    #[error("wrong code of an app")]
    WrongAppCode,
    /// The recovery code is none of theirs, or is used.
    #[error("wrong recovery code")]
    WrongRecoveryCode,
    /// What was typed is nobody's recovery code. It was not counted: it tells nothing.
    #[error("not a recovery code")]
    RecoveryCodeShape,
    /// The code of an authenticator app would be right on a clock that is off. Said to somebody known only.
    #[error("the clock of the app is off")]
    ClockOff(Off),
    /// A challenge that an authenticator app or a recovery code answers is past its life, or had all its tries.
    #[error("the challenge is over")]
    AppOver,
    /// The passkey is not one of those that serve here, or its answer is not right.
    #[error("wrong passkey")]
    WrongPasskey,
    /// A challenge that a passkey answers is past its life, or had all its tries.
    #[error("the challenge is over")]
    PasskeyOver,
    /// Policy takes passkeys of named models, and this is none that proves to be one.
    #[error("not a model that policy takes")]
    PasskeyModel,
    /// No more methods of this kind can be registered.
    #[error("too many of this kind")]
    TooManyOfThem,
    /// The code is past its life.
    #[error("the code has expired")]
    CodeExpired,
    /// The code had all its tries.
    #[error("the code has no tries left")]
    CodeSpent,
    /// Too many wrong proofs in this flow.
    #[error("too many wrong proofs")]
    TooManyWrong,
    /// Another code may be asked for later.
    #[error("wait before asking again")]
    WaitBeforeAgain {
        /// From then on.
        until: Timestamp,
    },
    /// No more codes for this method in this flow.
    #[error("no more codes in this flow")]
    SendsSpent,
    /// Policy does not offer this.
    #[error("not offered")]
    NotOffered,
    /// The method, or its destination, has served a gate already.
    #[error("already used")]
    MethodUsed,
    /// The whole number must be typed first.
    #[error("the number is missing")]
    NumberMissing,
    /// Not enough different proofs.
    #[error("not enough proof")]
    NotEnoughProof,
    /// The account may not be reset here (disabled, frozen, gone).
    #[error("not allowed for this account")]
    NotAllowed,
    /// This flow tried enough new passwords.
    #[error("no more tries of a new password")]
    SubmitsSpent,
    /// A fresh proof by a registered method is needed first.
    #[error("a fresh proof is needed")]
    ProofNeeded,
    /// A fresh sign-in is needed first: there is no method to prove it with.
    #[error("a fresh sign-in is needed")]
    SignInAgain,
    /// Not enough is registered to finish.
    #[error("the minimum is not met")]
    Minimum(Lack),
    /// Recovery is frozen; it is lifted first.
    #[error("recovery is frozen")]
    Frozen,
    /// Nothing of that kind is registered.
    #[error("not registered")]
    NotRegistered,
}

/// Nobody types so slowly.
const SLOW: Duration = Duration::from_mins(2);

impl Refusal {
    /// A wrong code of an app whose clock is known to be off is that; one that is just over was typed slowly.
    #[must_use]
    pub fn with_clock(self, off: Option<Off>) -> Self {
        match (self, off) {
            (Self::WrongAppCode, Some(off)) if off.by >= SLOW => Self::ClockOff(off),
            (other, _) => other,
        }
    }

    /// Stable code, such as `wrong-code`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotNow => "not-now",
            Self::FlowOver => "flow-over",
            Self::WrongCode => "wrong-code",
            Self::CodeShape => "code-shape",
            Self::WrongAnswers => "wrong-answers",
            Self::WrongAppCode => "wrong-app-code",
            Self::WrongRecoveryCode => "wrong-recovery-code",
            Self::RecoveryCodeShape => "recovery-code-shape",
            Self::ClockOff(_) => "clock-off",
            Self::AppOver => "app-over",
            Self::WrongPasskey => "wrong-passkey",
            Self::PasskeyOver => "passkey-over",
            Self::PasskeyModel => "passkey-model",
            Self::TooManyOfThem => "too-many-of-them",
            Self::CodeExpired => "code-expired",
            Self::CodeSpent => "code-spent",
            Self::TooManyWrong => "too-many-wrong",
            Self::WaitBeforeAgain { .. } => "wait-before-again",
            Self::SendsSpent => "sends-spent",
            Self::NotOffered => "not-offered",
            Self::MethodUsed => "method-used",
            Self::NumberMissing => "number-missing",
            Self::NotEnoughProof => "not-enough-proof",
            Self::NotAllowed => "not-allowed",
            Self::SubmitsSpent => "submits-spent",
            Self::ProofNeeded => "proof-needed",
            Self::SignInAgain => "sign-in-again",
            Self::Minimum(_) => "minimum",
            Self::Frozen => "frozen",
            Self::NotRegistered => "not-registered",
        }
    }
}
