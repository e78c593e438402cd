//! The query history, which contains the statements of both protocols: finding a statement by the
//! nonce of its submit, and the progress of a statement.

mod find;
mod progress;
