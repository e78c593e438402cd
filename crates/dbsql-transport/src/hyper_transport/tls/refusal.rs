//! What a refused handshake means, in words for people.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError, Error as TlsError};

/// Why one side refused, if TLS is behind an error and says something that people can act on.
pub(in crate::hyper_transport) fn reason(error: &(dyn Error + 'static)) -> Option<&'static str> {
    match behind(error)? {
        TlsError::InvalidCertificate(error) => certificate(error),
        TlsError::AlertReceived(alert) => client_certificate(*alert).or(match alert {
            AlertDescription::ProtocolVersion => {
                Some("it does not speak a version from TLS 1.2 on")
            }
            AlertDescription::UnrecognisedName => Some("it does not know this host name"),
            _ => None,
        }),
        TlsError::InvalidMessage(_) => Some("it does not speak TLS on this port"),
        TlsError::PeerIncompatible(_) => Some("it speaks no common version of TLS"),
        _ => None,
    }
}

/// Whether the server refused the certificate of this client, or the lack of one.
///
/// With TLS 1.3 (RFC 8446, section 4.4) the client hears of it after its own part of the handshake, when
/// it may have sent a request. The server has not looked at that: its handshake never came to an end, and
/// this client offers no sign-in after the handshake.
pub(in crate::hyper_transport) fn is_of_client(error: &(dyn Error + 'static)) -> bool {
    match behind(error) {
        Some(TlsError::AlertReceived(alert)) => client_certificate(*alert).is_some(),
        _ => false,
    }
}

fn certificate(error: &CertificateError) -> Option<&'static str> {
    Some(match error {
        CertificateError::UnknownIssuer => "its certificate is of an authority that is not trusted",
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
        AlertDescription::CertificateRequired => "it wants a client certificate",
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA => "it does not accept the client certificate",
        _ => return None,
    })
}

/// The error of TLS in a chain of causes, also inside of an `io::Error`.
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
