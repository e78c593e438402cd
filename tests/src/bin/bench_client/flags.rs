//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

xflags::xflags! {
    /// Reads one result from a bench-server and prints the measurements as JSON.
    cmd bench-client {
        /// The reader: `ours`, or `floor` for a bare loop.
        required --client client: Reader
        /// The origin of the server, such as http://127.0.0.1:8080.
        required --url url: String
        /// The path of the warehouse.
        required --http-path path: String
        /// The protocol: thrift (unless set) or sea.
        optional --protocol protocol: Protocol
        /// Request rows inside of responses.
        optional --inline-results
        /// The statement, such as `SELECT links 20`.
        required --sql sql: String
        /// The number of sequential runs; 1 unless set.
        optional --times times: usize
        /// Trust this certificate, a PEM file.
        optional --root-certificate file: PathBuf
        /// The threads of our client's runtime: 2 unless set, 1 for the current one.
        optional --threads threads: usize
        /// The connections of the bare loop; 1 unless set.
        optional --connections connections: usize
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Protocol {
    #[default]
    Thrift,
    Sea,
}

impl FromStr for Protocol {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "thrift" => Ok(Self::Thrift),
            "sea" => Ok(Self::Sea),
            _ => Err("expected thrift or sea"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    Ours,
    Floor,
}

impl FromStr for Reader {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "ours" => Ok(Self::Ours),
            "floor" => Ok(Self::Floor),
            _ => Err("expected ours or floor"),
        }
    }
}
