//! From settings to a running application.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keymend_core::password::CommonPasswords;
use keymend_core::policy::Profiles;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};

use super::Configured;
use crate::app::App;
use crate::chance::{Clock, Os};
use crate::config::{self, Named, Passwords, Provider, Settings};
use crate::deliver::gateway::Gateway;
use crate::deliver::gateway::http::Http;
use crate::deliver::gateway::http::facts::Back;
use crate::deliver::gateway::sip::Sip;
use crate::deliver::gateway::smpp::Smpp;
use crate::deliver::gateway::smtp::Smtp;
use crate::deliver::gateways::{Gateways, Route};
use crate::deliver::receipt::ReceiptKey;
use crate::deliver::sample::Samples;
use crate::directories::{Directories, Member};
use crate::directory::{Directory, Ldap, Local};
use crate::hashing::Hasher;
use crate::i18n::Catalogue;
use crate::keys::{KeyError, KeyRing, Source};
use crate::metrics::Metrics;
use crate::oidc::Providers;
use crate::store::meta::KEY_CHECK;
use crate::store::{Store, StoreError};
use crate::webauthn::RelyingParty;

const COMMON: &[u8] = include_bytes!("../../assets/common-passwords.bin");

/// Read the configuration that a command names.
pub fn settings(configured: &Configured) -> Result<Settings, Vec<String>> {
    config::load(&configured.config, std::env::vars())
}

/// Open the store and the keys that belong to it. A missing or wrong key refuses.
pub async fn open(database: &str, source: &Source) -> Result<(Store, KeyRing), Vec<String>> {
    let line = |error: &dyn std::fmt::Display| vec![error.to_string()];
    let store = Store::open(database).await.map_err(|error| line(&error))?;
    let keys = matching_keys(&store, source).await;
    match keys {
        Ok(keys) => Ok((store, keys)),
        Err(lines) => {
            store.close().await;
            Err(lines)
        }
    }
}

async fn matching_keys(store: &Store, source: &Source) -> Result<KeyRing, Vec<String>> {
    let down = |error: StoreError| vec![format!("database: {error}")];
    let mut tx = store.begin().await.map_err(down)?;
    let known = tx.meta(KEY_CHECK).await.map_err(down)?;
    let keys =
        KeyRing::load(source, known.is_some(), &mut Os).map_err(|error| vec![error.to_string()])?;
    match known {
        Some(known) if known != keys.check() => Err(vec![KeyError::Wrong.to_string()]),
        Some(_) => Ok(keys),
        None => {
            tx.set_meta(KEY_CHECK, keys.check()).await.map_err(down)?;
            tx.commit().await.map_err(down)?;
            Ok(keys)
        }
    }
}

/// The words, with the operator's own laid over ours.
pub fn words(settings: &Settings) -> Result<Catalogue, Vec<String>> {
    match &settings.texts {
        Some(folder) => Catalogue::with_overrides(folder),
        None => Ok(Catalogue::built_in()),
    }
}

/// Examples of all messages of an installation.
pub fn samples<'a>(settings: &'a Settings, catalogue: &'a Catalogue) -> Samples<'a> {
    Samples {
        site: &settings.site,
        catalogue,
        digits: settings.policy.codes.digits,
    }
}

/// Look at the messages that people would get: what is worth knowing of ours. The operator's own must be right.
pub fn judged(settings: &Settings, catalogue: &Catalogue) -> Result<Vec<String>, Vec<String>> {
    let notes = samples(settings, catalogue).judge()?;
    // Nobody gets a text message where nothing carries them.
    Ok(if settings.sms.is_empty() {
        Vec::new()
    } else {
        notes
    })
}

/// Wire the application.
pub async fn app(settings: Settings) -> Result<(Arc<App>, Gateways), Vec<String>> {
    let (store, keys) = open(&settings.database, &settings.keys).await?;
    let catalogue = words(&settings)?;
    for note in judged(&settings, &catalogue)? {
        tracing::warn!("{note}");
    }
    let gateways = gateways(&settings)?;
    let app = wire(settings, store, keys, catalogue, Clock::System)?;
    Ok((app, gateways))
}

/// A line that a directory says, with its keys as the configuration has them where it has several
/// directories: a connector knows them as those of `[directory]`.
pub fn with_keys_of(id: &str, settings: &Settings, line: &str) -> String {
    if settings.directories.len() < 2 {
        line.to_owned()
    } else {
        with_keys_inside(id, line)
    }
}

fn with_keys_inside(id: &str, line: &str) -> String {
    let mut parts = line.split("directory.");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str("directory.");
        // At the end of a sentence it is no key.
        if part.starts_with(|c: char| c.is_ascii_lowercase()) {
            text.push_str(id);
            text.push('.');
        }
        text.push_str(part);
    }
    text
}

/// Put the parts together.
pub fn wire(
    settings: Settings,
    store: Store,
    keys: KeyRing,
    catalogue: Catalogue,
    clock: Clock,
) -> Result<Arc<App>, Vec<String>> {
    // Each hash holds its memory for itself: as many at once as there are processors, at most four.
    let at_once = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(4);
    let site = &settings.site;
    let relying = RelyingParty::new(
        &site.organisation,
        &site.origin,
        &site.host,
        settings.models.clone(),
    )
    .map_err(|line| vec![line])?;
    let hasher = Hasher::new(keys.pepper(), at_once);
    let common = CommonPasswords::parse(COMMON).map_err(|fault| vec![fault.to_string()])?;
    let metrics = Metrics::default();
    let mut members = Vec::new();
    for (id, passwords) in &settings.directories {
        let said = |line: String| vec![with_keys_of(id, &settings, &line)];
        let directory = match passwords {
            Passwords::Local(policy) => {
                let local = Local::new(store.clone(), hasher.clone(), policy.clone());
                Directory::Local(local)
            }
            Passwords::Ldap(ldap) => {
                let ldap = Ldap::measured(ldap.as_ref().clone(), &metrics.directories, id);
                Directory::Ldap(Box::new(ldap.map_err(said)?))
            }
        };
        members.push(Member {
            id: id.clone(),
            directory,
        });
    }
    let providers = Providers::new(&settings.sign_in.providers, settings.sign_in.password)?;
    Ok(Arc::new(App {
        store,
        keys,
        profiles: Profiles::new(&settings.policy, settings.profiles),
        policy: settings.policy,
        rules: settings.rules,
        common,
        directories: Directories::new(members),
        providers,
        receipts: receipts(&settings.sms, &settings.voice),
        tells: tells(&settings.sms, &settings.voice),
        hasher,
        relying,
        catalogue,
        site: settings.site,
        clock,
        metrics,
        wake: Notify::new(),
    }))
}

/// Whose receipts are heard.
fn receipts(sms: &[Named], voice: &[Named]) -> BTreeMap<String, ReceiptKey> {
    let named = sms.iter().chain(voice);
    let keyed = named.filter_map(|one| Some((one.id.clone(), one.receipts.clone()?)));
    keyed.collect()
}

/// Who tells what becomes of messages.
fn tells(sms: &[Named], voice: &[Named]) -> BTreeSet<String> {
    let named = sms.iter().chain(voice).filter(|one| one.tells());
    named.map(|one| one.id.clone()).collect()
}

/// The gateways of all channels. They connect at the first message.
pub fn gateways(settings: &Settings) -> Result<Gateways, Vec<String>> {
    let origin = &settings.site.origin;
    Ok(Gateways {
        sms: routes("sms", &settings.sms, origin)?,
        voice: routes("voice", &settings.voice, origin)?,
        email: routes("mail", &settings.mail, origin)?,
    })
}

fn routes(channel: &str, named: &[Named], origin: &str) -> Result<Vec<Route>, Vec<String>> {
    let route = |named: &Named| {
        let gateway = gateway(named, origin);
        let of = |line| match named.id.as_str() {
            id if id == channel => vec![format!("{channel}.{line}")],
            id => vec![format!("{channel}.{id}.{line}")],
        };
        Ok(Route {
            countries: named.countries.clone(),
            priority: named.priority,
            weight: named.weight,
            price: named.price.clone(),
            ..Route::only(&named.id, gateway.map_err(of)?)
        })
    };
    named.iter().map(route).collect()
}

/// A fault begins with its key.
fn gateway(named: &Named, origin: &str) -> Result<Gateway, String> {
    Ok(match &named.provider {
        Provider::Folder(folder) => Gateway::Folder(folder.clone()),
        Provider::Smtp(settings) => Gateway::Smtp(Box::new(Smtp::new(settings)?)),
        Provider::Http(settings) => {
            let back = Back {
                origin: origin.to_owned(),
                gateway: named.id.clone(),
            };
            let http = Http::new(settings, Clock::System)?;
            Gateway::Http(Box::new(http.found_at(back)))
        }
        Provider::Sip(settings) => Gateway::Sip(Box::new(Sip::new(settings)?)),
        Provider::Smpp(settings) => Gateway::Smpp(Box::new(Smpp::new(settings, Clock::System)?)),
    })
}

/// A flag that rises when the process is told to stop.
pub fn stop_signal() -> Result<watch::Receiver<bool>, Vec<String>> {
    let line = |error: std::io::Error| vec![format!("cannot listen for signals: {error}")];
    let mut terminate = signal(SignalKind::terminate()).map_err(line)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(line)?;
    let (raise, flag) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Nobody listens any more: then there is nothing to stop.
        let _ = raise.send(true);
        // Kept alive, so that the flag stays raised for late listeners.
        std::future::pending::<()>().await;
    });
    Ok(flag)
}

/// Log lines: JSON for machines, short ones for a terminal.
pub fn log(json: bool, default: &str) {
    use tracing_subscriber::EnvFilter;
    let filter = std::env::var("KEYMEND_LOG").unwrap_or_else(|_| default.to_owned());
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let base = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if json {
        base.json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .init();
    } else {
        base.compact().init();
    }
}

/// A table for a terminal: columns as wide as their widest cell.
pub fn table(rows: &[Vec<String>]) -> String {
    let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            let width = widths.entry(at).or_default();
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(at, cell)| {
                format!(
                    "{cell:<width$}",
                    width = widths.get(&at).copied().unwrap_or(0)
                )
            })
            .collect();
        out.push_str(cells.join("  ").trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_several_names_its_keys_whole() {
        let line =
            "directory.base: x: ask whoever runs the directory. See directory.url, directory.";
        assert_eq!(
            with_keys_inside("staff", line),
            "directory.staff.base: x: ask whoever runs the directory. See directory.staff.url, directory."
        );
    }
}
