//! A harmless message through one gateway, beside the outbox: it is written to the audit log before it leaves, and is paid for.

use std::time::Duration;

use keymend_core::contact::{EmailAddress, PhoneNumber};
use keymend_core::id::Id;
use keymend_core::method::Channel;
use keymend_core::registration::Destination;

use crate::app::{App, AppError};
use crate::chance::Os;
use crate::deliver::compose::{Carrier, CodeText};
use crate::deliver::gateway::SendError;
use crate::deliver::gateways::{Gateways, Route};
use crate::deliver::receipt::Heard;
use crate::i18n::Catalogue;
use crate::store::audit::Event;
use crate::store::deliveries::{Delivery, TEST};

/// The digits of a test: whoever sees them sees that they are no code.
const DIGITS: &str = "123456";
/// How long they would be valid.
const LIFE: Duration = Duration::from_mins(10);

/// Sends tests.
pub struct Tester<'a> {
    /// The application.
    pub app: &'a App,
    /// All gateways.
    pub gateways: &'a Gateways,
    /// The language of the messages.
    pub language: &'a str,
}

impl Tester<'_> {
    /// Send a test through the gateway of a name, and say what came of it.
    ///
    /// # Errors
    /// In one line for the operator.
    pub async fn send(&self, name: &str, to: &str) -> Result<String, String> {
        let (channel, route) = named(self.gateways, name)?;
        let (destination, masked) = destination(self.app, channel, to)?;
        if !serves(route, &destination) {
            let country = destination.country().unwrap_or_default();
            return Err(format!(
                "{name} does not serve {country}: see its `countries`"
            ));
        }
        let place = format!("{name}, to {masked}");
        self.hand_over(channel, route, &destination, &place).await
    }

    /// Send a test through every gateway that reaches a destination, and say of each, by its channel and name, what came of it.
    ///
    /// # Errors
    /// In one line for the operator, when nothing may be sent there.
    pub async fn send_by_all(
        &self,
        to: &str,
    ) -> Result<Vec<(String, Result<String, String>)>, String> {
        let mut said = Vec::new();
        let all = self.gateways.all();
        let fits = |channel: Channel| to.contains('@') == (channel == Channel::Email);
        for (section, channel, route) in all.into_iter().filter(|(_, channel, _)| fits(*channel)) {
            let (destination, masked) = destination(self.app, channel, to)?;
            if !serves(route, &destination) {
                continue;
            }
            let name = match route.id.as_str() {
                id if id == section => section.to_owned(),
                id => format!("{section}.{id}"),
            };
            let place = format!("to {masked}");
            let sent = self.hand_over(channel, route, &destination, &place).await;
            said.push((name, sent));
        }
        if said.is_empty() {
            return Err("no gateway serves this destination".to_owned());
        }
        Ok(said)
    }

    async fn hand_over(
        &self,
        channel: Channel,
        route: &Route,
        destination: &Destination,
        place: &str,
    ) -> Result<String, String> {
        let app = self.app;
        let down = |error: AppError| format!("{place}: {error}");
        self.note(route).await.map_err(down)?;
        let text = CodeText {
            purpose: None,
            code: DIGITS,
            until: app.now().plus(LIFE),
            flow: None,
        };
        let carrier = Carrier {
            site: &app.site,
            words: app.catalogue.words(self.language),
        };
        let job = Id::random(&mut Os);
        let mut message = carrier.code(&job, channel, destination, &text);
        if channel == Channel::Voice {
            message.script = Some(carrier.script(&app.keys, destination, &text));
        }
        let said = route.gateway.send(&message).await;
        route.gateway.close().await;
        let taken = match said {
            Ok(taken) => taken,
            Err(error) => return Err(format!("{place}: {}", words(&error))),
        };
        let reference = taken.reference.unwrap_or_default();
        let delivery = Delivery {
            channel,
            gateway: route.id.clone(),
            country: message.country.clone().unwrap_or_default(),
            destination: app.index("destination", &destination.same()),
            purpose: TEST,
            reference: reference.clone(),
            price: route.costs(&message),
        };
        let keep = async {
            let now = app.now();
            let mut tx = app.store.begin().await?;
            tx.taken(&job, &delivery, now).await?;
            app.spend(&mut tx, &delivery, now).await?;
            tx.commit().await.map_err(AppError::from)
        };
        keep.await
            .map_err(|error| format!("{place}: taken, but it cannot be kept: {error}"))?;
        let mut said = match reference.as_str() {
            "" => format!("{place}: taken"),
            reference => format!("{place}: taken, as `{reference}`"),
        };
        // A call lasts as long as we speak.
        if let Some(rest) = taken.rest {
            let heard = rest.await;
            app.became(&route.id, &reference, heard)
                .await
                .map_err(down)?;
            said += match heard {
                Heard::Arrived => "; the code was heard",
                Heard::Failed => "; nobody heard the code",
            };
        }
        Ok(said)
    }

    /// Before anything leaves.
    async fn note(&self, route: &Route) -> Result<(), AppError> {
        let event = Event {
            name: "messages.tested",
            account: None,
            flow: None,
            source: "command",
            detail: &route.id,
        };
        let mut tx = self.app.store.begin().await?;
        tx.record(&event, self.app.now()).await?;
        Ok(tx.commit().await?)
    }
}

fn words(error: &SendError) -> String {
    match error {
        SendError::Later(after, reason) => format!(
            "not now: {reason}; a real message would be tried again in {} s, or by another gateway",
            after.as_secs()
        ),
        SendError::Silent(reason) => format!(
            "{reason}: it may arrive nevertheless; a real message would be handed to another gateway, and tried once more"
        ),
        SendError::Elsewhere(reason) => {
            format!("not by this gateway: {reason}; a real message would be handed to another one")
        }
        SendError::Never(reason) => {
            format!("never: {reason}; a real message would be given up")
        }
    }
}

fn serves(route: &Route, destination: &Destination) -> bool {
    let country = destination.country();
    country.is_none_or(|country| route.countries.is_empty() || route.countries.contains(&country))
}

/// The gateway of a name: its own, or with the channel before it where two channels have one of this name.
fn named<'a>(gateways: &'a Gateways, name: &str) -> Result<(Channel, &'a Route), String> {
    let all = gateways.all();
    let full = |(section, _, route): &(&str, Channel, &Route)| format!("{section}.{}", route.id);
    let mut found = all
        .iter()
        .filter(|one| one.2.id == name || full(one) == name);
    match (found.next(), found.next()) {
        (Some((_, channel, route)), None) => Ok((*channel, route)),
        (Some(one), Some(other)) => Err(format!(
            "--gateway {name}: say {} or {}",
            full(one),
            full(other)
        )),
        (None, _) if all.is_empty() => Err("no gateway is configured".to_owned()),
        (None, _) => {
            let known: Vec<_> = all.iter().map(|one| one.2.id.as_str()).collect();
            Err(format!(
                "--gateway {name}: there is no such gateway; there is {}",
                known.join(", ")
            ))
        }
    }
}

/// Where the test goes, and how that is written down. Nothing goes where a code would not.
fn destination(app: &App, channel: Channel, to: &str) -> Result<(Destination, String), String> {
    let words = Catalogue::built_in();
    let words = words.words("en");
    let fault = |key| format!("--to: {}", words.t(key));
    match channel {
        Channel::Sms | Channel::Voice => {
            let (region, allowed) = (&app.site.country, &app.site.countries);
            let number = PhoneNumber::parse(to, region, allowed);
            let number = number.map_err(|refused| fault(refused.key()))?;
            let masked = number.masked();
            Ok((Destination::Phone(number), masked))
        }
        Channel::Email => {
            // Whoever tries the mail server reads the answer in the organisation's own mail.
            let address = EmailAddress::parse(to, &[]);
            let address = address.map_err(|refused| fault(refused.key()))?;
            let masked = address.masked();
            Ok((Destination::Email(address), masked))
        }
    }
}
