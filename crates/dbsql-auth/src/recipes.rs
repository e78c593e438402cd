//! Sign-ins that take a few lines with [`token_provider_fn`](crate::token_provider_fn): managed
//! identities and metadata services.
//!
//! Each sends a request to a service on or near the machine over plain http, as these services
//! require, through the transport of the client. If a proxy is set, exclude the address of the
//! service from it (`NO_PROXY`). The returned token is sent to the workspace only.
//!
//! All of them use this function, which sends a request and returns the body:
//!
//! ```
//! use bytes::Bytes;
//! use dbsql_auth::{AuthContext, AuthError, AuthErrorKind};
//!
//! async fn ask(
//!     context: &AuthContext,
//!     url: &str,
//!     headers: &[(&str, &str)],
//! ) -> Result<Bytes, AuthError> {
//!     let unavailable = |what| AuthError::new(AuthErrorKind::Unavailable, what);
//!     let mut request = http::Request::get(url);
//!     for (name, value) in headers {
//!         request = request.header(*name, *value);
//!     }
//!     let request = request
//!         .body(Bytes::new())
//!         .map_err(|_| AuthError::new(AuthErrorKind::Invalid, "the URL of the service is invalid"))?;
//!     let response = context.transport().send(request).await.map_err(|error| {
//!         unavailable("failed to reach the metadata service").with_source(error)
//!     })?;
//!     if !response.status().is_success() {
//!         let message = format!("the metadata service answered HTTP {}", response.status().as_u16());
//!         return Err(AuthError::new(AuthErrorKind::Rejected, message));
//!     }
//!     let body = response.into_body().collect(64 * 1024).await;
//!     body.map_err(|error| unavailable("the response was cut off").with_source(error))
//! }
//! # let _ = ask;
//! ```
//!
//! # Managed identity of Azure
//!
//! The instance metadata service of a virtual machine (`azure-msi`). The identity must be a user of the
//! workspace. Its `expires_in` is a number in a string.
//!
//! ```
//! # use bytes::Bytes;
//! # use dbsql_auth::{AuthContext, AuthError, AuthErrorKind};
//! # async fn ask(_: &AuthContext, _: &str, _: &[(&str, &str)]) -> Result<Bytes, AuthError> {
//! #     Ok(Bytes::new())
//! # }
//! use std::time::Duration;
//! use dbsql_auth::{Secret, Token, token_provider_fn};
//!
//! #[derive(serde::Deserialize)]
//! struct Issued {
//!     access_token: String,
//!     expires_in: String,
//! }
//!
//! let provider = token_provider_fn(async |context: AuthContext| {
//!     // The application id of Azure Databricks. For a user-assigned identity add its `&client_id=`.
//!     let url = "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01\
//!                &resource=2ff814a6-3304-4ab8-85cb-cd0e6f879c1d";
//!     let body = ask(&context, url, &[("metadata", "true")]).await?;
//!     let strange = || AuthError::new(AuthErrorKind::Rejected, "invalid response of the token service");
//!     let issued: Issued = serde_json::from_slice(&body).map_err(|_| strange())?;
//!     let lifetime = issued.expires_in.parse().map_err(|_| strange())?;
//!     let token = Token::bearer(&Secret::from(issued.access_token))?;
//!     Ok(token.expires_in(Duration::from_secs(lifetime)))
//! });
//! # let _ = provider;
//! ```
//!
//! # Service account of Google Cloud
//!
//! The metadata server issues an id token with the workspace as its audience, valid for an hour.
//!
//! ```
//! # use bytes::Bytes;
//! # use dbsql_auth::{AuthContext, AuthError, AuthErrorKind};
//! # async fn ask(_: &AuthContext, _: &str, _: &[(&str, &str)]) -> Result<Bytes, AuthError> {
//! #     Ok(Bytes::new())
//! # }
//! use std::time::Duration;
//! use dbsql_auth::{Secret, Token, token_provider_fn};
//!
//! let provider = token_provider_fn(async |context: AuthContext| {
//!     let audience = format!("https://{}", context.workspace().host().unwrap_or_default());
//!     let url = format!(
//!         "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/\
//!          identity?audience={audience}&format=full"
//!     );
//!     let body = ask(&context, &url, &[("metadata-flavor", "Google")]).await?;
//!     let token = String::from_utf8_lossy(&body).trim().to_owned();
//!     Ok(Token::bearer(&Secret::from(token))?.expires_in(Duration::from_secs(3600)))
//! });
//! # let _ = provider;
//! ```
//!
//! # Metadata service of Databricks
//!
//! The service at `DATABRICKS_METADATA_SERVICE_URL` (`metadata-service`), as provided by editors
//! and notebooks on loopback. `expires_on` is in seconds since 1970.
//!
//! ```
//! # use bytes::Bytes;
//! # use dbsql_auth::{AuthContext, AuthError, AuthErrorKind};
//! # async fn ask(_: &AuthContext, _: &str, _: &[(&str, &str)]) -> Result<Bytes, AuthError> {
//! #     Ok(Bytes::new())
//! # }
//! use std::time::{Duration, SystemTime};
//! use dbsql_auth::{Secret, Token, token_provider_fn};
//!
//! #[derive(serde::Deserialize)]
//! struct Issued {
//!     access_token: String,
//!     expires_on: f64,
//! }
//!
//! let url = std::env::var("DATABRICKS_METADATA_SERVICE_URL").unwrap_or_default();
//! let provider = token_provider_fn(move |context: AuthContext| {
//!     let url = url.clone();
//!     async move {
//!         let host = format!("https://{}", context.workspace().host().unwrap_or_default());
//!         let headers =
//!             [("x-databricks-metadata-version", "1"), ("x-databricks-host", host.as_str())];
//!         let body = ask(&context, &url, &headers).await?;
//!         let issued: Issued = serde_json::from_slice(&body).map_err(|_| {
//!             AuthError::new(AuthErrorKind::Rejected, "invalid response of the metadata service")
//!         })?;
//!         let end = Duration::try_from_secs_f64(issued.expires_on)
//!             .ok()
//!             .and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since))
//!             .ok_or_else(|| AuthError::new(AuthErrorKind::Rejected, "invalid expires_on"))?;
//!         Ok(Token::bearer(&Secret::from(issued.access_token))?.expires_at(end))
//!     }
//! });
//! # let _ = provider;
//! ```
