//! TLS to servers that the operator names.

use std::path::Path;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::BuilderVerifierExt as _;

/// What is believed: the authorities of the system, or only those of a file (PEM).
///
/// # Errors
/// In one line, which names the key in `section` of the configuration.
pub fn client(section: &str, ca_file: Option<&Path>) -> Result<ClientConfig, String> {
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("{section}: {error}"))?;
    let Some(path) = ca_file else {
        return Ok(builder
            .with_platform_verifier()
            .map_err(|error| format!("{section}: {error}"))?
            .with_no_client_auth());
    };
    let fault =
        |what: &dyn std::fmt::Display| format!("{section}.ca-file: {}: {what}", path.display());
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| fault(&error))? {
        let certificate = certificate.map_err(|error| fault(&error))?;
        roots.add(certificate).map_err(|error| fault(&error))?;
    }
    if roots.is_empty() {
        return Err(fault(&"no certificate in it (PEM is wanted)"));
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
