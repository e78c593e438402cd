//! The methods of the service.

use crate::wire::ThriftStruct;

pub use crate::generated::services::*;

/// A method: its name, what it is asked with and what it answers.
pub trait Rpc {
    /// The name on the wire.
    const NAME: &'static str;
    /// What a call carries.
    type Request: ThriftStruct + Send + Sync + 'static;
    /// What a reply carries.
    type Response: ThriftStruct + Send + Sync + 'static;
}
