//! What a server says went wrong, taken apart: short text, SQLSTATE, error class, and the rest.

/// A server's message. Spark's own server sends a Java exception with its stack trace and the
/// query plan in one text; Databricks sends a short text beside a long one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ServerMessage {
    short: String,
    full: String,
    sql_state: Option<String>,
    error_class: Option<String>,
}

/// Where the part for people ends: the stack trace, the statement quoted with a caret below it,
/// the unresolved plan.
const ENDS: [&str; 5] = ["\n\tat ", "\n\n== SQL", "\n== SQL", ";\n'", "\n\nDriver stacktrace:"];

/// Exception class names that say nothing to somebody who wrote SQL.
const HIVE_PREFIX: &str = "org.apache.hive.service.cli.HiveSQLException: ";
const RUN_PREFIX: &str = "Error running query: ";

/// Longest text put into an error's `Display`, in bytes.
const SHORT_LIMIT: usize = 1000;

impl ServerMessage {
    /// `display` is the text that the server means for people, `full` everything it sent.
    pub(crate) fn new(
        display: Option<&str>,
        full: Option<&str>,
        sql_state: Option<&str>,
        details_json: Option<&str>,
    ) -> Self {
        let full_text = full.or(display).unwrap_or_default();
        let human = display.filter(|text| !text.trim().is_empty()).unwrap_or(full_text);
        let short = shorten(human);
        let error_class = class_from_json(details_json).or_else(|| class_from_text(human));
        let sql_state = sql_state
            .filter(|state| !state.is_empty())
            .map(str::to_owned)
            .or_else(|| state_from_text(human));
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

/// `[CLASS] java.class.Name: [CLASS] text` says the class twice; keep the second.
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
    let well_formed = !class.is_empty()
        && class
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"_.".contains(&b));
    well_formed.then_some((class, rest))
}

fn class_from_text(text: &str) -> Option<String> {
    // The class stands at the front, or behind exception names that end in ": ".
    text.match_indices('[').take(4).find_map(|(at, _)| {
        let at_front = at == 0 || text[..at].ends_with(": ") || text[..at].ends_with(":\n");
        let (class, _) = bracketed(&text[at..])?;
        at_front.then(|| class.to_owned())
    })
}

/// `... SQLSTATE: 42P01` stands at the end of messages whose field was left out.
fn state_from_text(text: &str) -> Option<String> {
    let (_, rest) = text.rsplit_once("SQLSTATE: ")?;
    let state: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    (state.len() == 5).then_some(state)
}

fn class_from_json(json: Option<&str>) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(json?).ok()?;
    let class = ["errorClass", "error_class"].iter().find_map(|key| value.get(key)?.as_str());
    class.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_trace_stays_out_of_the_short_text() {
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
    fn quoted_sql_stays_out_of_the_short_text() {
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
    fn a_failure_without_class_keeps_its_words() {
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
    fn the_text_meant_for_people_is_preferred_and_json_names_the_class() {
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
    fn a_huge_message_is_cut_at_a_character() {
        let message = ServerMessage::new(None, Some(&"é".repeat(5000)), None, None);
        assert!(message.short_text().len() <= SHORT_LIMIT + 4);
        assert!(message.short_text().ends_with(" ..."));
    }
}
