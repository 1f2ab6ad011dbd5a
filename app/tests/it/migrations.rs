//! The demo's migrations, proved by running them.

use crate::store::root;

#[test]
fn the_migrations_can_be_taken_back() {
    let verified = entify::testing::verify_migrations(root().join("migrations"));
    assert!(!verified.is_empty());
}
