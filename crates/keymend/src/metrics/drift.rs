//! Codes of authenticator apps that would be right on another clock. One is somebody's phone; those of several
//! people that are off by the same are our clock (TOT-3).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use keymend_core::id::{self, Id};
use keymend_core::time::Timestamp;
use keymend_core::totp::Off;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// How long a code that was off is remembered.
const WINDOW: Duration = Duration::from_hours(1);
/// So many people whose codes are off by the same are no accident.
const PEOPLE: usize = 3;

/// Seconds off, behind when negative: who.
type Seen = BTreeMap<i64, BTreeSet<String>>;

/// What was seen within the hour, and the count of it.
#[derive(Default)]
pub struct Drift {
    codes: Family<Vec<(&'static str, &'static str)>, Counter>,
    seen: Mutex<(Option<Timestamp>, Seen)>,
}

impl Drift {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "app_codes_off",
            "Codes of authenticator apps that would be right on another clock, by which clock is behind",
            self.codes.clone(),
        );
    }

    /// A code of this account would be right on a clock that is so far off. True when an alarm
    /// was raised.
    pub fn note(&self, account: &Id<id::Account>, off: Off, now: Timestamp) -> bool {
        let Off { by, behind } = off;
        let clock = if behind { "app" } else { "server" };
        self.codes.get_or_create(&vec![("behind", clock)]).inc();
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        let signed = if behind { -seconds } else { seconds };
        let mut guard = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, seen) = &mut *guard;
        if since.is_none_or(|since| now >= since.plus(WINDOW)) {
            *since = Some(now);
            seen.clear();
        }
        let people = seen.entry(signed).or_default();
        let added = people.insert(account.as_str().to_owned());
        let alarm = added && people.len() == PEOPLE;
        if alarm {
            tracing::error!(
                seconds = signed,
                "codes of several people's authenticator apps are off by the same: set this machine's clock"
            );
        }
        alarm
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Os;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
    const BY: Duration = Duration::from_mins(3);

    #[test]
    fn three_people_off_by_the_same_raise_one_alarm_an_hour() {
        let drift = Drift::default();
        let people: Vec<Id<id::Account>> = (0..5).map(|_| Id::random(&mut Os)).collect();
        let note =
            |person: usize, behind, now| drift.note(&people[person], Off { by: BY, behind }, now);
        assert!(!note(0, false, NOW));
        assert!(!note(0, false, NOW), "one person tries again");
        assert!(!note(1, false, NOW));
        assert!(!note(2, true, NOW), "off by something else");
        assert!(note(2, false, NOW));
        assert!(!note(3, false, NOW), "it is known");
        let later = NOW.plus(WINDOW);
        assert!(!note(0, false, later) && !note(1, false, later));
        assert!(note(4, false, later));
    }
}
