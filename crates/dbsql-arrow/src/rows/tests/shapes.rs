//! Which columns a row is read from.

use std::collections::BTreeMap;

use arrow_array::{Int32Array, Int64Array, RecordBatch, StringArray};
use serde::Deserialize;

use super::{array, batch, read, schema_error};

fn people() -> RecordBatch {
    batch([
        ("id", array(Int64Array::from(vec![1, 2]))),
        ("name", array(StringArray::from(vec![Some("Ada"), None]))),
        ("age", array(Int32Array::from(vec![36, 41]))),
    ])
}

#[test]
fn struct_takes_columns_by_name() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Person {
        age: i32,
        name: Option<String>,
    }

    let expected =
        [Person { age: 36, name: Some("Ada".to_owned()) }, Person { age: 41, name: None }];
    assert_eq!(read::<Person>(&people()).unwrap(), expected);
}

#[test]
fn tuple_takes_all_columns_by_position() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Person(i64, Option<String>, i32);

    let rows: Vec<(i64, Option<String>, i32)> = read(&people()).unwrap();
    assert_eq!(rows, [(1, Some("Ada".to_owned()), 36), (2, None, 41)]);
    let rows: Vec<Person> = read(&people()).unwrap();
    assert_eq!(rows[1], Person(2, None, 41));
    assert_eq!(
        schema_error::<(i64, Option<String>)>(&people()),
        "the columns cannot be read as `(i64, Option<String>)`: it has 2 fields, and there are 3 columns"
    );
}

#[test]
fn map_takes_all_columns() {
    let batch = people().project(&[0, 2]).unwrap();
    let rows: Vec<BTreeMap<String, i64>> = read(&batch).unwrap();
    assert_eq!(rows[0], BTreeMap::from([("id".to_owned(), 1), ("age".to_owned(), 36)]));
}

#[test]
fn single_value_takes_the_only_column() {
    let batch = people();
    let ids: Vec<i64> = read(&batch.project(&[0]).unwrap()).unwrap();
    assert_eq!(ids, [1, 2]);
    let names: Vec<Option<String>> = read(&batch.project(&[1]).unwrap()).unwrap();
    assert_eq!(names, [Some("Ada".to_owned()), None]);
    for message in [schema_error::<i64>(&batch), schema_error::<i64>(&batch.project(&[]).unwrap())]
    {
        assert!(message.contains("`i64`: it is one value, and there are"), "{message}");
    }
}

#[test]
fn newtype_is_read_as_its_inner_type() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Id(i64);

    #[derive(Debug, PartialEq, Deserialize)]
    struct Person {
        id: Id,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Row(Person);

    assert_eq!(read::<Id>(&people().project(&[0]).unwrap()).unwrap(), [Id(1), Id(2)]);
    assert_eq!(read::<Row>(&people()).unwrap()[1], Row(Person { id: Id(2) }));
}

#[test]
fn attributes_of_serde_work() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Name {
        name: Option<String>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "UPPERCASE")]
    struct Person {
        #[serde(rename = "id")]
        number: u8,
        #[serde(alias = "years", alias = "age")]
        old: i64,
        #[serde(default)]
        height: f64,
        missing: Option<String>,
        #[serde(skip)]
        skipped: u8,
        #[serde(flatten)]
        name: Name,
    }

    let person = &read::<Person>(&people()).unwrap()[0];
    let name = Name { name: Some("Ada".to_owned()) };
    let expected = Person { number: 1, old: 36, height: 0.0, missing: None, skipped: 0, name };
    assert_eq!(*person, expected);
}

#[test]
fn names_match_exactly() {
    #[derive(Debug, Deserialize)]
    struct Person {
        #[serde(rename = "ID")]
        _id: i64,
    }

    assert_eq!(schema_error::<Person>(&people()), "there is no column `ID`, which `Person` needs");
}

#[test]
fn denied_unknown_column_is_found_for_the_schema() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Person {
        #[serde(rename = "id")]
        _id: i64,
    }

    assert_eq!(
        schema_error::<Person>(&people()),
        "the columns cannot be read as `Person`: it has no field for the column `name`"
    );
}

#[test]
fn columns_of_one_name_are_distinguished_by_position_only() {
    #[derive(Debug, Deserialize)]
    struct Ids {
        #[serde(rename = "id")]
        _id: i64,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Other {
        name: String,
    }

    let id = || array(Int64Array::from(vec![1]));
    let batch =
        batch([("id", id()), ("name", array(StringArray::from(vec!["Ada"]))), ("id", id())]);
    assert_eq!(
        schema_error::<Ids>(&batch),
        "the columns cannot be read as `Ids`: columns 1 and 3 have the same name `id`: give one of them \
         another by AS, or read a tuple"
    );
    assert!(
        schema_error::<BTreeMap<String, serde::de::IgnoredAny>>(&batch).contains("columns 1 and 3")
    );
    assert_eq!(read::<Other>(&batch).unwrap(), [Other { name: "Ada".to_owned() }]);
    assert_eq!(read::<(i64, String, i64)>(&batch).unwrap(), [(1, "Ada".to_owned(), 1)]);
}

#[test]
fn batch_with_another_schema_is_checked_again() {
    let reader =
        super::RowReader::<i64>::new(people().project(&[0]).unwrap().schema_ref()).unwrap();
    let widened = people().project(&[2]).unwrap();
    assert_eq!(reader.read(&widened).unwrap().map(Result::unwrap).collect::<Vec<_>>(), [36, 41]);
    let error = reader.read(&people().project(&[1]).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "column `name` of type Utf8 cannot be read as `i64`: expected i64"
    );
}

#[test]
fn fields_of_one_type_take_their_own_columns() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Point {
        y: i64,
        #[serde(alias = "width")]
        x: i64,
        z: i64,
    }

    let column = |value: i64| array(Int64Array::from(vec![value]));
    let columns = [("z", column(3)), ("x", column(1)), ("w", column(4)), ("y", column(2))];
    let expected = [Point { y: 2, x: 1, z: 3 }];
    assert_eq!(read::<Point>(&batch(columns.clone())).unwrap(), expected);
    // Each name has a column here, so there is one column more than fields.
    let [z, x, w, y] = columns;
    let width = ("width", column(5));
    assert!(schema_error::<Point>(&batch([z, x, w, y, width])).contains("for its field `x`"));
}

#[test]
fn struct_is_read_in_the_order_of_its_fields() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Pair {
        b: i64,
        a: i64,
    }

    let column = |value: i64| array(Int64Array::from(vec![value]));
    let columns = batch([("a", column(1)), ("skipped", column(0)), ("b", column(2))]);
    assert_eq!(read::<Pair>(&columns).unwrap(), [Pair { b: 2, a: 1 }]);
}
