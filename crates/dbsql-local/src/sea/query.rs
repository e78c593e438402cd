//! Query strings and path segments.

/// The names and values of a query string.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // A plus is a space here, but not in a path.
            (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " ")))
        })
        .collect()
}

/// Decodes percent-encoding. Invalid escapes stay unchanged.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        let encoded = (first == b'%').then(|| hex(others)).flatten();
        bytes.push(encoded.unwrap_or(first));
        rest = if encoded.is_some() { others.get(2..).unwrap_or_default() } else { others };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the byte that the first two characters represent.
fn hex(text: &[u8]) -> Option<u8> {
    let digits = text.get(..2)?.iter().map(|&digit| char::from(digit).to_digit(16));
    let number = digits.collect::<Option<Vec<_>>>()?.into_iter().fold(0, |all, one| all * 16 + one);
    u8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_encoding_is_decoded() {
        let found = pairs("a.b=1%202&c=%C3%A4+x&d&e=%zz%4");
        let expected = [("a.b", "1 2"), ("c", "ä x"), ("d", ""), ("e", "%zz%4")];
        let expected: Vec<_> =
            expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(found, expected);
    }
}
