//! Reads certificates and keys in PEM, from the options or from files, with errors that name the
//! invalid one.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::BuildError;
use crate::BoxError;
use crate::options::{ClientCertificate, KeySource, PemSource};

/// The maximum file size in bytes: bundles of roots have some hundred KiB.
const MAX_FILE: u64 = 16 << 20;

/// Reads the additional roots, which are validated here so that errors of the verifier concern the
/// platform.
pub(super) fn roots(sources: &[PemSource]) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let mut roots = Vec::new();
    for source in sources {
        let found = match source {
            PemSource::Text(text) => checked_roots(text).map_err(BuildError::RootCertificate),
            PemSource::File(path) => read(path)
                .and_then(|text| checked_roots(&text))
                .map_err(|source| BuildError::RootCertificateFile { path: path.clone(), source }),
        };
        roots.extend(found?);
    }
    Ok(roots)
}

/// Reads the certificates and the key of the client.
pub(super) fn client_certificate(
    source: &ClientCertificate,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), BuildError> {
    let in_text = BuildError::ClientCertificate;
    let in_file = |path: &Path| {
        let path = path.to_owned();
        |source| BuildError::ClientCertificateFile { path, source }
    };
    let chain = match &source.chain {
        PemSource::Text(text) => certificates(text).map_err(in_text),
        PemSource::File(path) => {
            read(path).and_then(|text| certificates(&text)).map_err(in_file(path))
        }
    };
    let key = match &source.key {
        KeySource::Text(text) => private_key(text).map_err(in_text),
        KeySource::File(path) => {
            read(path).and_then(|text| private_key(&text)).map_err(in_file(path))
        }
    };
    Ok((chain?, key?))
}

fn checked_roots(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, BoxError> {
    let roots = certificates(text)?;
    for root in &roots {
        RootCertStore::empty().add(root.clone())?;
    }
    Ok(roots)
}

fn certificates(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, BoxError> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(text).collect::<Result<_, _>>()?;
    if found.is_empty() {
        return Err("the PEM contains no certificate".into());
    }
    Ok(found)
}

fn private_key(text: &[u8]) -> Result<PrivateKeyDer<'static>, BoxError> {
    PrivateKeyDer::from_pem_slice(text).map_err(|error| match error {
        pem::Error::NoItemsFound if is_encrypted(text) => {
            "the private key is encrypted with a passphrase; decrypt it first".into()
        }
        pem::Error::NoItemsFound => "the PEM contains no private key".into(),
        // Other errors may quote the contents.
        _ => "the private key is not valid PEM".into(),
    })
}

fn is_encrypted(text: &[u8]) -> bool {
    let mark = b"ENCRYPTED";
    text.windows(mark.len()).any(|window| window == mark)
}

/// Returns the contents of a file. Erased on drop, since it may contain a key.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, BoxError> {
    let mut file = File::open(path)?;
    // Large enough for everything, so that a growing buffer leaves no copies behind.
    let size = usize::try_from(file.metadata()?.len().min(MAX_FILE)).unwrap_or_default();
    let mut content = Zeroizing::new(Vec::with_capacity(size + 1));
    file.by_ref().take(MAX_FILE + 1).read_to_end(&mut content)?;
    if content.len() as u64 > MAX_FILE {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge).into());
    }
    Ok(content)
}
