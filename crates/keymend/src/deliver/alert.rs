//! What administrators are told by mail: something is wrong that the portal cannot mend by itself.
//!
//! The log and the numbers say the same; this is for those who look at neither.

use std::time::Duration;

use keymend_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::job::Job;
use crate::app::{App, AppError};
use crate::store::Tx;

/// A budget that is used up is told so often at most.
const SELDOM: Duration = Duration::from_hours(24);

/// What is wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
pub enum Alert {
    /// Hardly any code is used: numbers of a country cannot be registered for a while.
    Stopped {
        /// ISO 3166-1, two letters.
        country: String,
        /// Codes that left.
        sent: u64,
        /// How many of them were used.
        used: u64,
        /// For how long.
        hours: u64,
    },
    /// Hardly any code of a reset is used.
    Unused {
        /// ISO 3166-1, two letters.
        country: String,
        /// Codes that left.
        sent: u64,
        /// How many of them were used.
        used: u64,
    },
    /// A budget is used up.
    Spent {
        /// Its name.
        budget: String,
    },
}

impl Alert {
    /// Stable name: part of message keys.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Stopped { .. } => "stopped",
            Self::Unused { .. } => "unused",
            Self::Spent { .. } => "spent",
        }
    }

    /// One of each, to be looked at.
    #[must_use]
    pub fn examples() -> [Self; 3] {
        let country = || "FR".to_owned();
        [
            Self::Stopped {
                country: country(),
                sent: 60,
                used: 4,
                hours: 6,
            },
            Self::Unused {
                country: country(),
                sent: 60,
                used: 4,
            },
            Self::Spent {
                budget: "spend-day".to_owned(),
            },
        ]
    }
}

impl App {
    /// Tell all administrators.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn alert(&self, tx: &mut Tx, alert: &Alert, now: Timestamp) -> Result<(), AppError> {
        for destination in &self.site.alerts {
            let job = Job::Alert {
                destination: destination.clone(),
                alert: alert.clone(),
                at: now,
            };
            tx.queue(&job, now, &self.keys).await?;
        }
        Ok(())
    }

    /// A budget of all codes, of a country or of registering is used up: tell it once a day.
    ///
    /// # Errors
    /// [`AppError::Busy`].
    pub async fn alert_of_budget(
        &self,
        tx: &mut Tx,
        budget: &str,
        now: Timestamp,
    ) -> Result<(), AppError> {
        // Those of a block of numbers are many, and nobody's business but its own.
        if self.site.alerts.is_empty() || budget.starts_with("sends-prefix") {
            return Ok(());
        }
        let name = format!("alerted {budget}");
        let last = tx.meta(&name).await?;
        let last = last.and_then(|text| text.parse().ok());
        if last.is_some_and(|last| now < Timestamp::from_millis(last).plus(SELDOM)) {
            return Ok(());
        }
        tx.set_meta(&name, &now.as_millis().to_string()).await?;
        let budget = budget.to_owned();
        self.alert(tx, &Alert::Spent { budget }, now).await
    }
}
