//! WebAuthn (level 3): what browsers are asked, and what is checked of their answers.
//!
//! Begin with [`RelyingParty`]. The library parses what authenticators say and checks signatures and attestations; it is
//! given our own nonce ([`keymend_core::passkey`]), since nothing of a ceremony is kept but its challenge. On top of it
//! the origin is compared letter by letter and a page inside a foreign one is refused. Nothing here reads or writes.

mod models;

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use keymend_core::label::Label;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;
use webauthn_rs_core::WebauthnCore;
use webauthn_rs_core::error::WebauthnError;
use webauthn_rs_core::proto::{
    AttestationConveyancePreference, AuthenticationState, COSEAlgorithm, COSEEC2Key, COSEKey,
    COSEKeyType, Credential, CredentialV3, ECDSACurve, ParsedAttestation, PublicKeyCredential,
    RegisterPublicKeyCredential, RegistrationState, RequestRegistrationExtensions,
    ResidentKeyRequirement, UserVerificationPolicy,
};

pub use models::Models;

/// Most bytes of an answer with an attestation: certificates travel in it.
const LONGEST_MADE: usize = 24 * 1024;
/// Most bytes of an answer without one.
const LONGEST_SIGNED: usize = 8 * 1024;

/// A registered passkey, as it is sealed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Passkey {
    /// What its owner calls it.
    pub name: Label,
    /// Its public key and what its authenticator said when it was made.
    pub credential: Credential,
    /// It finds its account by itself, as far as the browser told: without that, nobody can be asked for it whose
    /// account is not proven in another way before.
    pub discoverable: Option<bool>,
}

/// A passkey that was just made.
pub struct Made {
    /// Its public key.
    pub credential: Credential,
    /// It finds its account by itself, as far as the browser told.
    pub discoverable: Option<bool>,
    /// Its counter of signatures.
    pub count: u32,
}

/// Why an answer is refused.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It is not what a browser of ours would send.
    #[error("not an answer of a browser: {0}")]
    Shape(&'static str),
    /// Made or signed on another page.
    #[error("from another page: {0}")]
    Page(&'static str),
    /// Not of a model that policy takes.
    #[error("not a model that is taken: {0}")]
    Model(WebauthnError),
    /// Anything else that the library found.
    #[error("{0}")]
    Wrong(#[from] WebauthnError),
}

/// Whom passkeys are for: one origin, and the models that policy takes.
pub struct RelyingParty {
    core: WebauthnCore,
    origin: String,
    models: Option<Models>,
}

/// Who is to have a passkey.
pub struct Owner<'a> {
    /// Says nothing, and is the same for all passkeys of an account.
    pub handle: &'a [u8; 32],
    /// Sign-in name, which the authenticator shows.
    pub name: &'a str,
    /// Passkeys that are there: one authenticator has one.
    pub own: &'a [&'a Passkey],
}

/// What a browser signed, read and not checked.
pub struct Assertion(PublicKeyCredential);

/// What a signature says, once it is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The counter.
    pub count: u32,
    /// The authenticator knew its owner.
    pub verified: bool,
    /// It is kept in more than one place.
    pub backed_up: bool,
}

/// What the page itself says in what is signed (WebAuthn level 3, 5.8.1).
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<Value>,
}

impl RelyingParty {
    /// For one origin, such as `https://reset.example`; `host` is its host.
    ///
    /// # Errors
    /// When the origin is none.
    pub fn new(
        organisation: &str,
        origin: &str,
        host: &str,
        models: Option<Models>,
    ) -> Result<Self, String> {
        let url = Url::parse(origin).map_err(|error| format!("server.origin: {error}"))?;
        // How long to wait is said anew with every question.
        let wait = Duration::from_mins(1);
        let (subdomains, any_port) = (Some(false), Some(false));
        let core = WebauthnCore::new_unsafe_experts_only(
            organisation,
            host,
            vec![url],
            wait,
            subdomains,
            any_port,
        );
        Ok(Self {
            core,
            origin: origin.to_owned(),
            models,
        })
    }

    /// What the browser is asked to make: `PublicKeyCredentialCreationOptionsJSON` (5.1.8).
    ///
    /// # Errors
    /// [`Fault::Wrong`].
    pub fn creation(
        &self,
        owner: &Owner<'_>,
        nonce: &[u8; 32],
        left: Duration,
    ) -> Result<String, Fault> {
        let (mut asked, _) = self.making(owner)?;
        asked.challenge = nonce.to_vec();
        asked.timeout = Some(millis(left));
        if let Some(wanted) = &mut asked.authenticator_selection {
            // One that finds its account leads a reset; one that does not is welcome too.
            wanted.resident_key = Some(ResidentKeyRequirement::Preferred);
        }
        json(&asked)
    }

    /// Check a passkey that the browser made.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn made(&self, answer: &str, owner: &Owner<'_>, nonce: &[u8; 32]) -> Result<Made, Fault> {
        let answer: RegisterPublicKeyCredential = read(answer, LONGEST_MADE)?;
        if answer.type_ != "public-key" || answer.id != BASE64URL_NOPAD.encode(&answer.raw_id) {
            return Err(Fault::Shape("its type or its name"));
        }
        self.is_ours(&answer.response.client_data_json)?;
        let (_, state) = self.making(owner)?;
        let state: RegistrationState = with_nonce(&state, nonce)?;
        let roots = self.models.as_ref().map(Models::roots);
        let made = self.core.register_credential(&answer, &state, roots);
        let mut credential = made.map_err(|error| {
            if self.models.is_some() && is_about_models(&error) {
                Fault::Model(error)
            } else {
                Fault::Wrong(error)
            }
        })?;
        // What is signed was seen above under the name that the answer has; it must be that of the passkey.
        if credential.cred_id != answer.raw_id {
            return Err(Fault::Shape("its name"));
        }
        let count = credential.counter;
        // Whether the owner was known is weighed at every use, and the counter is kept beside the seal; certificates
        // would tell which device somebody has.
        credential.registration_policy = UserVerificationPolicy::Discouraged_DO_NOT_USE;
        credential.counter = 0;
        credential.attestation = ParsedAttestation::default();
        Ok(Made {
            discoverable: answer.extensions.cred_props.and_then(|props| props.rk),
            credential,
            count,
        })
    }

    /// What the browser is asked to sign: `PublicKeyCredentialRequestOptionsJSON` (5.1.9). With no passkeys named it
    /// offers those of this site that find their account by themselves.
    ///
    /// # Errors
    /// [`Fault::Wrong`].
    pub fn request(
        &self,
        allowed: &[&Passkey],
        nonce: &[u8; 32],
        left: Duration,
    ) -> Result<String, Fault> {
        let allowed = allowed.iter().map(|passkey| passkey.credential.clone());
        let (mut asked, _) = self.asking(allowed.collect())?;
        asked.challenge = nonce.to_vec();
        asked.timeout = Some(millis(left));
        json(&asked)
    }

    /// Check what was signed against a passkey; against nobody's where there is none, which is the same work.
    ///
    /// # Errors
    /// [`Fault`], always for nobody's.
    pub fn signed(
        &self,
        assertion: &Assertion,
        passkey: Option<&Passkey>,
        nonce: &[u8; 32],
    ) -> Result<Said, Fault> {
        let answer = &assertion.0;
        self.is_ours(&answer.response.client_data_json)?;
        let (_, state) = self.asking(Vec::new())?;
        let state: AuthenticationState = with_nonce(&state, nonce)?;
        let credential = match passkey {
            Some(passkey) => passkey.credential.clone(),
            None => assertion.nobody(),
        };
        // Seen by the test that compares what requests cost.
        tracing::trace!("checks a signature");
        let core = &self.core;
        let said = core.authenticate_single_credential(answer, &state, &credential)?;
        if passkey.is_none() {
            return Err(Fault::Shape("nobody's"));
        }
        Ok(Said {
            count: said.counter(),
            verified: said.user_verified(),
            backed_up: said.backup_state(),
        })
    }

    /// The library takes an origin with a path behind it, and an answer from inside a foreign page.
    fn is_ours(&self, client_data: &[u8]) -> Result<(), Fault> {
        let said: ClientData =
            serde_json::from_slice(client_data).map_err(|_| Fault::Shape("its client data"))?;
        if said.origin != self.origin {
            return Err(Fault::Page("its origin"));
        }
        if said.cross_origin || said.top_origin.is_some() {
            return Err(Fault::Page("inside another"));
        }
        Ok(())
    }

    fn making(
        &self,
        owner: &Owner<'_>,
    ) -> Result<
        (
            webauthn_rs_core::proto::PublicKeyCredentialCreationOptions,
            RegistrationState,
        ),
        Fault,
    > {
        let attestation = match &self.models {
            Some(_) => AttestationConveyancePreference::Direct,
            None => AttestationConveyancePreference::None,
        };
        let own = owner.own.iter().map(|one| one.credential.cred_id.clone());
        let extensions = RequestRegistrationExtensions {
            uvm: None,
            ..RequestRegistrationExtensions::default()
        };
        let asked = self
            .core
            .new_challenge_register_builder(owner.handle, owner.name, owner.name)?
            .attestation(attestation)
            .user_verification_policy(UserVerificationPolicy::Preferred)
            .exclude_credentials(Some(own.collect()))
            .extensions(Some(extensions));
        let (asked, state) = self.core.generate_challenge_register(asked)?;
        Ok((asked.public_key, state))
    }

    fn asking(
        &self,
        allowed: Vec<Credential>,
    ) -> Result<
        (
            webauthn_rs_core::proto::PublicKeyCredentialRequestOptions,
            AuthenticationState,
        ),
        Fault,
    > {
        let preferred = Some(UserVerificationPolicy::Preferred);
        let asked = self
            .core
            .new_challenge_authenticate_builder(allowed, preferred)?;
        let (asked, state) = self.core.generate_challenge_authenticate(asked)?;
        Ok((asked.public_key, state))
    }
}

impl Assertion {
    /// Read what a browser sent.
    ///
    /// # Errors
    /// [`Fault::Shape`].
    pub fn read(answer: &str) -> Result<Self, Fault> {
        let answer: PublicKeyCredential = read(answer, LONGEST_SIGNED)?;
        if answer.type_ != "public-key" || answer.id != BASE64URL_NOPAD.encode(&answer.raw_id) {
            return Err(Fault::Shape("its type or its name"));
        }
        Ok(Self(answer))
    }

    /// The name of the passkey that signed.
    #[must_use]
    pub fn credential_id(&self) -> &[u8] {
        &self.0.raw_id
    }

    /// Whose it is, as the authenticator says; nothing where it does not know.
    #[must_use]
    pub fn handle(&self) -> Option<&[u8]> {
        self.0.response.user_handle.as_deref()
    }

    /// A passkey that nobody has, under the name that was said. It says of backups what the answer says, so that both
    /// go as far as the signature.
    fn nobody(&self) -> Credential {
        let flags = self.0.response.authenticator_data.get(32).copied();
        let mut nobody = Credential::from(CredentialV3 {
            cred_id: self.0.raw_id.clone(),
            cred: COSEKey {
                type_: COSEAlgorithm::ES256,
                key: COSEKeyType::EC_EC2(COSEEC2Key {
                    curve: ECDSACurve::SECP256R1,
                    x: BASE_X.to_vec(),
                    y: BASE_Y.to_vec(),
                }),
            },
            counter: 0,
            verified: false,
            registration_policy: UserVerificationPolicy::Discouraged_DO_NOT_USE,
        });
        nobody.backup_eligible = flags.is_some_and(|flags| flags & 0x08 != 0);
        nobody
    }
}

/// The base point of P-256 (SP 800-186, 3.2.1.3): a public key whose private key everybody knows, so it proves nothing.
const BASE_X: [u8; 32] = *b"\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96";
const BASE_Y: [u8; 32] = *b"\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";

fn read<T: for<'a> Deserialize<'a>>(answer: &str, longest: usize) -> Result<T, Fault> {
    if answer.len() > longest {
        return Err(Fault::Shape("its length"));
    }
    serde_json::from_str(answer).map_err(|_| Fault::Shape("not JSON of it"))
}

fn json(asked: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(asked).map_err(|_| Fault::Shape("what was asked"))
}

/// The state of a ceremony with our nonce in place of the library's: that is how it would have been kept meanwhile.
fn with_nonce<T: Serialize + for<'a> Deserialize<'a>>(
    state: &T,
    nonce: &[u8; 32],
) -> Result<T, Fault> {
    let unkept = |_| Fault::Shape("the state of the ceremony");
    let mut kept = serde_json::to_value(state).map_err(unkept)?;
    let place = kept.get_mut("challenge");
    let place = place.ok_or(Fault::Shape("the state of the ceremony"))?;
    *place = Value::String(BASE64URL_NOPAD.encode(nonce));
    serde_json::from_value(kept).map_err(unkept)
}

fn millis(left: Duration) -> u32 {
    u32::try_from(left.as_millis()).unwrap_or(u32::MAX)
}

fn is_about_models(error: &WebauthnError) -> bool {
    matches!(
        error,
        WebauthnError::AttestationNotVerifiable
            | WebauthnError::AttestationNotSupported
            | WebauthnError::AttestationUntrustedAaguid
            | WebauthnError::AttestationFormatMissingAaguid
            | WebauthnError::AttestationChainNotTrusted(_)
            | WebauthnError::AttestationLeafCertMissing
    )
}

#[cfg(test)]
pub mod tests;
#[cfg(test)]
mod vectors;
