//! `/docs`: the description as one page for people, on any screen, without a script.
//!
//! `operation` shows the requests of a tag, `schema` what is sent and answered, `text` the texts of the description.

mod operation;
mod schema;
mod text;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use poem_openapi::registry::{MetaOperation, MetaSchema, MetaTag};

use super::document::Document;
use text::{Escaped, markdown};

const STYLE: &str = include_str!("../../../assets/docs/page.css");

/// The style of the page, which its policy names by a hash.
pub(in crate::rest) const fn style() -> &'static str {
    STYLE
}

/// The schemas of a document by their names.
type Schemas<'d> = BTreeMap<&'d str, &'d MetaSchema>;

/// The page of an application below this path.
pub(in crate::rest) fn readable_page(document: &Document, title: &str, base: &str) -> String {
    let schemas: Schemas<'_> = document.schemas().collect();
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write_page(&mut out, document, &schemas, (title, base));
    out
}

fn write_page(
    out: &mut String,
    document: &Document,
    schemas: &Schemas<'_>,
    (title, base): (&str, &str),
) -> std::fmt::Result {
    let title = Escaped(title);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the content</a>\n\
         <header><h1>{title} <small>{}</small></h1>\n\
         <p><a href=\"{base}/docs/try\">Try requests</a> · <a href=\"{base}/openapi.json\">OpenAPI 3.0</a> \
         (<a href=\"{base}/openapi.yaml\">YAML</a>) · <a href=\"{base}/openapi-3.1.json\">OpenAPI 3.1</a> \
         (<a href=\"{base}/openapi-3.1.yaml\">YAML</a>)</p></header>",
        Escaped(document.version())
    )?;
    let tags: Vec<(&MetaTag, Vec<(&str, &MetaOperation)>)> = document
        .tags()
        .iter()
        .map(|tag| {
            let of_tag = |(_, operation): &(&str, &MetaOperation)| operation.tags.first() == Some(&tag.name);
            (tag, document.operations().filter(of_tag).collect())
        })
        .collect();
    let untagged: Vec<_> = document.operations().filter(|(_, operation)| operation.tags.is_empty()).collect();
    write_contents(out, &tags, !untagged.is_empty())?;
    out.push_str("<main id=\"main\">\n");
    write_introduction(out, document, base)?;
    for (tag, operations) in &tags {
        let name = Escaped(tag.name);
        writeln!(out, "<section id=\"tag-{name}\"><h2>{name}</h2>")?;
        markdown(out, tag.description.unwrap_or_default())?;
        for (path, operation) in operations {
            operation::write(out, path, operation, schemas)?;
        }
        out.push_str("</section>\n");
    }
    if !untagged.is_empty() {
        out.push_str("<section id=\"other\"><h2>Other requests</h2>\n");
        for (path, operation) in untagged {
            operation::write(out, path, operation, schemas)?;
        }
        out.push_str("</section>\n");
    }
    out.push_str("<section id=\"schemas\"><h2>Schemas</h2>\n<p>What requests take and responses hold.</p>\n");
    for (name, schema) in schemas {
        schema::write_named(out, name, schema)?;
    }
    out.push_str("</section>\n</main>\n</body>\n</html>\n");
    Ok(())
}

fn write_contents(
    out: &mut String,
    tags: &[(&MetaTag, Vec<(&str, &MetaOperation)>)],
    has_others: bool,
) -> std::fmt::Result {
    out.push_str("<nav aria-label=\"Contents\"><ul>\n");
    for (anchor, name) in INTRODUCTION {
        writeln!(out, "<li><a href=\"#{anchor}\">{name}</a></li>")?;
    }
    for (tag, _) in tags {
        let name = Escaped(tag.name);
        writeln!(out, "<li class=\"tag\"><a href=\"#tag-{name}\">{name}</a></li>")?;
    }
    if has_others {
        out.push_str("<li class=\"tag\"><a href=\"#other\">Other requests</a></li>\n");
    }
    out.push_str("<li><a href=\"#schemas\">Schemas</a></li>\n</ul></nav>\n");
    Ok(())
}

/// The sections of the introduction: where they are, and what they are called.
const INTRODUCTION: [(&str, &str); 5] = [
    ("about", "About"),
    ("signing-in", "Signing in"),
    ("lists", "Lists and filters"),
    ("writing", "Writing"),
    ("errors", "Errors"),
];

/// What an operator of a filter asks for.
const OPERATORS: [(&str, &str); 12] = [
    ("field=…", "is this"),
    ("field[ne]=…", "is another, and is there"),
    ("field[gt]=…", "is greater"),
    ("field[gte]=…", "is this or greater"),
    ("field[lt]=…", "is less"),
    ("field[lte]=…", "is this or less"),
    ("field[in]=a,b", "is one of these; <code>\\,</code> is a comma within a value"),
    ("field[nin]=a,b", "is none of these, and is there"),
    ("field[null]=true", "is missing; <code>false</code>: is there"),
    ("field[contains]=…", "holds this text"),
    ("field[starts_with]=…", "starts with this text"),
    ("field[ends_with]=…", "ends with this text"),
];

fn write_introduction(out: &mut String, document: &Document, base: &str) -> std::fmt::Result {
    out.push_str("<section id=\"about\"><h2>About</h2>\n");
    markdown(out, document.description())?;
    writeln!(
        out,
        "<p>Every request below has its parameters, its body with an example, and its responses. \
         <a href=\"{base}/docs/try\">Try requests</a> sends them from the browser.</p></section>\n\
         <section id=\"signing-in\"><h2>Signing in</h2>\n\
         <p>A request carries an API token or a JWT in the header <code>Authorization</code>. An administrator creates a token \
         with the program's command <code>token create</code>.</p>\n\
         <pre tabindex=\"0\"><code>curl -H \"Authorization: Bearer $TOKEN\" https://…{base}/api/…</code></pre>\n\
         <p>Each request says whether it needs a token, and who may send it. Without a token, or with one that is not valid, the \
         answer is <a href=\"#error-401\">401</a>; a token whose bearer may not do it is answered with \
         <a href=\"#error-403\">403</a>.</p></section>\n\
         <section id=\"lists\"><h2>Lists and filters</h2>\n\
         <p>A list is read a page at a time: <code>limit</code> says how many rows, and <code>page.next_cursor</code> of an answer \
         is the <code>cursor</code> of the next request, until it is null. <code>sort=-a,b</code> puts the greatest \
         <code>a</code> first. <code>count=exact</code> also counts all rows that match.</p>\n\
         <p>A filter is the name of a field with an operator in brackets; all that are given must hold. Which operators a field has \
         stands beside it at each list.</p>\n<table><caption>Operators of filters</caption><thead><tr><th scope=\"col\">Parameter</th>\
         <th scope=\"col\">Rows whose field …</th></tr></thead><tbody>"
    )?;
    for (parameter, meaning) in OPERATORS {
        writeln!(out, "<tr><td><code>{parameter}</code></td><td>{meaning}</td></tr>")?;
    }
    out.push_str(
        "</tbody></table></section>\n<section id=\"writing\"><h2>Writing</h2>\n<ul>\n\
         <li><code>dry_run=true</code> answers what the write would be answered with, and keeps nothing of it.</li>\n\
         <li><code>Idempotency-Key</code>: a write that is sent again with its key is not done again.</li>\n\
         <li><code>If-Match</code> with the row's <code>ETag</code> refuses a change of a row that others have changed since.</li>\n\
         <li>A change is a merge patch: what is left out stays as it is, <code>null</code> clears a field.</li>\n\
         </ul></section>\n<section id=\"errors\"><h2>Errors</h2>\n\
         <p>An error is a <a href=\"#schema-Problem\">Problem</a>, as <code>application/problem+json</code>: \
         <code>code</code> is what a program tells kinds of errors apart by, <code>detail</code> is for people, \
         <code>errors</code> lists every broken rule with its field, and by <code>request_id</code> the server's log is searched.</p>\n\
         <table><caption>Statuses of errors</caption><thead><tr><th scope=\"col\">Status</th>\
         <th scope=\"col\">Meaning</th></tr></thead><tbody>\n",
    );
    for (status, meaning) in errors(document) {
        write!(out, "<tr id=\"error-{status}\"><td>{status}</td><td>")?;
        text::inline(out, meaning)?;
        out.push_str("</td></tr>\n");
    }
    out.push_str("</tbody></table></section>\n");
    Ok(())
}

/// What each status of an error means, by its longest description, which names the most codes.
fn errors(document: &Document) -> BTreeMap<u16, &'static str> {
    let mut errors: BTreeMap<u16, &'static str> = BTreeMap::new();
    for response in document.operations().flat_map(|(_, operation)| &operation.responses.responses) {
        let Some(status) = response.status.filter(|status| *status >= 400) else { continue };
        let known = errors.entry(status).or_default();
        if response.description.len() > known.len() {
            *known = response.description;
        }
    }
    errors
}
