//! A folder that is named must be there, and nothing else is taken.

const NOWHERE: entify::migrate::EmbeddedMigrations = entify::migrations!("nowhere");

const NUMBER: entify::migrate::EmbeddedMigrations = entify::migrations!(7);

fn main() {}
