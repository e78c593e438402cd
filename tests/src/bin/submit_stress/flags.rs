//! The command line.

use dbsql_tests::raw_server::HttpProtocol;

xflags::xflags! {
    /// Races submits against their deadlines and drops, and counts what the client tells wrong.
    cmd submit-stress {
        /// `h1` for HTTP/1.1 over TCP, `h2` for HTTP/2 over TLS.
        required --protocol protocol: HttpProtocol
        /// How many statements to submit; 50,000 unless set.
        optional --submits submits: u64
        /// What the choices of the run follow from; 1 unless set. The threads' timing does not.
        optional --seed seed: u64
        /// Tasks that submit at the same time; 64 unless set.
        optional --tasks tasks: u64
        /// Clients that the tasks share, each with a connection pool of its own; 4 unless set.
        optional --clients clients: u64
        /// Print the report as JSON.
        optional --json
    }
}
