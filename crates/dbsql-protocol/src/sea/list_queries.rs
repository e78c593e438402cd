//! Requests for the query history.

use crate::sea::{QueryStatus, record::record, scalar::Scalar};

record! {
    /// The filter of a query history request.
    ///
    /// It is the query string of the `GET` (see [`to_pairs`](ListQueries::to_pairs)); some clients
    /// send it as a JSON body instead.
    pub struct ListQueries {
        /// The statements to list.
        pub filter_by: Option<QueryFilter>,
        /// Whether [`QueryMetrics`](crate::sea::QueryMetrics) are included.
        pub include_metrics: Option<bool>,
        /// The maximum number of statements per page, below 1000.
        pub max_results: Option<u32>,
        /// The token from the previous page.
        pub page_token: Option<String>,
    }
}

record! {
    /// The statements to list. An empty list is no restriction. There is no filter by tag.
    pub struct QueryFilter {
        /// The time of submission.
        pub query_start_time_range: Option<TimeRange>,
        /// The users who submitted them.
        pub user_ids: Vec<i64>,
        /// Their statuses.
        pub statuses: Vec<QueryStatus>,
        /// Their warehouses.
        pub warehouse_ids: Vec<String>,
        /// Their ids.
        pub statement_ids: Vec<String>,
    }
}

record! {
    /// A time range of at most 30 days, in milliseconds since 1970.
    #[derive(Copy)]
    pub struct TimeRange {
        /// The start of the range.
        pub start_time_ms: Option<i64>,
        /// The end of the range.
        pub end_time_ms: Option<i64>,
    }
}

const START: &str = "filter_by.query_start_time_range.start_time_ms";
const END: &str = "filter_by.query_start_time_range.end_time_ms";
const USERS: &str = "filter_by.user_ids";
const STATUSES: &str = "filter_by.statuses";
const WAREHOUSES: &str = "filter_by.warehouse_ids";
const STATEMENTS: &str = "filter_by.statement_ids";
const METRICS: &str = "include_metrics";
const MAX_RESULTS: &str = "max_results";
const PAGE_TOKEN: &str = "page_token";

impl ListQueries {
    /// Returns the names and values of the query string, not percent-encoded. A list is one pair
    /// per element.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut add = |name, value: Option<String>| pairs.extend(value.map(|value| (name, value)));
        if let Some(filter) = &self.filter_by {
            let range = filter.query_start_time_range.unwrap_or_default();
            add(START, range.start_time_ms.map(|time| time.to_string()));
            add(END, range.end_time_ms.map(|time| time.to_string()));
            for id in &filter.user_ids {
                add(USERS, Some(id.to_string()));
            }
            for status in &filter.statuses {
                add(STATUSES, Some(status.as_str().to_owned()));
            }
            for id in &filter.warehouse_ids {
                add(WAREHOUSES, Some(id.clone()));
            }
            for id in &filter.statement_ids {
                add(STATEMENTS, Some(id.clone()));
            }
        }
        add(METRICS, self.include_metrics.map(|include| include.to_string()));
        add(MAX_RESULTS, self.max_results.map(|most| most.to_string()));
        add(PAGE_TOKEN, self.page_token.clone());
        pairs
    }

    /// Reads the decoded names and values of a query string. Unknown names are ignored.
    ///
    /// # Errors
    ///
    /// [`InvalidPair`] for an invalid value of a known name.
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, InvalidPair> {
        let mut list = Self::default();
        for (name, value) in pairs {
            let filter = &mut list.filter_by;
            match name {
                START => range(filter).start_time_ms = Some(parse(START, value)?),
                END => range(filter).end_time_ms = Some(parse(END, value)?),
                USERS => some(filter).user_ids.push(parse(USERS, value)?),
                STATUSES => some(filter).statuses.push(value.into()),
                WAREHOUSES => some(filter).warehouse_ids.push(value.to_owned()),
                STATEMENTS => some(filter).statement_ids.push(value.to_owned()),
                METRICS => list.include_metrics = Some(parse(METRICS, value)?),
                MAX_RESULTS => list.max_results = Some(parse(MAX_RESULTS, value)?),
                PAGE_TOKEN => list.page_token = Some(value.to_owned()),
                _ => {}
            }
        }
        Ok(list)
    }
}

fn some<T: Default>(slot: &mut Option<T>) -> &mut T {
    slot.get_or_insert_with(T::default)
}

fn range(filter: &mut Option<QueryFilter>) -> &mut TimeRange {
    some(&mut some(filter).query_start_time_range)
}

/// Parses a value of a query string.
pub(super) fn parse<T: Scalar>(name: &'static str, value: &str) -> Result<T, InvalidPair> {
    T::from_text(value).ok_or(InvalidPair { name, expected: T::EXPECTED })
}

/// The error of an invalid value in a query string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid query parameter `{name}`: expected {expected}")]
pub struct InvalidPair {
    /// The name of the parameter.
    pub name: &'static str,
    /// What was expected.
    pub expected: &'static str,
}
