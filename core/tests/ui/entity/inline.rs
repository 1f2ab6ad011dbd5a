use entify::prelude::*;

#[derive(Entity)]
#[entity(
    policy = public,
    admin(
        group("When", created_at, total, titel),
        group("Who", title, title),
        inline(line, lines, lines, tags, title),
    ),
)]
pub struct Bill {
    title: String,
    #[entity(read_only, default = 0)]
    total: i32,
    #[entity(inverse = bill)]
    lines: Many<Line>,
    #[entity(through = BillTag)]
    tags: Many<Tag>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Line {
    bill: One<Bill>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Tag {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct BillTag {
    bill: One<Bill>,
    tag: One<Tag>,
}

fn main() {}
