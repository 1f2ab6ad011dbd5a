//! Rows and values as JSON schemas.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry as Components};
use serde_json::{Value as Json, json};

use super::rules::rule_in_words;
use super::{aggregate, batch, described, intern, kinds, pattern, related, shown};
use crate::entity::{ColumnInfo, EntityInfo, FieldDef, Format, Surface};
use crate::query::{DEFAULT_PAGE, MAX_PAGE};
use crate::rest::relations;
use crate::service::{INCREMENT, InputForm};
use crate::types::Kind;

/// The problem details of an error.
pub(super) const PROBLEM: &str = "Problem";
const PROBLEM_FIELD: &str = "ProblemField";
pub(super) const PAGE_INFO: &str = "PageInfo";
/// The names of the schemas that every entity uses.
pub(super) const COMMON: [&str; 3] = [PROBLEM, PROBLEM_FIELD, PAGE_INFO];

/// The names of an entity's schemas.
pub(super) struct SchemaNames {
    pub(super) row: String,
    /// Some members of a row, and related rows.
    pub(super) part: String,
    pub(super) input: String,
    pub(super) patch: String,
    pub(super) page: String,
    /// What is added to numbers, where there are such.
    pub(super) increment: String,
    pub(super) batch: String,
    /// The operations of a batch: creations, upserts, changes, deletions.
    pub(super) operations: [String; 4],
    pub(super) results: String,
    /// A row that another refers to, rows that refer to another, and a change of one.
    pub(super) to_one: String,
    pub(super) to_many: String,
    pub(super) to_many_update: String,
    /// Measures of rows: of one group, and of all that are answered.
    pub(super) group: String,
    pub(super) groups: String,
}

impl SchemaNames {
    pub(super) fn of(info: &EntityInfo) -> Self {
        let name = info.def.name;
        Self {
            row: name.to_owned(),
            part: format!("{name}Part"),
            input: format!("{name}Input"),
            patch: format!("{name}Patch"),
            page: format!("{name}Page"),
            increment: format!("{name}Increment"),
            batch: format!("{name}Batch"),
            operations: ["Create", "Upsert", "Update", "Delete"].map(|what| format!("{name}Batch{what}")),
            results: format!("{name}BatchResults"),
            to_one: format!("{name}ToOne"),
            to_many: format!("{name}ToMany"),
            to_many_update: format!("{name}ToManyUpdate"),
            group: format!("{name}Group"),
            groups: format!("{name}Groups"),
        }
    }
}

/// The schemas of one entity and those that every entity uses.
pub(super) fn register(info: &'static EntityInfo, to: &mut Components) {
    register_rows(info, to);
    for (name, schema) in batch::schemas(info).into_iter().chain(aggregate::schemas(info)) {
        to.schemas.entry(name).or_insert(schema);
    }
    register_inputs(info, to);
    register_problem(to);
}

/// The schemas of rows and pages of an entity, and of all that can be included with them.
fn register_rows(info: &'static EntityInfo, to: &mut Components) {
    let names = SchemaNames::of(info);
    if to.schemas.contains_key(&names.page) {
        return;
    }
    let page = object(
        "One page of the list.",
        vec![("items", array(inline(shown::any_of(info)))), ("page", reference(PAGE_INFO))],
    );
    let schemas = [
        (names.row, shown::with_related(info, row(info))),
        (names.part, shown::part(info)),
        (names.page, page),
        (PAGE_INFO.to_owned(), page_info()),
    ];
    for (name, schema) in schemas {
        to.schemas.entry(name).or_insert(schema);
    }
    for relation in relations::of(info) {
        register_rows(relation.target(info), to);
    }
}

/// The schemas of what a client sends to write one row, and of what they refer to.
pub(super) fn register_inputs(info: &'static EntityInfo, to: &mut Components) {
    let names = SchemaNames::of(info);
    let form = InputForm::update(info, Surface::Rest);
    let increments = form.increments().next().map(|_| (names.increment, increment(form)));
    let inputs = [(names.input, input(info)), (names.patch, patch(info))];
    for (name, schema) in inputs.into_iter().chain(increments) {
        to.schemas.entry(name).or_insert(schema);
    }
    related::register(info, to);
}

/// The schemas of an error.
pub(super) fn register_problem(to: &mut Components) {
    for (name, schema) in [(PROBLEM, problem()), (PROBLEM_FIELD, problem_field())] {
        to.schemas.entry(name.to_owned()).or_insert(schema);
    }
}

pub(super) fn reference(name: &str) -> MetaSchemaRef {
    MetaSchemaRef::Reference(name.to_owned())
}

pub(super) fn inline(schema: MetaSchema) -> MetaSchemaRef {
    MetaSchemaRef::Inline(Box::new(schema))
}

pub(super) fn text(description: &'static str) -> MetaSchema {
    MetaSchema { description: described(description), ..MetaSchema::new("string") }
}

pub(super) fn array(items: MetaSchemaRef) -> MetaSchemaRef {
    inline(MetaSchema { items: Some(Box::new(items)), ..MetaSchema::new("array") })
}

/// An object whose members are all there.
pub(super) fn object(
    description: &'static str,
    properties: Vec<(&'static str, MetaSchemaRef)>,
) -> MetaSchema {
    MetaSchema {
        description: described(description),
        required: properties.iter().map(|(name, _)| *name).collect(),
        properties,
        ..MetaSchema::new("object")
    }
}

pub(super) fn row(info: &'static EntityInfo) -> MetaSchema {
    let shown = info.on(Surface::Rest).readable();
    let written = [InputForm::create(info, Surface::Rest), InputForm::update(info, Surface::Rest)];
    let property = |column: &&ColumnInfo| {
        let schema = member(column);
        let mut schema = if column.nullable_to_clients() { or_null(schema) } else { schema };
        schema.read_only =
            !written.iter().any(|form| form.columns().any(|other| other.index == column.index));
        (column.wire, inline(schema))
    };
    object(info.def.docs, shown.iter().map(property).collect())
}

fn input(info: &'static EntityInfo) -> MetaSchema {
    let form = InputForm::create(info, Surface::Rest);
    let is_implied = |column: &ColumnInfo| form.requires(column) && form.may_be_implied(column);
    let property = |column: &'static ColumnInfo| {
        let mut schema = given(column);
        if is_implied(column) {
            schema.description = implied(column, schema.description);
        }
        (column.wire, inline(schema))
    };
    let required = form.columns().filter(|column| form.requires(column) && !is_implied(column));
    MetaSchema {
        description: Some(intern(format!("The values of a new {}.", words(info.def.singular)))),
        required: required.map(|column| column.wire).collect(),
        properties: form.columns().map(property).chain(related::properties(form)).collect(),
        ..MetaSchema::new("object")
    }
}

/// What an action takes.
pub(super) fn action_input(info: &'static EntityInfo) -> MetaSchema {
    let form = InputForm::create(info, Surface::Rest);
    MetaSchema {
        description: described(info.def.docs),
        required: form.columns().filter(|column| form.requires(column)).map(|column| column.wire).collect(),
        properties: form.columns().map(|column| (column.wire, inline(given(column)))).collect(),
        ..MetaSchema::new("object")
    }
}

/// What says of a reference that it is required, and when it is not.
fn implied(column: &ColumnInfo, docs: Option<&'static str>) -> Option<&'static str> {
    let name = column.relation()?.name;
    let rule = format!("Required, unless `{name}` is given or the row is created within its `{name}`.");
    let lines: Vec<&str> = docs.into_iter().chain([rule.as_str()]).collect();
    described(intern(lines.join("\n\n")))
}

fn patch(info: &'static EntityInfo) -> MetaSchema {
    let form = InputForm::update(info, Surface::Rest);
    let description = format!(
        "Changes of one {}, as a JSON merge patch: what is left out stays, `null` clears.",
        words(info.def.singular)
    );
    let properties =
        form.columns().map(|column| (column.wire, inline(kinds::writable(member(column), column))));
    let increment =
        form.increments().next().map(|_| (INCREMENT, reference(&SchemaNames::of(info).increment)));
    MetaSchema {
        description: Some(intern(description)),
        properties: properties.chain(related::properties(form)).chain(increment).collect(),
        ..MetaSchema::new("object")
    }
}

/// What is added to numbers.
fn increment(form: InputForm<'static>) -> MetaSchema {
    let number = |column: &'static ColumnInfo| {
        let schema = MetaSchema {
            description: (!column.docs.is_empty()).then_some(column.docs),
            deprecated: column.deprecated().is_some(),
            ..kinds::schema(column.kind)
        };
        (column.wire, inline(schema))
    };
    let docs = "Numbers to add to what the fields are by then; a negative one takes away. The sum keeps the field's range.";
    MetaSchema {
        description: Some(docs),
        // Nothing is added by null, as by nothing.
        nullable: true,
        properties: form.increments().map(number).collect(),
        ..MetaSchema::new("object")
    }
}

/// The schema of a value that may be null, too. Of one that may be anything this is said already: `nullable` adds to a type.
pub(super) fn or_null(mut schema: MetaSchema) -> MetaSchema {
    let parts = [&schema.any_of, &schema.all_of, &schema.one_of];
    let takes_anything = schema.ty.is_empty() && parts.into_iter().all(Vec::is_empty);
    if takes_anything || schema.nullable {
        return schema;
    }
    if !schema.enum_items.is_empty() {
        schema.enum_items.push(Json::Null);
    }
    MetaSchema { nullable: true, ..schema }
}

/// A column as a client gives it.
pub(super) fn given(column: &ColumnInfo) -> MetaSchema {
    let mut schema = kinds::writable(member(column), column);
    schema.default = kinds::default_of(column);
    schema
}

/// A column as a member of an object: type, constraints, documentation, example.
fn member(column: &ColumnInfo) -> MetaSchema {
    let mut schema = kinds::schema(column.kind);
    if column.nullable {
        schema = or_null(schema);
    }
    schema.description = describe(column);
    if let Some(field) = column.field {
        constrain(&mut schema, field);
    }
    schema.example = kinds::example(column);
    schema.deprecated = column.deprecated().is_some();
    schema
}

/// Adds what the field's options say of its values.
fn constrain(schema: &mut MetaSchema, field: &FieldDef) {
    kinds::constrain(schema, field);
    schema.format = match field.format {
        Some(Format::Email) => Some("email"),
        Some(Format::Url) => Some("uri"),
        Some(Format::Slug) | None => schema.format,
    };
    let of_format = field.format.map(Format::pattern);
    let mut patterns = [of_format, field.pattern].into_iter().flatten().filter_map(pattern::ecma);
    schema.pattern = patterns.next().or(schema.pattern.take());
    // A schema has one pattern.
    let further = |pattern| inline(MetaSchema { pattern: Some(pattern), ..MetaSchema::ANY });
    schema.all_of.extend(patterns.map(further));
}

/// The doc comment, with what the schema itself cannot say.
fn describe(column: &ColumnInfo) -> Option<&'static str> {
    let mut lines = vec![column.docs.to_owned()];
    lines.extend(column.deprecated().map(|deprecated| deprecated.remark()));
    lines.extend(kinds::remark(column));
    if let Some(field) = column.field {
        if let Some(relation) = &field.relation {
            lines.push(format!("The key of a `{}`.", (relation.target)().name));
        }
        if field.unique {
            lines.push("Unique.".to_owned());
        }
        if let Some(pattern) = field.pattern.filter(|pattern| pattern::ecma(pattern).is_none()) {
            lines.push(format!("Must match `{pattern}` in the syntax of Rust's `regex`."));
        }
    }
    if let Some(changes) = column.transitions_in_words(|variant| variant.wire) {
        lines.push(format!("Changes: {changes}."));
    }
    lines.extend(kinds::deprecated_values(column.kind));
    if let Some(rule) = column.read_rule() {
        lines.push(format!("Shown to: {}; to others it is null.", rule_in_words(rule)));
    }
    if let Some(rule) = column.write_rule() {
        lines.push(format!("Set by: {}.", rule_in_words(rule)));
    }
    lines.retain(|line| !line.is_empty());
    described(intern(lines.join("\n\n")))
}

fn page_info() -> MetaSchema {
    let next =
        MetaSchema { nullable: true, ..text("Send it as `cursor` to read on; null on the last page.") };
    let limit = MetaSchema {
        description: Some("Rows of a page."),
        minimum: Some(1.0),
        maximum: Some(f64::from(MAX_PAGE)),
        example: Some(json!(DEFAULT_PAGE)),
        ..kinds::schema(Kind::I32)
    };
    let has_next = MetaSchema { description: Some("Whether rows follow."), ..kinds::schema(Kind::Bool) };
    let total = MetaSchema {
        description: Some("How many rows match in all; only with `count`."),
        example: Some(json!(275)),
        minimum: Some(0.0),
        ..kinds::schema(Kind::I64)
    };
    let mut schema = object(
        "Where the page stands in the list.",
        vec![("next_cursor", inline(next)), ("limit", inline(limit)), ("has_next", inline(has_next))],
    );
    schema.properties.push(("total", inline(total)));
    schema
}

fn problem() -> MetaSchema {
    let status = MetaSchema {
        description: Some("The HTTP status."),
        minimum: Some(400.0),
        maximum: Some(599.0),
        example: Some(json!(422)),
        ..kinds::schema(Kind::I32)
    };
    let with = |description, example: &str| {
        inline(MetaSchema { example: Some(json!(example)), ..text(description) })
    };
    object(
        "What went wrong (RFC 9457).",
        vec![
            ("type", with("Always `about:blank`: `code` tells kinds of errors apart.", "about:blank")),
            ("title", with("The status in words.", "Unprocessable Entity")),
            ("status", inline(status)),
            ("detail", with("What went wrong and the way out.", "email: is required")),
            (
                "code",
                with(
                    "The stable code of the kind of error; the description of each response lists its own.",
                    "VALIDATION_FAILED",
                ),
            ),
            (
                "request_id",
                with(
                    "The request's id, which the server's log carries.",
                    "0191f0c8-5d3e-7a52-9c3b-6a1f2e4d5c6b",
                ),
            ),
            ("errors", array(reference(PROBLEM_FIELD))),
        ],
    )
}

fn problem_field() -> MetaSchema {
    let with = |description, example: &str| {
        inline(MetaSchema { example: Some(json!(example)), ..text(description) })
    };
    object(
        "One broken rule.",
        vec![
            ("field", with("The field; empty when the rule is about the whole.", "email")),
            ("code", with("The stable code of the rule.", "required")),
            ("message", with("What is wrong and the way out.", "is required")),
        ],
    )
}

/// `invoice_line` as `invoice line`.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}
