//! The ways in, each of which does a write in its own form, or has no form for it.

use std::collections::HashMap;

use entify::auth::{self, create_token_for};
use entify::config::Settings;
use entify::entity::Registry;
use entify::error::FieldError;
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::{Answer as HttpAnswer, Client, TestDb};
use poem::Request;
use poem::http::Method;
use serde_json::{Value as Json, json};

use super::program::Program;
use super::store::*;
use super::told::Answer;
use super::writes::{Deed, Seen, Who};
use crate::support::browser::{Browser, PASSWORD, Site};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Surface {
    Rest,
    Graphql,
    Admin,
    CommandLine,
}

impl Surface {
    pub(super) const ALL: [Self; 4] = [Self::Rest, Self::Graphql, Self::Admin, Self::CommandLine];

    /// How an error of the service is told here.
    pub(super) fn words(self, error: &entify::Error, deed: &Deed) -> Vec<String> {
        let fields = error.fields().iter();
        match self {
            Self::Rest => std::iter::once(error.code().to_owned())
                .chain(fields.map(|field| format!("{} {}", field.field, field.code)))
                .collect(),
            // The types of a document are checked before anything is asked of the service, and say no more than this.
            Self::Graphql if error.fields().iter().any(|field| field.code == "required") => {
                vec!["BAD_REQUEST".to_owned()]
            }
            Self::Graphql => std::iter::once(error.code().to_owned())
                .chain(fields.map(|field| format!("{} {}", camel(&field.field), field.code)))
                .collect(),
            Self::Admin if error.fields().is_empty() => vec![error.status().to_string()],
            Self::Admin => fields.map(|field| beside(field, deed)).collect(),
            Self::CommandLine if matches!(deed, Deed::Import(_)) => {
                let said = fields.map(|field| format!("line 1: {}: {}", field.field, field.message));
                let mut said: Vec<_> = said.collect();
                said.push(match said.len() {
                    1 => "error: nothing was imported: 1 value is refused".to_owned(),
                    many => format!("error: nothing was imported: {many} values are refused"),
                });
                said
            }
            Self::CommandLine => {
                let said = |field: &FieldError| format!("--{} {}", option(&field.field), field.message);
                let broken: Vec<_> = fields.map(said).collect();
                let why = if broken.is_empty() { error.to_string() } else { broken.join("; ") };
                vec![format!("error: nothing was done: {why}")]
            }
        }
    }
}

/// How the admin tells of a field: beside it, or above the form that has it not.
fn beside(field: &FieldError, deed: &Deed) -> String {
    let is_in_form = match deed {
        Deed::Close(..) => ["reason", "votes"].contains(&&*field.field),
        Deed::ReopenAll(_) => ["board_id", "dry_run"].contains(&&*field.field),
        _ => true,
    };
    match (&*field.field, field.code) {
        (name, _) if !is_in_form => sentence(&format!("{name} {}", field.message)),
        // In a form, an empty text is none.
        (name, "required" | "too_short")
            if field.code == "required" || field.message == "must not be empty" =>
        {
            format!("{name} Is required.")
        }
        (name, _) => format!("{name} {}", sentence(&field.message)),
    }
}

/// The option of a field on the command line.
fn option(field: &str) -> String {
    let of_field = if field == "dry_run" { "input-" } else { "" };
    format!("{of_field}{}", field.replace('_', "-"))
}

fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// `tickets.1.board_id` as `tickets.1.boardId`
fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut upper = false;
    for letter in name.chars() {
        match letter {
            '_' => upper = true,
            letter if upper => {
                out.extend(letter.to_uppercase());
                upper = false;
            }
            letter => out.push(letter),
        }
    }
    out
}

/// Everything that serves the store.
pub(super) struct Surfaces {
    clients: HashMap<&'static str, Client>,
    browsers: HashMap<&'static str, Browser>,
    program: Program,
    _site: Site,
}

impl Surfaces {
    pub(super) async fn new(test: &TestDb, program: Program) -> Self {
        let ctx = test.ctx();
        let registry = Registry::new(&entities()).expect("a registry");
        let secret = b"a secret for tests";
        let state = AppState::with_settings(registry, ctx.db().clone(), secret, Settings::default());
        let state = entify::testing::with_cheap_passwords(&state);
        let site = Site::start(&state, "/admin", entify::admin::endpoint(&state)).await;
        let client = Client::new(App::new(entities()), test);
        let (mut clients, mut browsers) = (HashMap::new(), HashMap::new());
        for who in Who::ALL {
            let subject = Some(who.name().to_owned());
            let token = create_token_for(client.ctx(), who.name(), who.roles(), None, subject.clone()).await;
            clients.insert(who.name(), client.bearer(token.expect("a token").1));
            let email = format!("{}@example.org", who.name());
            auth::create_account_for(&ctx, &email, PASSWORD, who.roles(), subject).await.expect("an account");
            let mut browser = Browser::new(&site);
            browser.sign_in(&email, PASSWORD).await.is(303);
            browsers.insert(who.name(), browser);
        }
        Self { clients, browsers, program, _site: site }
    }

    /// Does a write; nothing where the surface has no form for it.
    pub(super) async fn perform(
        &mut self,
        surface: Surface,
        world: &World,
        who: Who,
        deed: &Deed,
    ) -> Option<Answer> {
        if matches!(deed, Deed::Import(_)) && surface != Surface::CommandLine {
            return None;
        }
        match surface {
            Surface::Rest => Some(rest(&self.clients[who.name()], world, deed).await),
            Surface::Graphql => Some(graphql(&self.clients[who.name()], world, deed).await),
            Surface::Admin => admin(self.browsers.get_mut(who.name()).expect("a browser"), world, deed).await,
            Surface::CommandLine => command_line(&self.program, world, who, deed),
        }
    }
}

// --- REST ----------------------------------------------------------------------------------------------

/// What REST takes, with the keys of the rows that are named.
pub(super) fn with_keys(world: &World, json: &Json) -> Json {
    let Json::Object(members) = json else { return json.clone() };
    let tickets = |list: &Json| {
        let codes = list.as_array().into_iter().flatten();
        codes.map(|code| world.ticket(code.as_str().unwrap_or_default())).collect::<Vec<_>>()
    };
    let member = |(name, value): (&String, &Json)| match name.as_str() {
        "board" => ("board_id".to_owned(), world.board(value.as_str().unwrap_or_default()).into()),
        "connect" => (name.clone(), tickets(value).into()),
        "create" => {
            let rows = value.as_array().into_iter().flatten();
            (name.clone(), rows.map(|row| with_keys(world, row)).collect())
        }
        _ => (name.clone(), with_keys(world, value)),
    };
    members.iter().map(member).collect()
}

async fn rest(client: &Client, world: &World, deed: &Deed) -> Answer {
    let ticket = |code: &str| format!("/api/tickets/{}", world.ticket(code));
    let json = |json: &Json| with_keys(world, json);
    let (method, path, body, seen) = match deed {
        Deed::Create(values) => (Method::POST, "/api/tickets".to_owned(), json(values), None),
        Deed::CreateBoard(values) => (Method::POST, "/api/boards".to_owned(), json(values), None),
        Deed::Update(code, seen, values) => (Method::PATCH, ticket(code), json(values), Some(*seen)),
        Deed::Increment(code, by) => (Method::PATCH, ticket(code), json!({"increment": {"votes": by}}), None),
        Deed::Delete(code, seen) => (Method::DELETE, ticket(code), Json::Null, Some(*seen)),
        Deed::Restore(code) => (Method::POST, format!("{}/restore", ticket(code)), Json::Null, None),
        Deed::Purge(code) => (Method::POST, format!("{}/purge", ticket(code)), Json::Null, None),
        Deed::Upsert(values) => (Method::POST, "/api/tickets?upsert=code".to_owned(), json(values), None),
        Deed::UpdateWhere(votes, values) => {
            (Method::PATCH, format!("/api/tickets?votes[gte]={votes}"), json(values), None)
        }
        Deed::DeleteWhere(votes) => {
            (Method::DELETE, format!("/api/tickets?votes[gte]={votes}"), Json::Null, None)
        }
        Deed::Close(code, input) => (Method::POST, format!("{}/close", ticket(code)), json(input), None),
        Deed::ReopenAll(input) => (Method::POST, "/api/tickets/reopen-all".to_owned(), json(input), None),
        Deed::Import(_) => unreachable!("for the command line only"),
    };
    let mut request = Request::builder().method(method).uri_str(&path);
    match seen {
        Some(Seen::Newest) => {
            let row = client.get(&path).await;
            request = request.header("if-match", row.header("etag"));
        }
        Some(Seen::Old) => request = request.header("if-match", "\"old\""),
        Some(Seen::Unsaid) | None => {}
    }
    let request = match body {
        Json::Null => request.finish(),
        body => request.content_type("application/json").body(body.to_string()),
    };
    of_rest(&client.send(request).await)
}

fn of_rest(answer: &HttpAnswer) -> Answer {
    if answer.status() < 300 {
        return Answer::Done;
    }
    let problem = answer.json();
    let code = problem["code"].as_str().unwrap_or_default().to_owned();
    Answer::refused(std::iter::once(code).chain(broken(&problem["errors"])).collect())
}

/// `field code`, of each that a list has.
fn broken(errors: &Json) -> Vec<String> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let errors = errors.as_array().into_iter().flatten();
    errors.map(|error| format!("{} {}", text(&error["field"]), text(&error["code"]))).collect()
}

// --- GraphQL -------------------------------------------------------------------------------------------

/// What GraphQL takes, of what REST takes.
fn in_graphql(name: &str, json: &Json) -> Json {
    match (name, json) {
        (_, Json::Object(members)) => {
            members.iter().map(|(name, json)| (camel(name), in_graphql(name, json))).collect()
        }
        ("connect", Json::Array(keys)) => keys.iter().map(|key| crate::graphql::id("Ticket", key)).collect(),
        (_, Json::Array(items)) => items.iter().map(|item| in_graphql(name, item)).collect(),
        ("board_id", key) => crate::graphql::id("Board", key).into(),
        ("state", Json::String(state)) => state.to_uppercase().into(),
        _ => json.clone(),
    }
}

async fn graphql(client: &Client, world: &World, deed: &Deed) -> Answer {
    let id = |code: &str| crate::graphql::id("Ticket", world.ticket(code));
    let input = |json: &Json| in_graphql("", &with_keys(world, json));
    let version = |seen: &Seen| match seen {
        Seen::Unsaid => Json::Null,
        Seen::Newest => json!(1),
        Seen::Old => json!(7),
    };
    let filter = |votes: &i32| json!({"votes": {"gte": votes}});
    let (query, variables) = match deed {
        Deed::Create(values) => (
            "mutation ($input: TicketInput!) { createTicket(input: $input) { code } }",
            json!({"input": input(values)}),
        ),
        Deed::CreateBoard(values) => (
            "mutation ($input: BoardInput!) { createBoard(input: $input) { name } }",
            json!({"input": input(values)}),
        ),
        Deed::Update(code, Seen::Unsaid, values) => (
            "mutation ($id: ID!, $input: TicketPatch!) { updateTicket(id: $id, input: $input) { code } }",
            json!({"id": id(code), "input": input(values)}),
        ),
        Deed::Update(code, seen, values) => (
            "mutation ($id: ID!, $input: TicketPatch!, $version: Int) {
                updateTicket(id: $id, input: $input, expectedVersion: $version) { code } }",
            json!({"id": id(code), "input": input(values), "version": version(seen)}),
        ),
        Deed::Increment(code, by) => (
            "mutation ($id: ID!, $input: TicketPatch!) { updateTicket(id: $id, input: $input) { code } }",
            json!({"id": id(code), "input": {"increment": {"votes": by}}}),
        ),
        Deed::Delete(code, seen) => (
            "mutation ($id: ID!, $version: Int) { deleteTicket(id: $id, expectedVersion: $version) { code } }",
            json!({"id": id(code), "version": version(seen)}),
        ),
        Deed::Restore(code) => {
            ("mutation ($id: ID!) { restoreTicket(id: $id) { code } }", json!({"id": id(code)}))
        }
        Deed::Purge(code) => {
            ("mutation ($id: ID!) { purgeTicket(id: $id) { code } }", json!({"id": id(code)}))
        }
        Deed::Upsert(values) => (
            "mutation ($input: TicketInput!) { upsertTicket(by: [CODE], input: $input) { code } }",
            json!({"input": input(values)}),
        ),
        Deed::UpdateWhere(votes, values) => (
            "mutation ($filter: TicketFilter!, $input: TicketPatch!) { updateTickets(filter: $filter, input: $input) }",
            json!({"filter": filter(votes), "input": input(values)}),
        ),
        Deed::DeleteWhere(votes) => (
            "mutation ($filter: TicketFilter!) { deleteTicketsWhere(filter: $filter) }",
            json!({"filter": filter(votes)}),
        ),
        Deed::Close(code, values) => (
            "mutation ($id: ID!, $input: ClosingInput!) { closeTicket(id: $id, input: $input) { code } }",
            json!({"id": id(code), "input": input(values)}),
        ),
        Deed::ReopenAll(values) => (
            "mutation ($input: ReopeningInput!) { reopenAllTickets(input: $input) { code } }",
            json!({"input": input(values)}),
        ),
        Deed::Import(_) => unreachable!("for the command line only"),
    };
    let answer = client.graphql(query, variables).await;
    let Some(error) = answer["errors"].get(0) else { return Answer::Done };
    let extensions = &error["extensions"];
    let code = extensions["code"].as_str().map_or_else(|| error.to_string(), str::to_owned);
    Answer::refused(std::iter::once(code).chain(broken(&extensions["fields"])).collect())
}

// --- the admin -----------------------------------------------------------------------------------------

async fn admin(browser: &mut Browser, world: &World, deed: &Deed) -> Option<Answer> {
    let ticket = |code: &str| format!("/admin/tickets/{}", world.ticket(code));
    let (path, values) = match deed {
        Deed::Create(values) => ("/admin/tickets/new".to_owned(), values.clone()),
        Deed::CreateBoard(values) if values.get("tickets").is_none() => {
            ("/admin/boards/new".to_owned(), values.clone())
        }
        Deed::Update(code, Seen::Unsaid, values) => (format!("{}/edit", ticket(code)), values.clone()),
        Deed::Delete(code, Seen::Unsaid) => (format!("{}/delete", ticket(code)), json!({})),
        Deed::Close(code, input) => (format!("{}/act/close", ticket(code)), input.clone()),
        Deed::ReopenAll(input) => ("/admin/tickets/act/reopen-all".to_owned(), input.clone()),
        Deed::CreateBoard(_)
        | Deed::Update(..)
        | Deed::Increment(..)
        | Deed::Delete(..)
        | Deed::Restore(_)
        | Deed::Purge(_)
        | Deed::Upsert(_)
        | Deed::UpdateWhere(..)
        | Deed::DeleteWhere(_)
        | Deed::Import(_) => return None,
    };
    let values = with_keys(world, &values);
    let texts = values.as_object().into_iter().flatten().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.as_str(), text)
    });
    let texts: Vec<_> = texts.collect();
    let page = browser.get(&path).await;
    let answer = if page.status == 200 {
        let form = crate::support::browser::Form::of(&page);
        let form = texts.iter().fold(form, |form, (name, text)| form.with(name, text));
        browser.submit(&path, &form).await
    } else {
        // Without the form, for whoever may not open it.
        browser.get("/admin").await;
        let fields: Vec<_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        browser.post(&path, &fields).await
    };
    if answer.status == 303 || answer.status == 200 {
        return Some(Answer::Done);
    }
    let lines = beside_fields(&answer.body);
    Some(Answer::refused(if lines.is_empty() { vec![answer.status.as_str().to_owned()] } else { lines }))
}

/// `field message`, of each message that stands beside a field.
fn beside_fields(page: &str) -> Vec<String> {
    // Above the form there are links to its fields, and what is about none of them.
    let above = page.split("<div class=\"alert\"").nth(1).and_then(|above| above.split("</div>").next());
    let above = above.unwrap_or_default().split("<li>").skip(1);
    let above = above.filter_map(|item| item.split("</li>").next()).filter(|item| !item.starts_with("<a "));
    let mut lines: Vec<String> = above.map(str::to_owned).collect();
    for list in page.split("<ul class=\"errors\" id=\"e-").skip(1) {
        let list = list.split("</ul>").next().unwrap_or_default();
        let name = list.split('"').next().unwrap_or_default();
        for item in list.split("<li>").skip(1) {
            let text = item.split("</li>").next().unwrap_or_default();
            lines.push(format!("{name} {text}"));
        }
    }
    lines
}

// --- the command line ----------------------------------------------------------------------------------

fn command_line(program: &Program, world: &World, who: Who, deed: &Deed) -> Option<Answer> {
    if let Deed::Import(values) = deed {
        let file = program.file("tickets.jsonl", &with_keys(world, values).to_string());
        return Some(said_by(program.run(&["import", "ticket", &file])));
    }
    let (mut arguments, input) = match deed {
        Deed::Close(code, input) => (vec!["close".to_owned(), world.ticket(code).to_string()], input),
        Deed::ReopenAll(input) => (vec!["reopen_all".to_owned()], input),
        _ => return None,
    };
    let input = with_keys(world, input);
    for (name, value) in input.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        arguments.extend([format!("--{}", option(name)), text]);
    }
    let roles = who.roles().iter().map(|role| format!(",role:{role}")).collect::<String>();
    arguments.extend(["--as".to_owned(), format!("sub:{}{roles}", who.name())]);
    let arguments: Vec<_> =
        ["action", "ticket"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    Some(said_by(program.run(&arguments)))
}

/// What a command says of why it failed. In development the log says besides which rule it was.
fn said_by(outcome: Result<(), String>) -> Answer {
    match outcome {
        Ok(()) => Answer::Done,
        Err(said) => {
            let lines = said.lines().filter(|line| line.starts_with("error: ") || line.starts_with("line "));
            Answer::refused(lines.map(str::to_owned).collect())
        }
    }
}
