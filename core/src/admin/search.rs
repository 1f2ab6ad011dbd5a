//! Jumping anywhere: to an entity, to a row by its label or key, to an action. A page, and what the dialog of the script asks.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;
use serde_json::json;

use crate::admin::page::{self, Frame};
use crate::admin::request::{AdminRequest, search_text};
use crate::admin::{action, names, picker, titles};
use crate::entity::{EntityInfo, Surface};
use crate::error::Result;
use crate::policy::Action;

/// Rows of one entity.
const ROWS: usize = 5;
/// Entities whose rows are looked at.
const MAX_ENTITIES: usize = 40;

#[derive(Template)]
#[template(path = "admin/search.html")]
struct SearchPage {
    frame: Frame,
    search: String,
    found: Vec<Found>,
}

/// Where one can go.
struct Found {
    /// What it is: a list, an action, the name of an entity.
    kind: String,
    text: String,
    href: String,
}

/// The page, or with `format=json` what was found alone: `{"found": [{"kind", "text", "href"}]}`.
pub(super) async fn respond(request: &AdminRequest) -> Result<Response> {
    let search = search_text(request.query.get("q").unwrap_or_default().trim())?;
    let found = if search.is_empty() { Vec::new() } else { find(request, &search).await? };
    if request.query.get("format") == Some("json") {
        let found = found.iter().map(|one| json!({ "kind": one.kind, "text": one.text, "href": one.href }));
        let body = json!({ "found": found.collect::<Vec<_>>() }).to_string();
        return Ok(Response::builder().content_type("application/json").body(body));
    }
    page::render(StatusCode::OK, &SearchPage { frame: Frame::new(request, "Search", None), search, found })
}

async fn find(request: &AdminRequest, search: &str) -> Result<Vec<Found>> {
    let registry = request.state.registry();
    let entities: Vec<&'static EntityInfo> = registry
        .iter()
        .filter(|info| info.is_on(Surface::Admin) && request.allows(info, Action::Read))
        .collect();
    let letters = search.to_lowercase();
    let is_meant = |text: &str| text.to_lowercase().contains(&letters);
    let mut found = Vec::new();
    for info in &entities {
        let plural = names::plural(info);
        let path = request.path(info);
        if is_meant(&plural) || is_meant(&names::singular(info)) {
            found.push(Found { kind: "List".to_owned(), text: plural.clone(), href: path.clone() });
            if request.allows(info, Action::Create) {
                let text = format!("New {}", names::words(info.def.singular));
                found.push(Found { kind: "Form".to_owned(), text, href: format!("{path}/new") });
            }
        }
        for link in action::of_list(request, info).1 {
            if is_meant(&link.label) {
                let text = format!("{}: {}", plural, link.label);
                found.push(Found { kind: "Action".to_owned(), text, href: link.href });
            }
        }
    }
    for info in entities.into_iter().take(MAX_ENTITIES) {
        let (mut rows, _) = picker::search(&request.ctx, info, search).await?;
        rows.truncate(ROWS);
        let titles = titles::told_apart(&rows, &titles::titles(&request.ctx, info, &rows).await?);
        let kind = names::singular(info);
        found.extend(rows.iter().zip(titles).map(|(row, text)| Found {
            kind: kind.clone(),
            text,
            href: request.row_path(info, row.key()),
        }));
    }
    Ok(found)
}
