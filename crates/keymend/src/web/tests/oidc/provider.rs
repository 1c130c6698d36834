//! A provider that says whatever a test wants, rightly signed or not.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, StatusCode};
use keymend_core::id_token::Demands;
use serde_json::{Value, json};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::oidc::settings::{Matching, ProviderSettings};

/// The clock of a portal in a test, in seconds.
pub const NOW: i64 = 1_800_000_000;

static RSA: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// Who signs.
pub enum Signer {
    Rsa,
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Nobody,
    /// With the published key as a shared secret.
    Secret,
}

impl Signer {
    pub fn p256() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    pub fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::generate().unwrap())
    }

    /// The published half.
    pub fn key(&self, kid: &str) -> Value {
        match self {
            Self::P256(pair) => {
                let (_, point) = pair.public_key().as_ref().split_first().unwrap();
                let (x, y) = point.split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": BASE64.encode(x), "y": BASE64.encode(y)})
            }
            Self::Ed25519(pair) => {
                let x = BASE64.encode(pair.public_key().as_ref());
                json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x})
            }
            Self::Rsa | Self::Nobody | Self::Secret => {
                // RSAPublicKey of RFC 8017, A.1.1, for 2048 bits: the modulus behind nine bytes, 65537 at the end.
                let der = RSA.public_key().as_ref();
                let (n, e) = (BASE64.encode(&der[9..265]), BASE64.encode(&der[267..]));
                json!({"kty": "RSA", "kid": kid, "n": n, "e": e})
            }
        }
    }

    fn alg(&self) -> &'static str {
        match self {
            Self::Rsa => "RS256",
            Self::P256(_) => "ES256",
            Self::Ed25519(_) => "EdDSA",
            Self::Nobody => "none",
            Self::Secret => "HS256",
        }
    }

    fn sign(&self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa => {
                let mut signature = vec![0; RSA.public_modulus_len()];
                RSA.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    text,
                    &mut signature,
                )
                .unwrap();
                signature
            }
            Self::P256(pair) => pair
                .sign(&SystemRandom::new(), text)
                .unwrap()
                .as_ref()
                .to_vec(),
            Self::Ed25519(pair) => pair.sign(text).as_ref().to_vec(),
            Self::Nobody => Vec::new(),
            Self::Secret => {
                let key = self.key("1")["n"].as_str().unwrap().to_owned();
                let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
                mac.update(text);
                mac.finalize().into_bytes().to_vec()
            }
        }
    }
}

/// What it says.
pub struct Script {
    /// Of itself.
    pub metadata: Value,
    /// Its keys.
    pub keys: Vec<Value>,
    /// In the token.
    pub claims: Value,
    /// By which key.
    pub kid: Option<&'static str>,
    pub signer: Signer,
    /// Instead of a token.
    pub refuses: Option<(u16, &'static str)>,
    /// When asked with the access token.
    pub userinfo: Value,
    /// What it takes for the time.
    pub date: i64,
    /// What was asked of it: discovery, keys, token requests as (headers, body).
    pub discoveries: u32,
    pub key_requests: u32,
    pub token_requests: Vec<(HeaderMap, String)>,
}

#[derive(Clone)]
pub struct Hostile {
    pub origin: String,
    script: Arc<Mutex<Script>>,
}

impl Hostile {
    pub async fn begin() -> Self {
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let script = Script {
            metadata: json!({
                "issuer": origin,
                "authorization_endpoint": format!("{origin}/authorize?tenant=1"),
                "token_endpoint": format!("{origin}/token"),
                "jwks_uri": format!("{origin}/keys"),
                "userinfo_endpoint": format!("{origin}/userinfo"),
                "end_session_endpoint": format!("{origin}/end"),
            }),
            keys: vec![Signer::Rsa.key("1")],
            claims: json!({
                "iss": origin, "sub": "s-1", "aud": "portal", "preferred_username": "bo",
                "exp": NOW + 300, "iat": NOW,
            }),
            kid: Some("1"),
            signer: Signer::Rsa,
            refuses: None,
            userinfo: json!({}),
            date: NOW,
            discoveries: 0,
            key_requests: 0,
            token_requests: Vec::new(),
        };
        let hostile = Self {
            origin,
            script: Arc::new(Mutex::new(script)),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(hostile.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        hostile
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    /// As the operator describes it.
    pub fn settings(&self, id: &str) -> ProviderSettings {
        ProviderSettings {
            id: id.to_owned(),
            issuer: self.origin.clone(),
            client: "portal".to_owned(),
            secret: Some(Zeroizing::new("pässword:1".to_owned())),
            label: "Campus account".to_owned(),
            scopes: vec!["openid".to_owned(), "profile".to_owned()],
            claim: "preferred_username".to_owned(),
            matching: Matching::Name,
            directory: None,
            demands: Demands::default(),
            protected: Demands::default(),
            max_age: None::<Duration>,
            ca_file: None,
            proxy: None,
        }
    }

    fn json(&self, status: u16, body: &Value) -> Response {
        let date = jiff::Timestamp::from_second(self.script().date).unwrap();
        let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let status = StatusCode::from_u16(status).unwrap();
        (status, [("date", date)], body.to_string()).into_response()
    }
}

async fn discovery(State(hostile): State<Hostile>) -> Response {
    hostile.script().discoveries += 1;
    let metadata = hostile.script().metadata.clone();
    hostile.json(200, &metadata)
}

async fn keys(State(hostile): State<Hostile>) -> Response {
    hostile.script().key_requests += 1;
    let keys = json!({"keys": hostile.script().keys});
    hostile.json(200, &keys)
}

async fn userinfo(State(hostile): State<Hostile>, headers: HeaderMap) -> Response {
    assert_eq!(headers["authorization"], "Bearer access-1");
    let said = hostile.script().userinfo.clone();
    hostile.json(200, &said)
}

async fn token(State(hostile): State<Hostile>, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    hostile.script().token_requests.push((headers, body));
    let refuses = hostile.script().refuses;
    if let Some((status, error)) = refuses {
        return hostile.json(status, &json!({"error": error}));
    }
    let signed = {
        let script = hostile.script();
        let mut header = json!({"alg": script.signer.alg()});
        if let Some(kid) = script.kid {
            header["kid"] = json!(kid);
        }
        let part = |value: &Value| BASE64.encode(value.to_string().as_bytes());
        let text = format!("{}.{}", part(&header), part(&script.claims));
        let signature = script.signer.sign(text.as_bytes());
        format!("{text}.{}", BASE64.encode(&signature))
    };
    let answer = json!({"id_token": signed, "access_token": "access-1", "token_type": "Bearer"});
    hostile.json(200, &answer)
}
