//! Related rows as clients send them with a row: one member for each relation.
//!
//! `author: {connect: 7}` or `author: {create: {…}}`; `posts: {create: [{…}], connect: [1], disconnect: [2], delete: [3], set: [4],
//! update: [{id: 5, input: {…}}]}`. A name that is missing does nothing; in GraphQL neither does one that is null.

use serde_json::{Map, Value as Json};

use crate::config::NestedLimits;
use crate::entity::{ColumnInfo, EntityInfo, ManyInfo, ManyLink, RelationDef, Surface};
use crate::error::FieldError;
use crate::policy::Action;
use crate::service::input::{INCREMENT, InputForm};
use crate::service::links::Joining;
use crate::types::shorten;
use crate::value::{Assignments, RowChanges, ToManyWrite, ToOneWrite, Value};

const ONE_OF: &str = "must have one member: `connect` or `create`";

/// A relation by its name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FormRelation {
    /// With the column of its reference.
    ToOne(&'static ColumnInfo, &'static RelationDef),
    /// Its rows.
    ToMany(&'static ManyInfo),
}

impl InputForm<'_> {
    /// The same, which also takes related rows.
    #[must_use]
    pub fn with_related(self) -> Self {
        Self { depth: Some(0), ..self }
    }

    /// Whether it takes related rows.
    pub(super) fn takes_related(self) -> bool {
        self.depth.is_some()
    }

    /// The to-one relations of which rows may be connected or created, each with the column of its reference.
    pub(crate) fn to_one(self) -> impl Iterator<Item = (&'static ColumnInfo, &'static RelationDef)> {
        self.columns().filter_map(move |column| {
            let relation = column.relation()?;
            let is_offered = column.target()?.is_on(self.surface) && self.is_free(self.name_of(relation));
            is_offered.then_some((column, relation))
        })
    }

    /// The to-many relations of which rows may be written.
    pub(crate) fn to_many(self) -> impl Iterator<Item = &'static ManyInfo> {
        let many = self.view().to_many().iter().copied();
        many.filter(move |many| {
            let is_written = match many.link() {
                ManyLink::Inverse { column } => {
                    let column = &many.target().columns[column];
                    let refused = |action| many.target().on(self.surface).refusal(column, action).is_some();
                    !(refused(Action::Create) && refused(Action::Update))
                }
                ManyLink::Through { .. } => Joining::of(self.info, many.index)
                    .is_ok_and(|joining| joining.check_ends_suffice().is_ok()),
            };
            is_written && self.is_free(self.name_of_many(many))
        })
    }

    /// Whether a row can be created without the reference of this column: by its relation, or within the row that it
    /// refers to.
    pub(crate) fn may_be_implied(self, column: &ColumnInfo) -> bool {
        self.to_one().any(|(of, _)| of.index == column.index)
    }

    /// Whether null is as good as nothing where an object or a list may stand: an input of GraphQL has a null for what a client
    /// leaves out.
    fn skips_null(self) -> bool {
        self.surface == Surface::Graphql
    }

    fn is_free(self, name: &str) -> bool {
        self.view().column(name).is_none() && !(name == INCREMENT && self.increments().next().is_some())
    }

    pub(crate) fn name_of(self, relation: &'static RelationDef) -> &'static str {
        if self.surface == Surface::Graphql { relation.graphql } else { relation.name }
    }

    pub(crate) fn name_of_many(self, many: &'static ManyInfo) -> &'static str {
        if self.surface == Surface::Graphql { many.def.graphql } else { many.def.name }
    }

    /// The names of the relations that it takes.
    pub(super) fn relation_names(self) -> Vec<&'static str> {
        if !self.takes_related() {
            return Vec::new();
        }
        let to_one = self.to_one().map(|(_, relation)| self.name_of(relation));
        to_one.chain(self.to_many().map(|many| self.name_of_many(many))).collect()
    }

    /// The relation of a name.
    pub(crate) fn relation(self, name: &str) -> Option<FormRelation> {
        let to_one = self.to_one().find(|(_, relation)| self.name_of(relation) == name);
        let to_one = to_one.map(|(column, relation)| FormRelation::ToOne(column, relation));
        to_one
            .or_else(|| self.to_many().find(|many| self.name_of_many(many) == name).map(FormRelation::ToMany))
    }

    /// The form of related rows.
    fn of_related(self, info: &'static EntityInfo, action: Action) -> Self {
        let depth = self.depth.map(|depth| depth + 1);
        Self { info, action, depth, parent: None, ..self }
    }

    /// Reads the members that are relations, once all columns are read.
    pub(super) fn read_related(self, to: &mut Assignments, members: Vec<(FormRelation, Json)>) {
        for (relation, json) in members {
            if self.depth.is_some_and(|depth| depth >= NestedLimits::DEEPEST) {
                let message =
                    format!("related rows are written at most {} levels deep", NestedLimits::DEEPEST);
                to.fail(FieldError::new("", "too_deep", message));
                return;
            }
            match relation {
                FormRelation::ToOne(column, relation) => self.read_to_one(to, column, relation, json),
                FormRelation::ToMany(many) => self.read_to_many(to, many, json),
            }
        }
    }

    fn read_to_one(
        self,
        to: &mut Assignments,
        column: &'static ColumnInfo,
        relation: &'static RelationDef,
        json: Json,
    ) {
        let Some(target) = column.target() else { return };
        let name = relation.name;
        let is_parent = self.parent == Some(column.index);
        let mut members = match json {
            Json::Object(members) => members,
            Json::Null if self.action == Action::Create && self.skips_null() => return,
            _ => {
                let message =
                    format!("must be an object with `connect` or `create`; `{}` may be null", column.wire);
                return to.fail(FieldError::new(name, "type", message));
            }
        };
        if is_parent {
            return to.fail(implied(name));
        }
        if to.get(column.index).is_some() {
            let message = format!("is given by `{}` too; give one of them", column.wire);
            return to.fail(FieldError::new(name, "repeated", message));
        }
        let given = members.values().filter(|json| !(json.is_null() && self.skips_null())).count();
        let mut take = |member: &str| members.remove(member).filter(|json| !json.is_null());
        let (connect, create) = (take("connect"), take("create"));
        fail_unknown(to, name, &members);
        match (connect, create) {
            _ if given > 1 => to.fail(FieldError::new(name, "one_of", ONE_OF)),
            (Some(key), None) => {
                let path = format!("{name}.connect");
                if let Some(key) = self.key(to, target, key, path) {
                    to.set(column.index, key);
                    to.related_mut().to_one.push((column.index, ToOneWrite::Connect));
                }
            }
            (None, Some(Json::Object(members))) => {
                let values = self.of_related(target, Action::Create).read_json(members);
                to.related_mut().to_one.push((column.index, ToOneWrite::Create(values)));
            }
            (None, Some(_)) => {
                to.fail(FieldError::new(format!("{name}.create"), "type", "must be an object"));
            }
            _ => to.fail(FieldError::new(name, "one_of", ONE_OF)),
        }
    }

    fn read_to_many(self, to: &mut Assignments, many: &'static ManyInfo, json: Json) {
        let (name, target) = (many.def.name, many.target());
        let mut members = match json {
            Json::Object(members) => members,
            Json::Null if self.skips_null() => return,
            _ => return to.fail(FieldError::new(name, "type", "must be an object")),
        };
        let mut write = ToManyWrite::default();
        let mut take = |to: &mut Assignments, member: &str| match members.remove(member) {
            None => None,
            Some(Json::Null) if self.skips_null() => None,
            Some(Json::Array(items)) => Some(items),
            // As in every list of GraphQL's.
            Some(one) if self.surface == Surface::Graphql => Some(vec![one]),
            Some(_) => {
                to.fail(FieldError::new(format!("{name}.{member}"), "type", "must be a list"));
                None
            }
        };
        let lists = ["connect", "disconnect", "delete", "set"].map(|member| (member, take(to, member)));
        let (create, update) = (take(to, "create"), take(to, "update"));
        fail_unknown(to, name, &members);
        for (member, items) in lists {
            let Some(items) = items else { continue };
            if member != "delete" && self.refuse_reference(to, many, member, Action::Update) {
                continue;
            }
            let keys = items.into_iter().enumerate();
            let keys = keys
                .filter_map(|(position, json)| {
                    self.key(to, target, json, format!("{name}.{member}.{position}"))
                })
                .collect();
            match member {
                "connect" => write.connect = keys,
                "disconnect" => write.disconnect = keys,
                "delete" => write.delete = keys,
                _ => write.set = Some(keys),
            }
        }
        let refused = create.is_some() && self.refuse_reference(to, many, "create", Action::Create);
        let parent = if let ManyLink::Inverse { column } = many.link() { Some(column) } else { None };
        for (position, item) in create.into_iter().flatten().enumerate().filter(|_| !refused) {
            match item {
                Json::Object(members) => {
                    let form = Self { parent, ..self.of_related(target, Action::Create) };
                    let mut values = form.read_json(members);
                    let given = parent.filter(|column| values.get(*column).is_some());
                    if let Some(column) = given {
                        values.take(column);
                        values.fail(implied(target.columns[column].wire));
                    }
                    write.create.push(values);
                }
                _ => to.fail(FieldError::new(format!("{name}.{position}"), "type", "must be an object")),
            }
        }
        for (position, item) in update.into_iter().flatten().enumerate() {
            let path = format!("{name}.update.{position}");
            write.update.extend(self.changes(to, target, item, &path));
        }
        if !write.is_empty() {
            to.related_mut().to_many.push((many.index, write));
        }
    }

    /// Refuses what would set a reference that clients may not set.
    fn refuse_reference(
        self,
        to: &mut Assignments,
        many: &'static ManyInfo,
        member: &str,
        action: Action,
    ) -> bool {
        let ManyLink::Inverse { column } = many.link() else { return false };
        let column = &many.target().columns[column];
        let Some((code, _)) = many.target().on(self.surface).refusal(column, action) else { return false };
        let message = format!("sets `{}`, which may not be set; leave it out", column.wire);
        to.fail(FieldError::new(format!("{}.{member}", many.def.name), code, message));
        true
    }

    /// `{id, input, expected_version}`.
    fn changes(
        self,
        to: &mut Assignments,
        target: &'static EntityInfo,
        item: Json,
        path: &str,
    ) -> Option<RowChanges> {
        let Json::Object(mut members) = item else {
            to.fail(FieldError::new(path.to_owned(), "type", "must be an object with `id` and `input`"));
            return None;
        };
        let version_name =
            if self.surface == Surface::Graphql { "expectedVersion" } else { "expected_version" };
        let (key, input) = (members.remove("id").unwrap_or_default(), members.remove("input"));
        let version = members.remove(version_name).filter(|json| !(json.is_null() && self.skips_null()));
        fail_unknown(to, path, &members);
        let key = self.key(to, target, key, format!("{path}.id"));
        let expected = version.as_ref().and_then(Json::as_i64);
        if version.is_some() && expected.is_none() {
            let field = format!("{path}.expected_version");
            to.fail(FieldError::new(field, "type", "must be a whole number"));
        }
        let values = match input {
            Some(Json::Object(members)) => self.of_related(target, Action::Update).read_json(members),
            _ => {
                to.fail(FieldError::new(format!("{path}.input"), "required", "must be an object"));
                return None;
            }
        };
        Some(RowChanges { key: key?, version: expected, values })
    }

    fn key(
        self,
        to: &mut Assignments,
        target: &'static EntityInfo,
        json: Json,
        path: String,
    ) -> Option<Value> {
        let key = match json {
            Json::Null => None,
            json => target.key().kind.decode_json(json, self.surface.style()).ok(),
        };
        if key.is_none() {
            let message = format!("must be the key of a {}", target.def.name);
            to.fail(FieldError::new(path, "type", message));
        }
        key
    }
}

/// The error of a reference to the row within which one is created.
fn implied(field: &'static str) -> FieldError {
    FieldError::new(field, "repeated", "is the row within which this one is created; leave it out")
}

fn fail_unknown(to: &mut Assignments, path: &str, members: &Map<String, Json>) {
    for name in members.keys() {
        let field = format!("{path}.{}", shorten(name, 64));
        to.fail(FieldError::new(field, "unknown_field", "is nothing that is done here; leave it out"));
    }
}
