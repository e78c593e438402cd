//! Statements that maintain tables, of which there is nothing to do here, and those that are refused.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::{Definition, Reader, Upkeep};
use crate::engine::errors::{Result, unsupported};

impl Reader<'_> {
    pub(super) fn upkeep(&mut self) -> Result<Option<Definition>> {
        let mut table = None;
        let command = if self.word("OPTIMIZE") {
            table = Some(self.name()?);
            if self.word("WHERE") {
                self.expression()?;
            }
            if self.words(&["ZORDER", "BY"]) {
                self.columns()?;
            }
            self.word("FULL");
            "OPTIMIZE"
        } else if self.word("VACUUM") {
            table = Some(self.name()?);
            if self.word("RETAIN") {
                self.expression()?;
                self.word("HOURS");
            }
            self.words(&["DRY", "RUN"]);
            "VACUUM"
        } else if self.words(&["ANALYZE", "TABLE"]) {
            table = Some(self.name()?);
            self.next_word("COMPUTE")?;
            self.next_word("STATISTICS")?;
            if self.words(&["FOR", "COLUMNS"]) {
                self.identifier()?;
                while self.sign(&Token::Comma) {
                    self.identifier()?;
                }
            }
            let _ = self.word("NOSCAN") || self.words(&["FOR", "ALL", "COLUMNS"]);
            "ANALYZE TABLE"
        } else if self.words(&["REFRESH", "TABLE"]) {
            table = Some(self.name()?);
            "REFRESH TABLE"
        } else if self.words(&["UNCACHE", "TABLE"]) {
            self.words(&["IF", "EXISTS"]);
            self.name()?;
            "UNCACHE TABLE"
        } else if self.words(&["CLEAR", "CACHE"]) {
            "CLEAR CACHE"
        } else {
            for (words, what) in [
                (&["GRANT"][..], "GRANT: there are no privileges here"),
                (&["REVOKE"], "REVOKE: there are no privileges here"),
                (&["DENY"], "DENY: there are no privileges here"),
                (&["CACHE"], "CACHE: tables are in memory"),
                (&["REFRESH"], "this kind of REFRESH"),
                (&["ANALYZE"], "this kind of ANALYZE"),
                (&["MSCK"], "MSCK: tables are in memory"),
                (&["REPAIR"], "REPAIR TABLE: tables are in memory"),
                (&["MERGE", "WITH"], "MERGE WITH SCHEMA EVOLUTION"),
                (&["COPY", "INTO"], "COPY INTO"),
                (&["EXPLAIN", "FORMATTED"], "EXPLAIN FORMATTED"),
                (&["EXPLAIN", "COST"], "EXPLAIN COST"),
                (&["EXPLAIN", "CODEGEN"], "EXPLAIN CODEGEN"),
                (&["EXPLAIN", "EXTENDED"], "EXPLAIN EXTENDED"),
                (&["RESTORE"], "RESTORE: tables have no earlier versions"),
                (&["UNDROP"], "UNDROP"),
                (&["FSCK"], "FSCK"),
                (&["CONVERT"], "CONVERT TO DELTA"),
                (&["DECLARE"], "session variables"),
                (&["BEGIN"], "compound statements and transactions"),
            ] {
                if self.words(words) {
                    return Err(unsupported(what));
                }
            }
            return Ok(None);
        };
        Ok(Some(Definition::Upkeep(Upkeep { command, table })))
    }
}
