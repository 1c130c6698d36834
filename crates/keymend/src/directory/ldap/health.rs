//! Is a server well? What is known of one server, and when it is tried again.
//!
//! A server is asked until it cannot be reached or stays silent. Then it is left alone for a second,
//! later for longer, and tried by nobody but one background task: no request waits for it.

use std::time::Duration;

use tokio::time::Instant;

/// First wait before a server that failed is tried again.
const FIRST: Duration = Duration::from_secs(1);
/// Longest wait. Also the first one for a server that does not let the service account in: a wrong
/// password does not hammer its own account.
pub const LONGEST: Duration = Duration::from_secs(30);

/// What is known of a server.
#[derive(Debug)]
pub struct Health {
    state: State,
    /// Failures in a row; one that follows soon upon a return counts as in the same row.
    failures: u32,
    /// How often it went down: whoever tries it again does so for one of these.
    falls: u64,
}

#[derive(Debug)]
enum State {
    Up { since: Instant },
    Down { why: String },
}

impl Health {
    /// Well, until the contrary is seen.
    pub fn new(now: Instant) -> Self {
        let since = now;
        Self {
            state: State::Up { since },
            failures: 0,
            falls: 0,
        }
    }

    /// The number of its last fall.
    pub fn fall(&self) -> u64 {
        self.falls
    }

    /// Why it is not asked; `None` while it is.
    pub fn down(&self) -> Option<&str> {
        match &self.state {
            State::Up { .. } => None,
            State::Down { why } => Some(why),
        }
    }

    /// It failed. The wait before the next try, if this is news. `locked_out`: it answers, and does
    /// not let the service account in. `chance` is one of 0 to 255.
    pub fn failed(
        &mut self,
        why: String,
        locked_out: bool,
        now: Instant,
        chance: u8,
    ) -> Option<Duration> {
        let State::Up { since } = self.state else {
            return None;
        };
        // One that was up only for a moment is believed less than one that was up for long.
        if now.duration_since(since) > LONGEST {
            self.failures = 0;
        }
        self.falls += 1;
        Some(self.wait(why, locked_out, chance))
    }

    /// A try failed too. The wait before the next one.
    pub fn still_down(&mut self, why: String, locked_out: bool, chance: u8) -> Duration {
        self.wait(why, locked_out, chance)
    }

    /// A try went well. Is this news?
    pub fn back(&mut self, now: Instant) -> bool {
        let was_down = self.down().is_some();
        if was_down {
            self.state = State::Up { since: now };
        }
        was_down
    }

    /// Doubled each time; up to a quarter less, so that many portals do not come back as one.
    fn wait(&mut self, why: String, locked_out: bool, chance: u8) -> Duration {
        self.state = State::Down { why };
        let doubled = FIRST.saturating_mul(1_u32 << self.failures.min(10));
        self.failures = self.failures.saturating_add(1);
        let whole = if locked_out {
            LONGEST
        } else {
            doubled.min(LONGEST)
        };
        whole.mul_f64(1.0 - f64::from(chance) / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(health: &mut Health, now: Instant) -> Option<u64> {
        let wait = health.failed("no answer".to_owned(), false, now, 0)?;
        Some(wait.as_secs())
    }

    fn tried(health: &mut Health) -> u64 {
        let wait = health.still_down("no answer".to_owned(), false, 0);
        wait.as_secs()
    }

    #[test]
    fn the_wait_doubles_from_one_second_to_thirty() {
        let now = Instant::now();
        let mut health = Health::new(now);
        assert_eq!(health.down(), None);
        assert_eq!(fails(&mut health, now), Some(1));
        assert_eq!(health.down(), Some("no answer"));
        // Those who were on their way when it failed are no news.
        assert_eq!(fails(&mut health, now), None);
        let waits: Vec<u64> = (0..7).map(|_| tried(&mut health)).collect();
        assert_eq!(waits, [2, 4, 8, 16, 30, 30, 30]);
        health.back(now);
        assert_eq!(health.down(), None);
    }

    #[test]
    fn a_short_return_does_not_begin_the_waits_anew_and_a_long_one_does() {
        let now = Instant::now();
        let mut health = Health::new(now);
        assert_eq!(fails(&mut health, now), Some(1));
        assert_eq!(tried(&mut health), 2);
        health.back(now);
        let soon = now + Duration::from_secs(5);
        assert_eq!(fails(&mut health, soon), Some(4));
        health.back(soon);
        let late = soon + LONGEST + Duration::from_secs(1);
        assert_eq!(fails(&mut health, late), Some(1));
    }

    #[test]
    fn a_service_account_that_is_not_let_in_is_not_hammered() {
        let now = Instant::now();
        let wait = Health::new(now).failed("result 49".to_owned(), true, now, 0);
        assert_eq!(wait, Some(LONGEST));
    }

    #[test]
    fn chance_shortens_a_wait_by_a_quarter_at_most() {
        for chance in [0, 1, 128, 255] {
            let now = Instant::now();
            let wait = Health::new(now).failed(String::new(), false, now, chance);
            let wait = wait.unwrap();
            assert!(wait <= FIRST && wait > FIRST * 3 / 4, "{wait:?}");
        }
    }
}
