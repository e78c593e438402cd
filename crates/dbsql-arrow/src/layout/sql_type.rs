//! SQL types, and the Arrow types that represent their values.

use std::sync::Arc;

use arrow_schema::{DataType, Field, IntervalUnit, TimeUnit};

mod text;

/// The name that servers give the items of a list. Other names are accepted.
const ITEM: &str = "element";

/// The type of a column, of a struct member or of an item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SqlType {
    /// A type that is always represented by this Arrow type.
    Fixed(DataType),
    /// A DECIMAL of unknown precision and scale.
    Decimal,
    Void,
    /// STRING, VARCHAR and CHAR, with any collation.
    Text,
    Binary,
    Timestamp,
    YearMonthInterval,
    DayTimeInterval,
    /// An INTERVAL of months, days and microseconds.
    CalendarInterval,
    Variant,
    /// GEOGRAPHY and GEOMETRY.
    Shape,
    Array(Box<Self>),
    /// The types of its keys and values.
    Map(Box<(Self, Self)>),
    Struct(Vec<Member>),
    /// An unknown type, represented by any Arrow type.
    Unknown,
}

/// A member of a STRUCT.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) sql_type: SqlType,
    pub(crate) nullable: bool,
}

impl SqlType {
    /// Parses a type such as `ARRAY<DECIMAL(18,2)>`; returns [`Unknown`](Self::Unknown) when that
    /// fails.
    pub(crate) fn parse(text: &str) -> Self {
        text::parse(text)
    }

    /// Returns the Arrow type that Databricks sends.
    pub(crate) fn data_type(&self) -> DataType {
        match self {
            Self::Fixed(data_type) => data_type.clone(),
            // The default precision and scale in SQL.
            Self::Decimal => DataType::Decimal128(10, 0),
            Self::Void => DataType::Null,
            Self::Text | Self::Variant | Self::Shape | Self::Unknown => DataType::Utf8,
            Self::Binary => DataType::Binary,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::YearMonthInterval => DataType::Interval(IntervalUnit::YearMonth),
            Self::DayTimeInterval => DataType::Duration(TimeUnit::Microsecond),
            Self::CalendarInterval => DataType::Interval(IntervalUnit::MonthDayNano),
            Self::Array(item) => DataType::List(Arc::new(Field::new(ITEM, item.data_type(), true))),
            Self::Map(pair) => {
                let (key, value) = pair.as_ref();
                let key = Field::new("key", key.data_type(), false);
                let value = Field::new("value", value.data_type(), true);
                let entries = DataType::Struct(vec![key, value].into());
                DataType::Map(Arc::new(Field::new("entries", entries, false)), false)
            }
            Self::Struct(members) => {
                let field = |member: &Member| {
                    Field::new(&member.name, member.sql_type.data_type(), member.nullable)
                };
                DataType::Struct(members.iter().map(field).collect())
            }
        }
    }

    /// Returns the Arrow type of a column of this type in files like one that has it as `own`;
    /// `None` when `own` does not represent its values.
    ///
    /// It is `own`, except that the items of lists and maps and the members of structs are
    /// nullable: they may be null in the next file.
    pub(crate) fn carried_by(&self, own: &DataType) -> Option<DataType> {
        let carries = match self {
            Self::Unknown => true,
            Self::Fixed(data_type) => data_type == own,
            Self::Decimal => matches!(own, DataType::Decimal128(..)),
            Self::Void => matches!(own, DataType::Null) || is_text(own),
            Self::Text => is_text(own),
            Self::Binary => is_binary(own),
            Self::Timestamp => {
                matches!(own, DataType::Timestamp(TimeUnit::Microsecond, Some(_)))
            }
            Self::YearMonthInterval => {
                matches!(own, DataType::Interval(IntervalUnit::YearMonth)) || is_text(own)
            }
            Self::DayTimeInterval => matches!(own, DataType::Duration(_)) || is_text(own),
            Self::CalendarInterval => matches!(own, DataType::Interval(_)) || is_text(own),
            Self::Variant => matches!(own, DataType::Struct(_)) || is_text(own),
            Self::Shape => matches!(own, DataType::Struct(_)) || is_binary(own) || is_text(own),
            // As JSON, which some servers send instead of nested types.
            Self::Array(_) | Self::Map(_) | Self::Struct(_) if is_text(own) => true,
            Self::Array(item) => return item.listed_in(own),
            Self::Map(pair) => return pair_in(pair, own),
            Self::Struct(members) => return members_in(members, own),
        };
        carries.then(|| own.clone())
    }

    fn listed_in(&self, own: &DataType) -> Option<DataType> {
        let item = |own: &Field| Some(Arc::new(carried(self, true, own)?));
        Some(match own {
            DataType::List(own) => DataType::List(item(own)?),
            DataType::LargeList(own) => DataType::LargeList(item(own)?),
            DataType::ListView(own) => DataType::ListView(item(own)?),
            DataType::LargeListView(own) => DataType::LargeListView(item(own)?),
            _ => return None,
        })
    }
}

fn pair_in((key, value): &(SqlType, SqlType), own: &DataType) -> Option<DataType> {
    let DataType::Map(entries, sorted) = own else { return None };
    let DataType::Struct(pair) = entries.data_type() else { return None };
    let [own_key, own_value] = &pair[..] else { return None };
    let pair = vec![carried(key, false, own_key)?, carried(value, true, own_value)?];
    let entries = entries.as_ref().clone().with_data_type(DataType::Struct(pair.into()));
    Some(DataType::Map(Arc::new(entries), *sorted))
}

fn members_in(members: &[Member], own: &DataType) -> Option<DataType> {
    let DataType::Struct(own) = own else { return None };
    if members.len() != own.len() {
        return None;
    }
    let fields = members.iter().zip(own).map(|(member, own)| {
        let is_same = member.name == *own.name();
        is_same.then(|| carried(&member.sql_type, member.nullable, own)).flatten()
    });
    Some(DataType::Struct(fields.collect::<Option<Vec<_>>>()?.into()))
}

/// Returns the field of a nested value; `None` when `own` does not represent it.
fn carried(sql_type: &SqlType, nullable: bool, own: &Field) -> Option<Field> {
    let data_type = sql_type.carried_by(own.data_type())?;
    let nullable = nullable || own.is_nullable();
    Some(own.clone().with_data_type(data_type).with_nullable(nullable))
}

fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

fn is_binary(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Binary | DataType::LargeBinary | DataType::BinaryView)
}

#[cfg(test)]
mod tests;
