//! A local warehouse: the place for a server that speaks the protocols of Databricks SQL, so that
//! anyone can try the client and test with it without an account.
//!
//! Nothing is here yet. What will be: a `Service` value with two ways in, an in-process transport
//! and an HTTP server on loopback; engines behind one trait, DataFusion and a scripted one; a seeded
//! plan of faults.
