//! The plain data of a declaration, as the JSON text that `entify` reads. What is left out is empty or off.

use proc_macro2::Literal;
use syn::{Expr, ExprLit, Lit, Path};

use crate::attr::{RelationNumber, Words};
use crate::ir::{
    Admin, Computed, DefaultValue, Entity, Field, GraphqlNames, Many, Policy, Relation, Rule, Sequence, Sort,
};
use crate::json::{Member, Object, list, quoted};
use crate::standard_type::StandardType;
use crate::values::Role;

/// The text, as a literal.
pub fn literal(entity: &Entity) -> Literal {
    let json = expand(entity);
    // A raw literal, since it is full of quotes.
    let raw = format!("r#\"{json}\"#");
    match raw.parse() {
        Ok(literal) if !json.contains("\"#") => literal,
        _ => Literal::string(&json),
    }
}

fn expand(entity: &Entity) -> String {
    let mut object = Object::default();
    object.value("entity", &expand_entity(entity));
    let policies = entity.policies();
    let rule = |rule: &Rule| expand_rule(&policies, rule);
    let Policy { read, create, update, delete } = &entity.policy;
    object.value("policy", &list(&[read, create, update, delete], |action| rule(action)));
    let fields = || entity.fields.iter().enumerate();
    let some_rule = |some: &Option<Rule>| some.as_ref().map_or_else(|| "null".to_owned(), rule);
    let ruled: Vec<_> = fields().filter(|(_, field)| field.read.is_some() || field.write.is_some()).collect();
    object.list("rules", &ruled, |(position, Field { read, write, .. })| {
        format!("[{position},{},{}]", some_rule(read), some_rule(write))
    });
    let defaults = fields().filter_map(|(position, field)| Some((position, default(field)?)));
    object.list("defaults", &defaults.collect::<Vec<_>>(), |(position, json)| format!("[{position},{json}]"));
    let relations: Vec<_> = entity.fields.iter().filter_map(|field| field.relation.as_ref()).collect();
    object.list("relations", &relations, |relation| expand_relation(relation));
    object.list("many", &entity.many, expand_many);
    object.end()
}

fn expand_relation(relation: &Relation) -> String {
    let Relation { name: _, graphql, target: _, on_delete } = relation;
    let mut object = Object::default();
    object.text("graphql", graphql);
    object.text("on_delete", on_delete.word());
    object.end()
}

fn expand_many(many: &Many) -> String {
    let Many { ident: _, name: _, graphql, docs, target: _, link: _, skip, deprecated } = many;
    let mut object = Object::default();
    object.text("graphql", graphql);
    object.some_text("docs", (!docs.is_empty()).then_some(docs.as_str()));
    skip.write("skip", &mut object);
    deprecated.write("deprecated", &mut object);
    object.end()
}

/// A rule; a policy type is its position among the entity's.
pub fn expand_rule(policies: &[&Path], rule: &Rule) -> String {
    let joined = |rules: &[Rule]| list(rules, |rule| expand_rule(policies, rule));
    let (name, json) = match rule {
        Rule::Public => return quoted("Public"),
        Rule::Authenticated => return quoted("Authenticated"),
        Rule::Nobody => return quoted("Nobody"),
        Rule::Role(name) => ("Role", quoted(&name.value())),
        Rule::Owner(owner) => ("Owner", quoted(&owner.field)),
        Rule::Custom(policy) => {
            let position = policies.iter().position(|known| *known == policy);
            ("Custom", position.unwrap_or_default().to_string())
        }
        Rule::Any(rules) => ("Any", joined(rules)),
        Rule::All(rules) => ("All", joined(rules)),
        Rule::Not(rule) => ("Not", expand_rule(policies, rule)),
    };
    format!("{{{}:{json}}}", quoted(name))
}

/// A field's default, if it is a literal of a standard type: others need code.
pub fn default(field: &Field) -> Option<String> {
    let standard = StandardType::of(&field.scalar)?;
    let (name, json) = match field.default.as_ref()? {
        DefaultValue::Number(number) => {
            let digits = number.whole.map_or_else(|| number.digits.clone(), |whole| whole.to_string());
            ("Number", quoted(&digits))
        }
        DefaultValue::Text(text) => ("Text", quoted(&text.value())),
        DefaultValue::Expression(Expr::Lit(ExprLit { lit: Lit::Bool(literal), .. }))
            if standard == StandardType::Bool =>
        {
            ("Bool", literal.value.to_string())
        }
        DefaultValue::Now => return Some(quoted("Now")),
        DefaultValue::Uuid => return Some(quoted("Uuid")),
        DefaultValue::Expression(_) => return None,
    };
    Some(format!("{{{}:{json}}}", quoted(name)))
}

fn expand_entity(entity: &Entity) -> String {
    let Entity { ident, docs, table, singular, plural, rest_path, graphql, .. } = entity;
    let mut object = Object::default();
    object.text("name", &crate::names::plain(ident));
    object.text("docs", docs);
    object.text("table", table);
    object.text("singular", singular);
    object.text("plural", plural);
    object.text("rest_path", rest_path);
    object.value("graphql", &expand_names(graphql));
    object.value("fields", &list(&entity.fields, expand_field));
    object.list("indexes", &entity.indexes, |index| expand_sorts(index));
    object.list("uniques", &entity.uniques, |unique| expand_sorts(unique));
    object.list("checks", &entity.checks, |sql| {
        let mut check = Object::default();
        check.text("sql", &sql.value());
        check.end()
    });
    object.list("order", &entity.order, expand_sort);
    object.some("admin", expand_admin(&entity.admin));
    entity.options.write(&mut object);
    object.some_text("values", entity.values.map(Role::word));
    object.flag("framework", crate::runtime::is_entify());
    object.end()
}

fn expand_names(graphql: &GraphqlNames) -> String {
    let GraphqlNames { type_name, one, many, many_type } = graphql;
    let mut object = Object::default();
    object.text("type_name", type_name);
    object.text("one", one);
    object.text("many", many);
    object.text("many_type", many_type);
    object.end()
}

/// A field: its names where they are not its own, and its options.
fn expand_field(field: &Field) -> String {
    let mut object = Object::default();
    object.text("name", &field.name);
    for (key, name) in [("wire", &field.wire), ("graphql", &field.graphql), ("column", &field.column)] {
        object.some_text(key, (*name != field.name).then_some(name.as_str()));
    }
    object.some_text("docs", (!field.docs.is_empty()).then_some(field.docs.as_str()));
    match &field.computed {
        Some(Computed::Sql { parts, .. }) => object.value("computed", &list(parts, |part| quoted(part))),
        Some(Computed::Number(number)) => object.value("number", &expand_number(number)),
        None => {}
    }
    if let Some(Sequence { per }) = &field.sequence {
        let mut sequence = Object::default();
        sequence.some_text("per", per.as_deref());
        object.value("sequence", &sequence.end());
    }
    field.options.write(&mut object);
    object.end()
}

fn expand_number(number: &RelationNumber) -> String {
    let RelationNumber { function, relation, field, filter: _, .. } = number;
    let mut object = Object::default();
    object.text("function", function.word());
    object.text("relation", &crate::names::plain(relation));
    object.some_text("field", field.as_ref().map(crate::names::plain).as_deref());
    object.end()
}

fn expand_sorts(sorts: &[Sort]) -> String {
    list(sorts, expand_sort)
}

fn expand_sort(Sort { field, descending }: &Sort) -> String {
    let mut object = Object::default();
    object.text("field", field);
    object.value("descending", &descending.to_string());
    object.end()
}

fn expand_admin(admin: &Admin) -> Option<String> {
    let Admin { label, label_paths: _, list: columns, icon, group, inline, parts } = admin;
    let mut object = Object::default();
    object.some_text("label", label.as_deref());
    object.list("list", columns, |column| quoted(column));
    object.some_text("icon", icon.as_deref());
    object.some_text("group", group.as_deref());
    object.list("inline", inline, |name| quoted(name));
    object.list("parts", parts, |(title, fields)| {
        let mut part = Object::default();
        part.text("title", title);
        part.list("fields", fields, |field| quoted(field));
        part.end()
    });
    (!object.is_empty()).then(|| object.end())
}
