//! Models of authenticators that policy takes. What a model says of itself (its AAGUID) counts only when its maker
//! vouches for it: with an attestation that leads to one of the maker's roots.

use std::collections::BTreeMap;

use uuid::Uuid;
use webauthn_rs_core::proto::{AttestationCaList, AttestationCaListBuilder};

/// The end of a certificate in PEM (RFC 7468).
const END: &str = "-----END CERTIFICATE-----";

/// The models, each under every root.
#[derive(Clone, Debug)]
pub struct Models(AttestationCaList);

impl Models {
    /// From AAGUIDs, such as `ee882879-721c-4913-9775-3dfcce97072a`, and the roots of their makers in PEM.
    ///
    /// # Errors
    /// What is wrong, in words for a configuration.
    pub fn new(models: &[String], roots: &str) -> Result<Self, String> {
        let mut list = AttestationCaListBuilder::new();
        let mut there = false;
        for root in roots.split_inclusive(END) {
            let Some(begin) = root.find("-----BEGIN CERTIFICATE-----") else {
                continue;
            };
            let pem = root.get(begin..).unwrap_or_default();
            for model in models {
                let aaguid = Uuid::parse_str(model).map_err(|_| {
                    format!("`{model}` is no AAGUID such as ee882879-721c-4913-9775-3dfcce97072a")
                })?;
                list.insert_device_pem(pem.as_bytes(), aaguid, model.clone(), BTreeMap::new())
                    .map_err(|error| format!("a root does not read: {error:?}"))?;
                there = true;
            }
        }
        if there {
            Ok(Self(list.build()))
        } else {
            Err("no model, or no certificate in PEM among the roots".to_owned())
        }
    }

    /// As the library needs them.
    pub(super) fn roots(&self) -> &AttestationCaList {
        &self.0
    }
}
