//! Hidden commands that `cargo xtask bench` uses.

pub mod passkeys;
pub mod policy;
mod waiting;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use keymend_core::contact::{EmailAddress, PhoneNumber};
use keymend_core::id::Id;
use keymend_core::label::Label;
use keymend_core::password::NewPassword;
use keymend_core::registration::Destination;
use keymend_core::reset::Flow;
use keymend_core::secret::Token;
use keymend_core::totp;

use super::{Configured, Outcome, build};
use crate::app::App;
use crate::chance::Os;
use crate::directory::Directory;
use crate::hashing::Hasher;
use crate::store::flows::Opening;
use crate::store::local::NewLocal;
use crate::store::methods::{Fresh, Holding};
use crate::store::{StoreError, Tx};
use crate::webauthn::Passkey;

/// Rows in one transaction.
const BATCH: u32 = 2000;

/// What a database is filled with.
pub struct Filling {
    /// Registered people.
    pub people: u32,
    /// How many methods each of them has registered: a phone, an address, and then apps and passkeys in turn.
    pub methods: u32,
    /// Live flows about nobody.
    pub flows: u32,
    /// Codes by text that wait, to the first of the people; at most as many as may wait.
    pub codes: u32,
    /// Notices by text that wait, to the people in turn.
    pub notices: u32,
}

/// Fill a database. In a directory that is not built in the people are there already, and become registered.
pub async fn seed(configured: Configured, filling: Filling) -> Outcome {
    let settings = build::settings(&configured)?;
    let (app, _) = build::app(settings).await?;
    let done = async {
        fill(&app, &filling).await?;
        waiting::codes(&app, filling.codes).await?;
        waiting::notices(&app, filling.notices, filling.people).await
    };
    let done = done.await;
    app.store.close().await;
    done.map_err(|error| vec![error])
}

async fn fill(app: &App, filling: &Filling) -> Result<(), String> {
    let (people, flows) = (filling.people, filling.flows);
    let passkey = passkeys::example()?;
    let text = |error: StoreError| error.to_string();
    let hash = app
        .hasher
        .hash(b"Seeded-Person-Pass-1", &mut Os)
        .await
        .map_err(|error| error.to_string())?;
    let hash = hash.to_phc();
    for first in (0..people).step_by(BATCH as usize) {
        let mut batch = Vec::new();
        for number in first..people.min(first + BATCH) {
            batch.push((number, at_home(app, number).await?));
        }
        let mut tx = app.store.begin().await.map_err(text)?;
        for (number, home) in batch {
            let account = person(app, &mut tx, number, &hash, home).await?;
            for at in 0..filling.methods {
                let holding = holding(number, at, &passkey)?;
                keep(app, &mut tx, &account, holding, &format!("{number}-{at}")).await?;
            }
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

/// Directory and immutable id of somebody, unless it is the built-in directory.
async fn at_home(app: &App, number: u32) -> Result<Option<(String, String)>, String> {
    let outside = |directory: &Directory| !matches!(directory, Directory::Local(_));
    let Some(home) = app
        .directories
        .members()
        .first()
        .filter(|home| outside(&home.directory))
    else {
        return Ok(None);
    };
    let name = name(number);
    let found = home.directory.find(&name).await;
    let entry = found.map_err(|error| error.to_string())?;
    let entry = entry.ok_or_else(|| format!("{name} is not in the directory"))?;
    Ok(Some((home.id.clone(), entry.subject)))
}

fn name(number: u32) -> String {
    format!("person-{number:07}")
}

fn phone(number: u32) -> Result<PhoneNumber, String> {
    PhoneNumber::try_from(format!("+1212{}", 2_000_000 + number)).map_err(|error| error.to_string())
}

async fn person(
    app: &App,
    tx: &mut Tx,
    number: u32,
    hash: &str,
    home: Option<(String, String)>,
) -> Result<Id<keymend_core::id::Account>, String> {
    let text = |error: StoreError| error.to_string();
    let now = app.now();
    let name = name(number);
    let (directory, subject) = if let Some(home) = home {
        home
    } else {
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
        ("local".to_owned(), subject.to_string())
    };
    let row = tx
        .see_account(&Id::random(&mut Os), &directory, &subject, &name, "en", now)
        .await
        .map_err(text)?;
    row.id().map_err(text)
}

/// What somebody has registered in this place.
fn holding(number: u32, at: u32, passkey: &Passkey) -> Result<Holding, String> {
    let label = || Label::parse(&format!("Device {at}")).unwrap_or_default();
    Ok(match at {
        0 => Holding::Destination(Destination::Phone(phone(number)?)),
        1 => {
            let email = EmailAddress::parse(&format!("{}@mail.example", name(number)), &[])
                .map_err(|error| error.to_string())?;
            Holding::Destination(Destination::Email(email))
        }
        _ if at.is_multiple_of(2) => Holding::App(totp::App::new(label(), &mut Os)),
        _ => Holding::Passkey(Box::new(Passkey {
            name: label(),
            ..passkey.clone()
        })),
    })
}

/// `index` tells an app or a passkey from all others.
async fn keep(
    app: &App,
    tx: &mut Tx,
    account: &Id<keymend_core::id::Account>,
    holding: Holding,
    index: &str,
) -> Result<(), String> {
    let now = app.now();
    let kept = match &holding {
        Holding::Destination(destination) => {
            let fresh = Fresh {
                holding: &holding,
                kind: destination.kind(),
                destination: &app.index("destination", &destination.same()),
                now,
                usable_from: now,
            };
            tx.keep_method(account, &fresh, &app.keys).await
        }
        Holding::App(device) => tx.keep_app(account, device, 0, [now, now], &app.keys).await,
        Holding::Passkey(passkey) => {
            tx.keep_passkey(account, passkey, index, 0, [now, now], &app.keys)
                .await
        }
        Holding::Questions { .. } | Holding::Codes { .. } => Ok(()),
    };
    kept.map_err(|error| error.to_string())
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

/// What is measured by [`directory`].
pub struct Floor {
    /// Numbers of the people; each gets one new password.
    pub people: Range<u32>,
    /// How many at the same time.
    pub at_once: u32,
    /// How long.
    pub seconds: u64,
}

/// Print how many resets a second the directory takes when nobody is in front of it: per person all that
/// the last step of a reset asks of it (the entry, who protects it, the rules, the write), through the same connector.
pub async fn directory(configured: Configured, floor: Floor) -> Outcome {
    let settings = build::settings(&configured)?;
    let (app, _) = build::app(settings).await?;
    let app = Arc::new(app);
    // Whom a name means is found out in an earlier step; and a server has been connected for a while.
    let mut people = Vec::new();
    for number in floor.people {
        let home = at_home(&app, number).await.map_err(|error| vec![error])?;
        let outside = || vec!["a directory that is not built in is wanted".to_owned()];
        people.push(home.ok_or_else(outside)?);
    }
    let people = Arc::new(people);
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let until = began + Duration::from_secs(floor.seconds);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..floor.at_once {
        let (app, next, people) = (Arc::clone(&app), Arc::clone(&next), Arc::clone(&people));
        tasks.spawn(async move {
            let mut times = Vec::new();
            while Instant::now() < until {
                let Some((home, subject)) = people.get(next.fetch_add(1, Ordering::Relaxed)) else {
                    break;
                };
                let from = Instant::now();
                one_write(&app, home, subject).await?;
                times.push(from.elapsed());
            }
            Ok::<_, String>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(part) = tasks.join_next().await {
        let part = part.map_err(|error| vec![error.to_string()])?;
        times.extend(part.map_err(|error| vec![error])?);
    }
    let elapsed = began.elapsed().as_secs_f64();
    app.store.close().await;
    times.sort_unstable();
    let at = |percent: usize| {
        let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
        times.get(place).map_or(0.0, Duration::as_secs_f64) * 1000.0
    };
    let made = u32::try_from(times.len()).unwrap_or(u32::MAX);
    println!(
        "{:.2} resets/s, p50 {:.2} ms, p99 {:.2} ms",
        f64::from(made) / elapsed,
        at(50),
        at(99)
    );
    Ok(())
}

async fn one_write(app: &App, home: &str, subject: &str) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| format!("{subject}: {error}");
    let home = app.directories.of(home).map_err(|error| text(&error))?;
    let new = NewPassword::new("Quartz-Lantern-Otter-58-Meadow".to_owned());
    let entry = home.entry(subject).await.map_err(|error| text(&error))?;
    let entry = entry.ok_or_else(|| text(&"gone"))?;
    home.protection(&entry)
        .await
        .map_err(|error| text(&error))?;
    home.rules(subject).await.map_err(|error| text(&error))?;
    let prepared = home.prepare(&entry.subject, &new).await;
    let prepared = prepared.map_err(|error| text(&error))?;
    home.write(prepared, "bench")
        .await
        .map_err(|error| text(&error))
}
