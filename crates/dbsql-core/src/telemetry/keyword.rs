//! The operation of a statement, if its first word determines it.

/// First keywords that determine the operation of a statement. Not `WITH` and `FROM`, which any
/// operation may follow, and not `BEGIN`, which contains several.
const KEYWORDS: &[&str] = &[
    "ALTER", "ANALYZE", "CACHE", "CALL", "CLEAR", "COMMENT", "CONVERT", "COPY", "CREATE",
    "DECLARE", "DELETE", "DENY", "DESC", "DESCRIBE", "DROP", "EXECUTE", "EXPLAIN", "FSCK", "GET",
    "GRANT", "INSERT", "LIST", "LOAD", "MERGE", "MSCK", "OPTIMIZE", "PUT", "REFRESH", "REMOVE",
    "REORG", "REPAIR", "REPLACE", "RESET", "RESTORE", "REVOKE", "SELECT", "SET", "SHOW", "SYNC",
    "TABLE", "TRUNCATE", "UNCACHE", "UNDROP", "UPDATE", "USE", "VACUUM", "VALUES",
];

/// Returns the first keyword of a statement, in upper case; `None` if it does not determine the
/// operation. Nothing after the first word is read.
pub(super) fn operation(sql: &str) -> Option<&'static str> {
    let sql = without_comments(sql)?;
    let end = sql.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(sql.len());
    let word = &sql[..end];
    KEYWORDS.iter().find(|keyword| word.eq_ignore_ascii_case(keyword)).copied()
}

/// Returns the text after leading white space and comments, which may be nested as in Spark SQL;
/// `None` if a comment does not end.
fn without_comments(sql: &str) -> Option<&str> {
    let mut rest = sql.trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n')?.1
        } else if rest.starts_with("/*") {
            after_bracketed_comment(rest)?
        } else {
            return Some(rest);
        }
        .trim_start();
    }
}

fn after_bracketed_comment(comment: &str) -> Option<&str> {
    let (mut depth, mut rest) = (0_u32, comment);
    loop {
        let at = rest.find(['/', '*'])?;
        rest = &rest[at..];
        if let Some(inside) = rest.strip_prefix("/*") {
            (depth, rest) = (depth + 1, inside);
        } else if let Some(behind) = rest.strip_prefix("*/") {
            (depth, rest) = (depth - 1, behind);
            if depth == 0 {
                return Some(rest);
            }
        } else {
            rest = &rest[1..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operation_is_the_first_keyword() {
        for (sql, expected) in [
            ("SELECT 1", Some("SELECT")),
            ("  \n select*from t", Some("SELECT")),
            ("-- a note\n--\n/* and /* nested */ one */Insert INTO t VALUES (1)", Some("INSERT")),
            ("/*+ hint */ MERGE INTO t", Some("MERGE")),
            ("VALUES(1)", Some("VALUES")),
            ("SELECTED", None),
            ("select_it", None),
            ("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", None),
            ("FROM t INSERT INTO u SELECT *", None),
            ("BEGIN INSERT INTO t VALUES (1); END", None),
            ("(SELECT 1)", None),
            ("secret", None),
            ("/* no end SELECT", None),
            ("/* a /* b */ SELECT", None),
            ("-- SELECT", None),
            ("/*/ SELECT", None),
            ("/**/SELECT 1", Some("SELECT")),
            ("/***/SELECT 1", Some("SELECT")),
            ("é SELECT", None),
            ("", None),
        ] {
            assert_eq!(operation(sql), expected, "{sql}");
        }
    }
}
