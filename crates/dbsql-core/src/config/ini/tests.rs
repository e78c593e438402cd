//! Unusual profile files. The expected results were compared with Python's `configparser`.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn parsed(text: &str) -> Ini {
    Ini::parse(text.as_bytes()).unwrap()
}

#[track_caller]
fn refused(bytes: &[u8]) -> SyntaxError {
    Ini::parse(bytes).unwrap_err()
}

#[test]
fn keys_and_values_are_trimmed_and_split_at_the_first_sign() {
    for (text, key, value) in [
        ("host=h", "host", "h"),
        ("host = h", "host", "h"),
        ("host:h", "host", "h"),
        ("HOST : h", "host", "h"),
        ("host = https://h:443/?o=1", "host", "https://h:443/?o=1"),
        ("host: https://h", "host", "https://h"),
        ("token = a=b=c;d#e", "token", "a=b=c;d#e"),
        ("token = x # no comment", "token", "x # no comment"),
        ("\ttoken\t=\tx\t", "token", "x"),
        ("token =", "token", ""),
        ("token = \"x\"", "token", "\"x\""),
        ("token = %(host)s", "token", "%(host)s"),
        ("a key = x", "a key", "x"),
        ("Schlüssel = ü", "schlüssel", "ü"),
    ] {
        assert_eq!(parsed(&format!("[p]\n{text}\n")).value("p", key), Some(value), "{text}");
    }
}

#[test]
fn line_ends_and_byte_order_mark_do_not_matter() {
    for text in [
        "[p]\nhost = h\ntoken = t\n",
        "[p]\r\nhost = h\r\ntoken = t",
        "[p]\rhost = h\rtoken = t\r",
        "\u{feff}[p]\nhost = h\n\n# comment\n; comment\n  # comment\ntoken = t\n\n\n",
        "  [p]\n  host = h\n  token = t\n",
    ] {
        let ini = parsed(text);
        assert_eq!(ini.value("p", "host"), Some("h"), "{text:?}");
        assert_eq!(ini.value("p", "token"), Some("t"), "{text:?}");
    }
}

#[test]
fn deeper_indented_line_continues_the_value() {
    let ini = parsed("[p]\nscopes = a\n  b\n\n  c\ntoken = t\n[q]\n  host = h\n  token = t\n");
    assert_eq!(ini.value("p", "scopes"), Some("a\nb\n\nc"));
    assert_eq!(ini.value("p", "token"), Some("t"));
    assert_eq!(ini.value("q", "host"), Some("h"));
    assert_eq!(parsed("[p]\nscopes =\n  a\n").value("p", "scopes"), Some("\na"));
}

#[test]
fn section_names_keep_their_case_and_inherit_nothing() {
    let ini = parsed("[DEFAULT]\nhost = h\n[Prod]\ntoken = t\n[a] b]\nx = y\n[c] # said\n");
    assert_eq!(ini.value("Prod", "host"), None);
    assert_eq!(ini.value("prod", "token"), None);
    assert_eq!(ini.value("a] b", "x"), Some("y"));
    let names: Vec<_> = ini.section_names().collect();
    assert_eq!(names, ["DEFAULT", "Prod", "a] b", "c"]);
    assert_eq!(ini.section("Prod").unwrap().collect::<Vec<_>>(), [("token", "t")]);
    assert!(ini.section("nowhere").is_none());
}

#[test]
fn ambiguous_or_unreadable_line_is_rejected_with_its_number() {
    for (text, line, says) in [
        (&b"[p]\na = 1\n[p]\nb = 2"[..], 3, "duplicate section, first in line 1"),
        (b"[p]\na = 1\nA = 2", 3, "duplicate key, first in line 2"),
        (b"[DEFAULT]\na = 1\n[DEFAULT]\na = 2", 4, "duplicate key, first in line 2"),
        (b"token = canary", 1, "not in a section"),
        (b"[p]\ncanary", 2, "neither"),
        (b"[]\ntoken = canary", 1, "not in a section"),
        (b"[p]\n[]", 2, "neither"),
        (b"[p\ntoken = canary", 1, "not in a section"),
        (b"[p]\n= canary", 2, "empty"),
        (b"[p]\na = 1\nb = \xff\n", 3, "UTF-8"),
        (b"\xff\xfe[\0p\0]\0", 1, "UTF-8"),
    ] {
        let error = refused(text);
        assert_eq!(error.line, line, "{}", text.escape_ascii());
        assert!(error.message.contains(says), "{error:?}");
        assert!(!error.message.contains("canary"), "{error:?}");
    }
    // Only DEFAULT may be continued further down.
    let ini = parsed("[DEFAULT]\na = 1\n[p]\n[DEFAULT]\nb = 2");
    assert_eq!((ini.value("DEFAULT", "a"), ini.value("DEFAULT", "b")), (Some("1"), Some("2")));
}

#[test]
fn megabyte_on_one_line_is_a_value() {
    let long = "x".repeat(1 << 20);
    assert_eq!(parsed(&format!("[p]\ntoken = {long}\n")).value("p", "token"), Some(&*long));
}

#[test]
fn many_continuations_take_linear_time() {
    let text = format!("[p]\ntoken = t\n{}", " x\n".repeat(200_000));
    assert_eq!(parsed(&text).value("p", "token").unwrap().len(), 1 + 2 * 200_000);
}

proptest! {
    #[test]
    fn no_input_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Ini::parse(&bytes);
    }

    #[test]
    fn no_file_of_likely_parts_panics(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "[", "]", "[p]", "=", ":", "a", " ", "\t", "\n", "\r", "\r\n", "#", ";", "\u{feff}",
                "\u{a0}", "ü", "\0",
            ]),
            0..40,
        )
    ) {
        let _ = Ini::parse(parts.concat().as_bytes());
    }
}
