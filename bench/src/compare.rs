//! All servers must do the same work: their answers are compared before anything is measured.

use chrono::DateTime;
use serde_json::Value;

use crate::Result;
use crate::report::Side;
use crate::scenario::{Request, Scenario, UNIQUE};
use crate::server::Server;

/// Sends the first and the last request of the scenario to all servers and compares what they say.
pub(crate) async fn answers(scenario: &Scenario, servers: &[(Side, Server)]) -> Result<()> {
    let client = reqwest::Client::new();
    let first = scenario.requests.first().into_iter();
    let last = scenario.requests.iter().skip(1).next_back();
    for request in first.chain(last) {
        let mut expected: Option<Value> = None;
        for (side, server) in servers {
            let unique = format!("check-{}", side.program());
            let said = answer(&client, server, scenario, request, &unique).await?;
            if let Some(expected) = expected.as_ref().filter(|expected| **expected != said) {
                let (name, by) = (scenario.name, side.program());
                return Err(format!("{name}: {by} answers\n{said:#}\ninstead of\n{expected:#}").into());
            }
            expected.get_or_insert(said);
        }
    }
    Ok(())
}

async fn answer(
    client: &reqwest::Client,
    server: &Server,
    scenario: &Scenario,
    request: &Request,
    unique: &str,
) -> Result<Value> {
    let url = format!("{}{}", server.base(), request.path);
    let builder = match &request.body {
        None => client.get(url),
        Some(body) => {
            let post = client.post(url).header("content-type", "application/json");
            let post = if request.keyed { post.header("idempotency-key", unique) } else { post };
            // What is made once is not made again by another scenario.
            let unique =
                format!("{unique}-{}", scenario.name.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
            post.body(body.replace(UNIQUE, &unique))
        }
    };
    let response = builder.send().await?;
    let status = response.status().as_u16();
    let text = response.text().await?;
    if status != scenario.status {
        return Err(format!("{} at {}: {status} {text}", scenario.name, server.base()).into());
    }
    let mut json: Value = serde_json::from_str(&text)?;
    if json.get("errors").is_some() {
        return Err(format!("{} at {}: {text}", scenario.name, server.base()).into());
    }
    normalise(&mut json, request.is_create());
    Ok(json)
}

/// Cursors are opaque, times have more than one spelling, and a new row has its own key, address and times.
fn normalise(json: &mut Value, fresh: bool) {
    match json {
        Value::Object(members) => {
            for (name, member) in members {
                let own =
                    fresh && matches!(name.as_str(), "id" | "email" | "title" | "created_at" | "updated_at");
                let cursor = matches!(name.as_str(), "next_cursor" | "endCursor");
                if (own || cursor) && !member.is_null() {
                    *member = Value::from("(present)");
                } else {
                    normalise(member, fresh);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| normalise(item, fresh)),
        Value::String(text) => {
            if let Ok(time) = DateTime::parse_from_rfc3339(text) {
                *json = Value::from(time.timestamp_micros());
            }
        }
        _ => {}
    }
}
