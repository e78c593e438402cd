//! The SQL types of Databricks as JDBC describes them: codes, sizes, digits, and literals.
//!
//! What servers report about a type besides its name differs, so it is not used: this table is the
//! only source over both protocols.

/// `java.sql.Types`.
mod code {
    pub(crate) const NULL: i32 = 0;
    pub(crate) const CHAR: i32 = 1;
    pub(crate) const BINARY: i32 = -2;
    pub(crate) const BIGINT: i32 = -5;
    pub(crate) const TINYINT: i32 = -6;
    pub(crate) const DECIMAL: i32 = 3;
    pub(crate) const INTEGER: i32 = 4;
    pub(crate) const SMALLINT: i32 = 5;
    pub(crate) const FLOAT: i32 = 6;
    pub(crate) const DOUBLE: i32 = 8;
    pub(crate) const VARCHAR: i32 = 12;
    pub(crate) const BOOLEAN: i32 = 16;
    pub(crate) const DATE: i32 = 91;
    pub(crate) const TIMESTAMP: i32 = 93;
    pub(crate) const OTHER: i32 = 1111;
    pub(crate) const JAVA_OBJECT: i32 = 2000;
    pub(crate) const STRUCT: i32 = 2002;
    pub(crate) const ARRAY: i32 = 2003;
}

/// The maximum length of a string or binary.
const UNLIMITED: i32 = i32::MAX;

/// The maximum size of a character, in bytes.
const CHARACTER_BYTES: i32 = 4;

/// The precision and scale of a DECIMAL without parameters.
const DEFAULT_DECIMAL: (i32, i32) = (10, 0);

/// A row of `type_info`.
#[derive(Clone, Copy, Debug)]
pub(super) struct TypeRow {
    pub(super) name: &'static str,
    pub(super) code: i32,
    /// The maximum number of digits, characters or bytes of a value.
    pub(super) precision: Option<i32>,
    /// The prefix and suffix of a literal.
    pub(super) quotes: Option<(&'static str, &'static str)>,
    /// The parameters of the type name.
    pub(super) parameters: Option<&'static str>,
    pub(super) is_text: bool,
    /// Whether it can be compared.
    pub(super) is_searchable: bool,
    /// The minimum and maximum scale of exact numbers.
    pub(super) scales: Option<(i16, i16)>,
    pub(super) is_number: bool,
}

const PLAIN: TypeRow = TypeRow {
    name: "",
    code: code::OTHER,
    precision: None,
    quotes: None,
    parameters: None,
    is_text: false,
    is_searchable: true,
    scales: None,
    is_number: false,
};

const fn number(name: &'static str, code: i32, precision: i32, exact: bool) -> TypeRow {
    let scales = if exact { Some((0, 0)) } else { None };
    TypeRow { name, code, precision: Some(precision), scales, is_number: true, ..PLAIN }
}

const fn text(name: &'static str, code: i32, precision: i32, parameters: bool) -> TypeRow {
    let parameters = if parameters { Some("length") } else { None };
    let (precision, quotes) = (Some(precision), Some(("'", "'")));
    TypeRow { name, code, precision, quotes, parameters, is_text: true, ..PLAIN }
}

const fn time(name: &'static str, code: i32, precision: i32, before: &'static str) -> TypeRow {
    TypeRow { name, code, precision: Some(precision), quotes: Some((before, "'")), ..PLAIN }
}

const fn other(name: &'static str, code: i32) -> TypeRow {
    TypeRow { name, code, is_searchable: false, ..PLAIN }
}

const fn plain(name: &'static str, code: i32, precision: i32) -> TypeRow {
    TypeRow { name, code, precision: Some(precision), ..PLAIN }
}

/// The types of Databricks, in the order that JDBC requires: by code, the closest match first.
pub(super) const TYPES: [TypeRow; 23] = [
    number("TINYINT", code::TINYINT, 3, true),
    number("BIGINT", code::BIGINT, 19, true),
    TypeRow { quotes: Some(("X'", "'")), ..plain("BINARY", code::BINARY, UNLIMITED) },
    other("VOID", code::NULL),
    text("CHAR", code::CHAR, 255, true),
    TypeRow {
        parameters: Some("precision,scale"),
        scales: Some((0, 38)),
        ..number("DECIMAL", code::DECIMAL, 38, true)
    },
    number("INT", code::INTEGER, 10, true),
    number("SMALLINT", code::SMALLINT, 5, true),
    number("FLOAT", code::FLOAT, 7, false),
    number("DOUBLE", code::DOUBLE, 15, false),
    text("STRING", code::VARCHAR, UNLIMITED, false),
    text("VARCHAR", code::VARCHAR, 65_535, true),
    plain("BOOLEAN", code::BOOLEAN, 1),
    time("DATE", code::DATE, 10, "DATE'"),
    time("TIMESTAMP", code::TIMESTAMP, 26, "TIMESTAMP'"),
    time("TIMESTAMP_NTZ", code::TIMESTAMP, 26, "TIMESTAMP_NTZ'"),
    TypeRow { is_searchable: true, ..other("INTERVAL", code::OTHER) },
    other("GEOGRAPHY", code::OTHER),
    other("GEOMETRY", code::OTHER),
    other("VARIANT", code::OTHER),
    other("MAP", code::JAVA_OBJECT),
    other("STRUCT", code::STRUCT),
    other("ARRAY", code::ARRAY),
];

/// Other names of these types.
const ALIASES: [(&str, &str); 10] = [
    ("BYTE", "TINYINT"),
    ("LONG", "BIGINT"),
    ("NULL", "VOID"),
    ("DEC", "DECIMAL"),
    ("NUMERIC", "DECIMAL"),
    ("INTEGER", "INT"),
    ("SHORT", "SMALLINT"),
    ("REAL", "FLOAT"),
    ("BOOL", "BOOLEAN"),
    ("TIMESTAMP_LTZ", "TIMESTAMP"),
];

/// A type, parsed from the server's text, such as `DECIMAL(10,2)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct SqlType {
    row: &'static TypeRow,
    /// The parameters in parentheses after its name.
    parameters: [Option<i32>; 2],
}

impl SqlType {
    /// Parses a type. An unknown one is `OTHER`.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim();
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let (word, rest) = text.split_at(end.unwrap_or(text.len()));
        let named = |name: &str| TYPES.iter().find(|row| row.name.eq_ignore_ascii_case(name));
        let alias = || ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(word));
        let row = named(word).or_else(|| named(alias()?.1)).unwrap_or(&PLAIN);
        let inside = rest.trim_start().strip_prefix('(').and_then(|rest| rest.split(')').next());
        let mut numbers = inside.into_iter().flat_map(|inside| inside.split(','));
        let mut number = || numbers.next().and_then(|number| number.trim().parse().ok());
        Self { row, parameters: [number(), number()] }
    }

    /// Returns its row in the table; `None` for an unknown type.
    pub(super) fn row(self) -> Option<&'static TypeRow> {
        (!self.row.name.is_empty()).then_some(self.row)
    }

    /// `DATA_TYPE`.
    pub(super) fn code(self) -> i32 {
        self.row.code
    }

    /// `COLUMN_SIZE`: digits, characters or bytes.
    pub(super) fn size(self) -> Option<i32> {
        match self.row.code {
            code::DECIMAL => Some(self.decimal().0),
            code::CHAR | code::VARCHAR => self.parameters[0].or(self.row.precision),
            _ => self.row.precision,
        }
    }

    /// `DECIMAL_DIGITS`: digits after the decimal point.
    pub(super) fn digits(self) -> Option<i32> {
        match self.row.code {
            code::DECIMAL => Some(self.decimal().1),
            code::TIMESTAMP => Some(6),
            _ => self.row.scales.map(|_| 0),
        }
    }

    /// `NUM_PREC_RADIX`.
    pub(super) fn radix(self) -> Option<i32> {
        self.row.radix()
    }

    /// `CHAR_OCTET_LENGTH`: the maximum size of a string or binary, in bytes.
    pub(super) fn octets(self) -> Option<i32> {
        match self.row.code {
            code::CHAR | code::VARCHAR => {
                self.size().map(|size| size.saturating_mul(CHARACTER_BYTES))
            }
            code::BINARY => self.size(),
            _ => None,
        }
    }

    fn decimal(self) -> (i32, i32) {
        match self.parameters {
            [Some(precision), scale] => (precision, scale.unwrap_or(0)),
            _ => DEFAULT_DECIMAL,
        }
    }
}

impl TypeRow {
    pub(super) fn radix(&self) -> Option<i32> {
        self.is_number.then_some(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_the_codes_and_sizes_of_jdbc() {
        let max = Some(i32::MAX);
        let cases = [
            ("BOOLEAN", 16, Some(1), None, None, None),
            ("tinyint", -6, Some(3), Some(0), Some(10), None),
            ("SHORT", 5, Some(5), Some(0), Some(10), None),
            ("INT", 4, Some(10), Some(0), Some(10), None),
            ("BIGINT", -5, Some(19), Some(0), Some(10), None),
            ("FLOAT", 6, Some(7), None, Some(10), None),
            ("DOUBLE", 8, Some(15), None, Some(10), None),
            ("DECIMAL(10,2)", 3, Some(10), Some(2), Some(10), None),
            ("decimal( 18 , 6 )", 3, Some(18), Some(6), Some(10), None),
            ("DECIMAL(7)", 3, Some(7), Some(0), Some(10), None),
            ("DECIMAL", 3, Some(10), Some(0), Some(10), None),
            ("STRING", 12, max, None, None, max),
            ("STRING COLLATE UTF8_LCASE", 12, max, None, None, max),
            ("VARCHAR(20)", 12, Some(20), None, None, Some(80)),
            ("CHAR(5)", 1, Some(5), None, None, Some(20)),
            ("BINARY", -2, max, None, None, max),
            ("DATE", 91, Some(10), None, None, None),
            ("TIMESTAMP", 93, Some(26), Some(6), None, None),
            ("TIMESTAMP_NTZ", 93, Some(26), Some(6), None, None),
            ("INTERVAL DAY TO SECOND", 1111, None, None, None, None),
            ("ARRAY<INT>", 2003, None, None, None, None),
            ("MAP<STRING, DECIMAL(1,1)>", 2000, None, None, None, None),
            ("struct<a: int>", 2002, None, None, None, None),
            ("VARIANT", 1111, None, None, None, None),
            ("VOID", 0, None, None, None, None),
            ("a type of tomorrow", 1111, None, None, None, None),
            ("", 1111, None, None, None, None),
            ("DECIMAL(99999999999999)", 3, Some(10), Some(0), Some(10), None),
        ];
        for (text, code, size, digits, radix, octets) in cases {
            let found = SqlType::parse(text);
            let actual =
                (found.code(), found.size(), found.digits(), found.radix(), found.octets());
            assert_eq!(actual, (code, size, digits, radix, octets), "{text}");
        }
    }

    #[test]
    fn types_are_in_the_order_of_their_codes() {
        assert!(TYPES.is_sorted_by_key(|row| row.code));
    }
}
