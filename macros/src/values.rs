//! `#[derive(EntityInput)]` and `#[derive(EntityOutput)]`: what an action takes and answers. The fields are read, checked and written
//! as those of an entity; what is about a table does not apply.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields};

use crate::attr::{self, EntityAttrs, FieldAttrs, ValuesAttrs};
use crate::diag::Errors;
use crate::source::{Shape, Source, SourceField};
use crate::{check, expand, ir, lower, runtime};

/// Which of the two derives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Input,
    Output,
}

impl Role {
    /// The derive, and the trait that it implements.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "EntityInput",
            Self::Output => "EntityOutput",
        }
    }

    /// In the declaration's text.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Input => "an input",
            Self::Output => "an output",
        }
    }
}

const NO_TABLE: &str = "it has no table";
const NO_ROW: &str = "it is no row that is there already";
const NOT_LISTED: &str = "it is in no list";
const NO_SURFACE: &str = "an action is the same on every surface";
const NOT_CHECKED: &str = "what the application answers is not checked";

const RULE: &str = "the rule is the action's: `#[action(policy = …)]`";

/// Options of a field that mean nothing here: in an input, in an output.
const REFUSED: [(&str, Option<&str>, Option<&str>); 32] = [
    ("unique", Some(NO_TABLE), Some(NO_TABLE)),
    ("index", Some(NO_TABLE), Some(NO_TABLE)),
    ("filter", Some(NOT_LISTED), Some(NOT_LISTED)),
    ("sort", Some(NOT_LISTED), Some(NOT_LISTED)),
    ("aggregate", Some(NOT_LISTED), Some(NOT_LISTED)),
    ("search", Some(NOT_LISTED), Some(NOT_LISTED)),
    ("default", None, Some("the application gives every value")),
    ("min_len", None, Some(NOT_CHECKED)),
    ("max_len", None, Some(NOT_CHECKED)),
    ("min", None, Some(NOT_CHECKED)),
    ("max", None, Some(NOT_CHECKED)),
    ("pattern", None, Some(NOT_CHECKED)),
    ("format", None, Some(NOT_CHECKED)),
    ("multiline", None, None),
    ("read_only", Some("who sends it gives every value"), Some("nobody writes to it")),
    ("write_only", Some("nobody reads it"), Some("nobody could use the field")),
    ("immutable", Some(NO_ROW), Some(NO_ROW)),
    ("admin", None, None),
    ("skip", Some(NO_SURFACE), Some(NO_SURFACE)),
    ("rename", None, None),
    ("deprecated", None, None),
    ("column", Some(NO_TABLE), Some(NO_TABLE)),
    ("was", Some(NO_TABLE), Some(NO_TABLE)),
    ("on_delete", Some(NO_TABLE), Some(NO_TABLE)),
    ("inverse", Some(NO_TABLE), Some(NO_TABLE)),
    ("through", Some(NO_TABLE), Some(NO_TABLE)),
    ("sequence", Some(NO_TABLE), Some(NO_TABLE)),
    ("transitions", Some(NO_ROW), Some(NO_ROW)),
    ("precision", None, Some(NOT_CHECKED)),
    ("scale", None, Some(NOT_CHECKED)),
    ("computed", Some(NO_TABLE), Some("the application computes every value")),
    ("policy", Some(RULE), Some(RULE)),
];

/// The derive's output.
pub fn derive(input: &DeriveInput, role: Role) -> TokenStream {
    let mut errors = Errors::default();
    let values = parse(input, role, &mut errors).map(|source| {
        let mut values = lower::lower(runtime::path(), &source, &mut errors);
        values.become_values(role);
        check_options(&source, role, &mut errors);
        check::check_values(&source, &values, &mut errors);
        values
    });
    match (errors.finish(), values) {
        (Ok(()), Some(values)) => expand::expand_values(&values, role),
        (Ok(()), None) => TokenStream::new(),
        (Err(messages), Some(mut values)) => {
            values.fields.clear();
            let dummies = expand::expand_values_unchecked(&values, role);
            quote!(#messages #dummies)
        }
        (Err(messages), None) => messages,
    }
}

/// Reads the struct; `None` when the item is not a struct with named fields and no parameters.
fn parse<'a>(input: &'a DeriveInput, role: Role, errors: &mut Errors) -> Option<Source<'a>> {
    let (derive, words) = (role.name(), role.words());
    let Data::Struct(data) = &input.data else {
        errors.on(
            &input.ident,
            format!("`{derive}` is for structs; an enum derives `EntityEnum` and is a field's type"),
        );
        return None;
    };
    let ValuesAttrs { graphql } = attr::read(&input.attrs, errors);
    let Fields::Named(fields) = &data.fields else {
        let example = "`struct Payment { amount: Decimal }`";
        errors.on(&input.ident, format!("{words} of an action is a struct with named fields: {example}"));
        return None;
    };
    if !input.generics.params.is_empty() {
        errors.on(
            &input.generics,
            format!("{words} of an action cannot be generic; declare one struct for each"),
        );
        return None;
    }
    if fields.named.is_empty() {
        let way_out = match role {
            Role::Input => "leave the parameter `input` out of the action",
            Role::Output => "let the action answer `()`",
        };
        errors.on(&input.ident, format!("{words} of an action has at least one field; {way_out}"));
    }
    let attrs = EntityAttrs { graphql, ..EntityAttrs::default() };
    let mut fields: Vec<_> =
        fields.named.iter().filter_map(|field| SourceField::parse(field, errors)).collect();
    fields.retain(|field| {
        let is_many = matches!(field.shape, Shape::Many { .. });
        if is_many {
            errors.on(
                field.ty,
                format!("{words} of an action has no to-many relation; write `One<…>` for a row"),
            );
        }
        !is_many
    });
    // A `policy` is not missed.
    Some(Source { input, attrs, complete: false, fields })
}

/// Options that mean nothing in values.
fn check_options(source: &Source<'_>, role: Role, errors: &mut Errors) {
    let words = role.words();
    for declared in &source.fields {
        let attrs: &FieldAttrs = &declared.attrs;
        for rule in FieldAttrs::RULES {
            let Some(span) = (rule.key)(attrs) else { continue };
            if let Some(why) = refusal(rule.name, role) {
                errors.at(span, format!("`{}` does not apply to {words} of an action; {why}", rule.name));
            }
        }
    }
}

/// Why an option means nothing here, if it does.
fn refusal(option: &str, role: Role) -> Option<&'static str> {
    let (_, input, output) = REFUSED.iter().find(|(name, ..)| *name == option)?;
    match role {
        Role::Input => *input,
        Role::Output => *output,
    }
}

impl ir::Entity {
    /// Turns what was read as an entity into values: without a table, a key and times.
    fn become_values(&mut self, role: Role) {
        self.values = Some(role);
        for field in &mut self.fields {
            // What is implied by a relation.
            (field.options.filter, field.options.sort) = (false, false);
        }
        // `Payment` and `PaymentInput` are both the type `PaymentInput` of the schema.
        if role == Role::Input
            && let Some(name) = self.graphql.type_name.strip_suffix("Input").filter(|name| !name.is_empty())
        {
            self.graphql.type_name = name.to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_of_a_field_is_decided() {
        let options: Vec<&str> = FieldAttrs::RULES.iter().map(|rule| rule.name).collect();
        let decided: Vec<&str> = REFUSED.iter().map(|(name, ..)| *name).collect();
        assert_eq!(options, decided);
    }
}
