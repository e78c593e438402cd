//! The message of a server, parsed: short text, SQLSTATE, error class, and the full text.

/// The message of a server. Apache Spark's server sends a Java exception with its stack trace and
/// the query plan in one text; Databricks sends a short text and a long one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ServerMessage {
    short: String,
    full: String,
    sql_state: Option<String>,
    error_class: Option<String>,
}

/// The marks that end the short text: the stack trace, the quoted statement with a caret below it,
/// or the unresolved plan.
const ENDS: [&str; 5] = ["\n\tat ", "\n\n== SQL", "\n== SQL", ";\n'", "\n\nDriver stacktrace:"];

/// Exception class names that mean nothing to the author of an SQL statement.
const HIVE_PREFIX: &str = "org.apache.hive.service.cli.HiveSQLException: ";
const RUN_PREFIX: &str = "Error running query: ";

/// The maximum length of the server's text in the `Display` of an error, in bytes.
const SHORT_LIMIT: usize = 1000;

/// The maximum length of an error class, in bytes; the longest known ones have about 100.
const CLASS_LIMIT: usize = 256;

impl ServerMessage {
    /// `display` is the short text that the server sent for users, `full` everything it sent.
    pub(crate) fn new(
        display: Option<&str>,
        full: Option<&str>,
        sql_state: Option<&str>,
        details_json: Option<&str>,
    ) -> Self {
        let full_text = full.or(display).unwrap_or_default();
        let human = display.filter(|text| !text.trim().is_empty()).unwrap_or(full_text);
        let short = shorten(human);
        let error_class = class_from_json(details_json)
            .or_else(|| class_from_text(human))
            .or_else(|| class_from_text(full_text));
        let sql_state = sql_state
            .filter(|state| is_sql_state(state))
            .map(str::to_owned)
            .or_else(|| state_from_text(human))
            .or_else(|| state_from_text(full_text));
        Self { short, full: full_text.to_owned(), sql_state, error_class }
    }

    pub(crate) fn short_text(&self) -> &str {
        &self.short
    }

    pub(crate) fn full_text(&self) -> &str {
        &self.full
    }

    pub(crate) fn sql_state(&self) -> Option<&str> {
        self.sql_state.as_deref()
    }

    pub(crate) fn error_class(&self) -> Option<&str> {
        self.error_class.as_deref()
    }
}

fn shorten(text: &str) -> String {
    let end = ENDS.iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    let mut text = text[..end].trim();
    text = text.strip_prefix(HIVE_PREFIX).unwrap_or(text);
    text = text.strip_prefix(RUN_PREFIX).unwrap_or(text);
    text = without_repeated_class(text);
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.len() > SHORT_LIMIT {
        let cut = (0..=SHORT_LIMIT).rev().find(|&at| line.is_char_boundary(at)).unwrap_or(0);
        line.truncate(cut);
        line.push_str(" ...");
    }
    line
}

/// `[CLASS] java.class.Name: [CLASS] text` contains the class twice: keeps the second.
fn without_repeated_class(text: &str) -> &str {
    let Some((class, rest)) = bracketed(text) else { return text };
    let Some((java_name, message)) = rest.trim_start().split_once(": ") else { return text };
    let is_java_name = java_name.contains('.') && !java_name.contains(char::is_whitespace);
    let message = message.trim_start();
    match bracketed(message) {
        Some((again, _)) if is_java_name && again == class => message,
        _ => text,
    }
}

/// Splits `[INSIDE] rest` when the inside looks like an error class.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (class, rest) = text.strip_prefix('[')?.split_once(']')?;
    is_error_class(class).then_some((class, rest))
}

fn is_error_class(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_.".contains(&b);
    !text.is_empty() && text.len() <= CLASS_LIMIT && text.bytes().all(allowed)
}

fn is_sql_state(text: &str) -> bool {
    text.len() == 5 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn class_from_text(text: &str) -> Option<String> {
    // The class is at the front, or after exception names that end in ": ".
    text.match_indices('[').take(4).find_map(|(at, _)| {
        let at_front = at == 0 || text[..at].ends_with(": ") || text[..at].ends_with(":\n");
        let (class, _) = bracketed(&text[at..])?;
        at_front.then(|| class.to_owned())
    })
}

/// Messages end with `... SQLSTATE: 42P01` if the field is missing.
fn state_from_text(text: &str) -> Option<String> {
    let (_, rest) = text.rsplit_once("SQLSTATE: ")?;
    let state: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    is_sql_state(&state).then_some(state)
}

fn class_from_json(json: Option<&str>) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(json?).ok()?;
    let class = ["errorClass", "error_class"].iter().find_map(|key| value.get(key)?.as_str());
    class.filter(|class| is_error_class(class)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_text_has_no_stack_trace() {
        let text = "org.apache.hive.service.cli.HiveSQLException: Error running query: \
            [TABLE_OR_VIEW_NOT_FOUND] org.apache.spark.sql.AnalysisException: \
            [TABLE_OR_VIEW_NOT_FOUND] The table or view `nosuch` cannot be found.\nVerify it.; \
            line 1 pos 14;\n'Project [*]\n+- 'UnresolvedRelation [nosuch]\n\n\tat org.apache.X.y(Z.scala:43)";
        let message = ServerMessage::new(None, Some(text), Some("42P01"), None);
        assert_eq!(
            message.short_text(),
            "[TABLE_OR_VIEW_NOT_FOUND] The table or view `nosuch` cannot be found. Verify it.; \
             line 1 pos 14"
        );
        assert_eq!(message.error_class(), Some("TABLE_OR_VIEW_NOT_FOUND"));
        assert_eq!(message.sql_state(), Some("42P01"));
        assert_eq!(message.full_text(), text);
    }

    #[test]
    fn short_text_has_no_quoted_sql() {
        let text = "org.apache.hive.service.cli.HiveSQLException: Error running query: \
            [PARSE_SYNTAX_ERROR] org.apache.spark.sql.catalyst.parser.ParseException: \n\
            [PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'.(line 1, pos 0)\n\n== SQL ==\nselec 1\n^^^\n";
        let message = ServerMessage::new(None, Some(text), None, None);
        assert_eq!(
            message.short_text(),
            "[PARSE_SYNTAX_ERROR] Syntax error at or near 'selec'.(line 1, pos 0)"
        );
        assert_eq!(message.error_class(), Some("PARSE_SYNTAX_ERROR"));
    }

    #[test]
    fn text_without_class_is_kept() {
        let text = "org.apache.hive.service.cli.HiveSQLException: Error running query: \
            org.apache.spark.SparkException: Job aborted: java.lang.RuntimeException: boom\n\tat x";
        let message = ServerMessage::new(None, Some(text), None, None);
        assert_eq!(
            message.short_text(),
            "org.apache.spark.SparkException: Job aborted: java.lang.RuntimeException: boom"
        );
        assert_eq!(message.error_class(), None);
    }

    #[test]
    fn display_text_is_preferred_and_json_names_the_class() {
        let message = ServerMessage::new(
            Some("[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012"),
            Some("long"),
            None,
            Some(r#"{"errorClass":"DIVIDE_BY_ZERO"}"#),
        );
        assert_eq!(message.sql_state(), Some("22012"));
        assert_eq!(message.error_class(), Some("DIVIDE_BY_ZERO"));
        assert_eq!(message.full_text(), "long");
    }

    #[test]
    fn huge_message_is_cut_at_a_character() {
        let message = ServerMessage::new(None, Some(&"é".repeat(5000)), None, None);
        assert!(message.short_text().len() <= SHORT_LIMIT + 4);
        assert!(message.short_text().ends_with(" ..."));
    }

    #[test]
    fn malformed_state_and_class_are_ignored() {
        for (state, class) in [("", ""), ("42", "lower"), ("42P0 ", "A B"), ("42P011", "A-B")] {
            let json = serde_json::json!({ "errorClass": class }).to_string();
            let message = ServerMessage::new(None, Some("boom"), Some(state), Some(&json));
            assert_eq!(
                (message.sql_state(), message.error_class()),
                (None, None),
                "{state} {class}"
            );
        }
        let text = "[A_B.C] boom SQLSTATE: 42P01";
        let message = ServerMessage::new(None, Some(text), Some("bad"), Some("{}"));
        assert_eq!((message.sql_state(), message.error_class()), (Some("42P01"), Some("A_B.C")));
    }
}
