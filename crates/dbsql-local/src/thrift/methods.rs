//! The names of all calls.

use dbsql_protocol::rpc::{self, Rpc as _};

/// The methods of the service, under whose names their calls are counted.
pub(crate) const METHODS: [&str; 21] = [
    rpc::OpenSession::NAME,
    rpc::CloseSession::NAME,
    rpc::GetInfo::NAME,
    rpc::ExecuteStatement::NAME,
    rpc::GetTypeInfo::NAME,
    rpc::GetCatalogs::NAME,
    rpc::GetSchemas::NAME,
    rpc::GetTables::NAME,
    rpc::GetTableTypes::NAME,
    rpc::GetColumns::NAME,
    rpc::GetFunctions::NAME,
    rpc::GetPrimaryKeys::NAME,
    rpc::GetCrossReference::NAME,
    rpc::GetOperationStatus::NAME,
    rpc::CancelOperation::NAME,
    rpc::CloseOperation::NAME,
    rpc::GetResultSetMetadata::NAME,
    rpc::FetchResults::NAME,
    rpc::GetDelegationToken::NAME,
    rpc::CancelDelegationToken::NAME,
    rpc::RenewDelegationToken::NAME,
];
