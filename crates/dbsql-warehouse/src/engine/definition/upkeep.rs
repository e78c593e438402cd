//! Statements that maintain tables, of which there is nothing to do here, and those that are refused.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::{Definition, Name, Reader};
use crate::engine::errors::{Result, unsupported};

/// A statement for which there is nothing to do.
#[derive(Debug)]
pub(in crate::engine) struct Upkeep {
    pub(in crate::engine) command: &'static str,
    /// What it is about, which must exist.
    pub(in crate::engine) object: Option<Object>,
    pub(in crate::engine) reason: &'static str,
}

#[derive(Debug)]
pub(in crate::engine) enum Object {
    Catalog(String),
    Schema(Name),
    Table(Name),
}

const IN_MEMORY: &str = "the tables of the local warehouse are in memory";
const NO_PRIVILEGES: &str = "everybody may do everything in the local warehouse";

impl Reader<'_> {
    pub(super) fn upkeep(&mut self) -> Result<Option<Definition>> {
        for (command, before_principal) in [("GRANT", "TO"), ("REVOKE", "FROM")] {
            if self.word(command) {
                return self.privileges(command, before_principal).map(Some);
            }
        }
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
                (&["DENY"][..], "DENY: there are no privileges here"),
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
        let object = table.map(Object::Table);
        Ok(Some(Definition::Upkeep(Upkeep { command, object, reason: IN_MEMORY })))
    }

    /// Reads the rest of `GRANT SELECT, USE SCHEMA ON SCHEMA s TO p`.
    fn privileges(&mut self, command: &'static str, before_principal: &str) -> Result<Definition> {
        while !self.word("ON") {
            if !self.sign(&Token::Comma) {
                self.identifier()?;
            }
        }
        let object = if self.word("CATALOG") {
            Object::Catalog(self.single_name()?)
        } else if self.word("SCHEMA") || self.word("DATABASE") {
            Object::Schema(self.name()?)
        } else {
            let others = ["METASTORE", "FUNCTION", "PROCEDURE", "VOLUME", "CONNECTION", "SHARE"];
            let more = ["EXTERNAL", "STORAGE", "SERVICE", "ANY", "ANONYMOUS", "CLEAN", "MODEL"];
            let is_kind = |word: &&str| self.is_word(0, word) && !self.is_word(1, before_principal);
            if others.iter().chain(&more).any(is_kind) {
                return Err(unsupported(format!("{command} on this kind of object")));
            }
            self.word("MATERIALIZED");
            let _ = self.word("TABLE") || self.word("VIEW");
            Object::Table(self.name()?)
        };
        self.next_word(before_principal)?;
        self.identifier()?;
        let object = Some(object);
        Ok(Definition::Upkeep(Upkeep { command, object, reason: NO_PRIVILEGES }))
    }
}
