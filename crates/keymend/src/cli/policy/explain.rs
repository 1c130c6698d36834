//! `keymend policy explain`: one person, asked about in the directory now.

use std::time::Duration;

use keymend_core::policy::{Policy, Profile, Reason};
use keymend_core::readiness::{Assessment, assess, counts};
use keymend_core::time::Timestamp;
use serde_json::json;

use super::{because, when};
use crate::app::App;
use crate::cli::{Configured, Outcome, build};
use crate::directory::Protection;
use crate::store::accounts::AccountRow;
use crate::store::methods::MethodRow;

/// Everything that is to be said.
struct Explained<'a> {
    name: String,
    display_name: String,
    directory: String,
    enabled: bool,
    protection: Protection,
    profiles: Vec<(&'a Profile, Reason)>,
    keys: Vec<Key>,
    methods: Vec<(MethodRow, String)>,
    stands: Assessment,
}

/// A key of the policy, what it is for this person, and who says so.
struct Key {
    name: &'static str,
    value: String,
    from: String,
}

/// How a key is read from a policy.
type Value = fn(&Policy) -> String;

/// What a profile may decide, as the configuration writes it.
const KEYS: [(&str, Value); 11] = [
    ("methods", |policy| {
        let names: Vec<&str> = policy.methods.iter().map(|kind| kind.as_str()).collect();
        names.join(", ")
    }),
    ("gates", |policy| policy.reset.gates.to_string()),
    ("unlock-gates", |policy| {
        policy.reset.unlock_gates.to_string()
    }),
    ("minimum", |policy| policy.registration.minimum.to_string()),
    ("passkey-alone", |policy| policy.passkeys.alone.to_string()),
    ("phishing-resistant", |policy| {
        policy.reset.phishing_resistant.to_string()
    }),
    ("app-counts-with-phone", |policy| {
        policy.reset.app_with_phone.to_string()
    }),
    ("questions", |policy| {
        policy.registration.questions.to_string()
    }),
    ("answer-length", |policy| {
        policy.registration.answer_length.to_string()
    }),
    ("quarantine-hours", |policy| {
        hours(policy.registration.quarantine).to_string()
    }),
    ("confirm-again-days", |policy| {
        (hours(policy.registration.confirm_again) / 24).to_string()
    }),
];

fn hours(time: Duration) -> u64 {
    time.as_secs() / 3600
}

pub async fn run(configured: &Configured, account: &str, json: bool) -> Outcome {
    let settings = build::settings(configured)?;
    let (app, _) = build::app(settings).await?;
    let explained = explain(&app, account).await;
    let said = explained.map(|explained| {
        if json {
            explained.json()
        } else {
            explained.text(app.now())
        }
    });
    app.store.close().await;
    print!("{}", said?);
    Ok(())
}

async fn explain<'a>(app: &'a App, typed: &str) -> Result<Explained<'a>, Vec<String>> {
    let line = |error: &dyn std::fmt::Display| vec![error.to_string()];
    let nobody = || vec![format!("{typed}: no directory has this name")];
    let name = app.directories.name(typed).map_err(|error| line(&error))?;
    let lookup = name.name().lookup().ok_or_else(nobody)?;
    let found = app.directories.find(lookup, name.home()).await;
    let found = found.map_err(|error| line(&error))?.ok_or_else(nobody)?;
    let home = app.directories.of(found.directory);
    let home = home.map_err(|error| line(&error))?;
    let protection = home.protection(&found.entry).await;
    let protection = protection.map_err(|error| line(&error))?;
    let belonging = app.belonging(found.directory, &found.entry).await;
    let belonging = belonging.map_err(|error| line(&error))?;

    let rows = async {
        let mut tx = app.store.read().await?;
        let account = tx.account_of(found.directory, &found.entry.subject).await?;
        let methods = match &account {
            Some(account) => tx.methods(&account.id()?, &app.keys).await?,
            None => Vec::new(),
        };
        Ok::<_, crate::store::StoreError>((account, methods))
    };
    let (account, methods): (Option<AccountRow>, _) = rows.await.map_err(|error| line(&error))?;

    let bits = app.profiles.of(Some(&belonging)).strictest();
    let own = app.own(bits);
    let mut rank = account.as_ref().map(AccountRow::rank).unwrap_or_default();
    rank.privileged = protection != Protection::None;
    let now = app.now();
    let held = methods
        .iter()
        .filter(|method| !method.spent())
        .map(|method| (method.kind, method.usable_from));
    let stands = assess(own, rank, held, now);
    let word = |method: &MethodRow| {
        if !own.methods.contains(&method.kind) {
            "does not count: their policy does not offer it".to_owned()
        } else if !counts(own, method.kind, rank) {
            "does not count: questions are no proof for the privileged".to_owned()
        } else if method.spent() {
            "does not count: every code is used".to_owned()
        } else if method.worn() {
            "does not count: tried wrongly too often, to be registered anew".to_owned()
        } else if method.usable_from > now {
            format!("counts from {} on", when(method.usable_from))
        } else {
            "counts".to_owned()
        }
    };
    let methods = methods.into_iter().map(|method| {
        let word = word(&method);
        (method, word)
    });
    let methods = methods.collect();
    let chosen = app.profiles.all().iter().filter_map(|profile| {
        let reason = profile.selectors.reason(&belonging)?;
        Some((profile, reason))
    });
    Ok(Explained {
        name: found.entry.name.clone(),
        display_name: found.entry.display_name.clone(),
        directory: found.directory.to_owned(),
        enabled: found.entry.enabled,
        protection,
        profiles: chosen.collect(),
        keys: keys(app, bits),
        methods,
        stands,
    })
}

fn keys(app: &App, bits: u16) -> Vec<Key> {
    let (base, own) = (&app.policy, app.own(bits));
    let origin = |value: fn(&Policy) -> String| {
        if value(own) == value(base) {
            return "policy".to_owned();
        }
        let all = app.profiles.names(bits);
        let alone = |profile: &&&Profile| {
            all.contains(&profile.name.as_str())
                && value(&base.tightened(&profile.terms)) == value(own)
        };
        let profiles: Vec<&Profile> = app.profiles.all().iter().collect();
        let by: Vec<&str> = profiles
            .iter()
            .filter(alone)
            .map(|profile| profile.name.as_str())
            .collect();
        let by = if by.is_empty() { all } else { by };
        format!("profile {}", by.join(", "))
    };
    let key = |(name, value): (&'static str, fn(&Policy) -> String)| Key {
        name,
        value: value(own),
        from: origin(value),
    };
    KEYS.into_iter().map(key).collect()
}

impl Explained<'_> {
    fn protected(&self) -> &'static str {
        match self.protection {
            Protection::None => "no",
            Protection::Floor => "yes: two proofs at least, and no questions",
            Protection::Refused => "yes: there is no reset here for them",
        }
    }

    fn text(&self, _now: Timestamp) -> String {
        let mut out = format!(
            "{} ({}), directory {}\n  may sign in: {}\n  protected: {}\n\nprofiles\n",
            self.name,
            self.display_name,
            self.directory,
            if self.enabled { "yes" } else { "no" },
            self.protected()
        );
        if self.profiles.is_empty() {
            out.push_str("  none: the policy of everybody\n");
        }
        for (profile, reason) in &self.profiles {
            let (what, which) = match reason {
                Reason::Group(group) => ("group", group),
                Reason::Subtree(subtree) => ("subtree", subtree),
                Reason::Domain(domain) => ("domain", domain),
            };
            out.extend([format!("  {}, by {what} {which}\n", profile.name)]);
        }
        let mut rows = vec![["key", "value", "from"].map(str::to_owned).to_vec()];
        for key in &self.keys {
            rows.push(vec![
                key.name.to_owned(),
                key.value.clone(),
                key.from.clone(),
            ]);
        }
        out.extend([format!("\npolicy\n{}\nregistered\n", build::table(&rows))]);
        if self.methods.is_empty() {
            out.push_str("  nothing\n");
        }
        for (method, word) in &self.methods {
            out.extend([format!("  {}: {word}\n", method.kind.as_str())]);
        }
        let (readiness, why) = (self.stands.readiness.as_str(), because(self.stands.why));
        out.extend([format!("\n{readiness}: {why}\n")]);
        out
    }

    fn json(&self) -> String {
        let profiles = self.profiles.iter();
        let profiles = profiles.map(|(profile, by)| json!({"name": profile.name, "by": by}));
        let key = |key: &Key| {
            let said = json!({"value": key.value, "from": key.from});
            (key.name.to_owned(), said)
        };
        let policy: serde_json::Map<_, _> = self.keys.iter().map(key).collect();
        let methods = self.methods.iter().map(|(method, word)| {
            let from = method.usable_from.as_millis();
            json!({"method": method.kind.as_str(), "usable_from": from, "counts": word})
        });
        let said = json!({
            "account": self.name,
            "directory": self.directory,
            "enabled": self.enabled,
            "protected": self.protection != Protection::None,
            "profiles": profiles.collect::<Vec<_>>(),
            "policy": policy,
            "registered": methods.collect::<Vec<_>>(),
            "readiness": self.stands.readiness.as_str(),
            "why": because(self.stands.why),
        });
        format!("{said}\n")
    }
}
