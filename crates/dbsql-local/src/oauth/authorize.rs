//! The authorization endpoint (RFC 6749, section 4.1.1) with PKCE (RFC 7636).

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header};

use crate::later::later;
use crate::oauth::answer::{Refusal, not_stored};
use crate::oauth::code::is_challenge;
use crate::oauth::discovery::Asked;
use crate::oauth::form::Form;
use crate::oauth::jwt::random_text;
use crate::oauth::redirect::Redirect;
use crate::oauth::sign_ins::{Code, Holder, Question};
use crate::oauth::{page, token};
use crate::settings::Consent;

pub(super) fn answer(asked: &Asked<'_>) -> Response<Bytes> {
    match *asked.request.method() {
        Method::POST => decide(asked),
        _ => ask(asked),
    }
}

/// A browser arrives with a client's request.
fn ask(asked: &Asked<'_>) -> Response<Bytes> {
    let oauth = &asked.inner.oauth;
    let query = asked.request.uri().query().unwrap_or_default();
    let Some(form) = Form::parse(query.as_bytes()) else {
        return page::refusal("A parameter of the request comes twice or is no UTF-8.");
    };
    // Nothing is sent to an address that is not registered for the client.
    let Some(client) = form.get("client_id").and_then(|id| oauth.client(id)) else {
        return page::refusal("The client is not known here.");
    };
    let redirect = form.get("redirect_uri").and_then(Redirect::parse);
    let Some(redirect) = redirect.filter(|redirect| client.listens_at(redirect)) else {
        return page::refusal("The redirect URI is not one of this client.");
    };
    let state = form.get("state").map(str::to_owned);
    let question =
        scope_and_challenge(&form, |asked| client.granted(asked)).map(|(scope, challenge)| {
            Question {
                client: client.id.clone(),
                redirect: redirect.clone(),
                scope,
                state: state.clone(),
                challenge,
            }
        });
    let question = match question {
        Ok(question) => question,
        Err(refusal) => {
            let error = [("error", refusal.code()), ("error_description", refusal.description())];
            return found(StatusCode::FOUND, &redirect, &error, state.as_deref());
        }
    };
    match asked.settings.consent {
        Consent::Allow => allow(asked, StatusCode::FOUND, question, oauth.first_user()),
        Consent::Deny => deny(StatusCode::FOUND, &question),
        Consent::Ask => {
            let ticket = random_text(&asked.inner.runtime);
            let response = page::question(&question, &oauth.realm.users, &ticket);
            oauth.sign_ins().questions.put(ticket, question);
            response
        }
    }
}

/// Returns the granted scope and the PKCE challenge.
fn scope_and_challenge(
    form: &Form,
    granted: impl Fn(Option<&str>) -> Option<String>,
) -> Result<(String, String), Refusal> {
    if form.get("response_type") != Some("code") {
        let refusal = Refusal::invalid_request("response_type is not `code`");
        return Err(refusal.with_code("unsupported_response_type"));
    }
    if form.get("code_challenge_method") != Some("S256") {
        return Err(Refusal::invalid_request("code_challenge_method is not `S256`"));
    }
    let challenge = form.get("code_challenge").filter(|challenge| is_challenge(challenge));
    let challenge = challenge.ok_or(Refusal::invalid_request("code_challenge is not valid"))?;
    let scope = granted(form.get("scope")).ok_or(Refusal::invalid_scope())?;
    Ok((scope, challenge.to_owned()))
}

/// The user has submitted the page.
fn decide(asked: &Asked<'_>) -> Response<Bytes> {
    let oauth = &asked.inner.oauth;
    let Ok(form) = token::form(asked.request) else {
        return page::refusal("This is not the form of the page.");
    };
    let question = form.get("ticket").and_then(|ticket| oauth.sign_ins().questions.take(ticket));
    let Some(question) = question else {
        return page::refusal("This page was answered before, or is none of this server.");
    };
    let user = form.get("user").and_then(|user| oauth.realm.users.iter().find(|one| *one == user));
    match (form.get("decision"), user) {
        (Some("allow"), Some(user)) => allow(asked, StatusCode::SEE_OTHER, question, user),
        (Some("allow"), None) => page::refusal("There is no such user."),
        _ => deny(StatusCode::SEE_OTHER, &question),
    }
}

fn allow(asked: &Asked<'_>, status: StatusCode, question: Question, user: &str) -> Response<Bytes> {
    let Question { client, redirect, scope, state, challenge } = question;
    let inner = asked.inner;
    let code = random_text(&inner.runtime);
    let mut sign_ins = inner.oauth.sign_ins();
    let family = sign_ins.new_family();
    let issued = Code {
        holder: Holder { principal: user.to_owned(), client, scope },
        redirect: redirect.text().to_owned(),
        challenge,
        until: later(inner.runtime.now(), asked.settings.code_lifetime),
        family,
        is_used: false,
    };
    sign_ins.codes.put(code.clone(), issued);
    found(status, &redirect, &[("code", &code)], state.as_deref())
}

fn deny(status: StatusCode, question: &Question) -> Response<Bytes> {
    let error = [("error", "access_denied"), ("error_description", "the user has denied it")];
    found(status, &question.redirect, &error, question.state.as_deref())
}

/// Redirects the browser back to the client. The state is always returned.
fn found(
    status: StatusCode,
    redirect: &Redirect,
    parameters: &[(&str, &str)],
    state: Option<&str>,
) -> Response<Bytes> {
    let mut parameters = parameters.to_vec();
    parameters.extend(state.map(|state| ("state", state)));
    let mut response = not_stored(Response::new(Bytes::new()));
    *response.status_mut() = status;
    match HeaderValue::from_str(&redirect.with(&parameters)) {
        Ok(location) => response.headers_mut().insert(header::LOCATION, location),
        Err(_) => return page::refusal("The redirect URI is not one of this client."),
    };
    response
}
