//! Signature Version 4: how Amazon wants to be shown who asks
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>).
//!
//! Host and date are signed, and the body by its hash. Nothing else is needed for what we ask.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use keymend_core::time::Timestamp;
use sha2::{Digest as _, Sha256};
use url::Url;

/// Who asks, for what, and where.
pub struct Signer<'a> {
    /// Access key.
    pub user: &'a str,
    /// Its secret.
    pub secret: &'a str,
    /// Of the service, such as `eu-central-1`.
    pub region: &'a str,
    /// Such as `sns`.
    pub service: &'a str,
}

/// The region in the name of a host, such as `sns.eu-central-1.amazonaws.com`; empty where there is none.
#[must_use]
pub fn region(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.split('.').nth(1).unwrap_or_default()
}

/// A moment for `X-Amz-Date`.
#[must_use]
pub fn date(now: Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
    moment.strftime("%Y%m%dT%H%M%SZ").to_string()
}

impl Signer<'_> {
    /// The header `Authorization` of a request, whose query is sorted and escaped as it must be.
    #[must_use]
    pub fn authorization(&self, method: &str, url: &Url, body: &str, now: Timestamp) -> String {
        let date = date(now);
        let day = date.split('T').next().unwrap_or_default();
        let host = url.host_str().unwrap_or_default();
        let host = url
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let (path, query) = (url.path(), url.query().unwrap_or_default());
        let hash = HEXLOWER.encode(&Sha256::digest(body));
        let request = format!(
            "{method}\n{path}\n{query}\nhost:{host}\nx-amz-date:{date}\n\nhost;x-amz-date\n{hash}"
        );
        let request = HEXLOWER.encode(&Sha256::digest(request));
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let signed = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{request}");
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for word in [day, self.region, self.service, "aws4_request", &signed] {
            key = mac(&key, word);
        }
        format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders=host;x-amz-date, Signature={}",
            self.user,
            HEXLOWER.encode(&key)
        )
    }
}

/// HMAC-SHA256; a key of any length will do for it.
pub fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `post-vanilla` and `get-vanilla-query-order-key-case` of Amazon's own suite.
    #[test]
    fn the_signatures_of_the_public_test_suite_are_ours() {
        let signer = Signer {
            user: "AKIDEXAMPLE",
            secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
            service: "service",
        };
        // 2015-08-30 12:36:00
        let now = Timestamp::from_millis(1_440_938_160_000);
        assert_eq!(date(now), "20150830T123600Z");
        for (method, query, wanted) in [
            (
                "POST",
                "",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "GET",
                "?Param1=value1&Param2=value2",
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            ),
        ] {
            let url = format!("https://example.amazonaws.com/{query}");
            let url = Url::parse(&url).unwrap();
            let authorization = signer.authorization(method, &url, "", now);
            let wanted = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature={wanted}"
            );
            assert_eq!(authorization, wanted);
        }
    }

    #[test]
    fn the_region_stands_in_the_name_of_the_host() {
        let of = |url: &str| region(&Url::parse(url).unwrap()).to_owned();
        assert_eq!(
            of("https://sns.eu-central-1.amazonaws.com/"),
            "eu-central-1"
        );
        assert_eq!(of("http://localhost:4566/"), "");
    }
}
