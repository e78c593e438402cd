//! HTTP paths of warehouses and clusters.

use super::super::Config;
use super::super::testing::{found, refused};

fn base() -> Config {
    Config::new("h.example", "x").token("t")
}

#[track_caller]
fn path(config: &Config) -> String {
    config.resolve().unwrap().http_path
}

#[test]
fn warehouse_and_cluster_have_paths() {
    assert_eq!(path(&base()), "x");
    assert_eq!(path(&base().warehouse_id("abc")), "/sql/1.0/warehouses/abc");
    assert_eq!(path(&base().cluster_id("0123-abc")), "/sql/protocolv1/o/0/0123-abc");
    let cluster = base().cluster_id("0123-abc");
    assert_eq!(path(&cluster.clone().workspace_id("77")), "/sql/protocolv1/o/77/0123-abc");
    assert_eq!(path(&cluster.clone().workspace_id("eastern")), "/sql/protocolv1/o/0/0123-abc");
    assert_eq!(path(&cluster.host("h.example/?o=78")), "/sql/protocolv1/o/78/0123-abc");
    // The last one that code sets takes effect.
    assert_eq!(path(&base().warehouse_id("abc").http_path("y")), "y");
}

#[test]
fn source_with_higher_precedence_decides_the_whole_target() {
    let file = "[DEFAULT]\nhost = h\ntoken = t\ncluster_id = c\n";
    assert_eq!(path(&found(&[], file)), "/sql/protocolv1/o/0/c");
    let config = found(&[("DATABRICKS_WAREHOUSE_ID", "w")], file);
    assert_eq!(path(&config), "/sql/1.0/warehouses/w");
    assert_eq!(path(&config.http_path("y")), "y");
}

#[test]
fn contradicting_targets_are_rejected_with_their_origins() {
    for (lines, says) in [
        ("warehouse_id = w\ncluster_id = c", "warehouse_id (profile [DEFAULT]"),
        ("http_path = /sql/1.0/warehouses/v\nwarehouse_id = w", "http_path (profile [DEFAULT]"),
        ("http_path = /sql/protocolv1/o/0/b\ncluster_id = c", "cluster_id (profile [DEFAULT]"),
    ] {
        let message = refused(&found(&[], &format!("[DEFAULT]\nhost = h\ntoken = t\n{lines}")));
        assert!(message.contains(says) && message.contains("contradict"), "{message}");
    }
    for lines in [
        "http_path = /sql/1.0/warehouses/w?o=1\nwarehouse_id = w",
        "http_path = sql/protocolv1/o/0/c\ncluster_id = c",
    ] {
        let config = found(&[], &format!("[DEFAULT]\nhost = h\ntoken = t\n{lines}"));
        assert!(config.resolve().is_ok(), "{lines}");
    }
}

#[test]
fn id_that_cannot_be_part_of_a_path_is_rejected() {
    for id in ["", "/sql/1.0/warehouses/canary", "a b", "a?b", "..", "ü"] {
        let message = refused(&base().warehouse_id(id));
        assert!(message.contains("warehouse_id (set in code)"), "{message}");
        refused(&base().cluster_id(id));
    }
    for id in ["", "canary x", "canary\r\n", &"1".repeat(129)] {
        assert!(refused(&base().workspace_id(id)).contains("workspace_id"), "{id}");
    }
}

#[test]
fn two_workspaces_are_rejected() {
    let config = base().host("h.example/?o=1");
    assert_eq!(config.resolve().unwrap().workspace_id.as_deref(), Some("1"));
    assert!(config.clone().workspace_id("1").resolve().is_ok());
    assert!(refused(&config.workspace_id("2")).contains("contradict"));
}
