//! Whom to trust, and with which cryptography.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::BuildError;
use crate::HttpOptions;

/// The TLS settings of a client, and why they can trust nobody if that is so.
pub(super) fn client_config(
    options: &HttpOptions,
) -> Result<(ClientConfig, Option<rustls::Error>), BuildError> {
    let provider = Arc::new(provider()?);
    let extra_roots = extra_roots(options)?;
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| BuildError::Tls(error.into()))?;
    Ok(match Verifier::new_with_extra_roots(extra_roots, provider) {
        Ok(verifier) => {
            let verifier: Arc<dyn ServerCertVerifier> = Arc::new(verifier);
            let config = config.dangerous().with_custom_certificate_verifier(verifier);
            (config.with_no_client_auth(), None)
        }
        Err(error) => {
            let config = config.with_root_certificates(RootCertStore::empty());
            (config.with_no_client_auth(), Some(error))
        }
    })
}

/// Passed on explicitly: the default of the process belongs to the application.
#[cfg(any(feature = "ring", feature = "aws-lc-rs"))]
#[expect(clippy::unnecessary_wraps, reason = "without a provider it fails")]
fn provider() -> Result<CryptoProvider, BuildError> {
    #[cfg(feature = "aws-lc-rs")]
    return Ok(rustls::crypto::aws_lc_rs::default_provider());
    #[cfg(not(feature = "aws-lc-rs"))]
    Ok(rustls::crypto::ring::default_provider())
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
fn provider() -> Result<CryptoProvider, BuildError> {
    Err(BuildError::NoCryptography)
}

/// The extra roots, checked here so that what the verifier complains about is the platform.
fn extra_roots(options: &HttpOptions) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let mut roots = Vec::new();
    for pem in &options.root_certificates_pem {
        let before = roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate =
                certificate.map_err(|error| BuildError::RootCertificate(error.into()))?;
            RootCertStore::empty()
                .add(certificate.clone())
                .map_err(|error| BuildError::RootCertificate(error.into()))?;
            roots.push(certificate);
        }
        if roots.len() == before {
            return Err(BuildError::RootCertificate("there is no certificate in the PEM".into()));
        }
    }
    Ok(roots)
}
