//! What should be answered, in plain Rust over the rows in memory.

use std::cmp::Ordering;

use entify::prelude::Decimal;
use serde_json::{Value as Json, json};

use super::request::{Include, Order, Request, Test};
use super::{Row, Table, World};

/// A reader of a world.
#[derive(Clone, Copy)]
pub(super) struct Judge<'w> {
    pub(super) world: &'w World,
    /// Whose rows are readable.
    pub(super) subject: &'w str,
    /// Everyone's are.
    pub(super) all: bool,
    /// Shelves are not.
    pub(super) blind: bool,
}

impl std::fmt::Debug for Judge<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, all: {}, blind: {}", self.subject, self.all, self.blind)
    }
}

impl Judge<'_> {
    fn sees(&self, table: Table, row: &Row) -> bool {
        let mine = self.all || row.keeper.is_some_and(|keeper| self.subject == keeper);
        match table {
            Table::Author | Table::Review => mine,
            Table::Book => !row.deleted && (mine || row.fields["out"] == true),
            Table::Shelf => !self.blind,
        }
    }

    /// The rows that the reader sees, of those of these numbers.
    fn seen(&self, table: Table, rows: impl Iterator<Item = usize>) -> Vec<usize> {
        rows.filter(|index| self.sees(table, &self.world.rows(table)[*index])).collect()
    }

    /// The related rows of a row that the reader sees.
    fn related(&self, table: Table, index: usize, name: &str, target: Table) -> Vec<usize> {
        let world = self.world;
        let row = &world.rows(table)[index];
        match (table, name) {
            (Table::Book, "shelves") => self.seen(target, row.shelves.iter().copied()),
            (Table::Shelf, _) => {
                let on = |book: &usize| world.books[*book].shelves.contains(&index);
                self.seen(target, (0..world.books.len()).filter(on))
            }
            (Table::Book, "author") | (Table::Review, _) => self.seen(target, row.one.into_iter()),
            _ => {
                let rows = world.rows(target);
                self.seen(target, (0..rows.len()).filter(|other| rows[*other].one == Some(index)))
            }
        }
    }

    /// A field of a row, as JSON.
    fn field(&self, table: Table, index: usize, name: &str) -> Json {
        let related = |name, target| self.related(table, index, name, target);
        let books = |books: Vec<usize>| books.into_iter().map(|book| &self.world.books[book].fields);
        match (table, name) {
            (Table::Author | Table::Shelf, "books_count") => json!(related("books", Table::Book).len()),
            (Table::Author, "longest") => {
                let out = books(related("books", Table::Book)).filter(|book| book["out"] == true);
                json!(out.filter_map(|book| book["pages"].as_i64()).max())
            }
            (Table::Book, "is_reviewed") => json!(!related("reviews", Table::Review).is_empty()),
            (Table::Book, "stars") => {
                let reviews = related("reviews", Table::Review);
                let stars =
                    |review: &usize| self.world.reviews[*review].fields["stars"].as_i64().expect("a number");
                json!((!reviews.is_empty()).then(|| reviews.iter().map(stars).sum::<i64>()))
            }
            _ => self.world.rows(table)[index].fields[name].clone(),
        }
    }

    fn passes(&self, test: &Test, table: Table, index: usize) -> bool {
        match test {
            Test::All(parts) => parts.iter().all(|part| self.passes(part, table, index)),
            Test::Any(parts) => parts.iter().any(|part| self.passes(part, table, index)),
            Test::Not(part) => !self.passes(part, table, index),
            Test::Field(name, operator, operand) => {
                holds(name, &self.field(table, index, name), operator, operand)
            }
            Test::One(name, target, part) => {
                self.related(table, index, name, *target).iter().any(|row| self.passes(part, *target, *row))
            }
            Test::Many(name, target, quantifier, part) => {
                let rows = self.related(table, index, name, *target);
                let mut passing = rows.iter().map(|row| self.passes(part, *target, *row));
                match *quantifier {
                    "some" => passing.any(|passes| passes),
                    "none" => !passing.any(|passes| passes),
                    _ => passing.all(|passes| passes),
                }
            }
        }
    }

    fn sort(&self, table: Table, order: &Order, rows: &mut [usize]) {
        rows.sort_by(|left, right| {
            let by = |(name, greatest): &(&str, bool)| {
                let (left, right) = (self.field(table, *left, name), self.field(table, *right, name));
                // What is missing is last of the least first, and first of the greatest first.
                let least = match (left.is_null(), right.is_null()) {
                    (true, true) => Ordering::Equal,
                    (true, false) => Ordering::Greater,
                    (false, true) => Ordering::Less,
                    (false, false) => compare(name, &left, &right),
                };
                if *greatest { least.reverse() } else { least }
            };
            order.0.iter().map(by).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
        });
    }

    fn row(&self, table: Table, index: usize, include: &[Include]) -> Json {
        let fields = table.fields().iter().map(|name| ((*name).to_owned(), self.field(table, index, name)));
        let related = include.iter().map(|one| {
            let mut rows = self.related(table, index, one.name, one.table);
            let shown = match &one.many {
                None => rows.first().map_or(Json::Null, |row| self.row(one.table, *row, &one.include)),
                Some(many) => {
                    self.sort(one.table, &many.order, &mut rows);
                    self.page(one.table, &rows, 0, many.limit, many.counted, &one.include)
                }
            };
            (one.name.to_owned(), shown)
        });
        Json::Object(fields.chain(related).collect())
    }

    fn page(
        &self,
        table: Table,
        rows: &[usize],
        start: usize,
        limit: u32,
        counted: bool,
        include: &[Include],
    ) -> Json {
        let rest = &rows[start.min(rows.len())..];
        let shown = &rest[..rest.len().min(limit as usize)];
        let items: Vec<Json> = shown.iter().map(|row| self.row(table, *row, include)).collect();
        json!({
            "items": items,
            "has_next": rest.len() > shown.len(),
            "total": counted.then_some(rows.len()),
        })
    }

    /// The pages of a request.
    pub(super) fn pages(&self, request: &Request) -> Vec<Json> {
        let table = request.table;
        let mut rows = self.seen(table, 0..self.world.rows(table).len());
        rows.retain(|row| self.passes(&request.filter, table, *row));
        self.sort(table, &request.order, &mut rows);
        let limit = request.limit as usize;
        let count = rows.len().div_ceil(limit).clamp(1, Request::PAGES as usize);
        let page = |page: usize| {
            self.page(table, &rows, page * limit, request.limit, request.counted, &request.include)
        };
        (0..count).map(page).collect()
    }
}

/// Compares values of a field, neither of which is missing: texts by their bytes, decimals by their numbers.
fn compare(name: &str, left: &Json, right: &Json) -> Ordering {
    let decimal = |json: &Json| json.as_str().expect("a decimal").parse::<Decimal>().expect("a decimal");
    match (left, right) {
        _ if name == "price" => decimal(left).cmp(&decimal(right)),
        (Json::String(left), Json::String(right)) => left.cmp(right),
        (Json::Bool(left), Json::Bool(right)) => left.cmp(right),
        (left, right) => left.as_i64().cmp(&right.as_i64()),
    }
}

fn holds(name: &str, value: &Json, operator: &str, operand: &Json) -> bool {
    if operator == "null" {
        return value.is_null() == (operand == &Json::Bool(true));
    }
    if value.is_null() {
        return false;
    }
    let equals = |other: &Json| compare(name, value, other).is_eq();
    let among = || operand.as_array().expect("a list").iter().any(equals);
    let texts = || (value.as_str().expect("a text"), operand.as_str().expect("a text"));
    match operator {
        "eq" => equals(operand),
        "ne" => !equals(operand),
        "gt" => compare(name, value, operand).is_gt(),
        "gte" => compare(name, value, operand).is_ge(),
        "lt" => compare(name, value, operand).is_lt(),
        "lte" => compare(name, value, operand).is_le(),
        "in" => among(),
        "nin" => !among(),
        "contains" => texts().0.contains(texts().1),
        "starts_with" => texts().0.starts_with(texts().1),
        _ => texts().0.ends_with(texts().1),
    }
}
