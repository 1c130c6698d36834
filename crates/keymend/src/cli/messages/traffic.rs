//! Codes to phones, country by country: how many are used, and where none go to whoever registers a number.

use std::fmt::Write as _;
use std::time::Duration;

use keymend_core::time::Timestamp;

use crate::app::{App, AppError};
use crate::cli::{Configured, Outcome, build};
use crate::deliver::conversion::WATCHED;
use crate::deliver::spending::PARTS;
use crate::store::audit::Event;

const DAY: Duration = Duration::from_hours(24);

/// What is wanted.
pub enum Ask {
    /// Show it.
    Status,
    /// Stop a country for so long.
    Stop(String, Duration),
    /// End a stop.
    Resume(String),
}

/// Do it.
pub async fn run(configured: &Configured, ask: Ask) -> Outcome {
    let settings = build::settings(configured)?;
    let (app, _) = build::app(settings).await?;
    let done = answer(&app, ask).await;
    app.store.close().await;
    println!("{}", done.map_err(|error| vec![error.to_string()])?);
    Ok(())
}

async fn answer(app: &App, ask: Ask) -> Result<String, AppError> {
    let now = app.now();
    match ask {
        Ask::Status => status(app, now).await,
        Ask::Stop(country, span) => {
            let until = now.plus(span);
            let mut tx = app.store.begin().await?;
            let is_new = tx.stop(&country, now, until).await?;
            if is_new {
                tx.record(&event("messages.stopped", &country), now).await?;
            }
            tx.commit().await?;
            let until = app.site.date_time(until);
            Ok(if is_new {
                format!(
                    "{country}: stopped until {until}; registered numbers there get their codes"
                )
            } else {
                format!("{country}: was stopped already; resume it first to change for how long")
            })
        }
        Ask::Resume(country) => {
            let mut tx = app.store.begin().await?;
            let was = tx.resume(&country, now).await?;
            if was {
                tx.record(&event("messages.resumed", &country), now).await?;
            }
            tx.commit().await?;
            Ok(if was {
                format!("{country}: codes go to numbers that are being registered again")
            } else {
                format!("{country}: was not stopped")
            })
        }
    }
}

fn event<'a>(name: &'static str, country: &'a str) -> Event<'a> {
    Event {
        name,
        account: None,
        flow: None,
        source: "command",
        detail: country,
    }
}

async fn status(app: &App, now: Timestamp) -> Result<String, AppError> {
    let mut tx = app.store.read().await?;
    let found = tx.conversion(now.minus(WATCHED), now).await?;
    let stops = tx.stops(now).await?;
    let costs = tx.spent(now.minus(DAY)).await?;
    let [hour, day] = app.reserve_used(&mut tx, now).await?;
    drop(tx);
    let hours = WATCHED.as_secs() / 3600;
    let mut text = format!("Codes to phones of the last {hours} hours:");
    if found.is_empty() {
        text.push_str(" none");
    }
    for one in &found {
        let errand = if one.registering {
            "registering"
        } else {
            "resets"
        };
        let (country, counted) = (&one.country, one.counted);
        let (sent, used, percent) = (counted.sent, counted.used, counted.percent());
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "\n  {country} {errand}: {sent} sent, {used} used, {percent} %"
        );
    }
    for (gateway, parts) in &costs {
        let (units, rest) = (parts / i64::from(PARTS), parts % i64::from(PARTS));
        let _ = write!(text, "\nSpent in 24 hours by {gateway}: {units}.{rest:04}");
    }
    if !app.site.known_networks.is_empty() {
        let ((hour, of_hour), (day, of_day)) = (hour, day);
        let _ = write!(
            text,
            "\nReserve of known networks: {hour} of {of_hour} used within the hour, {day} of {of_day} within the day"
        );
    }
    for stop in &stops {
        let (since, until) = (
            app.site.date_time(stop.since),
            app.site.date_time(stop.until),
        );
        let country = &stop.country;
        let _ = write!(
            text,
            "\n{country}: registering is stopped since {since}, until {until}; `keymend messages resume {country}` ends it"
        );
    }
    Ok(text)
}
