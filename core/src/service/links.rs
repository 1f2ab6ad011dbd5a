//! Many-to-many relations: creating and deleting the joining rows.
//!
//! Joining rows are rows like others: they are written through the service of their entity, so that its policy and
//! everything else that applies to its writes applies to them.

use std::marker::PhantomData;

use crate::ctx::Ctx;
use crate::db::Isolation;
use crate::entity::{Condition, Entity, EntityInfo, Id, ManyLink, Op};
use crate::error::{Error, FieldError, Result};
use crate::query::{Deleted, ToMany};
use crate::service::lookup_key::LookupKey;
use crate::service::unique;
use crate::service::write::{Command, OnExisting};
use crate::service::{Records, Service};
use crate::sql::RowScope;
use crate::sql::dml::WriteTarget;
use crate::types::Scalar as _;
use crate::value::{Assignments, ColumnSet, Record, Value};

/// The joining entity of a many-to-many relation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joining {
    pub(super) via: &'static EntityInfo,
    /// Its reference to this side.
    pub(super) near: usize,
    /// Its reference to the other side.
    pub(super) far: usize,
}

impl Joining {
    pub(super) fn of(info: &'static EntityInfo, many: usize) -> Result<Self> {
        let relation = &info.many[many];
        match relation.link() {
            ManyLink::Through { via, near, far } => Ok(Self { via, near, far }),
            ManyLink::Inverse { column } => {
                let (target, name) = (relation.target(), relation.def.name);
                Err(Error::bad_request(format!(
                    "`{name}` of {} has no joining entity; set `{}` on the rows of {} instead",
                    info.def.name, target.columns[column].name, target.def.name
                )))
            }
        }
    }

    /// Rejects joining entities that require more than the two references.
    pub(super) fn check_ends_suffice(self) -> Result<()> {
        let ends = [self.near, self.far];
        let required = self.via.columns.iter().find(|column| {
            let field = column.field.filter(|field| !field.nullable && !field.has_default());
            field.is_some() && !ends.contains(&column.index)
        });
        match required {
            None => Ok(()),
            Some(column) => Err(Error::bad_request(format!(
                "{via} requires `{}`; make its rows through the service of {via}",
                column.name,
                via = self.via.def.name,
            ))),
        }
    }

    /// Whether the database keeps a pair from being linked twice.
    pub(super) fn is_unique(self) -> bool {
        unique::rules(self.via).iter().any(|rule| {
            let columns: Vec<usize> = rule.iter().map(|column| column.index).collect();
            columns == [self.near, self.far] || columns == [self.far, self.near]
        })
    }

    /// What to do with a pair that exists already.
    pub(super) fn on_existing(self) -> OnExisting {
        if self.is_unique() { OnExisting::Ignore(vec![self.near, self.far]) } else { OnExisting::Fail }
    }

    pub(super) fn row(self, near: &Value, far: Value) -> Assignments {
        let mut row = Assignments::new();
        row.set(self.near, near.clone());
        row.set(self.far, far);
        row
    }

    fn of_near(self, near: &Value) -> Condition {
        Condition::column(self.near, Op::Eq(near.clone()))
    }

    fn between(self, near: &Value, far: Vec<Value>) -> Condition {
        self.of_near(near).and(Condition::column(self.far, Op::In(far)))
    }
}

/// Whether rows can be linked by a relation with nothing but their keys.
#[cfg(feature = "rest")]
pub(crate) fn may_link(info: &'static EntityInfo, many: usize) -> bool {
    Joining::of(info, many).is_ok_and(|joining| joining.check_ends_suffice().is_ok())
}

/// Links between rows that a client names, and which it must be able to read.
impl Records<'_> {
    /// Links a row to another, unless they are linked.
    ///
    /// # Errors
    /// `NotFound` for a row that is not there, and as [`Records::link`].
    pub(super) async fn link_readable(&self, many: usize, key: &Value, target: Value) -> Result<()> {
        self.readable(key).await?;
        let targets = self.untyped().of(self.info.many[many].target(), Deleted::Hidden);
        targets.readable(&target).await?;
        self.link(many, key, vec![target]).await.map(drop)
    }

    /// Removes the link from a row to another.
    ///
    /// # Errors
    /// `NotFound` for a row or a link that is not there, and as [`Records::unlink`].
    pub(super) async fn unlink_readable(&self, many: usize, key: &Value, target: Value) -> Result<()> {
        self.readable(key).await?;
        match self.unlink(many, key, vec![target]).await? {
            0 => Err(Error::NotFound(
                format!("a link to this {}", self.info.many[many].target().def.name).into(),
            )),
            _ => Ok(()),
        }
    }

    /// Links a row to these others and to no others.
    ///
    /// # Errors
    /// `NotFound` for a row that is not there, `Conflict` with the positions of those others that are not (`ids.3`), and as
    /// [`Records::relink`].
    pub(super) async fn relink_readable(&self, many: usize, key: &Value, targets: Vec<Value>) -> Result<()> {
        self.readable(key).await?;
        let others = self.untyped().of(self.info.many[many].target(), Deleted::Hidden);
        let found = others.find_many(0, &targets, ColumnSet::KEY).await?;
        let found: Vec<Value> = found.into_iter().map(|mut row| row.take(0)).collect();
        let missing = without(targets.clone(), &found);
        if missing.is_empty() {
            return self.relink(many, key, targets).await;
        }
        let positions = targets.iter().enumerate().filter(|(_, target)| missing.contains(target));
        let error = |(position, target): (usize, &Value)| {
            FieldError::new(format!("ids.{position}"), "reference", format!("{target} does not exist"))
        };
        Err(Error::Conflict(positions.map(error).collect()))
    }

    async fn readable(&self, key: &Value) -> Result<()> {
        self.find(key, ColumnSet::KEY).await?.map(drop).ok_or_else(|| self.not_found())
    }
}

impl Records<'_> {
    /// Links a row to others through the joining entity of the many-to-many relation `many`; those that are linked
    /// already stay as they are. All or none. Returns how many links are new.
    ///
    /// Where the joining entity has a unique rule on the two references this is one statement, and the database keeps any
    /// two writers from creating a pair twice. Where it has none, the row is locked first, which serialises callers of
    /// this for the same row, but not writers who create joining rows by other means.
    ///
    /// # Errors
    /// `BadRequest` when the relation has no joining entity or that one requires more than the two references,
    /// `Conflict` for a missing target, and by the policy of the joining entity.
    pub async fn link(&self, many: usize, key: &Value, targets: Vec<Value>) -> Result<u64> {
        let joining = Joining::of(self.info, many)?;
        joining.check_ends_suffice()?;
        let targets = distinct(targets);
        if joining.is_unique() {
            return self.link_all(joining, key, targets, joining.on_existing()).await;
        }
        let (unbound, key) = (self.unbound(), key.clone());
        let run = move |ctx: Ctx| {
            let (key, targets) = (key.clone(), targets.clone());
            async move {
                let records = unbound.bind(&ctx);
                records.lock(&key).await?;
                let linked = records.linked(joining, &joining.between(&key, targets.clone())).await?;
                let missing = without(targets, &linked);
                records.link_all(joining, &key, missing, OnExisting::Fail).await
            }
        };
        self.ctx.transaction_with_retry(Isolation::default(), run).await
    }

    /// Removes the links from a row to others. Returns how many there were.
    ///
    /// # Errors
    /// `BadRequest` when the relation has no joining entity, and by the policy of the joining entity.
    pub async fn unlink(&self, many: usize, key: &Value, targets: Vec<Value>) -> Result<u64> {
        let joining = Joining::of(self.info, many)?;
        self.unlink_all(joining, key, distinct(targets)).await
    }

    /// Links a row to these others and to no others, in one transaction. What is linked already stays as it is.
    ///
    /// # Errors
    /// `NotFound` when there is no such row, and as [`Records::link`] and [`Records::unlink`].
    pub async fn relink(&self, many: usize, key: &Value, targets: Vec<Value>) -> Result<()> {
        let joining = Joining::of(self.info, many)?;
        joining.check_ends_suffice()?;
        let targets = distinct(targets);
        let (unbound, key) = (self.unbound(), key.clone());
        let run = move |ctx: Ctx| {
            let (key, targets) = (key.clone(), targets.clone());
            async move { unbound.bind(&ctx).replace_links(joining, &key, targets).await }
        };
        self.ctx.transaction_with_retry(Isolation::default(), run).await
    }

    async fn replace_links(&self, joining: Joining, key: &Value, targets: Vec<Value>) -> Result<()> {
        // Two callers for one row, one after the other: the links are then those of the second.
        self.lock(key).await?;
        let linked = self.linked(joining, &joining.of_near(key)).await?;
        let surplus = without(linked.clone(), &targets);
        let missing = without(targets, &linked);
        if !surplus.is_empty() {
            self.unlink_all(joining, key, surplus).await?;
        }
        if !missing.is_empty() {
            self.link_all(joining, key, missing, joining.on_existing()).await?;
        }
        Ok(())
    }

    /// The other ends of the joining rows that the principal may read.
    async fn linked(&self, joining: Joining, condition: &Condition) -> Result<Vec<Value>> {
        let rows = self.links_among(joining, condition, usize::MAX).await?;
        Ok(rows.into_iter().map(|mut row| row.take(joining.far)).collect())
    }

    /// Those of the targets to which a row is linked, by links that the principal may read.
    #[cfg(feature = "admin")]
    pub(super) async fn linked_among(
        &self,
        many: usize,
        key: &Value,
        targets: Vec<Value>,
    ) -> Result<Vec<Value>> {
        let joining = Joining::of(self.info, many)?;
        self.linked(joining, &joining.between(key, targets)).await
    }

    /// Joining rows that the principal may read, so many at most.
    pub(super) async fn links_among(
        &self,
        joining: Joining,
        condition: &Condition,
        most: usize,
    ) -> Result<Vec<Record>> {
        let records = self.untyped().of(joining.via, Deleted::Hidden);
        let scope = records.row_scope()?;
        let visible = joining.via.columns_visibility(&[joining.near, joining.far], self.ctx);
        let scope = RowScope { reader: None, rows: scope.rows.clone().both(visible), ..scope };
        records.rows_of(scope, condition, most).await
    }

    async fn link_all(
        &self,
        joining: Joining,
        key: &Value,
        targets: Vec<Value>,
        on_existing: OnExisting,
    ) -> Result<u64> {
        let rows = targets.into_iter().map(|target| joining.row(key, target)).collect();
        let command = Command::Create { rows, on_existing, indexed_errors: true };
        Ok(self.untyped().of(joining.via, Deleted::Hidden).write(command).await?.count)
    }

    async fn unlink_all(&self, joining: Joining, key: &Value, targets: Vec<Value>) -> Result<u64> {
        let target = WriteTarget::Where(joining.between(key, targets));
        Ok(self.untyped().of(joining.via, Deleted::Hidden).write(Command::Delete { target }).await?.count)
    }
}

/// Each key once.
fn distinct(values: Vec<Value>) -> Vec<Value> {
    let mut distinct = std::collections::HashSet::with_capacity(values.len());
    values.into_iter().filter(|value| LookupKey::of(value).is_some_and(|key| distinct.insert(key))).collect()
}

/// Keys that are not among others.
fn without(values: Vec<Value>, others: &[Value]) -> Vec<Value> {
    let others: std::collections::HashSet<LookupKey> = others.iter().filter_map(LookupKey::of).collect();
    values
        .into_iter()
        .filter(|value| LookupKey::of(value).is_some_and(|key| !others.contains(&key)))
        .collect()
}

/// The links of a many-to-many relation, for one context: `posts.links(Post::tags())`.
///
/// ```
/// # use entify::prelude::*;
/// # #[derive(Entity)]
/// # #[entity(policy = public)]
/// # struct Post {
/// #     title: String,
/// #     #[entity(through = PostTag)]
/// #     tags: Many<Tag>,
/// # }
/// # #[derive(Entity)]
/// # #[entity(policy = public)]
/// # struct Tag {
/// #     name: String,
/// # }
/// # #[derive(Entity)]
/// # #[entity(policy = public, unique(post, tag))]
/// # struct PostTag {
/// #     post: One<Post>,
/// #     tag: One<Tag>,
/// # }
/// # async fn example(posts: PostService<'_>, post: PostModel, rust: TagModel, sql: TagModel, web: TagModel) -> entify::Result<()> {
/// let links = posts.links(Post::tags());
/// links.add(post.id, [rust.id, sql.id]).await?;
/// links.remove(post.id, [sql.id]).await?;
/// links.set(post.id, [web.id]).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Links<'c, E, T> {
    records: Records<'c>,
    many: usize,
    of: PhantomData<fn() -> (E, T)>,
}

impl<'c, E: Entity> Service<'c, E> {
    /// The links of a many-to-many relation (`through = …`).
    #[must_use]
    pub fn links<T: Entity>(&self, relation: ToMany<E, T>) -> Links<'c, E, T> {
        Links { records: self.records(), many: relation.index(), of: PhantomData }
    }
}

impl<E: Entity, T: Entity> Links<'_, E, T> {
    /// Links the row to the targets; those that are linked already stay as they are. All or none. Returns how many
    /// links are new.
    ///
    /// No pair is created twice, whoever else adds it at the same time, where the joining entity has a unique rule on its
    /// two references; without one, only among callers of this for the same row.
    ///
    /// # Errors
    /// `BadRequest` when the relation has no joining entity or that one requires more than its two references,
    /// `Conflict` for a missing target, and by the policy of the joining entity.
    pub async fn add(&self, id: Id<E>, targets: impl IntoIterator<Item = Id<T>>) -> Result<u64> {
        self.records.link(self.many, &id.into_value(), keys(targets)).await
    }

    /// Removes the links from the row to the targets. Returns how many there were.
    ///
    /// # Errors
    /// `BadRequest` when the relation has no joining entity, and by the policy of the joining entity.
    pub async fn remove(&self, id: Id<E>, targets: impl IntoIterator<Item = Id<T>>) -> Result<u64> {
        self.records.unlink(self.many, &id.into_value(), keys(targets)).await
    }

    /// Links the row to the targets and to no others, in one transaction. What is linked already stays as it is.
    ///
    /// # Errors
    /// `NotFound` when there is no such row, and as [`Links::add`] and [`Links::remove`].
    pub async fn set(&self, id: Id<E>, targets: impl IntoIterator<Item = Id<T>>) -> Result<()> {
        self.records.relink(self.many, &id.into_value(), keys(targets)).await
    }
}

fn keys<T: Entity>(targets: impl IntoIterator<Item = Id<T>>) -> Vec<Value> {
    targets.into_iter().map(Id::into_value).collect()
}
