//! `keymend doctor`: every dependency, tried for real.

use keymend_core::time::Timestamp;

use super::messages::Tester;
use super::{Configured, Outcome, build};
use crate::chance::Clock;
use crate::config::{Named, Passwords, Provider, Settings, SignIn};
use crate::deliver::gateway::http::Http;
use crate::deliver::gateway::sip::Sip;
use crate::deliver::gateway::smpp::Smpp;
use crate::deliver::gateway::smtp::Smtp;
use crate::directory::{Ldap, LdapSettings};
use crate::oidc;
use crate::store::without_password;

/// When this was written. A clock before it is wrong.
const WRITTEN: Timestamp = Timestamp::from_millis(1_763_856_000_000);

struct Finding {
    what: &'static str,
    /// Which one, where there are several: `directory` or `gateway`, and its name.
    of: Option<(&'static str, String)>,
    said: Result<String, String>,
}

impl Finding {
    fn of(what: &'static str, said: Result<String, String>) -> Self {
        Self {
            what,
            of: None,
            said,
        }
    }
}

/// Try everything; one line each, failure if any fails. `tests`: where test messages are sent.
pub async fn run(
    configured: Configured,
    person: Option<String>,
    tests: Vec<String>,
    json: bool,
) -> Outcome {
    let settings = build::settings(&configured)?;
    let mut findings = vec![clock(), texts(&settings)];
    let (kept, people) = store(&settings).await;
    findings.extend(kept);
    let several = settings.directories.len() > 1;
    for (id, passwords) in &settings.directories {
        let mut own = match passwords {
            Passwords::Local(_) => people.clone().map(built_in).into_iter().collect(),
            Passwords::Ldap(ldap) => directory(ldap.as_ref().clone(), person.as_deref()).await,
        };
        for finding in &mut own {
            finding.of = several.then(|| ("directory", id.clone()));
            let line = |line: &mut String| *line = build::with_keys_of(id, &settings, line);
            finding.said.as_mut().map_or_else(line, line);
        }
        findings.extend(own);
    }
    if several {
        found_once(&mut findings);
    }
    findings.extend(providers(&settings.sign_in).await);
    for (channel, named) in [
        ("mail", &settings.mail),
        ("sms", &settings.sms),
        ("voice", &settings.voice),
    ] {
        findings.extend(gateways(channel, named).await);
    }
    if !tests.is_empty() {
        findings.extend(sent(settings, &tests).await);
    }
    for finding in &findings {
        let (state, text) = match &finding.said {
            Ok(text) => ("ok", text),
            Err(text) => ("FAIL", text),
        };
        let (what, of) = (finding.what, finding.of.as_ref());
        if json {
            let mut line =
                serde_json::json!({"check": what, "ok": finding.said.is_ok(), "text": text});
            if let (Some((kind, name)), Some(line)) = (of, line.as_object_mut()) {
                line.insert((*kind).to_owned(), name.as_str().into());
            }
            println!("{line}");
        } else {
            let of = of.map_or_else(String::new, |(_, name)| format!("{name}: "));
            println!("{state:<5} {what:<10} {of}{text}");
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

/// Whoever is in one directory need not be in the others.
fn found_once(findings: &mut [Finding]) {
    let mut people = findings
        .iter_mut()
        .filter(|finding| finding.what == "person");
    if people.any(|finding| finding.said.is_ok()) {
        for finding in findings
            .iter_mut()
            .filter(|finding| finding.what == "person")
        {
            if let Err(said) = &finding.said {
                finding.said = Ok(said.clone());
            }
        }
    }
}

fn clock() -> Finding {
    let now = Clock::System.now();
    let said = if now > WRITTEN {
        Ok("the clock is plausible".to_owned())
    } else {
        Err("the clock is in the past; set it, and keep it set by NTP".to_owned())
    };
    Finding::of("clock", said)
}

fn texts(settings: &Settings) -> Finding {
    let judged = build::words(settings).and_then(|words| build::judged(settings, &words));
    let said = match judged {
        Ok(notes) if notes.is_empty() => Ok("every message can be sent as it stands".to_owned()),
        Ok(notes) => Ok(notes.join("; ")),
        Err(lines) => Err(lines.join("; ")),
    };
    Finding::of("texts", said)
}

/// Database and keys; and whether anybody is in the built-in directory, which lives there.
async fn store(settings: &Settings) -> (Vec<Finding>, Option<Result<bool, String>>) {
    let place = without_password(&settings.database);
    let opened = build::open(&settings.database, &settings.keys).await;
    let (store, _keys) = match opened {
        Ok(opened) => opened,
        Err(lines) => {
            let down = Finding::of("database", Err(lines.join("; ")));
            return (vec![down], None);
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
    let written = written
        .map(|()| format!("{place}: opened, up to date, written"))
        .map_err(|error| error.to_string());
    let keys = Ok("the keys belong to this database".to_owned());
    let kept = vec![Finding::of("database", written), Finding::of("keys", keys)];
    let people = people.map(|people| !people.is_empty());
    (kept, Some(people.map_err(|error| error.to_string())))
}

fn built_in(people: Result<bool, String>) -> Finding {
    let said = people.and_then(|people| {
        if people {
            Ok("the built-in directory answers".to_owned())
        } else {
            let advice =
                "the built-in directory is empty; `keymend user add NAME` makes an account";
            Err(advice.to_owned())
        }
    });
    Finding::of("directory", said)
}

async fn directory(settings: LdapSettings, person: Option<&str>) -> Vec<Finding> {
    match Ldap::new(settings) {
        Ok(ldap) => {
            let findings = ldap.probe(person).await.into_iter();
            findings
                .map(|(what, said)| Finding::of(what, said))
                .collect()
        }
        Err(line) => vec![Finding::of("directory", Err(line))],
    }
}

/// Each identity provider.
async fn providers(sign_in: &SignIn) -> Vec<Finding> {
    let mut findings = Vec::new();
    for settings in &sign_in.providers {
        let said = match oidc::Provider::new(settings.clone()) {
            Ok(provider) => provider.probe(Clock::System.now()).await,
            Err(line) => Err(format!("oidc.{}.{line}", settings.id)),
        };
        findings.push(Finding {
            what: "sign-in",
            of: Some(("provider", settings.id.clone())),
            said,
        });
    }
    findings
}

/// Each gateway of a channel.
async fn gateways(channel: &'static str, named: &[Named]) -> Vec<Finding> {
    if named.is_empty() {
        return vec![Finding::of(channel, Ok("not configured".to_owned()))];
    }
    let mut findings = Vec::new();
    for one in named {
        let mut finding = Finding::of(channel, gateway(&one.provider).await);
        finding.of = (named.len() > 1).then(|| ("gateway", one.id.clone()));
        findings.push(finding);
    }
    findings
}

/// A test message to each destination, through each gateway that reaches it.
async fn sent(settings: Settings, tests: &[String]) -> Vec<Finding> {
    let (app, gateways) = match build::app(settings).await {
        Ok(built) => built,
        Err(lines) => return vec![Finding::of("test", Err(lines.join("; ")))],
    };
    let tester = Tester {
        app: &app,
        gateways: &gateways,
        language: app.site.language,
    };
    let mut findings = Vec::new();
    for to in tests {
        match tester.send_by_all(to).await {
            Ok(all) => findings.extend(all.into_iter().map(|(name, said)| Finding {
                what: "test",
                of: Some(("gateway", name)),
                said,
            })),
            Err(line) => findings.push(Finding::of("test", Err(line))),
        }
    }
    app.store.close().await;
    findings
}

async fn gateway(provider: &Provider) -> Result<String, String> {
    match provider {
        Provider::Smtp(settings) => {
            let place = format!("{}:{}", settings.server, settings.port);
            let probed = Smtp::new(settings)?.probe().await;
            let signed = settings.dkim.as_ref().map_or_else(String::new, |signer| {
                let (name, record) = (signer.place(), signer.record());
                format!(", signed; the DNS must have at {name} the TXT record {record}")
            });
            probed
                .map(|()| format!("{place} takes our mail{signed}"))
                .map_err(|error| format!("{place}: {error}"))
        }
        Provider::Http(settings) => {
            let http = Http::new(settings, Clock::System)?;
            let host = http.host();
            let said = http.probe().await;
            said.map(|said| format!("{host}: {said}"))
                .map_err(|error| format!("{host}: {error}"))
        }
        Provider::Sip(settings) => {
            let transport = settings.transport.name();
            let place = format!("{}:{} by {transport}", settings.server, settings.port);
            let said = Sip::new(settings)?.probe().await;
            said.map(|said| format!("{place}: {said}"))
                .map_err(|error| format!("{place}: {error}"))
        }
        Provider::Smpp(settings) => {
            let place = format!("{}:{}", settings.server, settings.port);
            let said = Smpp::new(settings, Clock::System)?.probe().await;
            said.map(|said| format!("{place}: {said}"))
                .map_err(|error| format!("{place}: {error}"))
        }
        Provider::Folder(folder) => {
            let probe = folder.join(".keymend-doctor");
            std::fs::write(&probe, "")
                .and_then(|()| std::fs::remove_file(&probe))
                .map(|()| format!("{} takes messages", folder.display()))
                .map_err(|error| format!("{}: {error}", folder.display()))
        }
    }
}
