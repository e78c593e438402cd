//! The methods of the service.

use crate::wire::ThriftStruct;

pub use crate::generated::services::*;

/// A method: its name, its request and its response.
pub trait Rpc {
    /// The name on the wire.
    const NAME: &'static str;
    /// The arguments of a call.
    type Request: ThriftStruct + Send + Sync + 'static;
    /// The result in a reply.
    type Response: ThriftStruct + Send + Sync + 'static;
}
