//! `was = "…"`: the column's old name, for migrations.

use super::field;

#[test]
fn it_is_declared_beside_the_new_name() {
    assert_eq!((field("comment").column, field("comment").was), ("note", Some("note_text")));
    assert_eq!(field("sku").was, None);
}
