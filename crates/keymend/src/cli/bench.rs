//! Hidden commands that `cargo xtask bench` uses.

use std::time::{Duration, Instant};

use keymend_core::contact::{EmailAddress, PhoneNumber};
use keymend_core::id::Id;
use keymend_core::registration::Destination;
use keymend_core::reset::Flow;
use keymend_core::secret::Token;

use super::{Configured, Outcome, build};
use crate::app::App;
use crate::chance::Os;
use crate::hashing::Hasher;
use crate::store::flows::Opening;
use crate::store::local::NewLocal;
use crate::store::methods::{Fresh, Holding};
use crate::store::{StoreError, Tx};

/// Rows in one transaction.
const BATCH: u32 = 2000;

/// Fill a database: `people` registered accounts and `flows` live flows.
pub async fn seed(configured: Configured, people: u32, flows: u32) -> Outcome {
    let settings = build::settings(&configured)?;
    let (app, _) = build::app(settings).await?;
    let done = fill(&app, people, flows).await;
    app.store.close().await;
    done.map_err(|error| vec![error])
}

async fn fill(app: &App, people: u32, flows: u32) -> Result<(), String> {
    let text = |error: StoreError| error.to_string();
    let hash = app
        .hasher
        .hash(b"Seeded-Person-Pass-1", &mut Os)
        .await
        .map_err(|error| error.to_string())?;
    let hash = hash.to_phc();
    for first in (0..people).step_by(BATCH as usize) {
        let mut tx = app.store.begin().await.map_err(text)?;
        for number in first..people.min(first + BATCH) {
            person(app, &mut tx, number, &hash).await?;
        }
        tx.commit().await.map_err(text)?;
    }
    for first in (0..flows).step_by(BATCH as usize) {
        let mut tx = app.store.begin().await.map_err(text)?;
        for number in first..flows.min(first + BATCH) {
            let flow = Flow::begin(&app.policy, app.now(), &mut Os);
            let cookie = Token::random(&mut Os);
            let name = format!("seeded-{number}");
            let opening = Opening {
                cookie: &cookie.digest(),
                name_keys: &[app.name_key("local", &name)],
                name: &name,
                home: None,
                language: "en",
            };
            tx.add_flow(&flow, &opening, &app.keys)
                .await
                .map_err(text)?;
        }
        tx.commit().await.map_err(text)?;
    }
    Ok(())
}

async fn person(app: &App, tx: &mut Tx, number: u32, hash: &str) -> Result<(), String> {
    let text = |error: StoreError| error.to_string();
    let now = app.now();
    let name = format!("person-{number:07}");
    let subject: Id<keymend_core::id::Account> = Id::random(&mut Os);
    tx.add_local(&NewLocal {
        id: subject.as_str(),
        name: &name,
        display_name: &name,
        password: hash,
        groups: "[]",
        must_change: false,
    })
    .await
    .map_err(text)?;
    let row = tx
        .see_account(
            &Id::random(&mut Os),
            "local",
            subject.as_str(),
            &name,
            "en",
            now,
        )
        .await
        .map_err(text)?;
    let account = row.id().map_err(text)?;
    let phone = PhoneNumber::try_from(format!("+1212{}", 2_000_000 + number))
        .map_err(|error| error.to_string())?;
    let email = EmailAddress::parse(&format!("{name}@mail.example"), &[])
        .map_err(|error| error.to_string())?;
    for destination in [Destination::Phone(phone), Destination::Email(email)] {
        let index = app.index("destination", &destination.same());
        let kind = destination.kind();
        let holding = Holding::Destination(destination);
        let fresh = Fresh {
            holding: &holding,
            kind,
            destination: &index,
            now,
            usable_from: now,
        };
        tx.keep_method(&account, &fresh, &app.keys)
            .await
            .map_err(text)?;
    }
    Ok(())
}

/// Print how many hashes a second this machine makes with nothing else to do.
pub async fn hash(seconds: u64) -> Outcome {
    let at_once = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(4);
    let hasher = Hasher::new(&[7; 32], at_once);
    let began = Instant::now();
    let until = began + Duration::from_secs(seconds);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..at_once {
        let hasher = hasher.clone();
        tasks.spawn(async move {
            let mut made = 0_u32;
            while Instant::now() < until
                && hasher.hash(b"Seeded-Person-Pass-1", &mut Os).await.is_ok()
            {
                made += 1;
            }
            made
        });
    }
    let mut made = 0;
    while let Some(part) = tasks.join_next().await {
        made += part.unwrap_or(0);
    }
    println!(
        "{:.2} hashes/s, {at_once} at once",
        f64::from(made) / began.elapsed().as_secs_f64()
    );
    Ok(())
}
