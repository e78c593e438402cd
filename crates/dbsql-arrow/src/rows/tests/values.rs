//! Values of each type.
