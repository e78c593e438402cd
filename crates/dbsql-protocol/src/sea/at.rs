//! The position of a value, and how much reading may still allocate.

use std::{cell::Cell, fmt};

use serde::de;

/// What is wrong with a value. Contains names from this crate only, nothing of the document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    Missing { record: &'static str, field: &'static str },
    Duplicate { record: &'static str, field: &'static str },
    WrongValue { record: &'static str, field: &'static str, expected: &'static str },
    OverBudget { budget: usize },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { record, field } => write!(f, "field `{field}` of {record} is missing"),
            Self::Duplicate { record, field } => {
                write!(f, "field `{field}` of {record} appears twice")
            }
            Self::WrongValue { record, field: "", expected } => {
                write!(f, "{record} is not {expected}")
            }
            Self::WrongValue { record, field, expected } => {
                write!(f, "field `{field}` of {record} is not {expected}")
            }
            Self::OverBudget { budget } => {
                write!(f, "values exceed the memory budget of {budget} bytes")
            }
        }
    }
}

/// The allocation budget of a document, and the first fault found in it.
#[derive(Debug)]
pub(super) struct Ledger {
    budget: usize,
    used: Cell<usize>,
    fault: Cell<Option<Fault>>,
}

impl Ledger {
    pub(super) fn new(budget: usize) -> Self {
        Self { budget, used: Cell::new(0), fault: Cell::new(None) }
    }

    pub(super) fn fault(&self) -> Option<Fault> {
        self.fault.get()
    }
}

/// The field that is being read.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    record: &'static str,
    field: &'static str,
    /// Whether a value of a wrong type is ignored.
    loose: bool,
    /// `None` when serde is the only driver: then nothing is counted.
    ledger: Option<&'a Ledger>,
}

impl<'a> At<'a> {
    /// The position of a whole document.
    pub(super) fn document(record: &'static str, ledger: Option<&'a Ledger>) -> Self {
        Self { record, field: "", loose: false, ledger }
    }

    /// The position of a field in the record at this position. Fields below a loose field are
    /// loose.
    pub(super) fn field(self, record: &'static str, field: &'static str, loose: bool) -> Self {
        Self { record, field, loose: self.loose || loose, ledger: self.ledger }
    }

    pub(super) fn is_loose(self) -> bool {
        self.loose
    }

    fn fail<E: de::Error>(self, fault: Fault) -> E {
        if let Some(ledger) = self.ledger {
            ledger.fault.set(Some(fault));
        }
        E::custom(fault)
    }

    pub(super) fn missing<E: de::Error>(self) -> E {
        self.fail(Fault::Missing { record: self.record, field: self.field })
    }

    pub(super) fn duplicate<E: de::Error>(self) -> E {
        self.fail(Fault::Duplicate { record: self.record, field: self.field })
    }

    /// Handles a value of a wrong type or out of range: an error that names the field or, in a
    /// loose field, no value.
    pub(super) fn mismatch<T, E: de::Error>(self, expected: &'static str) -> Result<Option<T>, E> {
        if self.loose { Ok(None) } else { Err(self.wrong(expected)) }
    }

    pub(super) fn wrong<E: de::Error>(self, expected: &'static str) -> E {
        self.fail(Fault::WrongValue { record: self.record, field: self.field, expected })
    }

    /// Charges bytes to the budget before they are allocated.
    pub(super) fn charge<E: de::Error>(self, bytes: usize) -> Result<(), E> {
        let Some(ledger) = self.ledger else { return Ok(()) };
        let used = ledger.used.get().saturating_add(bytes);
        if used > ledger.budget {
            return Err(self.fail(Fault::OverBudget { budget: ledger.budget }));
        }
        ledger.used.set(used);
        Ok(())
    }

    /// Reserves room for `more` items and charges it: the old buffer and the new one exist together
    /// for a moment. Grows by a quarter, so that little unused memory is allocated.
    pub(super) fn reserve<T, E: de::Error>(self, list: &mut Vec<T>, more: usize) -> Result<(), E> {
        let (length, old) = (list.len(), list.capacity());
        if old - length >= more {
            return Ok(());
        }
        let new = (length + more).max(old + old / 4).max(4);
        self.charge(new.saturating_mul(size_of::<T>()))?;
        list.reserve_exact(new - length);
        if let Some(ledger) = self.ledger {
            ledger.used.set(ledger.used.get().saturating_sub(old * size_of::<T>()));
        }
        Ok(())
    }
}
