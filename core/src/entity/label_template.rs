//! Templates of what a row is called: `"#{id} · {customer}"`.

use crate::entity::{EntityDef, FieldDef};

/// A template: the fields that it names, each with the text before it; and the text after the last.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct LabelTemplate {
    /// The text before a field, and the field: a name, or names joined by dots that lead through to-one relations.
    pub(crate) parts: Vec<(&'static str, &'static str)>,
    /// The text at the end.
    pub(crate) end: &'static str,
}

impl LabelTemplate {
    /// Reads a declared label: a template, or the name of a field.
    pub(crate) fn read(text: &'static str) -> Self {
        if !text.contains('{') {
            return Self { parts: vec![("", text)], end: "" };
        }
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((field, after)) = after.split_once('}') else { break };
            parts.push((before, field));
            rest = after;
        }
        Self { parts, end: rest }
    }

    /// The paths that lead to no field.
    pub(crate) fn unknown(&self, def: &'static EntityDef) -> Vec<&'static str> {
        self.parts.iter().map(|(_, path)| *path).filter(|path| !leads_to_field(def, path)).collect()
    }
}

fn leads_to_field(def: &'static EntityDef, path: &str) -> bool {
    let mut names = path.split('.');
    let Some(first) = names.next() else { return false };
    let related = |def: &'static EntityDef, name: &str| {
        let named = |field: &&FieldDef| {
            field.name == name || field.relation.as_ref().is_some_and(|relation| relation.name == name)
        };
        def.fields
            .iter()
            .find(named)
            .and_then(|field| field.relation.as_ref())
            .map(|relation| relation.target)
    };
    let mut here = (def, first);
    for next in names {
        let Some(target) = related(here.0, here.1) else { return false };
        here = (target(), next);
    }
    let (def, name) = here;
    related(def, name).is_some() || def.info().by_name(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::LabelTemplate;

    #[test]
    fn templates_are_fields_and_the_texts_between_them() {
        let read = LabelTemplate::read("#{id} · {customer.name}!");
        assert_eq!(read, LabelTemplate { parts: vec![("#", "id"), (" · ", "customer.name")], end: "!" });
        assert_eq!(LabelTemplate::read("email"), LabelTemplate { parts: vec![("", "email")], end: "" });
    }
}
