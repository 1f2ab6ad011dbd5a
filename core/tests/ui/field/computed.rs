use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, index(total), unique(total, price))]
pub struct Line {
    #[entity(search(full))]
    name: String,
    price: i64,
    #[entity(computed(sql = "{price} * {amuont}"), unique, default = 1, write_only)]
    total: i64,
    #[entity(computed(sql = "{total} + 1"), index, column = "x", was = "y", precision = 4)]
    more: Decimal,
    #[entity(computed(sql = "price } 1"), read_only, immutable, skip(create))]
    broken: i64,
    #[entity(computed(sql = " "), search(fulltext), min_len = 1)]
    empty: String,
    #[entity(computed(sql = "{price} * 1.5"), aggregate)]
    scaleless: Decimal,
    #[entity(computed)]
    bare: i64,
    #[entity(computed(sq = "1"))]
    misspelt: i64,
    #[entity(computed(sql = "1"))]
    other: One<Line>,
}

fn main() {}
