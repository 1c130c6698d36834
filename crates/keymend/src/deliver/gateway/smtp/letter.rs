//! A mail as it is written (RFC 5322): headers, a text part and an HTML part that say the same.

use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use crate::deliver::gateway::Message;

/// A mail, ready to be signed and sent.
pub struct Letter {
    /// To whom.
    pub to: Address,
    /// All of it, with CRLF.
    pub content: Vec<u8>,
}

impl Letter {
    /// Write a message. Its id is that of the outbox row, the same whenever it is sent again.
    ///
    /// # Errors
    /// In one line, when the address is none.
    pub fn write(message: &Message, from: &Mailbox, host: &str) -> Result<Self, String> {
        let to = message.to.parse::<Address>();
        let to = to.map_err(|_| "not an address".to_owned())?;
        let to = in_ascii(&to)?;
        let header = |name: &'static str, value: &str| {
            let name = HeaderName::new_from_ascii_str(name);
            HeaderValue::new(name, value.to_owned())
        };
        let html = message.html.clone().unwrap_or_default();
        let parts = MultiPart::alternative_plain_html(message.body.clone(), html);
        let mail = lettre::Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to.clone()))
            .subject(message.subject.clone())
            .message_id(Some(format!("<{}@{host}>", message.id)))
            // RFC 3834: nobody's holiday notice should answer; the other one is what Exchange wants to hear.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"))
            .raw_header(header("Content-Language", message.language))
            .multipart(parts)
            .map_err(|error| error.to_string())?;
        Ok(Self {
            to,
            content: mail.formatted(),
        })
    }
}

/// An address with its domain as the servers of the world know it (RFC 5891), whatever the script of what stands before.
///
/// # Errors
/// In one line, when the domain is none.
pub fn in_ascii(address: &Address) -> Result<Address, String> {
    let wrong = || "not an address".to_owned();
    let domain = idna::domain_to_ascii(address.domain()).map_err(|_| wrong())?;
    Address::new(address.user(), domain).map_err(|_| wrong())
}
