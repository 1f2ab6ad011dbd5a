//! Requests: their parameters, of which filters are grouped by field, their bodies and responses.

use std::collections::HashMap;
use std::fmt::{self, Write as _};

use poem_openapi::registry::{MetaMediaType, MetaOperation, MetaOperationParam, MetaParamIn, MetaResponse};

use super::Schemas;
use super::schema::{self, write_meaning, write_type_of};
use super::text::{Escaped, inline, markdown};

/// One request, closed until it is asked for.
pub(super) fn write(
    out: &mut String,
    path: &str,
    operation: &MetaOperation,
    schemas: &Schemas<'_>,
) -> fmt::Result {
    let method = operation.method.as_str();
    let mark = if operation.deprecated { " <span class=\"mark\">deprecated</span>" } else { "" };
    writeln!(
        out,
        "<details class=\"operation\"><summary><span class=\"method {}\">{method}</span> <code class=\"path\">{}</code> \
         <span class=\"summary\">{}{mark}</span></summary><div{}>",
        method.to_lowercase(),
        Escaped(path),
        Escaped(operation.summary.unwrap_or_default()),
        operation.operation_id.map(|id| format!(" id=\"{}\"", Escaped(id))).unwrap_or_default(),
    )?;
    markdown(out, operation.description.unwrap_or_default())?;
    writeln!(out, "<p class=\"security\">{}</p>", security(operation))?;
    write_parameters(out, operation)?;
    if let Some(request) = &operation.request {
        let types: Vec<&str> = request.content.iter().map(|media| media.content_type).collect();
        write!(out, "<h3>Body</h3>\n<p><code>{}</code>", Escaped(&types.join(", ")))?;
        if !request.required {
            out.push_str(", may be left out");
        }
        out.push_str("</p>\n");
        if let Some(media) = request.content.first() {
            write_body(out, media, schemas)?;
        }
    }
    write_responses(out, &operation.responses.responses, schemas)?;
    out.push_str("</div></details>\n");
    Ok(())
}

/// Whether a request needs a token.
fn security(operation: &MetaOperation) -> &'static str {
    match (operation.security.is_empty(), operation.security.iter().any(HashMap::is_empty)) {
        (true, _) => "No token is needed.",
        (_, true) => {
            "A token may be sent, and may show or allow more. <a href=\"#signing-in\">Signing in</a>"
        }
        (_, false) => "A token is needed. <a href=\"#signing-in\">Signing in</a>",
    }
}

/// The name of a parameter as a field and an operator: `created_at[gte]`.
fn field_of(parameter: &MetaOperationParam) -> (&str, &str) {
    match parameter.name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        Some((field, operator)) if parameter.in_type == MetaParamIn::Query => (field, operator),
        _ => (&parameter.name, ""),
    }
}

fn write_parameters(out: &mut String, operation: &MetaOperation) -> fmt::Result {
    let params = &operation.params;
    let is_filtered = |field: &str| {
        params.iter().map(field_of).any(|(other, operator)| other == field && !operator.is_empty())
    };
    let (filters, plain): (Vec<_>, Vec<_>) = params
        .iter()
        .partition(|parameter| parameter.in_type == MetaParamIn::Query && is_filtered(field_of(parameter).0));
    if !plain.is_empty() {
        out.push_str(
            "<h3>Parameters</h3>\n<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Name</th>\
             <th scope=\"col\">Type</th><th scope=\"col\">Meaning</th></tr></thead><tbody>\n",
        );
        for parameter in plain {
            write!(
                out,
                "<tr><td><code>{}</code> <span class=\"mark\">{}</span>",
                Escaped(&parameter.name),
                place(parameter)
            )?;
            for (on, mark) in [(parameter.required, "required"), (parameter.deprecated, "deprecated")] {
                if on {
                    write!(out, " <span class=\"mark\">{mark}</span>")?;
                }
            }
            out.push_str("</td><td>");
            write_type_of(out, &parameter.schema)?;
            out.push_str("</td><td>");
            markdown(out, parameter.description.as_deref().unwrap_or_default())?;
            write_meaning(out, &parameter.schema)?;
            out.push_str("</td></tr>\n");
        }
        out.push_str("</tbody></table></div>\n");
    }
    write_filters(out, &filters)
}

fn place(parameter: &MetaOperationParam) -> &'static str {
    match parameter.in_type {
        MetaParamIn::Query => "query",
        MetaParamIn::Header => "header",
        MetaParamIn::Path => "path",
        MetaParamIn::Cookie | MetaParamIn::CookiePrivate | MetaParamIn::CookieSigned => "cookie",
    }
}

/// The filters, a row for each field.
fn write_filters(out: &mut String, filters: &[&MetaOperationParam]) -> fmt::Result {
    let mut fields: Vec<&str> = Vec::new();
    for (field, _) in filters.iter().map(|parameter| field_of(parameter)) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    if fields.is_empty() {
        return Ok(());
    }
    out.push_str(
        "<h3>Filters</h3>\n<p>All that are given must hold. <a href=\"#lists\">What the operators mean</a></p>\n\
         <div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Type</th>\
         <th scope=\"col\">Operators</th></tr></thead><tbody>\n",
    );
    for field in fields {
        let own: Vec<&MetaOperationParam> =
            filters.iter().copied().filter(|parameter| field_of(parameter).0 == field).collect();
        write!(out, "<tr><td><code>{}</code>", Escaped(field))?;
        if own.iter().any(|parameter| parameter.deprecated) {
            out.push_str(" <span class=\"mark\">deprecated</span>");
        }
        out.push_str("</td><td>");
        if let Some(first) = own.first() {
            write_type_of(out, &first.schema)?;
        }
        out.push_str("</td><td>");
        for (position, parameter) in own.iter().enumerate() {
            let space = if position == 0 { "" } else { " " };
            let operator = match field_of(parameter).1 {
                "" => "=".to_owned(),
                operator => format!("[{operator}]"),
            };
            write!(out, "{space}<code>{}</code>", Escaped(&operator))?;
        }
        out.push_str("</td></tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    Ok(())
}

fn write_body(out: &mut String, media: &MetaMediaType, schemas: &Schemas<'_>) -> fmt::Result {
    out.push_str("<p>Schema: ");
    write_type_of(out, &media.schema)?;
    out.push_str("</p>\n");
    if let Some(example) = schema::example(&media.schema, schemas) {
        writeln!(out, "<pre tabindex=\"0\"><code>{}</code></pre>", Escaped(&example.text()))?;
    }
    Ok(())
}

fn write_responses(out: &mut String, responses: &[MetaResponse], schemas: &Schemas<'_>) -> fmt::Result {
    out.push_str("<h3>Responses</h3>\n");
    let is_error = |response: &&MetaResponse| response.status.is_some_and(|status| status >= 400);
    for response in responses.iter().filter(|response| !is_error(response)) {
        let status = response.status.map_or_else(|| "Others".to_owned(), |status| status.to_string());
        write!(out, "<p><strong>{status}</strong> ")?;
        inline(out, response.description)?;
        out.push_str("</p>\n");
        if !response.headers.is_empty() {
            out.push_str("<ul>");
            for header in &response.headers {
                write!(out, "<li><code>{}</code>: ", Escaped(&header.name))?;
                inline(out, header.description.as_deref().unwrap_or_default())?;
                out.push_str("</li>");
            }
            out.push_str("</ul>\n");
        }
        if let Some(media) = response.content.first() {
            write_body(out, media, schemas)?;
        }
    }
    let mut errors = responses.iter().filter(is_error).filter_map(|response| response.status).peekable();
    if errors.peek().is_some() {
        out.push_str("<p>Errors:");
        for status in errors {
            write!(out, " <a href=\"#error-{status}\">{status}</a>")?;
        }
        out.push_str("</p>\n");
    }
    Ok(())
}
