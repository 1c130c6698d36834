//! What a message centre's answer means (SMPP 3.4, 5.1.3).

use std::time::Duration;

use rusmpp::CommandStatus;

use crate::deliver::gateway::SendError;

/// Wait where it has too much to do.
const BUSY: Duration = Duration::from_secs(2);
/// Wait where something has to be mended, by us or by whoever runs it.
const MENDED: Duration = Duration::from_mins(1);

/// What comes next after it refused a message. What is not known means later.
pub fn refused(status: CommandStatus) -> SendError {
    use CommandStatus::{
        EsmeRdeliveryfailure, EsmeRinvdstadr, EsmeRinvmsglen, EsmeRmsgqful, EsmeRprohibited,
        EsmeRthrottled, EsmeRxPAppn, EsmeRxRAppn, EsmeRxTAppn,
    };
    let words = words(status);
    match status {
        // Not every centre reaches every network: what is no number to one may be one to another.
        EsmeRinvdstadr | EsmeRinvmsglen | EsmeRxPAppn | EsmeRxRAppn | EsmeRprohibited
        | EsmeRdeliveryfailure => SendError::Elsewhere(words),
        EsmeRthrottled | EsmeRmsgqful | EsmeRxTAppn => SendError::Later(BUSY, words),
        _ => SendError::Later(MENDED, words),
    }
}

/// For the log and for the operator.
pub fn words(status: CommandStatus) -> String {
    use CommandStatus as S;
    let known = match status {
        S::EsmeRinvmsglen => "the message is too long for it",
        S::EsmeRinvbndsts => "it does not know that we are signed in",
        S::EsmeRalybnd => "somebody is signed in with this name already",
        S::EsmeRsyserr => "something is wrong with it",
        S::EsmeRinvsrcadr => "it does not take our `from`",
        S::EsmeRinvsrcton => "it does not take the type of our `from`: see `from-ton`",
        S::EsmeRinvsrcnpi => "it does not take the plan of our `from`: see `from-npi`",
        S::EsmeRinvdstadr => "it knows no such number",
        S::EsmeRbindfail => "it does not let us in",
        S::EsmeRinvpaswd => "it does not take `secret`",
        S::EsmeRinvsysid => "it does not take `user`",
        S::EsmeRinvsystyp => "it does not take `system-type`",
        S::EsmeRmsgqful => "its queue is full",
        S::EsmeRthrottled => "it gets too many messages at once: see `per-second`",
        S::EsmeRinvexpiry => "it does not take how long a message is valid",
        S::EsmeRsubmitfail => "it could not take the message",
        _ => "it refuses",
    };
    format!("{known} (status {:#010x})", u32::from(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_leads_somewhere() {
        for (status, wanted) in [
            (
                0x0B,
                "not by this gateway: it knows no such number (status 0x0000000b)",
            ),
            (0x14, "later: its queue is full (status 0x00000014)"),
            (
                0x58,
                "later: it gets too many messages at once: see `per-second` (status 0x00000058)",
            ),
            (
                0x0A,
                "later: it does not take our `from` (status 0x0000000a)",
            ),
            (0x0001_0423, "later: it refuses (status 0x00010423)"),
        ] {
            assert_eq!(refused(CommandStatus::from(status)).to_string(), wanted);
        }
    }
}
