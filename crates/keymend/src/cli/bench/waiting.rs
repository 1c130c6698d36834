//! What waits in the outbox of a filled database.
//!
//! Codes are asked for as the pages ask for them, so that the worker meets the rows that it meets in life. Nobody sends
//! them yet: the program that fills a database has no worker.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use keymend_core::method::{Channel, Way};
use keymend_core::registration::Destination;
use keymend_core::reset::{Ask, Goal};
use keymend_core::secret::Token;
use tokio::task::JoinSet;

use super::{BATCH, name, phone};
use crate::app::App;
use crate::app::limits::Client;
use crate::app::work::Worked;
use crate::chance::Os;
use crate::deliver::job::{Happened, Job, Notice};

/// Resets begun at once: they share commits.
const AT_ONCE: u32 = 64;

/// Let the first people ask for a code by text.
pub async fn codes(app: &Arc<App>, count: u32) -> Result<(), String> {
    let next = Arc::new(AtomicU32::new(0));
    let mut tasks = JoinSet::<Result<(), String>>::new();
    for _ in 0..AT_ONCE.min(count) {
        let (app, next) = (Arc::clone(app), Arc::clone(&next));
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return Ok(());
                }
                code(&app, number).await?;
            }
        });
    }
    while let Some(part) = tasks.join_next().await {
        part.map_err(|error| error.to_string())??;
    }
    Ok(())
}

async fn code(app: &App, number: u32) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| format!("{}: {error}", name(number));
    let choice = app.directories.name(&name(number));
    let choice = choice.map_err(|fault| text(&fault.key()))?;
    // Everybody from an address of their own, as no limit is to be met.
    let client = Client(IpAddr::V4(Ipv4Addr::from(0x6440_0000 + number)));
    let cookie = app
        .start(&choice, &Worked::No, &client, "en")
        .await
        .map_err(|error| text(&error))?;
    let typed = app.index("destination", phone(number)?.as_str());
    let send = Ask::Send {
        way: Way::Sms,
        number: Some(typed),
    };
    for ask in [Ask::Want(Goal::Reset), send] {
        let asked = app.ask(&cookie, ask, &client).await;
        asked.map_err(|error| text(&error))?;
    }
    Ok(())
}

/// Tell people by text that their password was reset.
pub async fn notices(app: &App, count: u32, people: u32) -> Result<(), String> {
    if count == 0 {
        return Ok(());
    }
    let mut accounts = Vec::new();
    for number in 0..people.min(count) {
        let name = name(number);
        let text = |error: &dyn std::fmt::Display| format!("{name}: {error}");
        let found = app.directories.find(&name, None).await;
        let found = found.map_err(|error| text(&error))?;
        let found = found.ok_or_else(|| text(&"is not there"))?;
        let mut tx = app.store.read().await.map_err(|error| text(&error))?;
        let row = tx.account_of(found.directory, &found.entry.subject).await;
        let row = row.map_err(|error| text(&error))?;
        let row = row.ok_or_else(|| text(&"is not registered"))?;
        accounts.push((
            row.id().map_err(|error| text(&error))?,
            Destination::Phone(phone(number)?),
        ));
    }
    let mut told = accounts.iter().cycle().take(count as usize).peekable();
    while told.peek().is_some() {
        let text = |error| format!("a notice: {error}");
        let now = app.now();
        let mut tx = app.store.begin().await.map_err(text)?;
        for (account, destination) in told.by_ref().take(BATCH as usize) {
            let job = Job::Tell {
                channel: Channel::Sms,
                destination: destination.clone(),
                notice: Notice {
                    account: account.clone(),
                    happened: Happened::Reset,
                    method: None,
                    at: now,
                    token: Token::short(&mut Os).expose().to_owned(),
                },
            };
            tx.queue(&job, now, &app.keys).await.map_err(text)?;
        }
        tx.commit().await.map_err(text)?;
    }
    Ok(())
}
