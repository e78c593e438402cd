//! The bytes that the Python oracle wrote, one `name case hex` per line.

use bytes::Bytes;

/// Structs and unions.
pub(crate) const STRUCTS: &str = include_str!("../fixtures/structs.txt");
/// Whole messages.
pub(crate) const MESSAGES: &str = include_str!("../fixtures/messages.txt");

/// One line.
#[derive(Clone, Debug)]
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) case: String,
    pub(crate) bytes: Bytes,
}

pub(crate) fn parse(text: &str) -> Vec<Fixture> {
    text.lines().filter(|line| !line.starts_with('#')).map(parse_line).collect()
}

fn parse_line(line: &str) -> Fixture {
    let parts: Vec<_> = line.split(' ').collect();
    let [name, case, hex] = parts[..] else { panic!("not a fixture: {line}") };
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex digits");
    let bytes = (0..hex.len()).step_by(2).map(byte).collect();
    Fixture { name: name.to_owned(), case: case.to_owned(), bytes }
}

/// The line of a fixture.
pub(crate) fn line(name: &str, case: &str, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{name} {case} {hex}")
}
