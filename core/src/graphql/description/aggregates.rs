//! Measures of rows, and of groups of them: the types of what is asked and of what is answered.

use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::graphql::definitions::{
    EnumValueDefinition, FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind,
};
use crate::graphql::fields::{column_type, measured, to_one_of};
use crate::graphql::scalars;
use crate::query::{DEFAULT_GROUPS, MAX_GROUPS, TimeUnit};
use crate::types::Function;

/// The enum of the spans of time.
pub(super) const TIME_UNIT: &str = "TimeUnit";

/// What a function measures, in words.
fn docs_of(function: Function) -> &'static str {
    match function {
        Function::Count => "How many rows there are.",
        Function::Sum => "Sums; exact, but for floating point numbers.",
        Function::Avg => "Averages, rounded half away from zero.",
        Function::Min => "Least values.",
        Function::Max => "Greatest values.",
    }
}

/// The part of a type's name that stands for a function: least and greatest values have the same types.
fn suffix(function: Function) -> &'static str {
    match function {
        Function::Count => "Count",
        Function::Sum => "Sum",
        Function::Avg => "Avg",
        Function::Min | Function::Max => "MinMax",
    }
}

/// The functions that have fields to measure.
fn functions(info: &'static EntityInfo) -> impl Iterator<Item = Function> {
    Function::OF_FIELDS.into_iter().filter(move |function| measured(info, *function).next().is_some())
}

/// `tracksAggregate` and the like.
pub(in crate::graphql) fn aggregate_arguments(info: &'static EntityInfo) -> Vec<InputValueDefinition> {
    let name = info.def.graphql.type_name;
    let mut arguments =
        vec![InputValueDefinition::new("filter", format!("{name}Filter"), "Only rows that match.")];
    if info.searched().next().is_some() {
        let docs = "Only rows in which each of these words is found.";
        arguments.push(InputValueDefinition::new("search", "String", docs));
    }
    arguments
}

/// `tracksGrouped` and the like; `per` where the groups are not those of a row.
pub(in crate::graphql) fn group_arguments(info: &'static EntityInfo, per: bool) -> Vec<InputValueDefinition> {
    let name = info.def.graphql.type_name;
    let docs = "What the rows of one group have in common.";
    let mut arguments = vec![InputValueDefinition::new("by", format!("[{name}GroupKey!]!"), docs)];
    arguments.extend(aggregate_arguments(info));
    let first =
        format!("The first so many groups, from 1 to {MAX_GROUPS}; {DEFAULT_GROUPS} when it is not given.");
    arguments.extend([
        InputValueDefinition::new("having", format!("{name}Having"), "Only groups whose measures match."),
        InputValueDefinition::new(
            "orderBy",
            format!("[{name}GroupOrder!]"),
            "In this order; the first entry counts most, and the keys come last.",
        ),
        InputValueDefinition::new("first", "Int", first),
    ]);
    if per {
        let docs = "Keys of `by`: `first` counts the groups that have these in common.";
        arguments.push(InputValueDefinition::new("per", format!("[{name}GroupKey!]"), docs));
    }
    let docs = "The time zone of the IANA database in which days and other spans of time begin; UTC when it is not given.";
    arguments.push(InputValueDefinition::new("timeZone", "String", docs));
    arguments
}

/// The fields of a row's type that measure related rows.
pub(super) fn of_related(info: &'static EntityInfo) -> impl Iterator<Item = FieldDefinition> {
    info.on(Surface::Graphql).to_many().iter().flat_map(|many| {
        let (target, name) = (many.target(), many.def.graphql);
        let ty = target.def.graphql.type_name;
        let docs = format!("Measures of the rows of `{name}`.");
        let whole = FieldDefinition::new(format!("{name}Aggregate"), format!("{ty}Aggregate!"), docs);
        let docs = format!("Measures of groups of the rows of `{name}`.");
        let grouped = FieldDefinition::new(format!("{name}Grouped"), format!("[{ty}Group!]!"), docs);
        [
            whole.with_arguments(aggregate_arguments(target)),
            grouped.with_arguments(group_arguments(target, false)),
        ]
    })
}

/// `TimeUnit`.
pub(super) fn time_unit() -> TypeDefinition {
    let values = TimeUnit::ALL.map(|unit| EnumValueDefinition {
        name: unit.name().to_ascii_uppercase().into(),
        docs: match unit {
            TimeUnit::Year => "From the first of January on.",
            TimeUnit::Month => "From the first of the month on.",
            TimeUnit::Week => "From Monday on.",
            TimeUnit::Day => "From midnight on.",
            TimeUnit::Hour => "From the full hour on; not of dates.",
        },
        deprecated: None,
    });
    let docs = "A span of time by which rows are grouped.";
    TypeDefinition::new(TIME_UNIT, docs, TypeKind::Enum { values: values.into() })
}

/// The types of an entity's measures.
pub(super) fn of_entity(info: &'static EntityInfo) -> Vec<TypeDefinition> {
    let mut types = vec![
        whole(info),
        group(info),
        group_values(info),
        group_key(info),
        having(info),
        group_order(info),
        group_key_order(info),
    ];
    for function in functions(info).filter(|function| *function != Function::Max) {
        types.extend([values(info, function), tests(info, function)]);
        if function != Function::Avg {
            types.push(orders(info, function));
        }
    }
    types
}

fn object(name: String, docs: String, fields: Vec<FieldDefinition>) -> TypeDefinition {
    TypeDefinition::new(name, docs, TypeKind::Object { fields, implements: &[] })
}

fn input(name: String, docs: String, fields: Vec<InputValueDefinition>, one_of: bool) -> TypeDefinition {
    TypeDefinition::new(name, docs, TypeKind::InputObject { fields, one_of })
}

fn measures(info: &'static EntityInfo) -> Vec<FieldDefinition> {
    let name = info.def.graphql.type_name;
    let count = FieldDefinition::new("count", "Int!", docs_of(Function::Count));
    let of_functions = functions(info).map(|function| {
        let ty = format!("{name}{}!", suffix(function));
        FieldDefinition::new(function.name(), ty, docs_of(function))
    });
    std::iter::once(count).chain(of_functions).collect()
}

/// `TrackAggregate`.
fn whole(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    object(format!("{name}Aggregate"), format!("Measures of `{name}` rows."), measures(info))
}

/// `TrackGroup`.
fn group(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let docs = "What the rows have in common.";
    let key = FieldDefinition::new("key", format!("{name}GroupValues!"), docs);
    let fields = std::iter::once(key).chain(measures(info)).collect();
    object(format!("{name}Group"), format!("A group of `{name}` rows, and its measures."), fields)
}

/// `TrackSum`, `TrackAvg`, `TrackMinMax`.
fn values(info: &'static EntityInfo, function: Function) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let fields = measured(info, function).filter_map(|column| {
        let ty = scalars::type_name(function.result(column.kind)?);
        Some(FieldDefinition::new(column.graphql, ty, column.docs).deprecated(column.deprecated()))
    });
    let docs = format!("Measures of the fields of `{name}` rows; null where no row has a value.");
    object(format!("{name}{}", suffix(function)), docs, fields.collect())
}

/// The columns by which rows are grouped, and the relations over which others are.
fn keys<T>(
    info: &'static EntityInfo,
    mut column: impl FnMut(&'static ColumnInfo) -> T,
    mut relation: impl FnMut(&'static str, &'static str) -> T,
) -> Vec<T> {
    let mut keys = Vec::new();
    for key in info.on(Surface::Graphql).filterable() {
        if key.is_grouped() {
            keys.push(column(key));
        }
        if let Some(to_one) = to_one_of(info, key) {
            keys.push(relation(to_one.graphql, (to_one.target)().graphql.type_name));
        }
    }
    keys
}

/// `TrackGroupValues`.
fn group_values(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let fields = keys(
        info,
        |column| {
            FieldDefinition::new(column.graphql, column_type(column), column.docs)
                .deprecated(column.deprecated())
        },
        |relation, target| {
            let docs = "Of the related row; null where there is none.";
            FieldDefinition::new(relation, format!("{target}GroupValues!"), docs)
        },
    );
    let docs = format!(
        "What the rows of a group of `{name}` rows have in common: the keys of `by`, and no others. Of a span of time it is the \
         beginning."
    );
    object(format!("{name}GroupValues"), docs, fields)
}

/// `TrackGroupKey`.
fn group_key(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let fields = keys(
        info,
        |column| match TimeUnit::of(column.kind) {
            [] => InputValueDefinition::new(column.graphql, "Boolean", "`true`: this field."),
            _ => InputValueDefinition::new(column.graphql, TIME_UNIT, "By this span of time."),
        },
        |relation, target| {
            InputValueDefinition::new(relation, format!("{target}GroupKey"), "A field of the related row.")
        },
    );
    let docs = format!("What the rows of one group of `{name}` rows have in common: exactly one field.");
    input(format!("{name}GroupKey"), docs, fields, true)
}

/// `TrackGroupKeyOrder`.
fn group_key_order(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let fields = keys(
        info,
        |column| {
            InputValueDefinition::new(column.graphql, "OrderDirection", column.docs)
                .deprecated(column.deprecated())
        },
        |relation, target| {
            InputValueDefinition::new(
                relation,
                format!("{target}GroupKeyOrder"),
                "A field of the related row.",
            )
        },
    );
    let docs = format!("A key of groups of `{name}` rows as a key of their order: exactly one field.");
    input(format!("{name}GroupKeyOrder"), docs, fields, true)
}

/// `TrackGroupOrder`.
fn group_order(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let count = InputValueDefinition::new("count", "OrderDirection", docs_of(Function::Count));
    let key = InputValueDefinition::new("key", format!("{name}GroupKeyOrder"), "By a key of `by`.");
    let of_functions = functions(info).map(|function| {
        // Sums and averages are of the same fields.
        let of = if function == Function::Avg { Function::Sum } else { function };
        InputValueDefinition::new(function.name(), format!("{name}{}Order", suffix(of)), docs_of(function))
    });
    let fields = [count, key].into_iter().chain(of_functions).collect();
    let docs = format!(
        "One key of an order of groups of `{name}` rows: exactly one field. Without placement, groups that have no value are last."
    );
    input(format!("{name}GroupOrder"), docs, fields, true)
}

/// `TrackSumOrder`, `TrackMinMaxOrder`.
fn orders(info: &'static EntityInfo, function: Function) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let fields = measured(info, function)
        .map(|column| InputValueDefinition::new(column.graphql, "OrderDirection", column.docs));
    let docs = format!("A measure of `{name}` rows as a key of an order: exactly one field.");
    input(format!("{name}{}Order", suffix(function)), docs, fields.collect(), true)
}

/// `TrackHaving`.
fn having(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let own = format!("{name}Having");
    let mut fields = vec![
        InputValueDefinition::new("and", format!("[{own}!]"), "All of these match."),
        InputValueDefinition::new("or", format!("[{own}!]"), "One of these matches."),
        InputValueDefinition::new("not", own.clone(), "This does not match."),
        InputValueDefinition::new("count", "IntFilter", docs_of(Function::Count)),
    ];
    fields.extend(functions(info).map(|function| {
        let ty = format!("{name}{}Having", suffix(function));
        InputValueDefinition::new(function.name(), ty, docs_of(function))
    }));
    let docs = format!("Which groups of `{name}` rows; all that is given must hold.");
    input(own, docs, fields, false)
}

/// `TrackSumHaving`, `TrackAvgHaving`, `TrackMinMaxHaving`.
fn tests(info: &'static EntityInfo, function: Function) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let fields = measured(info, function).filter_map(|column| {
        let ty = format!("{}Filter", scalars::type_name(function.result(column.kind)?));
        Some(InputValueDefinition::new(column.graphql, ty, column.docs).deprecated(column.deprecated()))
    });
    let docs = format!("Tests on measures of `{name}` rows; all that are given must hold.");
    input(format!("{name}{}Having", suffix(function)), docs, fields.collect(), false)
}
