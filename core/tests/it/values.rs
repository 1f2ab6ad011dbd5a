//! Values through every surface: one verdict and one value, whoever wrote them and on whichever database.

mod limits;
mod numbers;
mod written_by_others;
