//! The query history, which has the statements of both protocols: looking for one by the nonce of its
//! submit, and the progress of one.

mod find;
mod progress;
