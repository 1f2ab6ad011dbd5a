use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Row {
    xmin: i64,
    #[entity(column = "CTID")]
    place: String,
    #[entity(search(fulltext))]
    rank: String,
    entify_search: String,
    name: String,
    #[entity(column = "Name")]
    title: String,
    /// Computed fields have no column.
    #[entity(computed(sql = "{name}"))]
    xmax: String,
}

/// Without a full-text index the names are free.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Place {
    rank: i32,
    rowid: i64,
    oid: i64,
}

fn main() {}
