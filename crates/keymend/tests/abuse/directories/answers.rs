//! What directories say when they do not take a password, and what is told of it.

use crate::ldapx::Said;

/// Status and sentence.
pub type Told = (u16, &'static str);

const RULE: Told = (422, "Your directory does not accept this password.");
const ONE_OF_THESE: Told = (
    422,
    "does not meet the length, character, history or age rule",
);
const FEW_KINDS: Told = (
    422,
    "directory asks for at least 3 of the kinds of characters",
);
const SHORT: Told = (422, "That password is too short for your directory.");
const SOON: Told = (422, "This password was changed only a short while ago.");
const USED: Told = (422, "You have used that password before.");
pub const NOT_ALLOWED: Told = (403, "does not let us change this account");
pub const AWAY: Told = (503, "We cannot reach the place where passwords are kept.");

/// What is said, and what is told.
#[derive(Clone, Copy)]
pub struct Refusal(pub Said, pub Told);

const fn words(code: u8, words: &'static str, told: Told) -> Refusal {
    let policy = None;
    Refusal(
        Said {
            code,
            words,
            policy,
        },
        told,
    )
}

/// With the `error` of the password policy control.
const fn policy(error: u8, told: Told) -> Refusal {
    let said = Said {
        policy: Some(error),
        ..Said::code(19)
    };
    Refusal(said, told)
}

/// By the codes of RFC 4511, and the password policy control.
pub const STANDARD: &[Refusal] = &[
    words(19, "Password fails quality checking policy", RULE),
    policy(5, RULE),
    policy(6, SHORT),
    policy(7, SOON),
    policy(8, USED),
    policy(3, NOT_ALLOWED),
    policy(4, NOT_ALLOWED),
    words(
        19,
        "0000052D: Constraint violation - check_password_restrictions",
        RULE,
    ),
    words(50, "no write access", NOT_ALLOWED),
    words(53, "the server is read-only", NOT_ALLOWED),
    words(32, "", NOT_ALLOWED),
    words(8, "stronger authentication is wanted", AWAY),
    words(13, "TLS is wanted", AWAY),
    words(51, "try later", AWAY),
    words(52, "shutting down", AWAY),
    words(80, "internal error <script>alert(1)</script>", AWAY),
];

/// By the errors of Windows before the words, and by the words of Samba behind them.
pub const WINDOWS: &[Refusal] = &[
    words(
        19,
        "0000052D: Constraint violation - check_password_restrictions: the password was already used (in history)!",
        USED,
    ),
    words(
        19,
        "0000052D: Constraint violation - check_password_restrictions: the password is too short. It should be equal or longer than 8 characters!",
        SHORT,
    ),
    words(
        19,
        "0000052D: Constraint violation - check_password_restrictions: password is too young to change!",
        SOON,
    ),
    words(
        19,
        "0000052D: Constraint violation - check_password_restrictions: the password does not meet the complexity criteria!",
        FEW_KINDS,
    ),
    words(
        19,
        "0000052D: AtrErr: DSID-03191083, #1:\n\t0: 0000052D: DSID-03191083, problem 1005 (CONSTRAINT_ATT_TYPE)",
        ONE_OF_THESE,
    ),
    words(
        53,
        "0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0",
        ONE_OF_THESE,
    ),
    words(19, "", RULE),
    words(
        53,
        "0000001F: SvcErr: DSID-031A1262, problem 5003 (WILL_NOT_PERFORM), data 0",
        NOT_ALLOWED,
    ),
    words(
        50,
        "00002098: SecErr: DSID-03150F94, problem 4003 (INSUFF_ACCESS_RIGHTS), data 0",
        NOT_ALLOWED,
    ),
    words(
        32,
        "0000208D: NameErr: DSID-0310028C, problem 2001 (NO_OBJECT), data 0",
        NOT_ALLOWED,
    ),
    words(
        8,
        "00002028: LdapErr: DSID-0C09035C, comment: The server requires binds to turn on integrity checking",
        AWAY,
    ),
    words(
        1,
        "000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed",
        AWAY,
    ),
    words(13, "00002029: LdapErr: a secure connection is wanted", AWAY),
    words(
        51,
        "0000200E: SvcErr: DSID-031A0FC0, problem 5001 (BUSY), data 0",
        AWAY,
    ),
    words(
        52,
        "0000200F: SvcErr: DSID-0310028C, problem 5002 (UNAVAILABLE), data 0",
        AWAY,
    ),
    words(80, "internal error <script>alert(1)</script>", AWAY),
];
