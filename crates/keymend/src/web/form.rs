//! Forms, read strictly: exactly the fields that our own form has, each once.

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::Method;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use keymend_core::password::NewPassword;
use std::sync::Arc;
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq as _;

use super::context::Cx;
use crate::error::Fail;

/// Most bytes of a body.
const MOST: usize = 64 * 1024;
/// A body that takes longer is not waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A form that came from our own page.
pub struct Form {
    fields: Vec<(String, String)>,
}

/// Why a body is no form of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadForm {
    /// Not `application/x-www-form-urlencoded` in UTF-8.
    Kind,
    /// Too large.
    Large,
    /// Too slow.
    Slow,
    /// Not UTF-8, a repeated, missing or unknown field.
    Shape,
    /// The guard is missing or of another browser.
    Guard,
}

impl BadForm {
    /// Status of the answer.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Kind => 415,
            Self::Large => 413,
            Self::Slow => 408,
            Self::Shape => 400,
            Self::Guard => 403,
        }
    }
}

impl From<BadForm> for Fail {
    fn from(bad: BadForm) -> Self {
        Self::Status(bad.status())
    }
}

/// A form, or what was wrong with it, for handlers that count a spoilt proof.
pub struct Posted(pub Result<Form, BadForm>);

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        Ok(Self(read(request).await))
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Fail;

    async fn from_request(request: Request, _: &S) -> Result<Self, Fail> {
        read(request).await.map_err(Fail::from)
    }
}

async fn read(request: Request) -> Result<Form, BadForm> {
    let cx = request.extensions().get::<Cx>();
    let cx = cx.filter(|cx| !cx.is_new()).ok_or(BadForm::Guard)?;
    let (guard, whole) = (cx.guard(), Arc::clone(&cx.whole));
    // What comes with a query is none of our forms: one place for a field, not two.
    if request.method() != Method::POST || request.uri().query().is_some() {
        return Err(BadForm::Shape);
    }
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // A packed body is not unpacked, so it is not read either.
    if !is_form(kind) || request.headers().contains_key(CONTENT_ENCODING) {
        return Err(BadForm::Kind);
    }
    let collected =
        tokio::time::timeout(PATIENCE, Limited::new(request.into_body(), MOST).collect()).await;
    let bytes = match collected {
        Err(_) => return Err(BadForm::Slow),
        Ok(Err(error)) if error.downcast_ref::<LengthLimitError>().is_some() => {
            return Err(BadForm::Large);
        }
        Ok(Err(_)) => return Err(BadForm::Shape),
        Ok(Ok(body)) => body.to_bytes(),
    };
    whole.get_or_init(Instant::now);
    let mut fields: Vec<(String, String)> = Vec::new();
    for pair in bytes
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
    {
        let at = pair
            .iter()
            .position(|byte| *byte == b'=')
            .ok_or(BadForm::Shape)?;
        let (name, value) = pair.split_at(at);
        let name = decoded(name)?;
        let value = decoded(value.get(1..).unwrap_or_default())?;
        if fields.len() >= 32 || fields.iter().any(|(known, _)| *known == name) {
            return Err(BadForm::Shape);
        }
        fields.push((name, value));
    }
    let mut form = Form { fields };
    let sent = form.taken("csrf").ok_or(BadForm::Guard)?;
    if bool::from(sent.as_bytes().ct_eq(guard.as_bytes())) {
        Ok(form)
    } else {
        Err(BadForm::Guard)
    }
}

fn is_form(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        && parts.all(|part| part.eq_ignore_ascii_case("charset=utf-8"))
}

fn decoded(bytes: &[u8]) -> Result<String, BadForm> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || {
                    rest.next()
                        .and_then(|digit| char::from(*digit).to_digit(16))
                };
                let (high, low) = (digit(), digit());
                let value = high.zip(low).map(|(high, low)| high * 16 + low);
                value
                    .and_then(|value| u8::try_from(value).ok())
                    .ok_or(BadForm::Shape)?
            }
            other => *other,
        });
    }
    let text = String::from_utf8(out).map_err(|_| BadForm::Shape)?;
    if text.contains('\0') {
        Err(BadForm::Shape)
    } else {
        Ok(text)
    }
}

impl Form {
    fn taken(&mut self, name: &str) -> Option<String> {
        let at = self.fields.iter().position(|(known, _)| known == name)?;
        Some(self.fields.swap_remove(at).1)
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// [`BadForm::Shape`].
    pub fn take(&mut self, name: &str) -> Result<String, BadForm> {
        self.taken(name).ok_or(BadForm::Shape)
    }

    /// A field that may be there.
    #[must_use]
    pub fn maybe(&mut self, name: &str) -> Option<String> {
        self.taken(name)
    }

    /// A field that holds a password.
    ///
    /// # Errors
    /// [`BadForm::Shape`].
    pub fn password(&mut self, name: &str) -> Result<NewPassword, BadForm> {
        self.take(name).map(NewPassword::new)
    }

    /// `name-1` … `name-count`.
    ///
    /// # Errors
    /// [`BadForm::Shape`].
    pub fn list(&mut self, name: &str, count: usize) -> Result<Vec<String>, BadForm> {
        (1..=count)
            .map(|at| self.take(&format!("{name}-{at}")))
            .collect()
    }

    /// Nothing may be left.
    ///
    /// # Errors
    /// [`BadForm::Shape`].
    pub fn end(self) -> Result<(), BadForm> {
        if self.fields.is_empty() {
            Ok(())
        } else {
            Err(BadForm::Shape)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use axum::body::Body;
    use http::HeaderMap;
    use http::header::COOKIE;
    use keymend_core::secret::Token;

    use super::*;
    use crate::app::limits::Client;
    use crate::chance::Os;
    use crate::web::tests::portal::Portal;

    #[test]
    fn only_clean_utf8_is_decoded() {
        assert_eq!(decoded(b"a+b%20c%C3%A9").unwrap(), "a b c\u{e9}");
        for bad in [
            &b"%"[..],
            b"%4",
            b"%zz",
            b"%C0%80",
            b"%ED%A0%80",
            b"\xff",
            b"%00",
            b"%C3",
        ] {
            assert_eq!(decoded(bad), Err(BadForm::Shape), "{bad:?}");
        }
    }

    /// Whoever sends the end of a form late must not choose where the work stands on the grid.
    #[tokio::test]
    async fn a_request_is_whole_when_its_last_byte_has_come() {
        let portal = Portal::open().await;
        let seed = Token::random(&mut Os);
        let headers = [(COOKIE, format!("keymend-form={}", seed.expose()))];
        let headers: HeaderMap = headers
            .map(|(name, text)| (name, text.parse().unwrap()))
            .into_iter()
            .collect();
        let client = Client("192.0.2.1".parse().unwrap());
        let cx = Cx::new(
            Arc::clone(&portal.app),
            client,
            String::new(),
            &headers,
            None,
        );
        let last: Arc<OnceLock<Instant>> = Arc::default();
        let (guard, sent) = (cx.guard(), Arc::clone(&last));
        let end = async move {
            sent.get_or_init(Instant::now);
            Ok::<_, std::convert::Infallible>(format!("csrf={guard}"))
        };
        let request = Request::post("/reset/verify")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(cx.clone())
            .body(Body::from_stream(futures_util::stream::once(end)))
            .unwrap();
        assert!(cx.whole.get().is_none());
        read(request).await.unwrap().end().unwrap();
        assert!(cx.whole.get() >= last.get() && last.get().is_some());
    }

    #[test]
    fn only_our_kind_of_body_is_read() {
        assert!(is_form("application/x-www-form-urlencoded"));
        assert!(is_form("application/x-www-form-urlencoded; charset=UTF-8"));
        for kind in [
            "",
            "text/plain",
            "application/json",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded; charset=utf-7",
        ] {
            assert!(!is_form(kind), "{kind}");
        }
    }
}
