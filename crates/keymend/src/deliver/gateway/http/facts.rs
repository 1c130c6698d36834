//! What is put into a request: the message, our account, the time.

use std::borrow::Cow;

use data_encoding::{BASE64, HEXLOWER};
use keymend_core::alphabet::is_basic;
use keymend_core::time::Timestamp;
use url::Url;
use zeroize::Zeroizing;

use super::account::Account;
use super::aws::{Signer, date, mac, region};
use super::template::Name;
use crate::deliver::gateway::Message;

/// Where a provider finds us.
#[derive(Clone, Debug, Default)]
pub struct Back {
    /// Our public origin, without a slash at its end.
    pub origin: String,
    /// What we call the gateway.
    pub gateway: String,
}

/// What is put into the holes of one request.
pub struct Facts<'a> {
    /// Our account.
    pub account: &'a Account,
    /// The message; none when `doctor` asks.
    pub message: Option<&'a Message>,
    /// Where it can ask us back.
    pub back: &'a Back,
    /// When.
    pub now: Timestamp,
    /// Over the body, once there is one.
    pub signature: String,
    /// Over the whole request, once there is one.
    pub authorization: String,
}

impl Facts<'_> {
    /// What stands for a name.
    ///
    /// # Errors
    /// In one line, when there is nothing: `check` refuses such a description.
    pub fn value(&self, name: Name) -> Result<Cow<'_, str>, String> {
        let nothing = || format!("there is nothing to put in for {{{}}}", name.as_str());
        let message = || self.message.ok_or_else(nothing);
        let account = self.account;
        let user = || account.user.as_deref().or(account.name.as_deref());
        let secret = || account.secret.as_ref().map(|secret| secret.as_str());
        Ok(match name {
            Name::To => message()?.to.as_str().into(),
            Name::ToDigits => message()?.to.trim_start_matches('+').into(),
            Name::Text => message()?.body.as_str().into(),
            Name::Code => message()?.code.as_str().into(),
            Name::Language => message()?.language.into(),
            Name::Id => message()?.id.as_str().into(),
            Name::From => account.from.as_deref().ok_or_else(nothing)?.into(),
            Name::Account => {
                let named = account.name.as_deref().or(account.user.as_deref());
                named.ok_or_else(nothing)?.into()
            }
            Name::User => user().ok_or_else(nothing)?.into(),
            Name::Secret => secret().ok_or_else(nothing)?.into(),
            Name::Basic => {
                let (user, secret) = user().zip(secret()).ok_or_else(nothing)?;
                BASE64.encode(format!("{user}:{secret}").as_bytes()).into()
            }
            Name::Timestamp => self.now.as_millis().div_euclid(1000).to_string().into(),
            Name::Signature => self.signature.as_str().into(),
            Name::AwsDate => date(self.now).into(),
            Name::AwsSns => self.authorization.as_str().into(),
            Name::Script => {
                let token = message()?.script.as_deref().ok_or_else(nothing)?;
                let Back { origin, gateway } = self.back;
                format!("{origin}/calls/{gateway}/{token}").into()
            }
            Name::Receipts => {
                let Back { origin, gateway } = self.back;
                format!("{origin}/receipts/{gateway}").into()
            }
            Name::Coding if is_basic(&message()?.body) => "0".into(),
            Name::Coding => "2".into(),
            Name::Alphabet if is_basic(&message()?.body) => "text".into(),
            Name::Alphabet => "unicode".into(),
        })
    }

    /// Sign a request: its body by HMAC-SHA256 with the secret over "timestamp, full stop, body"; and all of it as
    /// Amazon wants it.
    pub fn sign(&mut self, method: &str, url: &str, body: &str) {
        let account = self.account;
        let secret = account.secret.as_ref();
        let secret = secret.map(|secret| secret.as_str()).unwrap_or_default();
        let seconds = self.now.as_millis().div_euclid(1000);
        let signed = Zeroizing::new(format!("{seconds}.{body}"));
        self.signature = HEXLOWER.encode(&mac(secret.as_bytes(), &signed));
        if let Ok(url) = Url::parse(url) {
            let user = account.user.as_deref().or(account.name.as_deref());
            let amazon = Signer {
                user: user.unwrap_or_default(),
                secret,
                region: region(&url),
                service: "sns",
            };
            self.authorization = amazon.authorization(method, &url, body, self.now);
        }
    }
}
