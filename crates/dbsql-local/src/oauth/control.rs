//! Controls of the identity provider for tests.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::oauth::call;
use crate::oauth::jwt::seconds_since_epoch;
use crate::service::Service;

/// The default lifetime of tokens of foreign issuers.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

impl Service {
    /// Returns a token of a [`ForeignIssuer`](crate::ForeignIssuer), for an exchange: a JWT with
    /// these claims, to which `iss`, `iat` and `exp` (in 10 minutes) are added unless they are
    /// present. `None` if the issuer is not registered or the claims are not an object.
    ///
    /// ```
    /// use dbsql_local::{ForeignIssuer, Service};
    /// use serde_json::json;
    ///
    /// let issuer = "https://issuer.example";
    /// let service = Service::builder().foreign_issuer(ForeignIssuer::new(issuer)).build();
    /// let token = service.id_token(issuer, json!({ "sub": "me@example.com" })).expect("a token");
    /// assert_eq!(token.split('.').count(), 3);
    /// ```
    #[must_use]
    pub fn id_token(&self, issuer: &str, claims: Value) -> Option<String> {
        let oauth = &self.inner.oauth;
        let is_known = oauth.realm.issuers.iter().any(|known| known.url == issuer);
        let Value::Object(mut claims) = claims else { return None };
        let now = self.inner.runtime.wall_now();
        for (name, value) in [
            ("iss", json!(issuer)),
            ("iat", json!(seconds_since_epoch(now))),
            ("exp", json!(seconds_since_epoch(now + LIFETIME))),
        ] {
            claims.entry(name).or_insert(value);
        }
        is_known.then(|| oauth.key.sign(&Value::Object(claims)))
    }

    /// Revokes an access token or a refresh token. A refresh token is revoked with all tokens of
    /// its sign-in. A revoked access token is rejected as unknown, unlike one that
    /// [expires](Self::expire_token).
    pub fn revoke_token(&self, token: impl AsRef<str>) {
        let token = token.as_ref();
        self.inner.credentials.remove_token(token);
        let mut sign_ins = self.inner.oauth.sign_ins();
        let family = sign_ins.refresh_tokens.get_mut(token).map(|token| token.family);
        if let Some(family) = family {
            sign_ins.revoke_family(family, &self.inner.credentials);
        }
    }

    /// Returns how often tokens were issued, by grant: `authorization_code`, `client_credentials`,
    /// `refresh_token`, `urn:ietf:params:oauth:grant-type:token-exchange`, and `entra`. Rejected
    /// requests do not count; [`requests`](Self::requests) includes them.
    #[must_use]
    pub fn grants(&self) -> BTreeMap<String, u64> {
        let sign_ins = self.inner.oauth.sign_ins();
        sign_ins.grants.iter().map(|(grant, count)| ((*grant).to_owned(), *count)).collect()
    }

    /// Returns the environment variables of a GitHub Actions job that uses the imitated token
    /// service at this URL of the warehouse, such as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn github_actions(&self, url: &str) -> [(&'static str, String); 2] {
        let url = format!("{}{}?api-version=2.0", url.trim_end_matches('/'), call::GITHUB);
        [
            ("ACTIONS_ID_TOKEN_REQUEST_URL", url),
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", self.inner.oauth.github_token.0.clone()),
        ]
    }
}
