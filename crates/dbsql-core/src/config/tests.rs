//! Which values of settings are accepted, clamped or rejected.

use super::*;
use crate::ErrorKind;

fn config() -> Config {
    Config::new("h.example", "p")
}

#[track_caller]
fn invalid(config: &Config) -> String {
    let error = config.validate().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    error.to_string()
}

#[test]
fn debug_shows_no_token_that_was_passed_as_host() {
    for host in ["jdbc:spark://h:443;PWD=canary", "databricks://token:canary@h", "u:canary@h"] {
        let shown = format!("{:?}", Config::new(host, "p"));
        assert!(!shown.contains("canary"), "{shown}");
    }
    assert!(format!("{:?}", Config::new("https://h:443/", "p")).contains("https://h:443/"));
}

#[test]
fn setting_that_cannot_work_is_rejected_by_name() {
    let zero = Duration::ZERO;
    for (name, config) in [
        ("response_timeout", config().response_timeout(zero)),
        ("submit_response_timeout", config().submit_response_timeout(zero)),
        ("download_stall_timeout", config().download_stall_timeout(zero)),
        ("keep_alive", config().keep_alive(Some(zero))),
        ("byte_budget", config().byte_budget(0)),
        ("max_requests_in_flight", config().max_requests_in_flight(0)),
        ("max_requests_in_flight", config().max_requests_in_flight(16)),
        ("max_polls_in_flight", config().max_polls_in_flight(0)),
        ("max_polls_in_flight", config().max_polls_in_flight(241)),
        ("max_polls_in_flight", config().max_polls_in_flight(usize::MAX)),
        ("max_polls_in_flight", config().max_requests_in_flight(20).max_polls_in_flight(5)),
        ("max_polls_per_second", config().max_polls_per_second(0)),
        ("max_downloads", config().max_downloads(0)),
        ("query_tag", config().query_tag("a-b", "")),
        ("retry policy", config().retry(RetryPolicy::new().initial_backoff(zero))),
        ("retry policy", config().retry(RetryPolicy::new().multiplier(f64::NAN))),
    ] {
        let message = invalid(&config);
        assert!(message.contains(name), "{name}: {message}");
    }
    // The error does not name the other setting, whose name contains this one.
    assert!(invalid(&config().response_timeout(zero)).contains("Config::response_timeout"));
}

#[test]
fn usual_and_smallest_settings_are_valid() {
    let least = Duration::from_nanos(1);
    for config in [
        config(),
        config().response_timeout(least).submit_response_timeout(least).keep_alive(Some(least)),
        config().download_stall_timeout(least),
        config().keep_alive(None).byte_budget(1).retry(RetryPolicy::none()),
        config().max_requests_in_flight(17).max_polls_in_flight(1),
        config().max_requests_in_flight(usize::MAX).max_polls_in_flight(2000),
        config().max_polls_per_second(1).max_downloads(1),
    ] {
        assert!(config.validate().is_ok(), "{config:?}");
    }
}

#[test]
fn huge_durations_are_clamped_below_an_overflow() {
    let huge = Duration::MAX;
    let config = config()
        .response_timeout(huge)
        .submit_response_timeout(huge)
        .download_stall_timeout(huge)
        .keep_alive(Some(huge));
    assert!(config.validate().is_ok());
    let now = dbsql_runtime::Runtime::real().now();
    for kept in [
        config.response_timeout,
        config.submit_response_timeout,
        config.download_stall_timeout,
        config.keep_alive.unwrap(),
    ] {
        assert_eq!(kept, MAX_DURATION);
        assert!(now.checked_add(kept).is_some());
    }
}

#[test]
fn default_of_polls_is_derived_from_the_requests() {
    let polls = |config: Config| config.limits().max_polls_in_flight;
    let expected = Limits {
        max_requests_in_flight: 256,
        max_polls_in_flight: 192,
        max_polls_per_second: 200,
        max_downloads: 32,
    };
    assert_eq!(config().limits(), expected);
    assert_eq!(polls(config().max_requests_in_flight(2000)), 192);
    assert_eq!(polls(config().max_requests_in_flight(100)), 84);
    assert_eq!(polls(config().max_requests_in_flight(17)), 1);
    assert_eq!(polls(config().max_requests_in_flight(2000).max_polls_in_flight(1984)), 1984);
    assert!(config().max_requests_in_flight(100).validate().is_ok());
}
