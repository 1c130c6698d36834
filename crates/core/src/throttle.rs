//! Attempt and send limits as arithmetic on a row.
//!
//! A [`Counter`] is a row of the store: how often something happened in the window that began with
//! the first time. The store raises it atomically, in one statement that follows
//! [`Counter::hit`]; a contract test holds the two together. Reaching a limit never lengthens its
//! window, so nobody can be kept out for longer by being attacked more (LIM-16).

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// At most `most` times within `window`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// How often; the next one is refused.
    pub most: u32,
    /// Within how long, counted from the first time.
    pub window: Duration,
}

impl Limit {
    /// `most` times an hour.
    #[must_use]
    pub const fn per_hour(most: u32) -> Self {
        Self {
            most,
            window: Duration::from_hours(1),
        }
    }

    /// `most` times in 24 hours.
    #[must_use]
    pub const fn per_day(most: u32) -> Self {
        Self {
            most,
            window: Duration::from_hours(24),
        }
    }

    /// Is this count, which includes the present time, still within the limit?
    ///
    /// # Errors
    /// The moment at which the window ends, when it is not.
    pub fn admits(&self, counted: Counter) -> Result<(), Timestamp> {
        if counted.count <= self.most {
            Ok(())
        } else {
            Err(counted.until)
        }
    }

    /// Would one more be within the limit? For a look before anything is counted.
    ///
    /// # Errors
    /// The moment at which the window ends, when it would not.
    pub fn has_room(&self, counted: Option<Counter>, now: Timestamp) -> Result<(), Timestamp> {
        match counted {
            Some(row) if row.until > now && row.count >= self.most => Err(row.until),
            _ => Ok(()),
        }
    }
}

/// A row: the count within the window that ends at `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// How often so far.
    pub count: u32,
    /// End of the window.
    pub until: Timestamp,
}

impl Counter {
    /// One more. A window that is over starts again at one.
    #[must_use]
    pub fn hit(row: Option<Self>, now: Timestamp, window: Duration) -> Self {
        match row {
            Some(row) if row.until > now => Self {
                count: row.count.saturating_add(1),
                until: row.until,
            },
            _ => Self {
                count: 1,
                until: now.plus(window),
            },
        }
    }
}

/// Wait after the `failures`-th wrong proof in a row (LIM-5): none for the first five, which
/// are the tries of one code, then 30 s, doubling to an hour.
#[must_use]
pub fn wait_after(failures: u32) -> Duration {
    const FREE: u32 = 5;
    const FIRST: u64 = 30;
    const MOST: u64 = 3600;
    let Some(step) = failures.checked_sub(FREE + 1) else {
        return Duration::ZERO;
    };
    let seconds = 1_u64
        .checked_shl(step)
        .and_then(|factor| factor.checked_mul(FIRST))
        .unwrap_or(MOST);
    Duration::from_secs(seconds.min(MOST))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn the_limit_itself_is_admitted_and_the_next_is_not() {
        let limit = Limit::per_hour(2);
        let mut row = None;
        for expected in [true, true, false, false] {
            let counted = Counter::hit(row, NOW, limit.window);
            assert_eq!(limit.admits(counted).is_ok(), expected);
            row = Some(counted);
        }
        assert_eq!(
            limit.admits(row.unwrap()),
            Err(NOW.plus(Duration::from_hours(1)))
        );
    }

    #[test]
    fn a_window_begins_with_its_first_hit_and_is_not_lengthened() {
        let window = Duration::from_mins(1);
        let first = Counter::hit(None, NOW, window);
        let second = Counter::hit(Some(first), NOW.plus(Duration::from_secs(59)), window);
        assert_eq!((second.count, second.until), (2, first.until));
        let third = Counter::hit(Some(second), first.until, window);
        assert_eq!((third.count, third.until), (1, first.until.plus(window)));
    }

    #[test]
    fn a_look_before_counting_agrees_with_counting() {
        let limit = Limit::per_day(1);
        assert_eq!(limit.window, Duration::from_hours(24));
        assert!(limit.has_room(None, NOW).is_ok());
        let row = Counter::hit(None, NOW, limit.window);
        assert_eq!(limit.has_room(Some(row), NOW), Err(row.until));
        assert!(limit.has_room(Some(row), row.until).is_ok());
        let room = Limit::per_day(2);
        assert!(room.has_room(Some(row), NOW).is_ok());
    }

    #[test]
    fn waits_grow_from_half_a_minute_to_an_hour() {
        let seconds: Vec<_> = [0, 5, 6, 7, 8, 12, 13, 14, 72, u32::MAX]
            .map(|n| wait_after(n).as_secs())
            .to_vec();
        assert_eq!(seconds, [0, 0, 30, 60, 120, 1920, 3600, 3600, 3600, 3600]);
    }

    proptest! {
        #[test]
        fn no_sequence_admits_more_than_the_limit_in_one_window(
            most in 1_u32..6,
            gaps in proptest::collection::vec(0_u64..40, 1..60),
        ) {
            let limit = Limit { most, window: Duration::from_mins(1) };
            let (mut now, mut row, mut admitted) = (NOW, None, Vec::new());
            for gap in gaps {
                now = now.plus(Duration::from_secs(gap));
                let counted = Counter::hit(row, now, limit.window);
                if limit.admits(counted).is_ok() {
                    admitted.push((now, counted.until));
                }
                row = Some(counted);
            }
            for (_, until) in &admitted {
                let same = admitted.iter().filter(|(_, other)| other == until).count();
                prop_assert!(same <= most as usize);
            }
        }
    }
}
