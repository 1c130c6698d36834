//! Which policies are unsafe, and the clause that says so.

use std::time::Duration;

use super::Policy;
use crate::method::Kind;

/// A combination that policy must not allow, with the clause that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// Nothing to register.
    #[error("methods: name at least one of phone, email, app, passkey, questions, codes")]
    NoMethods,
    /// Gates outside 1–3.
    #[error("gates: 1, 2 or 3 proofs are possible")]
    Gates,
    /// More gates than kinds of method: a second proof of one kind is the same proof.
    #[error(
        "gates: more proofs than independent methods; two codes to one phone are one proof, and two apps are one, as are an app and a phone with app-counts-with-phone (NIST SP 800-63B-4, 4.2.2.2)"
    )]
    TooFewKinds,
    /// Nothing that may come first.
    #[error(
        "methods: questions never stand alone and never come first, nor do recovery codes (OWASP ASVS 6.4.2, NIST SP 800-63B-4 3.1.1.2 and 4.2.2.2)"
    )]
    NothingFirst,
    /// The proof that must be there is not offered.
    #[error(
        "phishing-resistant: name passkey or codes among the methods (NIST SP 800-63B-4, 3.2.5 and 4.2.2.2)"
    )]
    NothingResistant,
    /// One gate with a short code.
    #[error(
        "code-digits: a single gate needs 8 digits or more (with 6, spraying ten thousand people succeeds every ten days)"
    )]
    ShortCode,
    /// One gate, and an app whose codes have six digits among those that may pass it.
    #[error(
        "gates: an authenticator app never stands alone: its codes have 6 digits, and a single gate needs 8 or more"
    )]
    AppAlone,
    /// A wider window than one step on each side.
    #[error(
        "app-steps: 0 or 1 steps of 30 seconds (OWASP ASVS 6.5.5, NIST SP 800-63B-4 3.1.4.1; each one more makes guessing easier)"
    )]
    AppSteps,
    /// Digits outside 6–12.
    #[error("code-digits: 6 to 12 (OWASP ASVS 6.5.4: at least 20 bits)")]
    Digits,
    /// A code that lives too long.
    #[error("code-minutes: 1 to 60 minutes, and not longer than a flow (OWASP ASVS 6.5.5)")]
    CodeLife,
    /// A flow that lives too long.
    #[error("flow-minutes: 5 to 60 minutes")]
    FlowLife,
    /// Too many tries.
    #[error("code-tries: 1 to 10 (NIST SP 800-63B-4, 3.2.2)")]
    Tries,
    /// Unlimited sends.
    #[error("code-sends: 1 to 10")]
    Sends,
    /// Questions outside 1–5.
    #[error("questions: 1 to 5")]
    Questions,
    /// Answers outside 3–40.
    #[error("answer-length: 3 to 40 characters")]
    AnswerLength,
    /// The minimum cannot be met, or does not reach the gates.
    #[error("minimum: at least as many methods as gates, at most as many as offered")]
    Minimum,
    /// A limit of zero locks everybody out; one above the ceiling protects nobody.
    #[error("limits: each between 1 and its ceiling; `{0}` is not")]
    Limit(&'static str),
    /// More than 100 wrong proofs.
    #[error("wrong-for-life: 1 to 100 (NIST SP 800-63B-4, 3.2.2)")]
    ForLife,
    /// A wait that is none, or that nobody sits out.
    #[error("again-after-seconds: 10 to 600; quarantine-hours and claim-wait-hours: at most 720")]
    Waits,
    /// Numbers of a flow outside 1–20.
    #[error("wrong-proofs and password-submits: 1 to 20 each")]
    FlowTries,
    /// Nobody may hold a destination, or everybody.
    #[error("shared-destination: 1 to 100 accounts")]
    Shared,
    /// A method that no gateway reaches.
    #[error("methods: `phone` needs [sms] or [voice], `email` needs [mail]")]
    Unreached,
    /// Confirm again outside 0–730 days.
    #[error("confirm-again-days: 0 (never) to 730 days")]
    ConfirmAgain,
}

/// What is allowed, and worth knowing before an auditor says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyNote {
    /// Security questions.
    #[error(
        "with security questions on, no level of OWASP ASVS can be claimed (6.4.2), and they are no proof to NIST SP 800-63B-4 (4.2.1)"
    )]
    Questions,
    /// One proof.
    #[error(
        "one proof is enough only for accounts without a second factor (NIST SP 800-63B-4, 4.2.2.1)"
    )]
    OneProof,
    /// Text messages and calls, and nothing that is not restricted.
    #[error(
        "phone codes are restricted: offer app, passkey or codes as well (NIST SP 800-63B-4, 3.2.9; OWASP ASVS 6.6.1)"
    )]
    OnlyRestricted,
    /// A phone or an address, and no second place where a code could go.
    #[error(
        "codes go to one place only: with both phone and email people can hold two recovery addresses (NIST SP 800-63B-4, 4.2.1.2)"
    )]
    OneRecoveryAddress,
    /// Protected people cannot reset, or cannot unlock, whatever they register.
    #[error(
        "protected people need two proofs or more, and questions are none for them: these methods give them too few for a reset or for an unlock (NIST SP 800-63B-4, 4.2.1 and 4.2.2.2)"
    )]
    NoneForProtected,
}

impl Policy {
    /// What is worth knowing of a policy that is allowed.
    #[must_use]
    pub fn notes(&self) -> Vec<PolicyNote> {
        let has = |kind| self.methods.contains(&kind);
        let unrestricted = [Kind::App, Kind::Passkey, Kind::Codes];
        let mut notes = Vec::new();
        if has(Kind::Questions) {
            notes.push(PolicyNote::Questions);
        }
        if self.reset.gates == 1 || self.reset.unlock_gates == 1 {
            notes.push(PolicyNote::OneProof);
        }
        if has(Kind::Phone) && !unrestricted.into_iter().any(has) {
            notes.push(PolicyNote::OnlyRestricted);
        }
        if has(Kind::Phone) != has(Kind::Email) {
            notes.push(PolicyNote::OneRecoveryAddress);
        }
        let kinds = self.offered(true);
        let enough = |gates| self.enough(gates, kinds.iter().copied(), true, true);
        let gates = self.reset.gates.max(self.reset.unlock_gates);
        if enough(gates).is_none() {
            notes.push(PolicyNote::NoneForProtected);
        }
        notes
    }

    /// All that is wrong with it; empty when it is safe to use.
    #[must_use]
    pub fn check(&self) -> Vec<PolicyFault> {
        let mut faults = Vec::new();
        let mut refuse = |wrong: bool, fault: PolicyFault| {
            if wrong {
                faults.push(fault);
            }
        };
        let kinds = self.distinct();
        let first = kinds.iter().any(|kind| kind.leads());
        let gates = [self.reset.gates, self.reset.unlock_gates];
        let most_gates = gates.into_iter().max().unwrap_or(0);

        refuse(kinds.is_empty(), PolicyFault::NoMethods);
        refuse(!kinds.is_empty() && !first, PolicyFault::NothingFirst);
        refuse(
            gates.iter().any(|gates| !(1..=3).contains(gates)),
            PolicyFault::Gates,
        );
        refuse(
            usize::from(most_gates) > self.proofs(kinds.iter().copied()),
            PolicyFault::TooFewKinds,
        );
        refuse(
            self.reset.phishing_resistant && !kinds.iter().any(|kind| kind.resists_phishing()),
            PolicyFault::NothingResistant,
        );
        refuse(!(6..=12).contains(&self.codes.digits), PolicyFault::Digits);
        refuse(
            gates.contains(&1) && self.codes.digits < 8,
            PolicyFault::ShortCode,
        );
        refuse(
            gates.contains(&1) && kinds.contains(&Kind::App),
            PolicyFault::AppAlone,
        );
        refuse(self.codes.app_steps > 1, PolicyFault::AppSteps);
        refuse(
            !minutes(1, 60).contains(&self.codes.life) || self.codes.life > self.reset.life,
            PolicyFault::CodeLife,
        );
        refuse(
            !minutes(5, 60).contains(&self.reset.life),
            PolicyFault::FlowLife,
        );
        refuse(!(1..=10).contains(&self.codes.tries), PolicyFault::Tries);
        refuse(!(1..=10).contains(&self.codes.sends), PolicyFault::Sends);
        refuse(
            !(1..=5).contains(&self.registration.questions),
            PolicyFault::Questions,
        );
        refuse(
            !(3..=40).contains(&self.registration.answer_length),
            PolicyFault::AnswerLength,
        );
        refuse(
            self.registration.minimum < most_gates
                || usize::from(self.registration.minimum) > kinds.len(),
            PolicyFault::Minimum,
        );
        refuse(
            self.registration.confirm_again > Duration::from_hours(730 * 24),
            PolicyFault::ConfirmAgain,
        );
        let seconds = |from, to| Duration::from_secs(from)..=Duration::from_secs(to);
        refuse(
            !seconds(10, 600).contains(&self.codes.again_after)
                || self.registration.quarantine > Duration::from_hours(720)
                || self.registration.claim_wait > Duration::from_hours(720),
            PolicyFault::Waits,
        );
        refuse(
            !(1..=20).contains(&self.reset.wrong_proofs)
                || !(1..=20).contains(&self.reset.password_submits),
            PolicyFault::FlowTries,
        );
        refuse(
            !(1..=100).contains(&self.registration.shared_destination),
            PolicyFault::Shared,
        );
        let reached = |kind: &Kind| {
            !kind.is_sent() || self.channels.iter().any(|channel| channel.kind() == *kind)
        };
        refuse(!kinds.iter().all(reached), PolicyFault::Unreached);
        refuse(
            !(1..=100).contains(&self.limits.wrong_for_life),
            PolicyFault::ForLife,
        );
        for (name, limit, ceiling) in self.limits.ceilings() {
            refuse(
                !(1..=ceiling).contains(&limit.most) || limit.window < Duration::from_mins(1),
                PolicyFault::Limit(name),
            );
        }
        faults
    }
}

fn minutes(from: u64, to: u64) -> std::ops::RangeInclusive<Duration> {
    Duration::from_mins(from)..=Duration::from_mins(to)
}
