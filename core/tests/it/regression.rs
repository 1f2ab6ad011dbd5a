//! One file for each bug that was found, by what went wrong.

mod cursors_across_releases;
mod settings_lost_in_transactions;
