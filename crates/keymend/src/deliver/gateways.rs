//! The gateways of each channel, and whom of them a message is handed to.
//!
//! A message goes to one after the other, in the order of [`keymend_core::route`], until one takes it or says that
//! nobody ever will. Whoever failed is the last to be asked for a while.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use keymend_core::method::Channel;
use keymend_core::route::{Candidate, order};
use tokio::time::Instant;

use super::gateway::{Gateway, Message, Rest, SendError};
use super::spending::Price;
use crate::chance::{Clock, Os};
use crate::metrics::Metrics;

/// How long one that failed once goes last; doubled with each further failure.
const FIRST: Duration = Duration::from_secs(2);
/// How long at most.
const LONGEST: Duration = Duration::from_mins(2);

/// When this has passed no further one is asked: the claim of the job must not run out meanwhile.
const TOGETHER: Duration = Duration::from_secs(45);

/// A gateway, and when it is asked.
pub struct Route {
    /// Its name in the configuration.
    pub id: String,
    /// Countries that it serves (ISO 3166-1, two letters); all where none is named.
    pub countries: Vec<String>,
    /// Lower is asked earlier (RFC 2782).
    pub priority: u16,
    /// Its share among those of the same priority (RFC 2782).
    pub weight: u16,
    /// What it takes for a message.
    pub price: Price,
    /// The connector.
    pub gateway: Gateway,
    /// What is known of it.
    pub health: Health,
}

impl Route {
    /// What a message costs, in ten-thousandths of the unit of the currency.
    #[must_use]
    pub fn costs(&self, message: &Message) -> u32 {
        self.price.of(message, self.gateway.parts(message))
    }

    /// The only one of its channel.
    #[must_use]
    pub fn only(id: &str, gateway: Gateway) -> Self {
        Self {
            id: id.to_owned(),
            countries: Vec::new(),
            priority: 0,
            weight: 1,
            price: Price::default(),
            gateway,
            health: Health::default(),
        }
    }
}

/// Failures in a row, and until when it goes last for them.
#[derive(Default)]
pub struct Health(Mutex<(u32, Option<Instant>)>);

impl Health {
    fn down(&self, now: Instant) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.1.is_some_and(|until| now < until)
    }

    fn failed(&self, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = FIRST.saturating_mul(1 << known.0.min(10)).min(LONGEST);
        *known = (known.0.saturating_add(1), Some(now + rest));
    }

    fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (0, None);
    }
}

/// A message that was taken.
pub struct Sent<'a> {
    /// By whom.
    pub gateway: &'a str,
    /// What that gateway calls it; empty where it said no name.
    pub reference: String,
    /// What it cost.
    pub price: u32,
    /// What has to be waited for.
    pub rest: Option<Rest>,
}

/// A message that nobody took.
#[derive(Debug)]
pub struct Unsent {
    /// Who was asked last; empty where nobody was.
    pub by: String,
    /// What comes next.
    pub why: SendError,
}

/// All of them, by channel.
#[derive(Default)]
pub struct Gateways {
    /// Text messages.
    pub sms: Vec<Route>,
    /// Calls.
    pub voice: Vec<Route>,
    /// Mails.
    pub email: Vec<Route>,
}

impl Gateways {
    fn of(&self, channel: Channel) -> &[Route] {
        match channel {
            Channel::Sms => &self.sms,
            Channel::Voice => &self.voice,
            Channel::Email => &self.email,
        }
    }

    /// All of them, each with its section of the configuration.
    #[must_use]
    pub fn all(&self) -> Vec<(&'static str, Channel, &Route)> {
        let channels = [
            ("sms", Channel::Sms),
            ("voice", Channel::Voice),
            ("mail", Channel::Email),
        ];
        let routes = channels.into_iter().flat_map(|(section, channel)| {
            let routes = self.of(channel).iter();
            routes.map(move |route| (section, channel, route))
        });
        routes.collect()
    }

    /// Hand a message to the first that takes it. `silent`: those that took something for this destination a moment ago,
    /// of which nobody knows that it arrived.
    ///
    /// # Errors
    /// [`SendError::Never`] in it when it is the message, [`SendError::Later`] when nobody took it now.
    pub async fn send(
        &self,
        message: &Message,
        silent: &[String],
        clock: &Clock,
        metrics: &Metrics,
    ) -> Result<Sent<'_>, Unsent> {
        let routes = self.of(message.channel);
        let now = Instant::now();
        let candidates: Vec<_> = routes
            .iter()
            .map(|route| Candidate {
                countries: &route.countries,
                priority: route.priority,
                weight: route.weight,
                down: route.health.down(now),
                tried: silent.contains(&route.id),
            })
            .collect();
        let channel = message.channel.as_str();
        let turns = order(&candidates, message.country.as_deref(), &mut Os);
        let (mut postponed, mut silence, mut unable) = (None, None, None);
        let mut by = String::new();
        for route in turns.into_iter().filter_map(|at| routes.get(at)) {
            let began = Instant::now();
            if began.duration_since(now) > TOGETHER {
                break;
            }
            if message.until.is_some_and(|until| clock.now() >= until) {
                let why = SendError::Never("its code has ended".to_owned());
                return Err(Unsent { by, why });
            }
            by.clone_from(&route.id);
            let said = route.gateway.send(message).await;
            let outcome = match &said {
                Ok(_) => "sent",
                Err(SendError::Later(..) | SendError::Silent(_)) => "later",
                Err(SendError::Elsewhere(_)) => "elsewhere",
                Err(SendError::Never(_)) => "never",
            };
            metrics
                .gateways
                .said(channel, &route.id, outcome, began.elapsed());
            match said {
                Ok(taken) => {
                    route.health.answered();
                    return Ok(Sent {
                        gateway: &route.id,
                        reference: taken.reference.unwrap_or_default(),
                        price: route.costs(message),
                        rest: taken.rest,
                    });
                }
                Err(SendError::Later(after, reason)) => {
                    route.health.failed(Instant::now());
                    let gateway = &route.id;
                    tracing::warn!(channel, gateway, reason, "a gateway did not take a message");
                    // The first one that would have it again decides when.
                    let sooner = |(known, _): &(Duration, String)| after < *known;
                    if postponed.as_ref().is_none_or(sooner) {
                        postponed = Some((after, reason));
                    }
                }
                Err(SendError::Silent(reason)) => {
                    route.health.failed(Instant::now());
                    let gateway = &route.id;
                    tracing::warn!(channel, gateway, reason, "a gateway is silent");
                    silence = Some(reason);
                }
                Err(SendError::Elsewhere(reason)) => {
                    route.health.answered();
                    unable = Some(reason);
                }
                Err(why @ SendError::Never(_)) => return Err(Unsent { by, why }),
            }
        }
        let why = match (postponed, unable, &message.country) {
            _ if silence.is_some() => SendError::Silent(silence.unwrap_or_default()),
            (Some((after, reason)), ..) => SendError::Later(after, reason),
            (None, Some(reason), _) => SendError::Never(reason),
            (None, None, Some(country)) => SendError::Never(format!(
                "no gateway is configured for {channel} to {country}"
            )),
            (None, None, None) => {
                SendError::Never(format!("no gateway is configured for {channel}"))
            }
        };
        Err(Unsent { by, why })
    }
}

#[cfg(test)]
mod tests;
