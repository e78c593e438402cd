//! The tunnel of a SOCKS 5 proxy: `CONNECT` of RFC 1928 with the user name and password of RFC 1929.
//! The proxy looks up names.

use std::net::IpAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use zeroize::Zeroizing;

use super::{Destination, Reason, TunnelError};
use crate::proxy::ProxyCredentials;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const NO_METHOD: u8 = 0xff;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

pub(super) async fn open(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin + Send),
    login: Option<&ProxyCredentials>,
    destination: Destination<'_>,
) -> Result<(), TunnelError> {
    // Encoded first: a name that is too long is detected before anything is sent.
    let request = request(destination)?;
    let methods: &[u8] = match login {
        None => &[VERSION, 1, NO_LOGIN],
        Some(_) => &[VERSION, 2, NO_LOGIN, USER_AND_PASSWORD],
    };
    stream.write_all(methods).await?;
    stream.flush().await?;
    let mut chosen = [0; 2];
    stream.read_exact(&mut chosen[..1]).await?;
    if chosen[0] != VERSION {
        return Err(not_socks());
    }
    stream.read_exact(&mut chosen[1..]).await?;
    match (chosen[1], login) {
        (NO_LOGIN, _) => {}
        (USER_AND_PASSWORD, Some(login)) => sign_in(stream, login).await?,
        (NO_METHOD, Some(_)) => {
            let detail =
                "the proxy accepts neither a user name and password nor an anonymous connection";
            return Err(TunnelError::new(Reason::WantsCredentials, detail));
        }
        (NO_METHOD, None) => {
            let detail = "the proxy accepts no anonymous connection";
            return Err(TunnelError::new(Reason::WantsCredentials, detail));
        }
        (method, _) => {
            let detail =
                format!("the proxy chose authentication method {method}, which was not offered");
            return Err(TunnelError::invalid(detail));
        }
    }
    stream.write_all(&request).await?;
    stream.flush().await?;
    read_reply(stream).await
}

fn not_socks() -> TunnelError {
    TunnelError::invalid("the response is not SOCKS 5")
}

async fn sign_in(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin + Send),
    login: &ProxyCredentials,
) -> Result<(), TunnelError> {
    const SIGN_IN_VERSION: u8 = 1;
    // One allocation: a growing buffer leaves copies behind.
    let mut message = Zeroizing::new(Vec::with_capacity(3 + 2 * usize::from(u8::MAX)));
    message.push(SIGN_IN_VERSION);
    for part in [&login.user, &login.password] {
        let too_long = |_| TunnelError::invalid("a user name or password has at most 255 bytes");
        message.push(u8::try_from(part.len()).map_err(too_long)?);
        message.extend_from_slice(part.as_bytes());
    }
    stream.write_all(&message).await?;
    stream.flush().await?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer).await?;
    // Some proxies respond with the version of SOCKS.
    match answer {
        [SIGN_IN_VERSION | VERSION, 0] => Ok(()),
        [SIGN_IN_VERSION | VERSION, _] => Err(TunnelError::new(
            Reason::RejectedCredentials,
            "the proxy rejected the user name or password",
        )),
        _ => Err(not_socks()),
    }
}

fn request(to: Destination<'_>) -> Result<Vec<u8>, TunnelError> {
    let bare = to.host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let bare = bare.unwrap_or(to.host);
    let mut request = vec![VERSION, CONNECT, 0];
    match bare.parse() {
        Ok(IpAddr::V4(address)) => {
            request.push(IPV4);
            request.extend(address.octets());
        }
        Ok(IpAddr::V6(address)) => {
            request.push(IPV6);
            request.extend(address.octets());
        }
        Err(_) => {
            let too_long =
                |_| TunnelError::new(Reason::Refused, "the host name is longer than 255 bytes");
            request.push(NAME);
            request.push(u8::try_from(bare.len()).map_err(too_long)?);
            request.extend_from_slice(bare.as_bytes());
        }
    }
    request.extend(to.port.to_be_bytes());
    Ok(request)
}

/// Reads the reply with the address that the proxy bound, which is not needed.
async fn read_reply(stream: &mut (impl AsyncRead + Unpin + Send)) -> Result<(), TunnelError> {
    let mut head = [0; 4];
    stream.read_exact(&mut head[..2]).await?;
    let [VERSION, reply, ..] = head else { return Err(not_socks()) };
    if reply != 0 {
        // Nothing is read beyond this: some proxies close the connection without the rest.
        return Err(refusal(reply));
    }
    stream.read_exact(&mut head[2..]).await?;
    let length = match head[3] {
        IPV4 => 4,
        IPV6 => 16,
        NAME => usize::from(stream.read_u8().await?),
        _ => return Err(not_socks()),
    };
    let mut address = [0; u8::MAX as usize + 2];
    stream.read_exact(&mut address[..length + 2]).await?;
    Ok(())
}

fn refusal(reply: u8) -> TunnelError {
    let (reason, text) = match reply {
        1 => (Reason::TargetUnreachable, "general failure"),
        2 => (Reason::Refused, "not allowed by its rules"),
        3 => (Reason::TargetUnreachable, "network unreachable"),
        // Also the reply for names that were not found.
        4 => (Reason::TargetUnreachable, "host unreachable"),
        5 => (Reason::TargetUnreachable, "connection refused"),
        6 => (Reason::TargetUnreachable, "TTL expired"),
        7 => (Reason::Refused, "command not supported"),
        8 => (Reason::Refused, "address type not supported"),
        _ => (Reason::Invalid, "unknown reply"),
    };
    TunnelError::new(reason, format!("the proxy responded with SOCKS reply {reply}: {text}"))
}
