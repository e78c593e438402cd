//! The command line: every command, its flags and its help text.

use crate::{bench::Protocol, release::Level};

xflags::xflags! {
    /// Maintenance commands of the dbsql workspace.
    cmd xtask {
        /// Show this help.
        cmd help {}

        /// Write the generated protocol code from the IDL.
        cmd codegen {
            /// Write nothing; fail when a generated file is stale.
            optional --check
        }

        /// Check the rules of the tree that rustc and clippy do not check: layers, resolved
        /// features, the tests and snippets of pages, file shape, manifests, package metadata,
        /// `rust-version`.
        cmd tidy {}

        /// Write the public API of each published crate, with all features, to `api/`.
        cmd public-api {
            /// The crates; by default all published ones.
            repeated packages: String
            /// Write nothing; fail if a file is stale, with the difference.
            optional --check
        }

        /// Release all crates: check everything, bump the version, roll the changelog, build each
        /// crate from its package, commit and tag. Publishing asks first.
        cmd release {
            /// The part of the version to bump: patch, minor or major.
            required level: Level
            /// Check everything and show the changes, without writing them.
            optional --dry-run
        }

        /// Run against software that this project did not write (needs Python, some need Java).
        cmd interop {
            /// Compare our codec with the code that Apache Thrift generates.
            cmd thrift {}

            /// Sign in at the local warehouse's page with Chromium, headless (needs Debian's packages
            /// chromium and chromium-driver, or equivalents).
            cmd browser {}

            /// Use the page of the local warehouse with Chromium, headless (needs the same packages).
            cmd page {
                /// Write the picture of docs/testing-without-a-warehouse.md.
                optional --picture
            }

            /// Start the local warehouse, run clients of other projects against it and compare the
            /// results with the matrix of docs/clients.md.
            cmd clients {
                /// Fewer rows, and without the clients that this machine cannot run.
                optional --short
                /// Run only one client, named by words in the heading of its column, or `snippets`: the
                /// programs of docs/testing-without-a-warehouse.md.
                optional --only client: String
                /// Write the matrix to the page instead of comparing it.
                optional --write
            }

            /// Resolve the same environments and profile files with the official SDK for Python and
            /// with our client, and compare.
            cmd config {}

            /// Run the official Python connector and our client under the same faults, and print the
            /// table of docs/reliability.md.
            cmd reliability {
                /// Run only our client; fail if its outcomes differ from the page.
                optional --check
                /// Run only one scenario.
                optional --only scenario: String
            }

            /// Compile the snippets of docs/integrations.md that need Polars and DuckDB, which takes
            /// minutes, and run those with Polars.
            cmd integrations {}

            /// Reach the local warehouse through squid, a SOCKS server and TLS with certificates of
            /// OpenSSL, all from Debian, and print actual and expected results.
            cmd net {}

            /// Start Apache Spark's Thrift server on loopback and run the end-to-end suite.
            cmd spark {
                /// Leave the server running at the end (the next start stops it).
                optional --keep
                /// Run this shell command instead of the suite, with DBSQL_SPARK_URL set.
                optional --exec command: String
            }

            /// Ask Apache Spark's Thrift server the statements that the local warehouse is compared by,
            /// write its answers into the tree, and compare.
            cmd sql {}
        }

        /// Measure the client in release mode, compared with a bare loop and optionally other
        /// clients.
        cmd bench {
            /// The workloads to measure, such as `links-200 slow`; all unless set. `build` measures
            /// the build time of the facade.
            repeated work: String
            /// The protocol: thrift (unless set) or sea.
            optional --protocol protocol: Protocol
            /// Install clients of other projects and measure them too (needs Python and Node.js).
            optional --peers
            /// Print one JSON object instead of the tables.
            optional --json
            /// Tiny sizes, one round and unoptimized programs, to check that everything runs.
            optional --quick
            /// Rounds of each workload; 1 to 7 unless set.
            optional --rounds rounds: usize
        }

        /// Fuzz the decoders and the reader (needs a C++ compiler; installs cargo-fuzz).
        cmd fuzz {
            /// The targets; by default all of them.
            repeated targets: String
            /// The time for which each target runs; 20 by default.
            optional --minutes minutes: u64
            /// Add inputs with new coverage to the corpus in the tree, up to its size limit.
            optional --keep
            /// Only write the initial inputs of the corpora.
            optional --seed
        }

        /// Everything that must pass before a merge, in order; stops at the first failure.
        cmd ci {
            /// Skip the interop steps.
            optional --skip-interop
            /// Skip the workspace's tests (for a caller that has just run them).
            optional --skip-tests
            /// Run only one step.
            optional --only step: String
        }
    }
}

impl Xtask {
    /// The help text of all commands.
    pub(crate) fn help() -> &'static str {
        Self::HELP_
    }
}
