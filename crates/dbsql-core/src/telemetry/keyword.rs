//! The operation of a statement, as far as its first word tells it.

/// Keywords that name the one operation of the statement that they begin. Not here: `WITH` and `FROM`,
/// behind which any operation may stand, and `BEGIN`, which holds several.
const KEYWORDS: &[&str] = &[
    "ALTER", "ANALYZE", "CACHE", "CALL", "CLEAR", "COMMENT", "CONVERT", "COPY", "CREATE",
    "DECLARE", "DELETE", "DENY", "DESC", "DESCRIBE", "DROP", "EXECUTE", "EXPLAIN", "FSCK", "GET",
    "GRANT", "INSERT", "LIST", "LOAD", "MERGE", "MSCK", "OPTIMIZE", "PUT", "REFRESH", "REMOVE",
    "REORG", "REPAIR", "REPLACE", "RESET", "RESTORE", "REVOKE", "SELECT", "SET", "SHOW", "SYNC",
    "TABLE", "TRUNCATE", "UNCACHE", "UNDROP", "UPDATE", "USE", "VACUUM", "VALUES",
];

/// Returns the keyword that a statement begins with, in upper case; `None` where that does not tell its
/// operation. Nothing behind the first word is looked at.
pub(super) fn operation(sql: &str) -> Option<&'static str> {
    let sql = without_comments(sql)?;
    let end = sql.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(sql.len());
    let word = &sql[..end];
    KEYWORDS.iter().find(|keyword| word.eq_ignore_ascii_case(keyword)).copied()
}

/// The text behind leading white space and comments, which may be nested as in Spark's SQL. `None`
/// where one does not end.
fn without_comments(sql: &str) -> Option<&str> {
    let mut rest = sql.trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n')?.1
        } else if rest.starts_with("/*") {
            behind_bracketed(rest)?
        } else {
            return Some(rest);
        }
        .trim_start();
    }
}

fn behind_bracketed(comment: &str) -> Option<&str> {
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
