//! Checks whether a type fits the columns of a result, before there is a row.
//!
//! The type is deserialized from sample values. An error about a column type holds for any values.
//! An error about a value, such as text that is not a date, holds for that value only: another
//! sample is tried, and if a column accepts no sample, its values are checked with the rows.

use std::any::type_name;

use arrow_schema::{DataType, Fields};
use serde::de::DeserializeOwned;

use super::column::{FieldMatching, Record};
use super::error::{ColumnIndex, Result, RowError, Wanted};
use super::record::Row;
use super::sample::Choice;

/// Returns how columns are matched to the fields of the type: in the order of the fields if that
/// worked for sample values, which avoids comparing names.
///
/// # Errors
///
/// The type does not fit, whatever the rows are.
pub(super) fn check<T: DeserializeOwned>(fields: &Fields) -> Result<FieldMatching> {
    Check { fields, choices: vec![Choice::default(); fields.len()], deferred: Vec::new() }
        .run::<T>()
}

struct Check<'a> {
    fields: &'a Fields,
    choices: Vec<Choice>,
    /// Columns of which no sample value was accepted.
    deferred: Vec<usize>,
}

impl Check<'_> {
    fn run<T: DeserializeOwned>(mut self) -> Result<FieldMatching> {
        loop {
            let order = self.order();
            let Err(error) = self.read::<T>(&order, FieldMatching::All) else {
                // It could be read by name from all columns: no two of them are for one field.
                let in_order = self.read::<T>(&order, FieldMatching::InOrder);
                return Ok(in_order.map_or(FieldMatching::ByName, |()| FieldMatching::InOrder));
            };
            if error.is_schema_mismatch() {
                return Err(self.with_column::<T>(error, &order));
            }
            let Some(column) = error.column() else {
                // The column of the error is unknown.
                let tried = (0..order.len()).filter(|index| self.try_another(*index, &error));
                if tried.count() == 0 {
                    return Ok(FieldMatching::ByName);
                }
                continue;
            };
            let (ColumnIndex::Named(at) | ColumnIndex::Positional(at)) = column;
            let index = order[at];
            if self.try_another(index, &error) {
                continue;
            }
            if has_text_form(self.fields[index].data_type()) {
                return Err(error.whatever_the_value());
            }
            // As the last column, it does not hide errors of the others.
            let can_move = matches!(column, ColumnIndex::Named(_));
            if !can_move || self.deferred.contains(&index) {
                return self.find_missing::<T>().map(|()| FieldMatching::ByName);
            }
            self.deferred.push(index);
        }
    }

    /// Returns the columns, deferred ones last.
    fn order(&self) -> Vec<usize> {
        let is_deferred = |index: &usize| self.deferred.contains(index);
        let others = (0..self.fields.len()).filter(|index| !is_deferred(index));
        others.chain(self.deferred.iter().copied()).collect()
    }

    fn read<T: DeserializeOwned>(&self, columns: &[usize], matching: FieldMatching) -> Result<()> {
        let columns = columns.iter().map(|index| {
            let field = &self.fields[*index];
            (field, self.choices[*index].column(field.data_type(), matching))
        });
        let record = Record::of(columns, matching);
        Row::<true> { record: &record, row: 0 }.read::<T>().map(drop)
    }

    /// Selects another sample value for the column; `false` if all were tried.
    fn try_another(&mut self, index: usize, error: &RowError) -> bool {
        let choice = &mut self.choices[index];
        choice.text = None;
        match error.wanted() {
            Some(Wanted::Length(length)) => choice.length = Some(length),
            Some(Wanted::OneOf(texts)) => choice.text = texts.get(choice.tried).copied(),
            None => {}
        }
        choice.tried += 1;
        choice.tried < Choice::COUNT
    }

    /// Finds a field without a column, which deserializing reports after all columns.
    fn find_missing<T: DeserializeOwned>(&self) -> Result<()> {
        let others: Vec<usize> =
            (0..self.fields.len()).filter(|index| !self.deferred.contains(index)).collect();
        let is_deferred =
            |name: &str| self.deferred.iter().any(|index| self.fields[*index].name() == name);
        match self.read::<T>(&others, FieldMatching::All) {
            Err(error) if error.missing_column().is_some_and(|name| !is_deferred(name)) => {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    /// Adds the column to an error that lost it, as with `#[serde(flatten)]`: the one without which
    /// the error changes.
    fn with_column<T: DeserializeOwned>(&self, error: RowError, columns: &[usize]) -> RowError {
        if error.column().is_some() || !error.is_wrong_type() {
            return error;
        }
        let text = error.to_string();
        let is_to_blame = |at: &usize| {
            let others: Vec<usize> = columns.iter().copied().filter(|other| other != at).collect();
            self.read::<T>(&others, FieldMatching::All)
                .err()
                .is_none_or(|other| other.to_string() != text)
        };
        match columns.iter().find(|at| is_to_blame(at)) {
            Some(index) => {
                let field = &self.fields[*index];
                error
                    .of(field.data_type(), type_name::<T>())
                    .in_column(field.name(), ColumnIndex::Named(*index))
            }
            None => error,
        }
    }
}

/// Whether all values of the column are read as text of the same form.
fn has_text_form(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Decimal128(..)
            | DataType::Date32
            | DataType::Time64(_)
            | DataType::Timestamp(..)
            | DataType::Duration(_)
            | DataType::Interval(_)
    )
}
