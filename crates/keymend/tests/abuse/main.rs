//! Abuse cases: what somebody with bad intentions would try, by HTTP, against the program as it is shipped.
//!
//! Every test is named by its case in `docs/abuse-cases.md` and starts a portal of its own, so that limits and
//! people of one test never meet another's. Begin with [`portal`] (the server), [`browser`] (the client) and
//! [`walk`] (the steps of a person); [`database`] looks at what was stored, [`race`] lets many requests arrive at once.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests fail by panicking, like the tests themselves"
)]

mod apps;
#[path = "../shared/authenticator.rs"]
mod authenticator;
mod browser;
mod brute_force;
mod calls;
mod centre;
mod claims;
mod crashes;
mod cross_site;
mod database;
mod directories;
mod enrolment;
mod enumeration;
mod every_step;
mod fraud;
mod gateways;
mod hosts;
mod injection;
mod kills;
#[path = "../shared/ldapx.rs"]
mod ldapx;
mod limits;
mod mail;
mod messages;
mod parsing;
mod passkeys;
mod policy;
mod portal;
mod post;
mod protocol;
mod provider;
mod race;
mod races;
mod recovery;
mod reserve;
mod secrets;
mod sessions;
mod steps;
mod texts;
mod timing;
mod walk;
