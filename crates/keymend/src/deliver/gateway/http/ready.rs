//! Descriptions of providers, from their public documentation.
//!
//! "Never" is what a provider says about the number or the text; where it does not tell one parameter from
//! another, about any. Wrong credentials and an empty account mean "later": somebody can mend them while the
//! message still waits.

pub mod calls;
mod sns;

use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderName, Method};

use super::account::Account;
use super::answer::{Answers, Pointer, Reference, Rule};
use super::body::{Body, Json};
use super::description::{Description, Probe};
use super::template::{Escape, Template};
use crate::deliver::receipt::Signing;

/// A provider whose description is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Twilio Programmable Messaging.
    Twilio,
    /// Vonage SMS API.
    Vonage,
    /// `MessageBird` (Bird) SMS API.
    Messagebird,
    /// Sinch SMS (XMS) REST API.
    Sinch,
    /// Plivo Message API.
    Plivo,
    /// Amazon Simple Notification Service.
    Sns,
    /// Kannel's `sendsms`.
    Kannel,
    /// A program of the operator's own.
    Webhook,
}

const ANSWERED: (u16, u16) = (200, 299);
/// Whatever may be otherwise soon: credentials, money, time, load, the provider's own faults.
const PASSING: [(u16, u16); 4] = [(401, 403), (408, 408), (429, 429), (500, 599)];

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Twilio,
        Self::Vonage,
        Self::Messagebird,
        Self::Sinch,
        Self::Plivo,
        Self::Sns,
        Self::Kannel,
        Self::Webhook,
    ];

    /// As `kind` of the configuration names it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Twilio => "twilio",
            Self::Vonage => "vonage",
            Self::Messagebird => "messagebird",
            Self::Sinch => "sinch",
            Self::Plivo => "plivo",
            Self::Sns => "sns",
            Self::Kannel => "kannel",
            Self::Webhook => "webhook",
        }
    }

    /// Where the provider is, unless the operator says otherwise; nothing where only the operator knows.
    #[must_use]
    pub const fn address(self) -> Option<&'static str> {
        match self {
            Self::Twilio => Some("https://api.twilio.com"),
            Self::Vonage => Some("https://rest.nexmo.com"),
            Self::Messagebird => Some("https://rest.messagebird.com"),
            Self::Sinch => Some("https://us.sms.api.sinch.com"),
            Self::Plivo => Some("https://api.plivo.com"),
            Self::Sns | Self::Kannel | Self::Webhook => None,
        }
    }

    /// What the provider wants to be asked, at an address without braces.
    #[must_use]
    pub fn description(self, address: &str, account: Account) -> Description {
        let base = address.trim_end_matches('/');
        match self {
            Self::Twilio => twilio(base, account),
            Self::Vonage => vonage(base, account),
            Self::Messagebird => messagebird(base, account),
            Self::Sinch => sinch(base, account),
            Self::Plivo => plivo(base, account),
            Self::Sns => sns::description(base, account),
            Self::Kannel => kannel(address, account),
            Self::Webhook => webhook(address, account),
        }
    }
}

/// <https://www.twilio.com/docs/messaging/api/message-resource>, `/docs/api/errors`.
fn twilio(base: &str, account: Account) -> Description {
    // A messaging service chooses the sender itself.
    let service = account
        .from
        .as_ref()
        .is_some_and(|from| from.len() == 34 && from.starts_with("MG"));
    let from = if service {
        "MessagingServiceSid"
    } else {
        "From"
    };
    let own = format!("{base}/2010-04-01/Accounts/{{account}}");
    let mut fields = vec![("To", "{to}"), (from, "{from}"), ("Body", "{text}")];
    // Receipts are signed with the auth token, which somebody who signs in with an API key has not told us.
    if account.user.is_none() {
        fields.push(("StatusCallback", "{receipts}"));
    }
    // About the number: invalid, a short code, a country that is switched off, opted out, no mobile,
    // a landline. About the text: too long.
    let never = [
        "21211", "21265", "21408", "21610", "21614", "21617", "21635",
    ];
    Description {
        method: Method::POST,
        url: Template::ours(&format!("{own}/Messages.json")),
        headers: signed_in("Basic {basic}"),
        body: form(&fields),
        answers: Answers {
            sent: vec![Rule::status(&[ANSWERED])],
            later: vec![Rule::status(&PASSING)],
            never: vec![Rule::status(&[(400, 400), (403, 403)]).and("/code", &never)],
            reference: Some(at("/sid")),
        },
        probe: Some(probe(
            &format!("{own}/Balance.json"),
            "/balance",
            "/currency",
        )),
        account,
        signing: Signing::Twilio,
    }
}

/// <https://developer.vonage.com/en/api/sms>, `/en/messaging/sms/guides/troubleshooting-sms`. Every answer is
/// a 200; the status stands inside.
fn vonage(base: &str, account: Account) -> Description {
    const STATUS: &str = "/messages/0/status";
    // Parameters that are missing, invalid; an unknown prefix; a barred number; too long; not on the list
    // of an account on trial.
    let never = ["2", "3", "6", "7", "12", "29"];
    // Throttled, credentials, their own fault, suspended, no money, too many at once.
    let later = ["1", "4", "5", "8", "9", "10"];
    Description {
        method: Method::POST,
        url: Template::ours(&format!("{base}/sms/json")),
        headers: vec![(ACCEPT, Template::ours("application/json"))],
        body: form(&[
            ("api_key", "{user}"),
            ("api_secret", "{secret}"),
            ("to", "{to-digits}"),
            ("from", "{from}"),
            ("text", "{text}"),
            ("type", "{alphabet}"),
            ("client-ref", "{id}"),
        ]),
        answers: Answers {
            sent: vec![Rule::status(&[ANSWERED]).and(STATUS, &["0"])],
            later: vec![
                Rule::status(&PASSING),
                Rule::status(&[ANSWERED]).and(STATUS, &later),
            ],
            never: vec![Rule::status(&[ANSWERED]).and(STATUS, &never)],
            reference: Some(at("/messages/0/message-id")),
        },
        probe: Some(probe(
            &format!("{base}/account/get-balance?api_key={{user}}&api_secret={{secret}}"),
            "/value",
            "",
        )),
        account,
        signing: Signing::Ours,
    }
}

/// <https://developers.messagebird.com/api/sms-messaging/>.
fn messagebird(base: &str, account: Account) -> Description {
    Description {
        method: Method::POST,
        url: Template::ours(&format!("{base}/messages")),
        headers: signed_in("AccessKey {secret}"),
        body: Body::Json(object(vec![
            ("originator", text("{from}")),
            ("recipients", Json::List(vec![text("{to-digits}")])),
            ("body", text("{text}")),
            ("datacoding", text("auto")),
            ("reference", text("{id}")),
        ])),
        answers: Answers {
            sent: vec![Rule::status(&[ANSWERED])],
            later: vec![Rule::status(&PASSING)],
            never: vec![
                Rule::status(&[(422, 422)])
                    .and("/errors/0/parameter", &["recipients", "recipient", "body"]),
            ],
            reference: Some(at("/id")),
        },
        probe: Some(probe(&format!("{base}/balance"), "/amount", "/type")),
        account,
        signing: Signing::Ours,
    }
}

/// <https://developers.sinch.com/docs/sms/api-reference/>. A plan has a region of its own.
fn sinch(base: &str, account: Account) -> Description {
    let own = format!("{base}/xms/v1/{{account}}/batches");
    Description {
        method: Method::POST,
        url: Template::ours(&own),
        headers: signed_in("Bearer {secret}"),
        body: Body::Json(object(vec![
            ("from", text("{from}")),
            ("to", Json::List(vec![text("{to-digits}")])),
            ("body", text("{text}")),
            ("client_reference", text("{id}")),
        ])),
        answers: Answers {
            sent: vec![Rule::status(&[ANSWERED])],
            later: vec![Rule::status(&PASSING)],
            never: vec![
                Rule::status(&[(400, 400)]).and("/code", &["syntax_invalid_parameter_format"]),
            ],
            reference: Some(at("/id")),
        },
        // Their sent messages; one a page is the least that can be asked for.
        probe: Some(probe(&format!("{own}?page_size=1"), "", "")),
        account,
        signing: Signing::Ours,
    }
}

/// <https://www.plivo.com/docs/messaging/api/message/>.
fn plivo(base: &str, account: Account) -> Description {
    let own = format!("{base}/v1/Account/{{account}}/");
    Description {
        method: Method::POST,
        url: Template::ours(&format!("{own}Message/")),
        headers: signed_in("Basic {basic}"),
        body: Body::Json(object(vec![
            ("src", text("{from}")),
            ("dst", text("{to-digits}")),
            ("text", text("{text}")),
            // Otherwise their console shows the code to whoever can see it.
            ("log", Json::Other(false.into())),
        ])),
        answers: Answers {
            sent: vec![Rule::status(&[ANSWERED]).and("/message_uuid/0", &[])],
            later: vec![Rule::status(&PASSING)],
            never: vec![Rule::status(&[(400, 400)])],
            reference: Some(at("/message_uuid/0")),
        },
        probe: Some(probe(&own, "/cash_credits", "")),
        account,
        signing: Signing::Ours,
    }
}

/// Kannel's user guide, "Using the HTTP interface to send SMS messages". By headers and body rather than by
/// the query: that stands in its access log.
fn kannel(address: &str, account: Account) -> Description {
    let header =
        |name: &'static str, value: &str| (HeaderName::from_static(name), Template::ours(value));
    Description {
        method: Method::POST,
        url: Template::ours(address),
        headers: vec![
            header("x-kannel-username", "{user}"),
            header("x-kannel-password", "{secret}"),
            header("x-kannel-from", "{from}"),
            header("x-kannel-to", "{to}"),
            header("x-kannel-coding", "{coding}"),
        ],
        body: Body::Raw(
            "text/plain; charset=UTF-8".to_owned(),
            Escape::Nothing,
            Template::ours("{text}"),
        ),
        answers: Answers {
            // "0: Accepted for delivery", "3: Queued for later delivery".
            sent: ["0:", "3:"]
                .map(|words| Rule {
                    begins: Some(words.to_owned()),
                    ..Rule::status(&[(202, 202)])
                })
                .into(),
            // "4: …": no connection to a centre.
            later: vec![Rule::status(&PASSING)],
            // An empty number, or one on its own lists.
            never: ["Empty receiver", "Number(s) has/have been denied"]
                .map(|words| Rule {
                    begins: Some(words.to_owned()),
                    ..Rule::status(&[(400, 400)])
                })
                .into(),
            reference: None,
        },
        probe: None,
        account,
        signing: Signing::Ours,
    }
}

/// Ours: `docs/messages.md` says how a receiver proves it.
fn webhook(address: &str, account: Account) -> Description {
    let header =
        |name: &'static str, value: &str| (HeaderName::from_static(name), Template::ours(value));
    Description {
        method: Method::POST,
        url: Template::ours(address),
        headers: vec![
            header("idempotency-key", "{id}"),
            header("keymend-timestamp", "{timestamp}"),
            header("keymend-signature", "sha256={signature}"),
        ],
        body: Body::Json(object(vec![
            ("id", text("{id}")),
            ("to", text("{to}")),
            ("text", text("{text}")),
            ("language", text("{language}")),
        ])),
        answers: Answers {
            sent: vec![Rule::status(&[ANSWERED])],
            later: vec![Rule::status(&PASSING)],
            never: vec![Rule::status(&[(422, 422)])],
            reference: Some(at("/reference")),
        },
        probe: None,
        account,
        signing: Signing::Ours,
    }
}

fn signed_in(how: &str) -> Vec<(HeaderName, Template)> {
    vec![
        (AUTHORIZATION, Template::ours(how)),
        (ACCEPT, Template::ours("application/json")),
    ]
}

fn form(fields: &[(&str, &str)]) -> Body {
    let field = |(name, value): &(&str, &str)| ((*name).to_owned(), Template::ours(value));
    Body::Form(fields.iter().map(field).collect())
}

fn text(value: &str) -> Json {
    Json::Text(Template::ours(value))
}

fn object(parts: Vec<(&str, Json)>) -> Json {
    let parts = parts.into_iter();
    Json::Object(parts.map(|(name, part)| (name.to_owned(), part)).collect())
}

fn at(pointer: &str) -> Reference {
    Reference::At(Pointer::ours(pointer))
}

/// Pointers may be empty: nothing stands there.
fn probe(url: &str, balance: &str, currency: &str) -> Probe {
    let pointer = |text: &str| (!text.is_empty()).then(|| Pointer::ours(text));
    Probe {
        url: Template::ours(url),
        balance: pointer(balance),
        currency: pointer(currency),
    }
}

#[cfg(test)]
mod tests;
