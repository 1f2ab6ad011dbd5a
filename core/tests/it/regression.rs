//! Faults, of ours or of other frameworks, that are not to come back: one file each, by what went wrong.

mod cursors_across_releases;
mod failed_commit;
mod like_wildcards;
mod settings_lost_in_transactions;
