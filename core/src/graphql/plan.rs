//! What a selection asks for, worked out before any statement runs.
//!
//! [`Rows`] says what to fetch of an entity's rows: the columns and the relations to follow, each once. A
//! [`Shape`] says how to write one row: the response keys in the query's order, pointing into the rows' columns
//! and relations. Both come from one walk over the selection set.

use async_graphql::Name;
use async_graphql::parser::types::{Field, Selection, SelectionSet};

use crate::entity::{ColumnRole, EntityInfo};
use crate::error::{Error, Result};
use crate::graphql::arguments::Scope;
use crate::graphql::visible;
use crate::query::{Cursors, ListQuery, Total};
use crate::types::Kind;
use crate::value::ColumnSet;

/// What to fetch of the rows of one entity.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) info: &'static EntityInfo,
    pub(super) columns: ColumnSet,
    pub(super) ones: Vec<OneRelation>,
    pub(super) manys: Vec<ManyRelation>,
}

/// A to-one relation to follow.
#[derive(Debug)]
pub(super) struct OneRelation {
    pub(super) column: usize,
    pub(super) rows: Rows,
}

/// A page of a to-many relation to read for every row.
#[derive(Debug)]
pub(super) struct ManyRelation {
    pub(super) many: usize,
    pub(super) query: ListQuery,
    pub(super) rows: Rows,
}

/// How to write one row.
pub(super) type Shape = Vec<(Key, RowField)>;
/// How to write one page.
pub(super) type PageShape = Vec<(Key, PageField)>;

/// A response key as it is written: `"name":`.
pub(super) type Key = Box<str>;

/// What stands under a key of a row.
#[derive(Debug)]
pub(super) enum RowField {
    Typename,
    /// The global id of the row itself or of the one that the column points to.
    Id {
        column: usize,
        of: &'static EntityInfo,
    },
    Column(usize),
    /// A 64-bit integer (or a list of them), which is written as a string.
    BigInt(usize),
    One {
        relation: usize,
        required: bool,
        shape: Shape,
    },
    Many {
        relation: usize,
        shape: PageShape,
    },
}

/// What stands under a key of a page.
#[derive(Debug)]
pub(super) enum PageField {
    Typename,
    Edges(Vec<(Key, EdgeField)>),
    Nodes(Shape),
    Info(Vec<(Key, InfoField)>),
    Total,
}

/// What stands under a key of an edge.
#[derive(Debug)]
pub(super) enum EdgeField {
    Typename,
    Cursor,
    Node(Shape),
}

/// What stands under a key of `PageInfo`.
#[derive(Debug, Clone, Copy)]
pub(super) enum InfoField {
    Typename,
    HasNext,
    HasPrevious,
    Start,
    End,
}

/// Every field with one response key; their selections are merged.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) key: &'a Name,
    pub(super) fields: Vec<&'a async_graphql::Positioned<Field>>,
}

impl<'a> Group<'a> {
    /// The field whose name and arguments count: validation has made sure that all have the same.
    pub(super) fn field(&self) -> &'a Field {
        &self.fields[0].node
    }

    fn sets(&self) -> Vec<&'a SelectionSet> {
        self.fields.iter().map(|field| &field.node.selection_set.node).collect()
    }

    fn written_key(&self) -> Key {
        // A GraphQL name needs no escapes.
        format!("\"{}\":", self.key).into()
    }
}

/// Gathers the fields of selection sets by response key, through the fragments that apply.
pub(super) fn groups<'a>(
    scope: &Scope<'a>,
    sets: &[&'a SelectionSet],
    applies: &dyn Fn(&str) -> bool,
) -> Vec<Group<'a>> {
    let mut groups = Vec::new();
    let mut seen = Vec::new();
    for set in sets {
        gather(scope, set, applies, &mut seen, &mut groups);
    }
    groups
}

fn gather<'a>(
    scope: &Scope<'a>,
    set: &'a SelectionSet,
    applies: &dyn Fn(&str) -> bool,
    seen: &mut Vec<&'a Name>,
    groups: &mut Vec<Group<'a>>,
) {
    for selection in &set.items {
        if !scope.includes(selection.node.directives()) {
            continue;
        }
        match &selection.node {
            Selection::Field(field) => {
                let key = &field.node.response_key().node;
                match groups.iter_mut().find(|group| group.key == key) {
                    Some(group) => group.fields.push(field),
                    None => groups.push(Group { key, fields: vec![field] }),
                }
            }
            Selection::InlineFragment(fragment) => {
                let condition = fragment.node.type_condition.as_ref();
                if condition.is_none_or(|condition| applies(&condition.node.on.node)) {
                    gather(scope, &fragment.node.selection_set.node, applies, seen, groups);
                }
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                if seen.contains(&name) {
                    continue;
                }
                seen.push(name);
                if let Some(fragment) = scope.fragments.get(name)
                    && applies(&fragment.node.type_condition.node.on.node)
                {
                    gather(scope, &fragment.node.selection_set.node, applies, seen, groups);
                }
            }
        }
    }
}

fn unknown(type_name: &str, field: &Field) -> Error {
    Error::bad_request(format!("`{type_name}` has no field `{}`", field.name.node))
}

fn suffixed(name: &str, base: &str, suffix: &str) -> bool {
    name.strip_prefix(base) == Some(suffix)
}

impl Rows {
    /// Nothing but the key.
    pub(super) fn new(info: &'static EntityInfo) -> Self {
        Self { info, columns: ColumnSet::KEY, ones: Vec::new(), manys: Vec::new() }
    }

    /// The rows and the shape that the fields of a group select.
    pub(super) fn of(
        scope: &Scope<'_>,
        info: &'static EntityInfo,
        group: &Group<'_>,
    ) -> Result<(Self, Shape)> {
        let mut rows = Self::new(info);
        let shape = rows.shape(scope, &group.sets())?;
        Ok((rows, shape))
    }

    /// Adds what selection sets on the entity's type need and answers how to write it.
    pub(super) fn shape(&mut self, scope: &Scope<'_>, sets: &[&SelectionSet]) -> Result<Shape> {
        let type_name = self.info.def.graphql.type_name;
        groups(scope, sets, &|condition| condition == type_name || condition == "Node")
            .iter()
            .map(|group| Ok((group.written_key(), self.field(scope, group)?)))
            .collect()
    }

    fn field(&mut self, scope: &Scope<'_>, group: &Group<'_>) -> Result<RowField> {
        let info = self.info;
        let name = group.field().name.node.as_str();
        if name == "__typename" {
            return Ok(RowField::Typename);
        }
        if let Some(column) = visible::column(info, name) {
            self.columns.insert(column.index);
            let index = column.index;
            return Ok(match (visible::is_id(column), column.kind) {
                (true, _) => {
                    RowField::Id { column: index, of: visible::id_entity(info, column).unwrap_or(info) }
                }
                (false, _) if column.role == ColumnRole::Version => RowField::Column(index),
                (false, Kind::I64 | Kind::List(Kind::I64)) => RowField::BigInt(index),
                (false, _) => RowField::Column(index),
            });
        }
        if let Some((column, relation)) = visible::to_one(info, name) {
            self.columns.insert(column.index);
            let at = self.one(column.index, (relation.target)().info());
            let shape = self.ones[at].rows.shape(scope, &group.sets())?;
            return Ok(RowField::One {
                relation: at,
                required: visible::never_null(column, relation),
                shape,
            });
        }
        if let Some(many) = visible::to_many(info, name) {
            let (query, rows, shape) = page(scope, many.target(), group)?;
            self.manys.push(ManyRelation { many: many.index, query, rows });
            return Ok(RowField::Many { relation: self.manys.len() - 1, shape });
        }
        Err(unknown(info.def.graphql.type_name, group.field()))
    }

    /// The relation of a column: one fetch serves every alias of it.
    fn one(&mut self, column: usize, target: &'static EntityInfo) -> usize {
        if let Some(at) = self.ones.iter().position(|one| one.column == column) {
            return at;
        }
        self.ones.push(OneRelation { column, rows: Rows::new(target) });
        self.ones.len() - 1
    }
}

/// What a connection field asks for: the list, what to fetch of its rows, and how to write the page.
pub(super) fn page(
    scope: &Scope<'_>,
    info: &'static EntityInfo,
    group: &Group<'_>,
) -> Result<(ListQuery, Rows, PageShape)> {
    let mut query = scope.list_query(info, group.field())?;
    let mut rows = Rows::new(info);
    let base = info.def.graphql.type_name;
    let mut shape = Vec::new();
    for part in groups(scope, &group.sets(), &|name| suffixed(name, base, "Connection")) {
        let field = match part.field().name.node.as_str() {
            "__typename" => PageField::Typename,
            "edges" => PageField::Edges(edges(scope, &part, &mut rows, &mut query)?),
            "nodes" => PageField::Nodes(rows.shape(scope, &part.sets())?),
            "pageInfo" => PageField::Info(page_info(scope, &part, &mut query)?),
            "totalCount" => {
                query.total = Total::Exact;
                PageField::Total
            }
            _ => return Err(unknown("Connection", part.field())),
        };
        shape.push((part.written_key(), field));
    }
    query.columns = rows.columns;
    Ok((query, rows, shape))
}

fn edges(
    scope: &Scope<'_>,
    group: &Group<'_>,
    rows: &mut Rows,
    query: &mut ListQuery,
) -> Result<Vec<(Key, EdgeField)>> {
    let base = rows.info.def.graphql.type_name;
    groups(scope, &group.sets(), &|name| suffixed(name, base, "Edge"))
        .iter()
        .map(|part| {
            let field = match part.field().name.node.as_str() {
                "__typename" => EdgeField::Typename,
                "cursor" => {
                    query.cursors = Cursors::Every;
                    EdgeField::Cursor
                }
                "node" => EdgeField::Node(rows.shape(scope, &part.sets())?),
                _ => return Err(unknown("Edge", part.field())),
            };
            Ok((part.written_key(), field))
        })
        .collect()
}

fn page_info(scope: &Scope<'_>, group: &Group<'_>, query: &mut ListQuery) -> Result<Vec<(Key, InfoField)>> {
    groups(scope, &group.sets(), &|name| name == "PageInfo")
        .iter()
        .map(|part| {
            let field = match part.field().name.node.as_str() {
                "__typename" => InfoField::Typename,
                "hasNextPage" => InfoField::HasNext,
                "hasPreviousPage" => InfoField::HasPrevious,
                "startCursor" => InfoField::Start,
                "endCursor" => InfoField::End,
                _ => return Err(unknown("PageInfo", part.field())),
            };
            if matches!(field, InfoField::Start | InfoField::End) && query.cursors != Cursors::Every {
                query.cursors = Cursors::Ends;
            }
            Ok((part.written_key(), field))
        })
        .collect()
}
