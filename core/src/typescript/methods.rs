//! `client.ts`: a class for each entity, a method for each operation.

use std::fmt::Write as _;

use super::Resource;
use super::document::{Body, Document, Operation, Parameter, Schema};
use super::models::Models;
use super::params::{Params, QueryType};
use super::text::{Names, camel_case, comment, literal, pascal_case};
use super::types::Types;

/// Names that mean something else on an object.
const RESERVED: [&str; 6] = ["constructor", "then", "toString", "toJSON", "valueOf", "prototype"];
/// And on the client itself.
const CLIENT_MEMBERS: [&str; 3] = ["query", "mutate", "transport"];
/// Headers that every call has a way for.
const KNOWN_HEADERS: [&str; 5] = ["Idempotency-Key", "If-Match", "If-None-Match", "Prefer", "Accept"];

/// One operation, by its place.
struct Called<'d> {
    method: &'static str,
    path: &'d str,
    id: String,
    operation: &'d Operation,
}

/// `client.ts` and `params.ts`.
pub(super) fn write(
    document: &Document,
    resources: &[Resource],
    models: &Models,
    graphql: bool,
) -> (String, String) {
    let mut writer = Writer { document, types: Types::new(models, "models."), params: Params::new(models) };
    let client = writer.client(resources, graphql);
    (client, writer.params.into_text())
}

struct Writer<'d> {
    document: &'d Document,
    types: Types<'d>,
    params: Params<'d>,
}

impl<'d> Writer<'d> {
    fn client(&mut self, resources: &[Resource], graphql: bool) -> String {
        let mut out = String::from(
            "import type * as models from \"./models.js\";\nimport type * as params from \"./params.js\";\n\
             import * as runtime from \"./runtime.js\";\n\nexport type { models, params };\n",
        );
        let owner = |path: &str| {
            let owners = resources.iter().enumerate().filter(|(_, resource)| resource.has(path));
            owners.max_by_key(|(_, resource)| resource.path.len()).map(|(position, _)| position)
        };
        let calls = self.calls();
        let mut members = Names::without(&[&RESERVED[..], &CLIENT_MEMBERS[..]].concat());
        let mut classes = Names::without(&["Client", "models", "params", "runtime"]);
        let (mut fields, mut set) = (String::new(), String::new());
        for (position, resource) in resources.iter().enumerate() {
            let calls: Vec<_> = calls.iter().filter(|call| owner(call.path) == Some(position)).collect();
            if calls.is_empty() {
                continue;
            }
            let class = classes.first_free(&[resource.class()]);
            let member = camel_case(resource.plural);
            let member = members.first_free(&[member.clone(), format!("{member}_")]);
            out.push_str(&self.class(&class, resource, &calls));
            let _ = writeln!(fields, "  readonly {member}: {class};");
            let _ = writeln!(set, "    this.{member} = new {class}(this.transport);");
        }
        let title = self.document.info.title.clone();
        out.push('\n');
        out.push_str(&comment("", &[&format!("The client of {title}.")], false));
        let _ = write!(
            out,
            "export class Client {{\n  /** What sends the requests; for operations that are not here. */\n  readonly transport: \
             runtime.Transport;\n{fields}\n  constructor(options: runtime.ClientOptions) {{\n    this.transport = new \
             runtime.Transport(options);\n{set}  }}\n"
        );
        if graphql {
            out.push_str(GRAPHQL);
        }
        for call in calls.iter().filter(|call| owner(call.path).is_none()) {
            let name = camel_case(&call.id);
            let name = members.first_free(&[name.clone(), format!("{name}_")]);
            out.push_str(&self.method(call, &name, "", "this.transport"));
        }
        out.push_str("}\n");
        out
    }

    /// All operations; one without an id is named by its place.
    fn calls(&self) -> Vec<Called<'d>> {
        let document: &'d Document = self.document;
        let all = document.paths.iter().flat_map(|(path, item)| {
            item.operations().map(move |(method, operation)| {
                let place = || format!("{}_{}", method.to_lowercase(), path.trim_start_matches('/'));
                let id = operation.operation_id.clone().unwrap_or_else(place);
                Called { method, path, id, operation }
            })
        });
        all.collect()
    }

    fn class(&mut self, class: &str, resource: &Resource, calls: &[&Called<'d>]) -> String {
        let docs = comment("", &[&format!("`{}`", resource.path)], false);
        let mut out =
            format!("\n{docs}export class {class} {{\n  readonly #transport: runtime.Transport;\n\n");
        out.push_str(
            "  constructor(transport: runtime.Transport) {\n    this.#transport = transport;\n  }\n",
        );
        let mut names = Names::without(&RESERVED);
        for call in calls {
            let short = short_name(call, resource);
            let name = names.first_free(&[short.clone(), camel_case(&call.id), format!("{short}_")]);
            out.push_str(&self.method(call, &name, &pascal_case(resource.singular), "this.#transport"));
            if let Some(row) = self.row_of_page(call.operation) {
                let (all, pages) = match &*name {
                    "list" => ("iterate".to_owned(), "pages".to_owned()),
                    name => (format!("{name}Rows"), format!("{name}Pages")),
                };
                let all = names.first_free(&[all]);
                let pages = names.first_free(&[pages]);
                self.iterators(&mut out, call, &name, (&all, &pages), &self.types.of(row));
            }
        }
        out.push_str("}\n");
        out
    }

    /// The schema of the rows of an operation that answers pages.
    fn row_of_page(&self, operation: &Operation) -> Option<&'d Schema> {
        operation.parameters.iter().find(|it| it.place == "query" && it.name == "cursor")?;
        let (_, schema) = operation.responses.get("200")?.json()?;
        let page = self.document.components.schemas.get(schema.reference()?)?;
        page.properties.get("page")?;
        page.properties.get("items")?.items.as_deref()
    }

    /// What reads on from page to page. Nothing but the path can be required of a list.
    fn iterators(&self, out: &mut String, call: &Called<'d>, list: &str, names: (&str, &str), row: &str) {
        let (all, pages) = names;
        let query = pascal_case(&call.id);
        let path: Vec<_> = self.path_params(call.operation).collect();
        let given: String = path.iter().map(|(name, of, _)| format!("{name}: {of}, ")).collect();
        let passed: String = path.iter().map(|(name, ..)| format!("{name}, ")).collect();
        let page = self.answer(call.operation).0;
        let _ = write!(
            out,
            "\n  /** All rows of `{list}`, read page by page. */\n  {all}({given}options: params.{query} = {{}}, call?: \
             runtime.CallOptions): AsyncGenerator<{row}, void, undefined> {{\n    return runtime.rows(this.{pages}({passed}options, \
             call));\n  }}\n\n  /** All pages of `{list}`. */\n  {pages}({given}options: params.{query} = {{}}, call?: \
             runtime.CallOptions): AsyncGenerator<{page}, void, undefined> {{\n    return runtime.pages((cursor) => \
             this.{list}({passed}cursor === undefined ? options : {{ ...options, cursor }}, call), options.cursor);\n  }}\n"
        );
    }

    /// The parameters of the path: their names in the client, types, and names.
    fn path_params<'a>(
        &'a self,
        operation: &'a Operation,
    ) -> impl Iterator<Item = (String, String, &'a str)> + 'a {
        let in_path = operation.parameters.iter().filter(|it| it.place == "path");
        in_path.map(|parameter| {
            let of = parameter.schema().map_or("string".to_owned(), |schema| self.types.of(schema));
            (camel_case(&parameter.name) + escaped(&parameter.name), of, parameter.name.as_str())
        })
    }

    fn method(&mut self, call: &Called<'d>, name: &str, of: &str, transport: &str) -> String {
        let operation = call.operation;
        let query = self.params.add(&call.id, of, operation);
        let path: Vec<_> = self.path_params(operation).collect();
        let body = operation.request_body.as_ref().map(|body| (body.required, body.json(), body));
        let matched = operation.header("If-Match").is_some_and(|header| header.required);

        let mut given: Vec<String> = path.iter().map(|(name, of, _)| format!("{name}: {of}")).collect();
        let mut sent =
            vec![format!("method: {}", literal(call.method)), format!("path: {}", literal(call.path))];
        if !path.is_empty() {
            let params = path.iter().map(|(name, _, wire)| format!("{}: {name}", super::text::member(wire)));
            sent.push(format!("params: {{ {} }}", params.collect::<Vec<_>>().join(", ")));
        }
        if let Some((required, json, body)) = body {
            let of = json.map_or("BodyInit".to_owned(), |(_, schema)| self.types.of(schema));
            given.push(format!("input{}: {of}", if required { "" } else { "?" }));
            sent.push("body: input".to_owned());
            if json.is_none() {
                // Of several forms a text's, which people have.
                let is_text = |media: &&String| media.starts_with("text/");
                let media = body.content.keys().find(is_text).or_else(|| body.content.keys().next());
                let media = media.map_or("application/octet-stream", String::as_str);
                sent.push(format!("contentType: {}", literal(media)));
            }
        }
        let mut prelude = String::new();
        if let Some(QueryType { name, required, conditions }) = query {
            given.push(match (required, matched) {
                (true, _) => format!("options: params.{name}"),
                (false, true) => format!("options: params.{name} | undefined"),
                (false, false) => format!("options: params.{name} = {{}}"),
            });
            if let Some(member) = conditions {
                let member = if member == "where" { "where".to_owned() } else { format!("{member}: where") };
                prelude = format!("    const {{ {member}, ...query }} = options;\n");
                sent.extend(["query".to_owned(), "where".to_owned()]);
            } else {
                sent.push("query: options".to_owned());
            }
        }
        if operation.header("Idempotency-Key").is_some() {
            sent.push("keyed: true".to_owned());
        }
        let (answer, raw) = self.answer(operation);
        if raw {
            sent.push("raw: true".to_owned());
        }
        given.push(match matched {
            true => "call: runtime.MatchedCallOptions".to_owned(),
            false => "call?: runtime.CallOptions".to_owned(),
        });
        let docs = docs_of(operation);
        let docs: Vec<&str> = docs.iter().map(String::as_str).collect();
        let mut out = String::from("\n");
        out.push_str(&comment("  ", &docs, operation.deprecated));
        let _ = write!(
            out,
            "  {name}({}): Promise<{answer}> {{\n{prelude}    return {transport}.send({{ {} }}, call);\n  }}\n",
            given.join(", "),
            sent.join(", ")
        );
        out
    }

    /// The type of what is answered, and whether that is the response itself.
    fn answer(&self, operation: &Operation) -> (String, bool) {
        let is_success =
            |(status, response): &(&String, &Body)| status.starts_with('2') && !response.is_minimal();
        let successes = operation.responses.iter().filter(is_success);
        let (mut types, mut is_empty) = (Vec::new(), false);
        for (_, response) in successes {
            match (response.json(), response.content.is_empty()) {
                (Some((_, schema)), _) => {
                    let of = self.types.of(schema);
                    if !types.contains(&of) {
                        types.push(of);
                    }
                }
                (None, true) => is_empty = true,
                (None, false) => return ("Response".to_owned(), true),
            }
        }
        match (types.is_empty(), is_empty) {
            (true, _) => ("void".to_owned(), false),
            (false, false) => (types.join(" | "), false),
            (false, true) => (format!("{} | undefined", types.join(" | ")), false),
        }
    }
}

/// What tells a parameter of the path from the others of a method.
fn escaped(name: &str) -> &'static str {
    if matches!(name, "input" | "options" | "call" | "where" | "query") { "_" } else { "" }
}

/// The summary, the description, and the headers that no call has a way for.
fn docs_of(operation: &Operation) -> Vec<String> {
    let own = |it: &&Parameter| {
        it.place == "header" && !KNOWN_HEADERS.iter().any(|known| known.eq_ignore_ascii_case(&it.name))
    };
    let headers = operation.parameters.iter().filter(own).map(|header| {
        let needed = if header.required { ", which it needs" } else { "" };
        let docs = header.description.as_deref().unwrap_or_default();
        format!("It takes the header `{}`{needed}. {docs}", header.name)
    });
    let summary = operation.summary.iter().map(|summary| format!("{}.", summary.trim_end_matches('.')));
    summary.chain(operation.description.clone()).chain(headers).collect()
}

/// The name of an operation within its entity's class: `update_invoice` is `update`, that of many rows `updateMany`.
fn short_name(call: &Called<'_>, resource: &Resource) -> String {
    let suffixed = |name: &str| call.id.strip_suffix(name).and_then(|stem| stem.strip_suffix('_'));
    let stem = suffixed(resource.plural).or_else(|| suffixed(resource.singular)).unwrap_or(&call.id);
    let of_many = call.path == resource.path && matches!(call.method, "PATCH" | "DELETE");
    let name = camel_case(stem);
    if of_many { format!("{name}Many") } else { name }
}

const GRAPHQL: &str = "
  /** Runs a GraphQL query. */
  query<Answer, Variables>(document: runtime.GraphqlDocument<Answer, Variables>, ...[variables, call]: runtime.VariablesOf<Variables>): Promise<Answer> {
    return this.transport.graphql(\"query\", document, variables, call);
  }

  /** Runs a GraphQL mutation: once, however often it is sent. */
  mutate<Answer, Variables>(document: runtime.GraphqlDocument<Answer, Variables>, ...[variables, call]: runtime.VariablesOf<Variables>): Promise<Answer> {
    return this.transport.graphql(\"mutation\", document, variables, call);
  }
";
