//! The owner of a token, as requested by `current_user` of the SDKs.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use crate::oauth::discovery::Asked;
use crate::oauth::user;
use crate::service::json_response;

/// The response header with the id of the workspace.
const WORKSPACE: &str = "x-databricks-org-id";

pub(super) fn answer(asked: &Asked<'_>) -> Response<Bytes> {
    let name = user(asked.inner, asked.request.headers());
    let mut response = json_response(
        StatusCode::OK,
        &json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "id": "1",
            "userName": name,
            "displayName": name,
            "active": true,
        }),
    );
    if let Ok(id) = HeaderValue::from_str(&asked.settings.workspace_id) {
        response.headers_mut().insert(WORKSPACE, id);
    }
    response
}
