//! Reading over pages made by hand: faults, cursors, links.


