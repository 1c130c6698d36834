//! `keymend messages`: what people get, to be read before anybody gets it, and whether it arrives.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Subcommand, ValueEnum};
use keymend_core::alphabet::{Alphabet, Segments, segments};
use keymend_core::contact;
use keymend_core::method::Channel;

use super::{Configured, Outcome, build};
use crate::deliver::sample::{PURPOSES, Sample};
use crate::i18n::LANGUAGES;

mod test;
mod traffic;

pub use test::Tester;
use traffic::Ask;

/// What to do with messages.
#[derive(Subcommand)]
pub enum MessagesCommand {
    /// Show the text of every message, with examples for codes, names and times
    #[command(
        after_help = "Example: keymend messages preview --channel sms --lang es --config /etc/keymend/keymend.toml"
    )]
    Preview {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        wanted: Wanted,
        /// Write the HTML of mails into this folder, one file for each
        #[arg(long, value_name = "FOLDER")]
        html: Option<PathBuf>,
        /// One JSON object for each message
        #[arg(long)]
        json: bool,
    },
    /// Send one harmless message through a gateway and say what it answers
    #[command(
        after_help = "Example: keymend messages send-test --gateway sms --to '+1 212 555 0142' --config /etc/keymend/keymend.toml"
    )]
    SendTest {
        #[command(flatten)]
        configured: Configured,
        /// The gateway as the configuration names it: `sms`, or the name in `[sms.NAME]`
        #[arg(long, value_name = "NAME")]
        gateway: String,
        /// The number or the address
        #[arg(long, value_name = "DESTINATION")]
        to: String,
        /// Its language; that of the organisation without it
        #[arg(long, value_parser = PossibleValuesParser::new(LANGUAGES))]
        lang: Option<String>,
    },
    /// Show how many codes to phones are used, by country, and where registering is stopped
    #[command(after_help = "Example: keymend messages status --config /etc/keymend/keymend.toml")]
    Status {
        #[command(flatten)]
        configured: Configured,
    },
    /// Send no codes to numbers of a country that are being registered; resets go on
    #[command(
        after_help = "Example: keymend messages stop FR --hours 12 --config /etc/keymend/keymend.toml"
    )]
    Stop {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        country: Country,
        /// For how long
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=8760))]
        hours: u64,
    },
    /// Send codes again to numbers of a country that are being registered
    #[command(
        after_help = "Example: keymend messages resume FR --config /etc/keymend/keymend.toml"
    )]
    Resume {
        #[command(flatten)]
        configured: Configured,
        #[command(flatten)]
        country: Country,
    },
}

/// A country whose codes are stopped, or sent again.
#[derive(clap::Args)]
pub struct Country {
    /// Two letters (ISO 3166-1), such as US
    #[arg(value_name = "COUNTRY", value_parser = country)]
    country: String,
}

fn country(text: &str) -> Result<String, String> {
    let code = text.to_ascii_uppercase();
    let known = contact::countries().iter().any(|one| one.region == *code);
    known
        .then_some(code)
        .ok_or_else(|| "two letters, such as US".to_owned())
}

/// Which messages to show; all of them without any of these.
#[derive(clap::Args)]
pub struct Wanted {
    /// What they are for
    #[arg(long, value_parser = PossibleValuesParser::new(PURPOSES))]
    purpose: Option<String>,
    /// How they leave
    #[arg(long)]
    channel: Option<By>,
    /// Their language
    #[arg(long, value_parser = PossibleValuesParser::new(LANGUAGES))]
    lang: Option<String>,
}

/// A channel, as it is typed.
#[derive(Clone, Copy, ValueEnum)]
pub enum By {
    /// Text messages
    Sms,
    /// Calls
    Voice,
    /// Mails
    Email,
}

impl By {
    fn channel(self) -> Channel {
        match self {
            Self::Sms => Channel::Sms,
            Self::Voice => Channel::Voice,
            Self::Email => Channel::Email,
        }
    }
}

impl Wanted {
    fn has(&self, sample: &Sample) -> bool {
        let purpose = self.purpose.as_ref();
        let channel = self.channel.map(By::channel);
        purpose.is_none_or(|purpose| *purpose == sample.purpose)
            && channel.is_none_or(|channel| channel == sample.message.channel)
    }
}

/// Do it.
pub async fn run(command: MessagesCommand) -> Outcome {
    match command {
        MessagesCommand::Preview {
            configured,
            wanted,
            html,
            json,
        } => preview(&configured, &wanted, html.as_deref(), json),
        MessagesCommand::SendTest {
            configured,
            gateway,
            to,
            lang,
        } => {
            let settings = build::settings(&configured)?;
            let (app, gateways) = build::app(settings).await?;
            let language = lang.as_deref().unwrap_or(app.site.language);
            let tester = Tester {
                app: &app,
                gateways: &gateways,
                language,
            };
            let done = tester.send(&gateway, &to).await;
            app.store.close().await;
            println!("{}", done.map_err(|line| vec![line])?);
            Ok(())
        }
        MessagesCommand::Status { configured } => traffic::run(&configured, Ask::Status).await,
        MessagesCommand::Stop {
            configured,
            country,
            hours,
        } => {
            let span = Duration::from_hours(hours);
            traffic::run(&configured, Ask::Stop(country.country, span)).await
        }
        MessagesCommand::Resume {
            configured,
            country,
        } => traffic::run(&configured, Ask::Resume(country.country)).await,
    }
}

fn preview(configured: &Configured, wanted: &Wanted, html: Option<&Path>, json: bool) -> Outcome {
    let settings = build::settings(configured)?;
    let catalogue = build::words(&settings)?;
    let samples = build::samples(&settings, &catalogue);
    let mut shown = String::new();
    for language in settings.site.languages.iter() {
        if wanted.lang.as_ref().is_some_and(|lang| lang != language) {
            continue;
        }
        let all = samples.of(language).into_iter();
        for sample in all.filter(|sample| wanted.has(sample)) {
            shown += &if json {
                as_json(&sample).to_string()
            } else {
                as_text(&sample)
            };
            shown.push('\n');
            if let Some(folder) = html {
                keep(folder, &sample).map_err(|line| vec![line])?;
            }
        }
    }
    // A text that is refused is shown too: this is where it is looked at.
    let judged = build::judged(&settings, &catalogue);
    for note in judged.as_ref().into_iter().flatten().filter(|_| !json) {
        shown.extend(["note: ", note, "\n"]);
    }
    match std::io::stdout().write_all(shown.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
        written => written.map_err(|error| vec![error.to_string()])?,
    }
    judged.map(drop)
}

fn as_text(sample: &Sample) -> String {
    let Sample {
        purpose, message, ..
    } = sample;
    let (channel, language) = (message.channel.as_str(), message.language);
    let subject = match message.subject.as_str() {
        "" => String::new(),
        subject => format!("Subject: {subject}\n\n"),
    };
    let body = message.body.trim_end();
    let size = match message.channel {
        Channel::Sms => size(segments(body)),
        Channel::Voice | Channel::Email => String::new(),
    };
    format!("== {channel} {purpose} {language}{size}\n{subject}{body}\n")
}

/// How a text message travels.
fn size(found: Segments) -> String {
    let alphabet = match found.alphabet {
        Alphabet::Basic => "basic alphabet",
        Alphabet::Ucs2 => "UCS-2",
    };
    let Segments { units, count, .. } = found;
    let room = found.room();
    let s = if count == 1 { "" } else { "s" };
    format!(": {count} text message{s}, {units} letters of {room}, {alphabet}")
}

fn as_json(sample: &Sample) -> serde_json::Value {
    let message = &sample.message;
    let mut json = serde_json::json!({
        "channel": message.channel.as_str(),
        "purpose": sample.purpose,
        "language": message.language,
        "key": sample.key,
        "subject": message.subject,
        "text": message.body,
    });
    if let (Channel::Sms, Some(json)) = (message.channel, json.as_object_mut()) {
        let found = segments(&message.body);
        let alphabet = match found.alphabet {
            Alphabet::Basic => "basic",
            Alphabet::Ucs2 => "ucs-2",
        };
        json.insert("alphabet".to_owned(), alphabet.into());
        json.insert("letters".to_owned(), found.units.into());
        json.insert("segments".to_owned(), found.count.into());
    }
    json
}

/// Write the HTML of a mail.
fn keep(folder: &Path, sample: &Sample) -> Result<(), String> {
    let Some(html) = &sample.message.html else {
        return Ok(());
    };
    let file = format!("{}.{}.html", sample.purpose, sample.message.language);
    let file = folder.join(file);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&file, html))
        .map_err(|error| format!("{}: {error}", file.display()))
}
