//! Skips values that the caller does not need.
//!
//! Nothing is allocated. Elements of a fixed size are skipped by one multiplication; every other
//! element takes at least one byte, so the work is bounded by the body.

use crate::wire::{DecodeError, Reader, WireType};

impl Reader {
    /// Skips one value.
    ///
    /// # Errors
    ///
    /// The same as when the value is read, except that text is not checked.
    pub fn skip(&mut self, wire_type: WireType) -> Result<(), DecodeError> {
        match wire_type {
            WireType::Binary => {
                let length = self.count(1)?;
                self.advance(length)
            }
            WireType::Struct => {
                self.begin_struct()?;
                while let Some(field) = self.next_field()? {
                    self.skip(field.wire_type)?;
                }
                Ok(())
            }
            WireType::List | WireType::Set => self.skip_list(),
            WireType::Map => self.skip_map(),
            fixed => self.advance(fixed.min_size()),
        }
    }

    fn skip_list(&mut self) -> Result<(), DecodeError> {
        self.enter()?;
        let at = self.position();
        let [code] = self.array()?;
        let element = WireType::from_code(code);
        let count = self.count(element.map_or(1, WireType::min_size))?;
        if count > 0 {
            let element = element.ok_or(DecodeError::UnknownWireType { at, code })?;
            match element.fixed_size() {
                // The count fits the body, so the product cannot overflow.
                Some(size) => self.advance(count * size)?,
                None => (0..count).try_for_each(|_| self.skip(element))?,
            }
        }
        self.end_container();
        Ok(())
    }

    fn skip_map(&mut self) -> Result<(), DecodeError> {
        self.enter()?;
        let at = self.position();
        let [key_code, value_code] = self.array()?;
        let (key, value) = (WireType::from_code(key_code), WireType::from_code(value_code));
        let min_size = key.map_or(1, WireType::min_size) + value.map_or(1, WireType::min_size);
        let count = self.count(min_size)?;
        if count > 0 {
            let key = key.ok_or(DecodeError::UnknownWireType { at, code: key_code })?;
            let value =
                value.ok_or(DecodeError::UnknownWireType { at: at + 1, code: value_code })?;
            match (key.fixed_size(), value.fixed_size()) {
                (Some(key), Some(value)) => self.advance(count * (key + value))?,
                _ => (0..count).try_for_each(|_| {
                    self.skip(key)?;
                    self.skip(value)
                })?,
            }
        }
        self.end_container();
        Ok(())
    }
}
