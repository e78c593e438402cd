//! The command line.

use dbsql_tests::raw_server::HttpProtocol;

xflags::xflags! {
    /// Races submits against their deadlines and drops, and counts wrong reports of the client.
    cmd submit-stress {
        /// `h1` for HTTP/1.1 over TCP, `h2` for HTTP/2 over TLS.
        required --protocol protocol: HttpProtocol
        /// The number of statements; 50,000 unless set.
        optional --submits submits: u64
        /// The random seed of the run; 1 unless set. It does not determine the timing of threads.
        optional --seed seed: u64
        /// Tasks that submit concurrently; 64 unless set.
        optional --tasks tasks: u64
        /// Clients that the tasks share, each with its own connection pool; 4 unless set.
        optional --clients clients: u64
        /// Print the report as JSON.
        optional --json
    }
}
