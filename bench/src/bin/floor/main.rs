//! The floor: what these requests cost at the least, with the same HTTP and PostgreSQL protocols.
//!
//! hyper, tokio-postgres with statements prepared at the start and pipelined on a few shared connections, and JSON that
//! is written by hand. It reads no more of a request than it must: a GraphQL document is known by its first letters.
//! Nobody would keep such a server; it shows how much of a figure is the protocols' own.

mod answer;
mod store;

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, LOCATION};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpListener;

use crate::store::Store;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[tokio::main]
async fn main() -> Result<()> {
    let store = Arc::new(Store::connect(&std::env::var("DATABASE_URL")?).await?);
    let listener = TcpListener::bind(std::env::var("BIND")?).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let service = service_fn(|request| respond(&store, request));
            // A connection that the client ends is no error.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn respond(
    store: &Store,
    request: Request<Incoming>,
) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    Ok(route(store, request).await.unwrap_or_else(|error| {
        eprintln!("{error}");
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    }))
}

async fn route(store: &Store, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    match (head.method, head.uri.path()) {
        (Method::GET, "/livez") => Ok(Response::new(Full::from("ok"))),
        (Method::GET, "/api/posts") => {
            let query = head.uri.query().unwrap_or("limit=20");
            let (limit, rest) = query.split_once('&').unwrap_or((query, ""));
            let limit = limit.strip_prefix("limit=").unwrap_or("20").parse()?;
            json(match rest {
                "include=author" => answer::post_list_with_author(store, limit).await?,
                _ => answer::post_list(store, limit).await?,
            })
        }
        (Method::GET, "/api/posts/aggregate") => {
            let grouped = head.uri.query().is_some_and(|query| query.starts_with("group="));
            json(match grouped {
                true => answer::post_groups(store, 20).await?,
                false => answer::post_totals(store).await?,
            })
        }
        (Method::GET, path) => {
            let id = path.strip_prefix("/api/users/").ok_or("no such path")?;
            json(answer::user(store, id.parse()?).await?)
        }
        (Method::POST, "/api/users") => {
            let body = body.collect().await?.to_bytes();
            let (id, text) = answer::created(store, &serde_json::from_slice(&body)?).await?;
            let mut response = json(text)?;
            *response.status_mut() = StatusCode::CREATED;
            response.headers_mut().insert(LOCATION, format!("/api/users/{id}").parse()?);
            Ok(response)
        }
        (Method::POST, "/api/posts/batch") => {
            let body = body.collect().await?.to_bytes();
            json(answer::batch(store, &serde_json::from_slice(&body)?).await?)
        }
        (Method::POST, "/graphql") => {
            let body = body.collect().await?.to_bytes();
            json(graphql(store, &serde_json::from_slice(&body)?).await?)
        }
        _ => Err("no such path".into()),
    }
}

#[derive(Deserialize)]
struct Document<'d> {
    query: &'d str,
    variables: Variables<'d>,
}

#[derive(Deserialize)]
struct Variables<'d> {
    id: Option<&'d str>,
}

/// The three documents of the scenarios.
async fn graphql(store: &Store, document: &Document<'_>) -> Result<String> {
    match document.query {
        query if query.starts_with("query($id") => {
            answer::user_by_id(store, document.variables.id.ok_or("no id")?).await
        }
        query if query.starts_with("{ posts(first: 20)") => answer::posts_with_author(store, 20).await,
        query if query.starts_with("{ users(first: 10)") => answer::nested(store, 10, 5, 3).await,
        query => Err(format!("not one of the scenarios: {query}").into()),
    }
}

fn json(text: String) -> Result<Response<Full<Bytes>>> {
    Ok(Response::builder().header(CONTENT_TYPE, "application/json").body(Full::from(text))?)
}
