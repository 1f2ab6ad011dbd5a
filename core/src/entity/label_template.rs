//! Templates of what a row is called: `"#{id} · {customer}"`.

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
