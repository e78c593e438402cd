//! Property test: rows of any shape equal the values in the arrays.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, MapArray, RecordBatch,
    RecordBatchOptions, StringArray, StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{Field, Fields, Schema};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::read;

#[derive(Clone, Debug)]
enum Shape {
    Boolean,
    Integer,
    Float,
    Text,
    List(Box<Shape>),
    Map(Box<Shape>),
    Struct(Vec<Shape>),
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Value>),
    /// Of a map or a struct.
    Entries(Vec<(String, Value)>),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything")
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Boolean(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(Value::Integer(value))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(Value::Float(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<Value, E> {
                Ok(Value::Text(value.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Value::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
                let mut list = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    list.push(entry);
                }
                Ok(Value::Entries(list))
            }
        }

        deserializer.deserialize_any(Any)
    }
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![
        Just(Shape::Boolean),
        Just(Shape::Integer),
        Just(Shape::Float),
        Just(Shape::Text),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|item| Shape::List(Box::new(item))),
            inner.clone().prop_map(|value| Shape::Map(Box::new(value))),
            prop::collection::vec(inner, 1..3).prop_map(Shape::Struct),
        ]
    })
}

fn name(index: usize) -> String {
    format!("member {index}")
}

fn value(shape: &Shape) -> BoxedStrategy<Value> {
    let some = match shape {
        Shape::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Shape::Integer => any::<i64>().prop_map(Value::Integer).boxed(),
        Shape::Float => any::<i32>().prop_map(|n| Value::Float(f64::from(n) / 8.0)).boxed(),
        Shape::Text => "[a-zäß]{0,5}".prop_map(Value::Text).boxed(),
        Shape::List(item) => prop::collection::vec(value(item), 0..4).prop_map(Value::List).boxed(),
        Shape::Map(inner) => prop::collection::vec(("[a-c]{1,2}", value(inner)), 0..3)
            .prop_map(Value::Entries)
            .boxed(),
        Shape::Struct(members) => members
            .iter()
            .enumerate()
            .map(|(index, member)| value(member).prop_map(move |value| (name(index), value)))
            .collect::<Vec<_>>()
            .prop_map(Value::Entries)
            .boxed(),
    };
    prop_oneof![4 => some, 1 => Just(Value::Null)].boxed()
}

/// The column of these values.
fn column(shape: &Shape, values: &[Value]) -> ArrayRef {
    let nulls: NullBuffer = values.iter().map(|value| *value != Value::Null).collect();
    let item_field = |array: &ArrayRef, name: &str, nullable| {
        Arc::new(Field::new(name, array.data_type().clone(), nullable))
    };
    macro_rules! primitive {
        ($array:ty, $variant:path) => {
            Arc::new(
                values
                    .iter()
                    .map(|value| match value {
                        $variant(value) => Some(value.clone()),
                        _ => None,
                    })
                    .collect::<$array>(),
            )
        };
    }
    match shape {
        Shape::Boolean => primitive!(BooleanArray, Value::Boolean),
        Shape::Integer => primitive!(Int64Array, Value::Integer),
        Shape::Float => primitive!(Float64Array, Value::Float),
        Shape::Text => primitive!(StringArray, Value::Text),
        Shape::List(item) => {
            let items = |value: &Value| match value {
                Value::List(items) => items.clone(),
                _ => Vec::new(),
            };
            let lists: Vec<Vec<Value>> = values.iter().map(items).collect();
            let offsets = OffsetBuffer::from_lengths(lists.iter().map(Vec::len));
            let items = column(item, &lists.concat());
            Arc::new(ListArray::new(item_field(&items, "item", true), offsets, items, Some(nulls)))
        }
        Shape::Map(inner) => {
            let lists: Vec<_> = values.iter().map(entries).collect();
            let offsets = OffsetBuffer::from_lengths(lists.iter().map(Vec::len));
            let (keys, inner_values): (Vec<String>, Vec<Value>) =
                lists.concat().into_iter().unzip();
            let keys: ArrayRef = Arc::new(StringArray::from_iter_values(keys));
            let inner = column(inner, &inner_values);
            let fields = vec![item_field(&keys, "key", false), item_field(&inner, "value", true)];
            let pairs = StructArray::new(fields.into(), vec![keys, inner], None);
            let field = Arc::new(Field::new("entries", pairs.data_type().clone(), false));
            Arc::new(MapArray::new(field, offsets, pairs, Some(nulls), false))
        }
        Shape::Struct(members) => {
            let columns: Vec<ArrayRef> = members
                .iter()
                .enumerate()
                .map(|(index, member)| {
                    let value = |value: &Value| {
                        entries(value).get(index).map_or(Value::Null, |(_, value)| value.clone())
                    };
                    column(member, &values.iter().map(value).collect::<Vec<_>>())
                })
                .collect();
            let field = |(index, array): (usize, &ArrayRef)| item_field(array, &name(index), true);
            let fields: Fields = columns.iter().enumerate().map(field).collect();
            Arc::new(StructArray::new(fields, columns, Some(nulls)))
        }
    }
}

fn entries(value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Entries(entries) => entries.clone(),
        _ => Vec::new(),
    }
}

fn rows() -> impl Strategy<Value = (Vec<Shape>, Vec<Vec<Value>>)> {
    prop::collection::vec(shape(), 1..4).prop_flat_map(|shapes| {
        let row: Vec<_> = shapes.iter().map(value).collect();
        (Just(shapes), prop::collection::vec(row, 0..6))
    })
}

fn check(shapes: &[Shape], rows: &[Vec<Value>], skipped: usize) -> TestCaseResult {
    let columns: Vec<ArrayRef> = shapes
        .iter()
        .enumerate()
        .map(|(index, shape)| {
            let values: Vec<Value> = rows.iter().map(|row| row[index].clone()).collect();
            column(shape, &values)
        })
        .collect();
    let field = |(index, array): (usize, &ArrayRef)| {
        Field::new(name(index), array.data_type().clone(), true)
    };
    let fields: Fields = columns.iter().enumerate().map(field).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new_with_options(schema, columns, &options).unwrap();
    let skipped = skipped.min(rows.len());
    let batch = batch.slice(skipped, rows.len() - skipped);

    let named = |row: &Vec<Value>| {
        let entries = row.iter().enumerate().map(|(index, value)| (name(index), value.clone()));
        Value::Entries(entries.collect())
    };
    let expected: Vec<Value> = rows[skipped..].iter().map(named).collect();
    prop_assert_eq!(read::<Value>(&batch).unwrap(), expected);
    Ok(())
}

proptest! {
    #[test]
    fn rows_equal_the_values_in_the_arrays((shapes, rows) in rows(), skipped in 0_usize..3) {
        check(&shapes, &rows, skipped)?;
    }
}
