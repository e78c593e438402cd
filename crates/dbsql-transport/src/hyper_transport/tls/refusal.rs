//! Explains rejected handshakes.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError, Error as TlsError};

/// Returns the reason for a rejected handshake, if TLS is the cause and there is something the user
/// can fix.
pub(in crate::hyper_transport) fn reason(error: &(dyn Error + 'static)) -> Option<&'static str> {
    match behind(error)? {
        TlsError::InvalidCertificate(error) => certificate(error),
        TlsError::AlertReceived(alert) => client_certificate(*alert).or(match alert {
            AlertDescription::ProtocolVersion => Some("it does not support TLS 1.2 or newer"),
            AlertDescription::UnrecognisedName => Some("it does not know this host name"),
            _ => None,
        }),
        TlsError::InvalidMessage(_) => Some("it does not speak TLS on this port"),
        TlsError::PeerIncompatible(_) => Some("there is no common TLS version or cipher suite"),
        _ => None,
    }
}

/// Returns `true` if the server rejected the certificate of this client, or the lack of one.
///
/// With TLS 1.3 (RFC 8446, section 4.4) the client learns of it after its own part of the
/// handshake, when it may have sent a request. The server has not processed it: its handshake never
/// completed, and this client does not offer authentication after the handshake.
pub(in crate::hyper_transport) fn is_of_client(error: &(dyn Error + 'static)) -> bool {
    match behind(error) {
        Some(TlsError::AlertReceived(alert)) => client_certificate(*alert).is_some(),
        _ => false,
    }
}

fn certificate(error: &CertificateError) -> Option<&'static str> {
    Some(match error {
        CertificateError::UnknownIssuer => "its certificate is signed by an untrusted authority",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "its certificate has expired"
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "its certificate is not valid yet: check the clock of this machine"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another host"
        }
        CertificateError::Revoked => "its certificate was revoked",
        _ => return None,
    })
}

fn client_certificate(alert: AlertDescription) -> Option<&'static str> {
    Some(match alert {
        AlertDescription::CertificateRequired => "it requires a client certificate",
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA => "it rejected the client certificate",
        _ => return None,
    })
}

/// Returns the TLS error in a chain of causes, including those wrapped in an `io::Error`.
fn behind<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a TlsError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map_or_else(|| error.source(), |wrapped| Some(wrapped as _));
    }
    None
}
