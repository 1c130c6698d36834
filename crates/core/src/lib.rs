//! The rules of Keymend, without I/O.
//!
//! Read in this order: [`method`] (what people register), [`policy`] (what administrators decide),
//! [`reset`] (the flow that the product exists for), [`registration`] (how people get there). The
//! rest are their words: [`contact`], [`password`], [`questions`], [`secret`], [`challenge`], [`totp`], [`recovery`],
//! [`passkey`], [`label`], [`claim`], [`id_token`], [`crockford`], [`throttle`], [`wording`], [`alphabet`]. Time and chance
//! are arguments everywhere; nothing here can reach a network, a
//! disk or a clock, and the manifest keeps it so.

pub mod alphabet;
pub mod challenge;
pub mod claim;
pub mod contact;
pub mod conversion;
pub mod crockford;
pub mod id;
pub mod id_token;
pub mod label;
pub mod method;
pub mod name;
pub mod passkey;
pub mod passphrase;
pub mod password;
pub mod policy;
pub mod questions;
pub mod readiness;
pub mod recovery;
pub mod refusal;
pub mod registration;
pub mod reset;
pub mod route;
pub mod secret;
#[cfg(test)]
mod testing;
pub mod throttle;
pub mod time;
pub mod totp;
pub mod wording;
