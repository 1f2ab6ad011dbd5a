//! Faults, of ours or of other frameworks, that are not to come back: one file each, by what went wrong.

mod failed_commit;
mod like_wildcards;
