//! The TLS configuration: trusted certificates, the client's certificate and the cryptography
//! provider.

mod pem;
pub(super) mod refusal;
mod unverified;

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use self::unverified::Unverified;
use super::BuildError;
use crate::HttpOptions;
use crate::options::TlsOptions;

/// Creates the TLS configuration of a client, with the reason if it can trust no certificate.
pub(super) fn client_config(
    options: &HttpOptions,
) -> Result<(ClientConfig, Option<rustls::Error>), BuildError> {
    let options = &options.tls;
    let provider = Arc::new(provider()?);
    let roots = pem::roots(&options.roots)?;
    let versions = if options.tls13_only { &[&TLS13][..] } else { &[&TLS13, &TLS12] };
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .map_err(|error| BuildError::Tls(error.into()))?;
    let (config, no_roots) = match verifier(options, roots, provider)? {
        Ok(verifier) => (config.dangerous().with_custom_certificate_verifier(verifier), None),
        Err(error) => (config.with_root_certificates(RootCertStore::empty()), Some(error)),
    };
    let config = match &options.client_certificate {
        None => config.with_no_client_auth(),
        Some(certificate) => {
            let (chain, key) = pem::client_certificate(certificate)?;
            config
                .with_client_auth_cert(chain, key)
                .map_err(|error| BuildError::ClientCertificate(error.into()))?
        }
    };
    Ok((config, no_roots))
}

/// Returns the certificate verifier, or the reason why no root can be trusted on this machine.
fn verifier(
    options: &TlsOptions,
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Result<Arc<dyn ServerCertVerifier>, rustls::Error>, BuildError> {
    if options.accept_any_certificate {
        return Ok(Ok(Arc::new(Unverified::new(provider))));
    }
    if options.platform_roots {
        let verifier = Verifier::new_with_extra_roots(roots, provider);
        return Ok(verifier.map(|verifier| Arc::new(verifier) as _));
    }
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(root).map_err(|error| BuildError::RootCertificate(error.into()))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider).build();
    Ok(Ok(verifier.map_err(|error| BuildError::Tls(error.into()))?))
}

/// Passed on explicitly: the process-wide default belongs to the application.
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
