//! Pages by their place: early, late, empty and without an end.
