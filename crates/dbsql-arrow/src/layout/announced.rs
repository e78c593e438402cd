//! Compares the schema of a file with the announced one.
//!
//! A file from the server's result cache may have the names and metadata of another query.

use std::fmt::Display;
use std::sync::Arc;

use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::sql_type::SqlType;
use crate::columnar::SQL_NAME;
use crate::ipc::{Messages, any_type};
use crate::{Error, ErrorKind, Result};

/// Returns the decoder for the messages of a stream with the schema `own`, which returns batches
/// under the `announced` schema.
///
/// # Errors
///
/// `Layout` when the columns differ.
pub(crate) fn messages(announced: &SchemaRef, own: SchemaRef) -> Result<Messages> {
    check(announced, &own)?;
    // A dictionary finds its column by an id that is only in the stream's own schema.
    let decoded = if has_dictionary(&own) { &own } else { announced };
    Ok(Messages::new(Arc::clone(decoded), Arc::clone(announced), own))
}

/// Returns the `announced` schema with the types and metadata that columns of these SQL types have
/// in a file with the schema `own`.
///
/// # Errors
///
/// `Layout` when the columns differ.
pub(crate) fn refined(sql_types: &[SqlType], announced: &Schema, own: &Schema) -> Result<Schema> {
    check_count(announced, own)?;
    // What is decoded under the own schema must have exactly its types, including nullability.
    let is_own = has_dictionary(own);
    let columns = sql_types.iter().zip(announced.fields()).zip(own.fields()).enumerate();
    let fields = columns.map(|(index, ((sql_type, announced), own))| {
        let carried = sql_type.carried_by(own.data_type()).ok_or_else(|| {
            let sql_name =
                announced.metadata().get(SQL_NAME).map_or("another type", String::as_str);
            other_type(index, announced, own, sql_name)
        })?;
        let mut metadata = own.metadata().clone();
        metadata.extend(announced.metadata().clone());
        let data_type = if is_own { own.data_type().clone() } else { carried };
        Ok(Field::new(announced.name(), data_type, true).with_metadata(metadata))
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    check_order(announced, own)?;
    Ok(Schema::new_with_metadata(fields, own.metadata().clone()))
}

pub(crate) fn check(announced: &Schema, own: &Schema) -> Result<()> {
    check_count(announced, own)?;
    for (index, (announced, own)) in announced.fields().iter().zip(own.fields()).enumerate() {
        if !same_layout(announced.data_type(), own.data_type()) {
            return Err(other_type(index, announced, own, announced.data_type()));
        }
    }
    check_order(announced, own)
}

fn check_count(announced: &Schema, own: &Schema) -> Result<()> {
    let (expected, found) = (announced.fields().len(), own.fields().len());
    if expected != found {
        return Err(other(format!("the data has {found} columns, expected {expected}")));
    }
    Ok(())
}

fn check_order(announced: &Schema, own: &Schema) -> Result<()> {
    let mut columns = announced.fields().iter().zip(own.fields());
    if let Some(index) = columns.position(|(announced, own)| announced.name() != own.name())
        && sorted_names(announced) == sorted_names(own)
    {
        return Err(other(format!(
            "the columns are in another order than announced: column {index} is {}, not {}",
            own.field(index).name(),
            announced.field(index).name()
        )));
    }
    Ok(())
}

fn sorted_names(schema: &Schema) -> Vec<&str> {
    let mut names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    names.sort_unstable();
    names
}

/// Returns `true` if values of both types are the same bytes with the same meaning: the name and
/// the nullability of a list item do not matter.
fn same_layout(announced: &DataType, own: &DataType) -> bool {
    let same = |announced: &Field, own: &Field| same_layout(announced.data_type(), own.data_type());
    match (announced, own) {
        (DataType::List(announced), DataType::List(own))
        | (DataType::LargeList(announced), DataType::LargeList(own))
        | (DataType::ListView(announced), DataType::ListView(own))
        | (DataType::LargeListView(announced), DataType::LargeListView(own)) => {
            same(announced, own)
        }
        (
            DataType::FixedSizeList(announced, announced_length),
            DataType::FixedSizeList(own, own_length),
        ) => announced_length == own_length && same(announced, own),
        (DataType::Map(announced, announced_sorted), DataType::Map(own, own_sorted)) => {
            announced_sorted == own_sorted
                && match (announced.data_type(), own.data_type()) {
                    // The names of the two fields of an entry are arbitrary.
                    (DataType::Struct(announced), DataType::Struct(own)) => {
                        announced.len() == own.len()
                            && announced
                                .iter()
                                .zip(own)
                                .all(|(announced, own)| same(announced, own))
                    }
                    _ => false,
                }
        }
        (DataType::Struct(announced), DataType::Struct(own)) => {
            announced.len() == own.len()
                && announced
                    .iter()
                    .zip(own)
                    .all(|(announced, own)| announced.name() == own.name() && same(announced, own))
        }
        (DataType::Timestamp(announced, Some(zone)), DataType::Timestamp(own, Some(own_zone))) => {
            announced == own && (zone == own_zone || is_utc(zone) && is_utc(own_zone))
        }
        _ => announced == own,
    }
}

fn is_utc(zone: &str) -> bool {
    matches!(zone, "UTC" | "Etc/UTC" | "GMT" | "Z" | "+00:00")
}

fn has_dictionary(schema: &Schema) -> bool {
    any_type(schema, &|data_type| matches!(data_type, DataType::Dictionary(..)))
}

fn other_type(index: usize, announced: &Field, own: &Field, expected: impl Display) -> Error {
    let (name, found) = (announced.name(), own.data_type());
    other(format!("column {index} ({name}) is {found} in the data, expected {expected}"))
}

fn other(message: String) -> Error {
    Error::new(ErrorKind::Layout, message)
}
