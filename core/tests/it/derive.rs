//! What the derives emit.

mod enums;
mod generated;
mod hygiene;
