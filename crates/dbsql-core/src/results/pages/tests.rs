//! Order, gaps, counts and the end of a result, over pages made by hand.


