//! Asking a provider over HTTP: whole answers in JSON, in time and of a size.

use data_encoding::BASE64;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE};
use keymend_core::time::Timestamp;
use reqwest::{Client, RequestBuilder};
use serde::de::DeserializeOwned;
use url::Url;
use url::form_urlencoded::{Serializer, byte_serialize};

use super::fault::Fault;
use super::settings::ProviderSettings;
use crate::outbound::{self, WHOLE, innermost};

/// Longest answer: documents of keys with certificates in them are the largest.
const MOST: usize = 256 * 1024;

/// An answer.
pub struct Answer {
    status: u16,
    body: Vec<u8>,
    /// What the provider takes for the time.
    pub date: Option<Timestamp>,
}

impl Answer {
    /// It was a yes.
    #[must_use]
    pub fn done(&self) -> bool {
        self.status == 200
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Read it.
    ///
    /// # Errors
    /// [`Fault::Down`]; the answer itself is not in it, for it may hold tokens.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_slice(&self.body)
            .map_err(|_| Fault::Down("its answer is not what the standard says".to_owned()))
    }
}

/// Asks one provider.
pub struct Fetch {
    client: Client,
}

impl Fetch {
    /// Connects when something is asked.
    ///
    /// # Errors
    /// In one line that begins with the key at fault.
    pub fn new(settings: &ProviderSettings) -> Result<Self, String> {
        outbound::client(settings.ca_file.as_deref(), settings.proxy.as_ref())
            .map(|client| Self { client })
    }

    /// A document that anybody may read.
    ///
    /// # Errors
    /// [`Fault::Down`].
    pub async fn document(&self, url: Url) -> Result<Answer, Fault> {
        let answer = self.ask(self.client.get(url)).await?;
        if answer.done() {
            Ok(answer)
        } else {
            Err(Fault::Down(format!("it answered {}", answer.status)))
        }
    }

    /// What a person's token opens.
    ///
    /// # Errors
    /// [`Fault::Down`].
    pub async fn with_token(&self, url: Url, token: &str) -> Result<Answer, Fault> {
        let request = self.client.get(url).bearer_auth(token);
        self.ask(request).await
    }

    /// A form; `user` and `secret` where we prove who we are by the header (RFC 6749, 2.3.1).
    ///
    /// # Errors
    /// [`Fault::Down`].
    pub async fn form(
        &self,
        url: Url,
        fields: &[(&str, &str)],
        credentials: Option<(&str, &str)>,
    ) -> Result<Answer, Fault> {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        if let Some((user, secret)) = credentials {
            let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(user), encoded(secret));
            let basic = format!("Basic {}", BASE64.encode(pair.as_bytes()));
            request = request.header(AUTHORIZATION, basic);
        }
        self.ask(request).await
    }

    async fn ask(&self, request: RequestBuilder) -> Result<Answer, Fault> {
        let request = request.header(ACCEPT, "application/json").timeout(WHOLE);
        let answered = async {
            let mut response = request.send().await?;
            let date = response.headers().get(DATE);
            let date = date.and_then(|date| date.to_str().ok()).and_then(moment);
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await? {
                body.extend_from_slice(&chunk);
                if body.len() > MOST {
                    return Ok(None);
                }
            }
            Ok(Some(Answer {
                status: response.status().as_u16(),
                body,
                date,
            }))
        };
        let answer = answered
            .await
            .map_err(|error: reqwest::Error| Fault::Down(words(&error)))?;
        answer.ok_or_else(|| Fault::Down("its answer is too long".to_owned()))
    }
}

/// A moment as HTTP writes it (RFC 9110, 5.6.7).
fn moment(text: &str) -> Option<Timestamp> {
    let parsed = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text);
    let millis = parsed.ok()?.as_millisecond();
    Some(Timestamp::from_millis(millis))
}

fn words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "it stays silent".to_owned()
    } else if error.is_connect() {
        format!("no connection: {}", innermost(error))
    } else {
        format!("the connection broke: {}", innermost(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_http_is_read() {
        let read = moment("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(read, Some(Timestamp::from_millis(784_111_777_000)));
        assert_eq!(moment("yesterday"), None);
    }
}
