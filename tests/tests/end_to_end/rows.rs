//! Rows as types of the caller's: from SQL values to Rust values.

use std::collections::BTreeMap;

use dbsql::{ErrorKind, RetryAdvice, Unscaled};
use futures_util::TryStreamExt;
use rust_decimal::Decimal;
use serde::Deserialize;

use dbsql_tests::{SqlProtocol, over_both};

use crate::support::{client, connection, is_spark};

#[derive(Debug, Deserialize, PartialEq)]
struct Scalars {
    flag: bool,
    tiny: i8,
    big: i64,
    small_as_wide: i128,
    float: f32,
    double: f64,
    price: Decimal,
    cents: Unscaled<2>,
    price_text: String,
    text: Option<String>,
    bytes: Vec<u8>,
    none: Option<i32>,
}

const SCALARS: &str = "id % 2 = 0 as flag, cast(id as tinyint) as tiny, id as big, \
     cast(id as smallint) as small_as_wide, cast(id / 2.0 as float) as float, id / 4.0D as double, \
     cast(concat(id, '.05') as decimal(10,2)) as price, \
     cast(concat(id, '.5') as decimal(10,1)) as cents, \
     cast(concat(id, '.50') as decimal(10,2)) as price_text, \
     if(id = 1, null, concat('row ', id)) as text, X'00FF' as bytes, cast(null as int) as none, \
     'not asked for' as other";

async fn struct_is_read_from_scalars(over: SqlProtocol) {
    let sql = format!("select {SCALARS} from range(0, 3, 1, 1)");
    let rows = connection(over).await.execute(sql).rows::<Scalars>();
    let rows: Vec<Scalars> = rows.await.unwrap().try_collect().await.unwrap();
    let expected = (0..3_i32).map(|id| Scalars {
        flag: id % 2 == 0,
        tiny: id as i8,
        big: id.into(),
        small_as_wide: id.into(),
        float: id as f32 / 2.0,
        double: f64::from(id) / 4.0,
        price: Decimal::new(i64::from(id) * 100 + 5, 2),
        cents: serde_json::from_str(&format!("\"{id}.50\"")).unwrap(),
        price_text: format!("{id}.50"),
        text: (id != 1).then(|| format!("row {id}")),
        bytes: vec![0, 255],
        none: None,
    });
    assert_eq!(rows, expected.collect::<Vec<_>>());
    assert_eq!(rows[2].cents.get(), 250);
}

async fn dates_and_times_are_read_into_each_crate(over: SqlProtocol) {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Chrono {
        day: chrono::NaiveDate,
        at: chrono::DateTime<chrono::Utc>,
        local: chrono::NaiveDateTime,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Jiff {
        day: jiff::civil::Date,
        at: jiff::Timestamp,
        local: jiff::civil::DateTime,
    }

    if is_spark() {
        // It sends both kinds of timestamps without a zone.
        return;
    }
    let connection = connection(over).await;
    for fraction in ["", ".000001", ".123456"] {
        let sql = format!(
            "select date'2024-02-29' as day, timestamp'2024-02-29 12:34:56{fraction}' as at, \
             timestamp_ntz'2024-02-29 12:34:56{fraction}' as local"
        );
        let run = || connection.execute(sql.as_str());
        let local = format!("2024-02-29T12:34:56{fraction}");
        let at = format!("{local}Z");
        let expected = Chrono {
            day: "2024-02-29".parse().unwrap(),
            at: at.parse().unwrap(),
            local: local.parse().unwrap(),
        };
        assert_eq!(run().rows::<Chrono>().fetch_one().await.unwrap(), expected);
        let expected = Jiff {
            day: "2024-02-29".parse().unwrap(),
            at: at.parse().unwrap(),
            local: local.parse().unwrap(),
        };
        assert_eq!(run().rows::<Jiff>().fetch_one().await.unwrap(), expected);
        let texts: (String, String, String) = run().rows().fetch_one().await.unwrap();
        assert_eq!(texts, ("2024-02-29".to_owned(), at, local));
        // A local time is no point in time, and the other way round.
        for error in [
            run().rows::<(String, String, chrono::DateTime<chrono::Utc>)>().await.unwrap_err(),
            run().rows::<(String, jiff::civil::Date, jiff::Timestamp)>().await.unwrap_err(),
        ] {
            assert!(error.to_string().contains("of type Timestamp(µs"), "{error}");
        }
    }
}

async fn nested_values_are_read_into_nested_types(over: SqlProtocol) {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Nested {
        list: Vec<Option<i32>>,
        map: BTreeMap<String, i32>,
        member: Member,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Member {
        b: String,
        a: i64,
    }

    if is_spark() {
        // It sends nested types as JSON.
        return;
    }
    let sql = "select array(cast(id as int), null) as list, map('k', cast(id as int)) as map, \
               named_struct('a', cast(id as int), 'b', 'x') as member from range(0, 2, 1, 1)";
    let rows: Vec<Nested> = connection(over).await.execute(sql).rows().fetch_all().await.unwrap();
    let expected = (0..2).map(|id| Nested {
        list: vec![Some(id), None],
        map: BTreeMap::from([("k".to_owned(), id)]),
        member: Member { b: "x".to_owned(), a: id.into() },
    });
    assert_eq!(rows, expected.collect::<Vec<_>>());
}

async fn large_result_is_read_in_one_chain(over: SqlProtocol) {
    let client = client(over);
    let sql = "select id, concat('row ', id) as name from range(0, 100000, 1, 1)";
    let rows: Vec<(i64, String)> = client.execute(sql).rows().fetch_all().await.unwrap();
    let expected = (0..100_000).map(|id| (id, format!("row {id}")));
    assert!(rows.into_iter().eq(expected));
    let query = client.execute_async(sql).await.unwrap();
    let resumed = query.get_results_from(99_998).rows::<(i64, String)>();
    let resumed = resumed.fetch_all().await.unwrap();
    assert_eq!(resumed, [(99_998, "row 99998".to_owned()), (99_999, "row 99999".to_owned())]);
    query.close().await.unwrap();
}

async fn type_that_does_not_fit_an_empty_result_is_an_error(over: SqlProtocol) {
    let connection = connection(over).await;
    let sql = "select id, 'x' as name from range(0)";
    let error = connection.execute(sql).rows::<(i64, i64)>().fetch_all().await.unwrap_err();
    let expected = "column `name` of type Utf8 cannot be read as `i64`: expected i64";
    assert!(error.to_string().starts_with(expected), "{error}");
    assert_eq!((error.kind(), error.retry()), (ErrorKind::InvalidInput, RetryAdvice::Never));
    assert!(error.query_id().is_some());
    let rows: Vec<(i64, String)> = connection.execute(sql).rows().fetch_all().await.unwrap();
    assert_eq!(rows, []);
}

over_both! {
    #[tokio::test]
    struct_is_read_from_scalars,
    dates_and_times_are_read_into_each_crate,
    nested_values_are_read_into_nested_types,
    large_result_is_read_in_one_chain,
    type_that_does_not_fit_an_empty_result_is_an_error,
}
