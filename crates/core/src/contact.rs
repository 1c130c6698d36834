//! Where a person can be reached: phone numbers and e-mail addresses.
//!
//! Begin at [`PhoneNumber::parse`] and [`EmailAddress::parse`]. Both take what somebody typed and give back either
//! a value that can no longer be wrong, or a fault whose `key()` names the sentence to show. The canonical form
//! matters more than it seems: a destination is counted, compared and rate-limited by it, so two spellings of one
//! number must never become two destinations.

mod email;
mod phone;

pub use email::{Domain, EmailAddress, EmailFault, NotADomain};
pub use phone::{Country, NotAPhoneNumber, PhoneFault, PhoneNumber, countries};

#[cfg(test)]
mod tests;
