//! The operations on the rows of one entity.

use std::fmt;
use std::marker::PhantomData;

use futures_util::Stream;
use http::Method;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::sending::{Answer, Call, unreadable};
use super::{Client, query, rows};
use crate::entity::{Entity, Id};
use crate::error::{Error, Result};
use crate::filters;
use crate::query::{Filter, Page, Query};
use crate::types::Scalar as _;

/// The rows of an entity in another application. Made by [`Client::of`].
///
/// It does what a [`Service`](crate::Service) does, as whoever has the client's token. A field that REST does not show is `None` in a model, and a password
/// is one that nothing verifies.
pub struct EntityClient<E> {
    client: Client,
    if_match: Option<String>,
    key: Option<String>,
    dry_run: bool,
    of: PhantomData<fn() -> E>,
}

impl<E> Clone for EntityClient<E> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            if_match: self.if_match.clone(),
            key: self.key.clone(),
            dry_run: self.dry_run,
            of: PhantomData,
        }
    }
}

impl<E> fmt::Debug for EntityClient<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntityClient").field("client", &self.client).finish_non_exhaustive()
    }
}

/// A row with its entity tag, by which a later change says which state of the row it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged<T> {
    /// The row.
    pub row: T,
    /// Its tag.
    pub tag: String,
}

impl<E: Entity> EntityClient<E> {
    /// The rows of the entity in the application that `client` reaches: `UserClient::new(&client)`, as `client.of::<User>()`.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone(), if_match: None, key: None, dry_run: false, of: PhantomData }
    }

    /// The same, whose changes and deletions are refused with `VersionMismatch` unless the row is still the one with this tag.
    #[must_use]
    pub fn if_match(&self, tag: impl Into<String>) -> Self {
        Self { if_match: Some(tag.into()), ..self.clone() }
    }

    /// The same, whose next write is done once for this key, however often it is sent, by this run of the program or another. Every write has a
    /// key of its own otherwise.
    #[must_use]
    pub fn idempotency_key(&self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self.clone() }
    }

    /// The same, whose writes answer what they would, and keep nothing.
    #[must_use]
    pub fn dry_run(&self) -> Self {
        Self { dry_run: true, ..self.clone() }
    }

    /// A page of rows. `end_cursor` is there when rows follow.
    ///
    /// # Errors
    /// As of the other application's service; `BadRequest` for what REST cannot be asked, as the last rows of a list.
    pub async fn list(&self, query: Query<E>) -> Result<Page<E::Model>> {
        let has_previous = query.page.after.is_some();
        let call = Call { query: query::params(query)?, ..self.get_from("") };
        let mut answer = self.client.call(call).await?.json()?;
        let Json::Array(items) = answer["items"].take() else {
            return Err(unreadable("a page has no `items`"));
        };
        let page = &answer["page"];
        Ok(Page {
            items: items.into_iter().map(rows::model::<E>).collect::<Result<_>>()?,
            cursors: Vec::new(),
            start_cursor: None,
            end_cursor: page["next_cursor"].as_str().map(str::to_owned),
            has_next: page["has_next"].as_bool().unwrap_or_default(),
            has_previous,
            total: page["total"].as_u64(),
            limit: page["limit"].as_u64().and_then(|limit| u32::try_from(limit).ok()).unwrap_or_default(),
        })
    }

    /// All rows of a list, read page by page. `first` is the size of a page.
    pub fn stream(&self, query: Query<E>) -> impl Stream<Item = Result<E::Model>> + use<'_, E> {
        struct Reading<E: Entity> {
            query: Query<E>,
            items: std::vec::IntoIter<E::Model>,
            has_next: bool,
        }
        let start = Reading { query, items: Vec::new().into_iter(), has_next: true };
        futures_util::stream::try_unfold(start, move |mut reading| async move {
            loop {
                if let Some(row) = reading.items.next() {
                    return Ok(Some((row, reading)));
                }
                if !reading.has_next {
                    return Ok(None);
                }
                let page = self.list(reading.query.clone()).await?;
                reading.has_next = page.end_cursor.is_some();
                reading.query.page.after = page.end_cursor;
                reading.items = page.items.into_iter();
            }
        })
    }

    /// The row with this key.
    ///
    /// # Errors
    /// `NotFound` when there is none, or none for the bearer of the token.
    pub async fn get(&self, id: Id<E>) -> Result<E::Model> {
        self.get_tagged(id).await.map(|tagged| tagged.row)
    }

    /// The row with this key, if there is one.
    ///
    /// # Errors
    /// As of the other application's service.
    pub async fn find(&self, id: Id<E>) -> Result<Option<E::Model>> {
        match self.get(id).await {
            Ok(row) => Ok(Some(row)),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The row with this key, and its tag for [`EntityClient::if_match`].
    ///
    /// # Errors
    /// As [`EntityClient::get`].
    pub async fn get_tagged(&self, id: Id<E>) -> Result<Tagged<E::Model>> {
        let answer = self.client.call(self.get_from(&at(id))).await?;
        let tag = answer.tag().ok_or_else(|| unreadable("a row has no `ETag`"))?;
        Ok(Tagged { row: rows::model::<E>(answer.json()?)?, tag })
    }

    /// How many rows match.
    ///
    /// # Errors
    /// As of the other application's service.
    pub async fn count(&self, filter: Filter<E>) -> Result<u64> {
        let page = self.list(Query::filter(filter).first(1).with_total()).await?;
        page.total.ok_or_else(|| unreadable("a page has no `total`"))
    }

    /// Creates a row.
    ///
    /// # Errors
    /// As of the other application's service.
    pub async fn create(&self, input: E::Input) -> Result<E::Model> {
        let body = Json::Object(rows::body(E::def().info(), input));
        self.write(Method::POST, "", Vec::new(), Some(body)).await.and_then(|it| rows::model::<E>(it.json()?))
    }

    /// Creates rows, 1,000 at most: all of them or none. Answers them in their order.
    ///
    /// # Errors
    /// As of the other application's service; fields are named by their place, `operations.1.values.name`.
    pub async fn create_many(&self, inputs: impl IntoIterator<Item = E::Input>) -> Result<Vec<E::Model>> {
        let info = E::def().info();
        let operations =
            inputs.into_iter().map(|input| json!({ "op": "create", "values": rows::body(info, input) }));
        let body = json!({ "operations": operations.collect::<Vec<_>>() });
        let mut answer = self.write(Method::POST, "/batch", Vec::new(), Some(body)).await?.json()?;
        let Json::Array(rows) = answer["results"].take() else {
            return Err(unreadable("the answer of a batch has no `results`"));
        };
        rows.into_iter().map(rows::model::<E>).collect()
    }

    /// Changes the fields that are set.
    ///
    /// # Errors
    /// As of the other application's service; `VersionMismatch` when it is not the row of [`EntityClient::if_match`].
    pub async fn update(&self, id: Id<E>, patch: E::Patch) -> Result<E::Model> {
        let body = Json::Object(rows::body(E::def().info(), patch));
        self.write(Method::PATCH, &at(id), Vec::new(), Some(body))
            .await
            .and_then(|it| rows::model::<E>(it.json()?))
    }

    /// Deletes the row.
    ///
    /// # Errors
    /// As [`EntityClient::update`].
    pub async fn delete(&self, id: Id<E>) -> Result<()> {
        self.write(Method::DELETE, &at(id), Vec::new(), None).await.map(drop)
    }

    /// Changes all rows that match; answers how many.
    ///
    /// # Errors
    /// As of the other application's service, which refuses a filter that is empty.
    pub async fn update_many(&self, filter: Filter<E>, patch: E::Patch) -> Result<u64> {
        let body = Json::Object(rows::body(E::def().info(), patch));
        self.write_where(Method::PATCH, filter, Some(body)).await
    }

    /// Deletes all rows that match; answers how many.
    ///
    /// # Errors
    /// As [`EntityClient::update_many`].
    pub async fn delete_where(&self, filter: Filter<E>) -> Result<u64> {
        self.write_where(Method::DELETE, filter, None).await
    }

    async fn write_where(&self, method: Method, filter: Filter<E>, body: Option<Json>) -> Result<u64> {
        let query = filters::params(E::def().info(), &filter.into_condition());
        let answer = self.write(method, "", query, body).await?.json()?;
        answer["count"].as_u64().ok_or_else(|| unreadable("the answer has no `count`"))
    }

    async fn write(
        &self,
        method: Method,
        below: &str,
        mut query: Vec<(String, String)>,
        body: Option<Json>,
    ) -> Result<Answer> {
        if self.dry_run {
            query.push(("dry_run".to_owned(), "true".to_owned()));
        }
        let body = body.map(|body| body.to_string().into_bytes());
        let (if_match, key) = (self.if_match.clone(), self.key.clone());
        let key = Some(key.unwrap_or_else(|| Uuid::new_v4().to_string()));
        self.client.call(Call { query, body, if_match, key, ..Call::new(method, self.path(below)) }).await
    }

    fn get_from(&self, below: &str) -> Call {
        Call::new(Method::GET, self.path(below))
    }

    /// `/api/invoice-lines/7`
    fn path(&self, below: &str) -> String {
        format!("{PREFIX}/{}{below}", E::def().rest_path)
    }
}

/// Where the resources are.
const PREFIX: &str = "/api";

/// The place of a row below its entity's. Keys are numbers and UUIDs.
fn at<E: Entity>(id: Id<E>) -> String {
    format!("/{}", id.into_value().to_text())
}
