//! `keymend doctor`: every dependency, tried for real.

use keymend_core::time::Timestamp;

use super::{Configured, Outcome, build};
use crate::chance::Clock;
use crate::config::{Passwords, Provider, Settings};
use crate::deliver::gateway::smtp::Smtp;
use crate::directory::{Ldap, LdapSettings};
use crate::store::without_password;

/// When this was written. A clock before it is wrong.
const WRITTEN: Timestamp = Timestamp::from_millis(1_763_856_000_000);

struct Finding {
    what: &'static str,
    said: Result<String, String>,
}

/// Try everything; one line each, failure if any fails.
pub async fn run(configured: Configured, json: bool) -> Outcome {
    let settings = build::settings(&configured)?;
    let mut findings = vec![clock()];
    findings.extend(store(&settings).await);
    for (_, passwords) in &settings.directories {
        if let Passwords::Ldap(ldap) = passwords {
            findings.extend(directory(ldap.as_ref().clone()).await);
        }
    }
    findings.push(mail(&settings.mail).await);
    findings.push(folder("sms", &settings.sms));
    findings.push(folder("voice", &settings.voice));
    for finding in &findings {
        let (state, text) = match &finding.said {
            Ok(text) => ("ok", text),
            Err(text) => ("FAIL", text),
        };
        if json {
            let line = serde_json::json!({"check": finding.what, "ok": finding.said.is_ok(), "text": text});
            println!("{line}");
        } else {
            println!("{state:<5} {:<10} {text}", finding.what);
        }
    }
    let failed = findings
        .iter()
        .filter(|finding| finding.said.is_err())
        .count();
    if failed == 0 {
        Ok(())
    } else {
        Err(vec![format!(
            "{failed} of {} checks failed",
            findings.len()
        )])
    }
}

fn clock() -> Finding {
    let now = Clock::System.now();
    let said = if now > WRITTEN {
        Ok("the clock is plausible".to_owned())
    } else {
        Err("the clock is in the past; set it, and keep it set by NTP".to_owned())
    };
    Finding {
        what: "clock",
        said,
    }
}

/// Database, keys and the built-in directory, which lives in it.
async fn store(settings: &Settings) -> Vec<Finding> {
    let place = without_password(&settings.database);
    let opened = build::open(&settings.database, &settings.keys).await;
    let (store, _keys) = match opened {
        Ok(opened) => opened,
        Err(lines) => {
            return vec![Finding {
                what: "database",
                said: Err(lines.join("; ")),
            }];
        }
    };
    let writes = async {
        let mut tx = store.begin().await?;
        tx.set_meta("doctor", "was here").await?;
        tx.commit().await
    };
    let written = writes.await;
    let people = async { store.read().await?.locals("", 1).await };
    let people = people.await;
    store.close().await;
    let mut findings = vec![
        Finding {
            what: "database",
            said: written
                .map(|()| format!("{place}: opened, up to date, written"))
                .map_err(|error| error.to_string()),
        },
        Finding {
            what: "keys",
            said: Ok("the keys belong to this database".to_owned()),
        },
    ];
    let mut directories = settings.directories.iter();
    if directories.any(|(_, passwords)| matches!(passwords, Passwords::Local(_))) {
        findings.push(Finding {
            what: "directory",
            said: match people {
                Ok(people) if people.is_empty() => Err(
                    "the built-in directory is empty; `keymend user add NAME` makes an account"
                        .to_owned(),
                ),
                Ok(_) => Ok("the built-in directory answers".to_owned()),
                Err(error) => Err(error.to_string()),
            },
        });
    }
    findings
}

async fn directory(settings: LdapSettings) -> Vec<Finding> {
    match Ldap::new(settings) {
        Ok(ldap) => {
            let findings = ldap.probe().await.into_iter();
            findings
                .map(|(what, said)| Finding { what, said })
                .collect()
        }
        Err(line) => vec![Finding {
            what: "directory",
            said: Err(line),
        }],
    }
}

async fn mail(provider: &Provider) -> Finding {
    let said = match provider {
        Provider::Smtp(settings) => match Smtp::new(settings) {
            Ok(smtp) => smtp
                .probe()
                .await
                .map(|()| format!("{}:{} takes our mail", settings.server, settings.port))
                .map_err(|error| format!("{}:{}: {error}", settings.server, settings.port)),
            Err(line) => Err(line),
        },
        other => return folder("mail", other),
    };
    Finding { what: "mail", said }
}

fn folder(what: &'static str, provider: &Provider) -> Finding {
    let said = match provider {
        Provider::Folder(folder) => {
            let probe = folder.join(".keymend-doctor");
            std::fs::write(&probe, "")
                .and_then(|()| std::fs::remove_file(&probe))
                .map(|()| format!("{} takes messages", folder.display()))
                .map_err(|error| format!("{}: {error}", folder.display()))
        }
        Provider::None | Provider::Smtp(_) => Ok("not configured".to_owned()),
    };
    Finding { what, said }
}
