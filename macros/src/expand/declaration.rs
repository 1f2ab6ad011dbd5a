//! The plain data of a declaration, as the JSON text that `entify` reads. What is left out is empty or off.

use proc_macro2::Literal;
use syn::{Expr, ExprLit, Lit, Path};

use crate::attr::Number;
use crate::check::Known;
use crate::ir::{
    Admin, DefaultValue, Entity, Field, Format, GraphqlNames, Key, Many, OnDelete, Policy, Relation, Rule,
    Skip, SkipField, Sort,
};

/// The text, as a literal.
pub fn text(entity: &Entity) -> Literal {
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
    let defaults = fields().filter_map(|(position, field)| Some((position, literal(field)?)));
    object.list("defaults", &defaults.collect::<Vec<_>>(), |(position, json)| format!("[{position},{json}]"));
    let relations: Vec<_> = entity.fields.iter().filter_map(|field| field.relation.as_ref()).collect();
    object.list("relations", &relations, |relation| expand_relation(relation));
    object.list("many", &entity.many, expand_many);
    object.end()
}

fn expand_relation(relation: &Relation) -> String {
    let Relation { name, graphql, target: _, on_delete } = relation;
    let mut object = Object::default();
    object.text("name", name);
    object.text("graphql", graphql);
    let on_delete = match on_delete {
        OnDelete::Restrict => "restrict",
        OnDelete::Cascade => "cascade",
        OnDelete::SetNull => "set_null",
    };
    object.text("on_delete", on_delete);
    object.end()
}

fn expand_many(many: &Many) -> String {
    let Many { ident: _, name, graphql, docs, target: _, link: _, skip } = many;
    let mut object = Object::default();
    object.text("name", name);
    object.text("graphql", graphql);
    object.some_text("docs", (!docs.is_empty()).then_some(docs.as_str()));
    expand_skip(&mut object, *skip);
    object.end()
}

/// A rule; a policy type is its position among the entity's.
fn expand_rule(policies: &[&Path], rule: &Rule) -> String {
    let many = |rules: &[Rule]| list(rules, |rule| expand_rule(policies, rule));
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
        Rule::Any(rules) => ("Any", many(rules)),
        Rule::All(rules) => ("All", many(rules)),
        Rule::Not(rule) => ("Not", expand_rule(policies, rule)),
    };
    format!("{{{}:{json}}}", quoted(name))
}

/// A field's default, if it is a literal of a well-known type: others need code.
pub fn literal(field: &Field) -> Option<String> {
    let (name, json) = match (field.default.as_ref()?, Known::of(&field.scalar)?) {
        (DefaultValue::Number(number), _) => {
            let digits = number.whole.map_or_else(|| number.digits.clone(), |whole| whole.to_string());
            ("Number", quoted(&digits))
        }
        (DefaultValue::Text(text), _) => ("Text", quoted(&text.value())),
        (DefaultValue::Value(Expr::Lit(ExprLit { lit: Lit::Bool(flag), .. })), Known::Flag) => {
            ("Flag", flag.value.to_string())
        }
        (DefaultValue::Value(_), _) => return None,
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
    let key = match entity.key {
        Key::Identity => "identity",
        Key::Uuid => "uuid",
    };
    object.text("key", key);
    object.value("fields", &list(&entity.fields, expand_field));
    object.list("indexes", &entity.indexes, |index| expand_sorts(index));
    object.list("uniques", &entity.uniques, |unique| expand_sorts(unique));
    let checks: Vec<_> = entity.checks.iter().enumerate().collect();
    object.list("checks", &checks, |(position, sql)| {
        let mut check = Object::default();
        check.text("name", &format!("ck_{table}_{}", position + 1));
        check.text("sql", &sql.value());
        check.end()
    });
    object.list("order", &entity.order, expand_sort);
    let Skip { graphql, rest, admin } = entity.skip;
    object.flags("skip", &[("graphql", graphql), ("rest", rest), ("admin", admin)]);
    object.some("admin", expand_admin(&entity.admin));
    object.flag("version", entity.version);
    object.flag("soft_delete", entity.soft_delete);
    object.flag("history", entity.history);
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
    object.some_text("was", field.was.as_deref());
    object.some_text("docs", (!field.docs.is_empty()).then_some(field.docs.as_str()));
    for (key, on) in [
        ("unique", field.unique),
        ("index", field.index),
        ("filter", field.filter),
        ("sort", field.sort),
        ("search", field.search),
        ("fulltext", field.fulltext),
        ("multiline", field.multiline),
        ("read_only", field.read_only || field.computed.is_some()),
        ("write_only", field.write_only),
        ("immutable", field.immutable),
    ] {
        object.flag(key, on);
    }
    if let Some(computed) = &field.computed {
        object.value("computed", &list(&computed.parts, |part| quoted(part)));
    }
    for (key, count) in [
        ("min_len", field.min_len),
        ("max_len", field.max_len),
        ("precision", field.precision),
        ("scale", field.scale),
    ] {
        object.some(key, count.map(|count| count.to_string()));
    }
    object.some("min", field.min.as_ref().map(expand_bound));
    object.some("max", field.max.as_ref().map(expand_bound));
    object.some_text("pattern", field.pattern.as_ref().map(syn::LitStr::value).as_deref());
    object.some_text(
        "format",
        field.format.map(|format| match format {
            Format::Email => "email",
            Format::Url => "url",
            Format::Slug => "slug",
        }),
    );
    expand_skip(&mut object, field.skip);
    object.end()
}

fn expand_skip(object: &mut Object, skip: SkipField) {
    let SkipField { graphql, rest, admin, create, update, filter } = skip;
    let surfaces = [("graphql", graphql), ("rest", rest), ("admin", admin)];
    let operations = [("create", create), ("update", update), ("filter", filter)];
    object.flags("skip", &[surfaces, operations].concat());
}

/// A bound, exact: an `i64` or the digits.
fn expand_bound(number: &Number) -> String {
    match number.whole.and_then(|whole| i64::try_from(whole).ok()) {
        Some(whole) => format!("{{\"Int\":{whole}}}"),
        None => format!("{{\"Decimal\":{}}}", quoted(&number.digits)),
    }
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

fn expand_admin(Admin { label, list: columns, icon, group }: &Admin) -> Option<String> {
    let mut object = Object::default();
    object.some_text("label", label.as_deref());
    object.list("list", columns, |column| quoted(column));
    object.some_text("icon", icon.as_deref());
    object.some_text("group", group.as_deref());
    (!object.0.is_empty()).then(|| object.end())
}

/// The members of a JSON object.
#[derive(Default)]
struct Object(String);

impl Object {
    /// A member whose value is JSON already.
    fn value(&mut self, key: &str, json: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
        self.0.push_str(json);
    }

    fn some(&mut self, key: &str, json: Option<String>) {
        if let Some(json) = json {
            self.value(key, &json);
        }
    }

    fn text(&mut self, key: &str, text: &str) {
        self.value(key, &quoted(text));
    }

    fn some_text(&mut self, key: &str, text: Option<&str>) {
        self.some(key, text.map(quoted));
    }

    fn flag(&mut self, key: &str, on: bool) {
        if on {
            self.value(key, "true");
        }
    }

    fn list<T>(&mut self, key: &str, items: &[T], json: impl Fn(&T) -> String) {
        if !items.is_empty() {
            self.value(key, &list(items, json));
        }
    }

    /// An object of those flags that are on.
    fn flags(&mut self, key: &str, flags: &[(&str, bool)]) {
        let mut object = Self::default();
        for (flag, on) in flags {
            object.flag(flag, *on);
        }
        if !object.0.is_empty() {
            self.value(key, &object.end());
        }
    }

    fn end(self) -> String {
        format!("{{{}}}", self.0)
    }
}

fn list<T>(items: &[T], json: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(json).collect();
    format!("[{}]", items.join(","))
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            '\n' => json.push_str("\\n"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            plain => json.push(plain),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_json() {
        assert_eq!(quoted("a \"b\" \\ c\n\t\u{1f}ü"), r#""a \"b\" \\ c\n\u0009\u001fü""#);
    }
}
