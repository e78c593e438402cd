//! The facade against Apache Spark's own Thrift server.
