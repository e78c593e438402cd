//! Reading results as custom types.

use dbsql_blocking::ErrorKind;
use serde::Deserialize;

use crate::support::{THOUSAND, client, service};

#[derive(Debug, Deserialize, PartialEq)]
struct Row {
    id: i64,
}

#[test]
fn rows_come_in_order_and_whole() {
    let client = client(&service());
    let mut rows = client.execute(THOUSAND).rows::<Row>().run().unwrap();
    assert_eq!(rows.schema().field(0).name(), "id");
    let mut ids = Vec::new();
    for row in &mut rows {
        ids.push(row.unwrap().id);
    }
    assert!(ids.into_iter().eq(0..1000));
    assert_eq!(rows.position(), 1000);
    assert!(rows.try_next().unwrap().is_none());
    let again: Vec<i64> = client.execute(THOUSAND).rows().fetch_all().unwrap();
    assert!(again.into_iter().eq(0..1000));
}

#[test]
fn one_row_is_fetched_and_the_rest_dropped() {
    let service = service();
    let client = client(&service);
    assert_eq!(client.execute(THOUSAND).rows::<i64>().fetch_one().unwrap(), 0);
    assert_eq!(client.execute(THOUSAND).rows::<(i64,)>().fetch_optional().unwrap(), Some((0,)));
    let query = client.execute_async(THOUSAND).submit().unwrap();
    let mut rows = query.get_results_from(7).unwrap().rows::<i64>().unwrap();
    assert_eq!(rows.try_next().unwrap(), Some(7));
    assert_eq!(rows.position(), 8);
    assert_eq!(rows.fetch_one().unwrap(), 8);
    let none = query.get_results_from(1000).unwrap().rows::<i64>().unwrap();
    assert_eq!(none.fetch_optional().unwrap(), None);
    let none = query.get_results_from(1000).unwrap().rows::<i64>().unwrap();
    assert_eq!(none.fetch_one().unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn type_that_does_not_fit_is_an_error() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "there is no such column")]
    struct Other {
        name: String,
    }
    let client = client(&service());
    let error = client.execute(THOUSAND).rows::<Other>().run().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("name"), "{error}");
}

/// A row that does not fit ends the iterator, not the result.
#[test]
fn error_about_one_row_is_about_that_row() {
    let client = client(&service());
    let mut rows = client.execute(THOUSAND).rows::<u8>().run().unwrap();
    let read: Vec<_> = rows.by_ref().collect();
    assert_eq!(read.len(), 257);
    assert_eq!(read[256].as_ref().unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(rows.next().is_none());
    assert_eq!(rows.position(), 257);
    assert_eq!(rows.try_next().unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(rows.position(), 258);
}
