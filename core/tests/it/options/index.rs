//! `index` on a field, `index(a, -b)` on the struct: indexes of the table.

use entify::db::Dialect;
use entify::migrate::{DatabaseSchema, ddl};
use entify::prelude::*;

use super::{def, field, sorts};

#[derive(Entity)]
#[entity(policy = public, index(two, -one))]
pub struct IndexSample {
    #[entity(index)]
    one: String,
    two: String,
}

#[test]
fn the_table_has_them() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let sql = ddl::create(&DatabaseSchema::of(&entities![IndexSample], dialect), dialect).concat();
        assert!(sql.contains(r#"CREATE INDEX "ix_index_sample_one" ON "index_sample" ("one")"#), "{sql}");
        let both = r#"CREATE INDEX "ix_index_sample_two_one" ON "index_sample" ("two", "one" DESC"#;
        assert!(sql.contains(both), "{sql}");
    }
}

#[test]
fn it_is_declared() {
    let indexes: Vec<_> = def().indexes.iter().map(|index| sorts(index.fields)).collect();
    assert_eq!(indexes, [vec![("state", false), ("created_at", true)], vec![("product_id", false)]]);
    assert!(field("comment").index);
}
