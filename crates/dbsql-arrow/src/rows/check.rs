//! Whether a type fits the columns of a result, found before there is a row.
//!
//! The type is read from made-up values. What it says about the types of columns holds for any
//! values. What it says about a value, such as a text that is no date, holds for that value alone:
//! another one is tried, and a column that accepts none is left to the rows.

use std::any::type_name;

use arrow_schema::{DataType, Fields};
use serde::de::DeserializeOwned;

use super::column::{Passing, Record};
use super::error::{ColumnIndex, Result, RowError, Wanted};
use super::record::Row;
use super::sample::Choice;

/// Returns how columns are passed on to the type: in the order of its fields where it was read so from
/// made-up values, which spares it the names.
///
/// # Errors
///
/// The type does not fit, whatever the rows are.
pub(super) fn check<T: DeserializeOwned>(fields: &Fields) -> Result<Passing> {
    Check { fields, choices: vec![Choice::default(); fields.len()], picky: Vec::new() }.run::<T>()
}

struct Check<'a> {
    fields: &'a Fields,
    choices: Vec<Choice>,
    /// Columns of which no made-up value was accepted.
    picky: Vec<usize>,
}

impl Check<'_> {
    fn run<T: DeserializeOwned>(mut self) -> Result<Passing> {
        loop {
            let order = self.order();
            let Err(error) = self.read::<T>(&order, Passing::All) else {
                // By name it was read from all columns: no two of them are for one field.
                let in_order = self.read::<T>(&order, Passing::InOrder);
                return Ok(in_order.map_or(Passing::ByName, |()| Passing::InOrder));
            };
            if error.is_schema_mismatch() {
                return Err(self.with_column::<T>(error, &order));
            }
            let Some(column) = error.column() else {
                // Of which column it was is not known.
                let tried = (0..order.len()).filter(|index| self.try_another(*index, &error));
                if tried.count() == 0 {
                    return Ok(Passing::ByName);
                }
                continue;
            };
            let (ColumnIndex::Named(at) | ColumnIndex::Positional(at)) = column;
            let index = order[at];
            if self.try_another(index, &error) {
                continue;
            }
            if is_written(self.fields[index].data_type()) {
                return Err(error.whatever_the_value());
            }
            // Behind the others, it does not hide what is wrong with them.
            let can_move = matches!(column, ColumnIndex::Named(_));
            if !can_move || self.picky.contains(&index) {
                return self.find_missing::<T>().map(|()| Passing::ByName);
            }
            self.picky.push(index);
        }
    }

    /// The columns, those that accept nothing last.
    fn order(&self) -> Vec<usize> {
        let is_picky = |index: &usize| self.picky.contains(index);
        let others = (0..self.fields.len()).filter(|index| !is_picky(index));
        others.chain(self.picky.iter().copied()).collect()
    }

    fn read<T: DeserializeOwned>(&self, columns: &[usize], passing: Passing) -> Result<()> {
        let columns = columns.iter().map(|index| {
            let field = &self.fields[*index];
            (field, self.choices[*index].column(field.data_type(), passing))
        });
        let record = Record::of(columns, passing);
        Row { record: &record, row: 0 }.read::<T>().map(drop)
    }

    /// Makes up another value for the column; `false` when all were tried.
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

    /// A field without a column is noticed when all columns were read.
    fn find_missing<T: DeserializeOwned>(&self) -> Result<()> {
        let others: Vec<usize> =
            (0..self.fields.len()).filter(|index| !self.picky.contains(index)).collect();
        let is_picky =
            |name: &str| self.picky.iter().any(|index| self.fields[*index].name() == name);
        match self.read::<T>(&others, Passing::All) {
            Err(error) if error.missing_column().is_some_and(|name| !is_picky(name)) => Err(error),
            _ => Ok(()),
        }
    }

    /// Names the column in an error that lost it, as one below `#[serde(flatten)]` does: the one
    /// without which the error is another.
    fn with_column<T: DeserializeOwned>(&self, error: RowError, columns: &[usize]) -> RowError {
        if error.column().is_some() || !error.is_wrong_type() {
            return error;
        }
        let text = error.to_string();
        let is_to_blame = |at: &usize| {
            let others: Vec<usize> = columns.iter().copied().filter(|other| other != at).collect();
            self.read::<T>(&others, Passing::All)
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

/// All values of the column are read as text of the same form, whatever they are.
fn is_written(data_type: &DataType) -> bool {
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
