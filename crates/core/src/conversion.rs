//! Are codes typed by whoever got them? Messages that nobody answers are what it looks like when somebody is paid for
//! them (FRD-3).

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// When so few codes are used that somebody must be after the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// Codes that must have been sent before they say anything.
    pub least: u32,
    /// Percent that have to be used. Healthy are 60 to 80.
    pub percent: u32,
    /// How long no codes go to whoever registers a number of such a country.
    pub rest: Duration,
}

/// Codes to one country, old enough to have been typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// That a gateway took.
    pub sent: u64,
    /// That proved something.
    pub used: u64,
}

impl Counted {
    /// Percent that were used, rounded down; all where none was sent.
    #[must_use]
    pub fn percent(self) -> u64 {
        self.used
            .saturating_mul(100)
            .checked_div(self.sent)
            .unwrap_or(100)
    }
}

impl Conversion {
    /// Does this look as if somebody were paid for messages?
    #[must_use]
    pub fn suspects(&self, counted: Counted) -> bool {
        counted.sent >= u64::from(self.least) && counted.percent() < u64::from(self.percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_messages_say_nothing_and_many_unused_ones_do() {
        let watch = Conversion {
            least: 50,
            percent: 20,
            rest: Duration::from_hours(6),
        };
        for (sent, used, wanted) in [
            (0, 0, false),
            (49, 0, false),
            (50, 0, true),
            (50, 9, true),
            (50, 10, false),
            (1_000_000, 700_000, false),
        ] {
            let suspected = watch.suspects(Counted { sent, used });
            assert_eq!(suspected, wanted, "{used} of {sent}");
        }
        let never = Conversion {
            percent: 0,
            ..watch
        };
        assert!(!never.suspects(Counted { sent: 99, used: 0 }));
    }
}
