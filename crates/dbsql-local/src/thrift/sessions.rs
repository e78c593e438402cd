//! `OpenSession` and `CloseSession`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use dbsql_protocol::types::{
    TCloseSessionReq, TCloseSessionResp, TNamespace, TOpenSessionReq, TOpenSessionResp,
    TProtocolVersion, TSessionHandle,
};

use crate::engine::{SessionOptions, SqlError};
use crate::service::Inner;
use crate::session::{Protocol, Session};
use crate::thrift::{Ask, Refusal, ThriftVersion, handles, info, status};

pub(super) fn open(ask: &Ask<'_>, request: &TOpenSessionReq) -> Result<TOpenSessionResp, Refusal> {
    let inner = ask.inner;
    if inner.settings().quirks.refuse_thrift {
        let message = "this warehouse does not speak Thrift";
        return Err(SqlError::new("THRIFT_NOT_SUPPORTED", "KP001", message).into());
    }
    let version = negotiated(request, inner.settings().thrift_version);
    let namespace = request.initial_namespace.clone().filter(|_| has_namespaces(version));
    let (catalog, schema) =
        namespace.map(|one| (one.catalog_name, one.schema_name)).unwrap_or_default();
    let configuration = request.configuration.clone().unwrap_or_default();
    let options =
        SessionOptions { catalog, schema, configuration, user: Some(ask.caller.user.clone()) };
    let (protocol, agent) = (Protocol::Thrift(version), ask.caller.agent.clone());
    let session = Session::open(inner, protocol, ask.caller.node, options, agent)?;
    inner.warehouse.start(&inner.settings(), &inner.runtime);
    let SessionOptions { catalog, schema, configuration, .. } = session.options.clone();
    let has_namespace = catalog.is_some() || schema.is_some();
    let response = TOpenSessionResp {
        status: status::success(),
        server_protocol_version: version.to_wire(),
        session_handle: Some(handles::of_session(&session)),
        configuration: Some(configuration),
        get_infos: request
            .get_infos
            .as_ref()
            .map(|wanted| wanted.iter().copied().map(info::value).collect()),
        initial_namespace: has_namespace
            .then_some(TNamespace { catalog_name: catalog, schema_name: schema }),
        can_use_multiple_catalogs: has_namespaces(version).then_some(true),
    };
    let limit = inner.settings().max_sessions;
    let added = inner.registry.add_session(session, limit);
    added.map_err(|_| status::too_many(&format!("{limit} sessions are open")))?;
    inner.placed.fetch_add(1, Ordering::Relaxed);
    Ok(response)
}

pub(super) fn close(
    ask: &Ask<'_>,
    request: &TCloseSessionReq,
) -> Result<TCloseSessionResp, Refusal> {
    let session = find(ask.inner, &request.session_handle)?;
    ask.inner.close_session(&session);
    Ok(TCloseSessionResp { status: status::success() })
}

/// Returns the session of a handle, and marks it as used.
pub(super) fn find(inner: &Inner, handle: &TSessionHandle) -> Result<Arc<Session>, Refusal> {
    let id = &handle.session_id;
    let session = inner.session(&id.guid, &id.secret);
    let session = session.ok_or_else(|| status::no_session(inner, handle))?;
    session.used.touch(&inner.runtime);
    Ok(session)
}

/// Returns `true` if the session's protocol version is at least this one.
pub(super) fn speaks(session: &Session, version: ThriftVersion) -> bool {
    matches!(session.protocol, Protocol::Thrift(negotiated) if negotiated >= version)
}

/// Returns the newest version that both sides support.
fn negotiated(request: &TOpenSessionReq, newest: ThriftVersion) -> ThriftVersion {
    let number = request.client_protocol_i64.and_then(|number| i32::try_from(number).ok());
    let offered = number.map(TProtocolVersion).or(request.client_protocol);
    match offered {
        // None offered, or the number that represents none.
        None | Some(TProtocolVersion(..0)) => newest.min(ThriftVersion::SPARK_V1),
        Some(offered) => newest.min(ThriftVersion::from_wire(offered)),
    }
}

fn has_namespaces(version: ThriftVersion) -> bool {
    version >= ThriftVersion::SPARK_V4
}
