//! What an application shows of an entity beside its fields: its views.

use std::marker::PhantomData;

use futures_util::future::BoxFuture;

use crate::admin::content::Content;
use crate::ctx::Ctx;
use crate::entity::{Condition, Entity, EntityDef, Id};
use crate::error::{Error, Result};
use crate::query::Filter;
use crate::service::Service;
use crate::types::Scalar as _;
use crate::value::Value;

/// What the admin shows of an entity beside what its options say: columns of the list, a panel on the page of a row, and which rows
/// the list begins with. Methods that are not written add nothing.
///
/// The models are those that the account may read, and the context is the account's: what is asked with it follows the policy. What
/// fails or takes too long is left out of the page, and logged.
///
/// ```
/// use entify::admin::{AdminView, Content};
/// use entify::prelude::*;
///
/// #[derive(Entity)]
/// #[entity(policy = public)]
/// pub struct Customer {
///     first_name: String,
///     last_name: String,
///     #[entity(filter, default = true)]
///     active: bool,
/// }
///
/// struct CustomerView;
///
/// impl AdminView<Customer> for CustomerView {
///     fn columns(&self) -> &'static [&'static str] {
///         &["Initials"]
///     }
///
///     async fn cells(&self, _: &Ctx, rows: &[CustomerModel]) -> entify::Result<Vec<Vec<String>>> {
///         let first = |name: &str| name.chars().next().map(String::from).unwrap_or_default();
///         Ok(rows.iter().map(|row| vec![first(&row.first_name) + &first(&row.last_name)]).collect())
///     }
///
///     async fn panel(&self, _: &Ctx, row: &CustomerModel) -> entify::Result<Option<(String, Content)>> {
///         let letters = row.last_name.chars().count();
///         Ok(Some(("Numbers".into(), Content::new().fact("Letters of the name", letters))))
///     }
///
///     fn scope(&self, _: &Ctx) -> Option<Filter<Customer>> {
///         Some(Customer::active().eq(true))
///     }
/// }
///
/// # fn app() -> App {
/// App::new(entities![Customer]).admin_view(CustomerView)
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no view of `{E}`",
    note = "write `impl AdminView<{E}> for {Self} {{ … }}` with what the admin shows beside the fields"
)]
pub trait AdminView<E: Entity>: Send + Sync + 'static {
    /// The names of columns after those of the list.
    fn columns(&self) -> &'static [&'static str] {
        &[]
    }

    /// The texts of these columns: for each row, in the order of the rows, one for each column.
    fn cells(&self, ctx: &Ctx, rows: &[E::Model]) -> impl Future<Output = Result<Vec<Vec<String>>>> + Send {
        let _ = (ctx, rows);
        std::future::ready(Ok(Vec::new()))
    }

    /// A panel on the page of a row, with its heading.
    fn panel(
        &self,
        ctx: &Ctx,
        row: &E::Model,
    ) -> impl Future<Output = Result<Option<(String, Content)>>> + Send {
        let _ = (ctx, row);
        std::future::ready(Ok(None))
    }

    /// The rows that the list shows, of those that the account may read. It hides no row: each keeps its page. That is what
    /// policies are for.
    fn scope(&self, ctx: &Ctx) -> Option<Filter<E>> {
        let _ = ctx;
        None
    }
}

/// A view, its entity's types forgotten.
pub(crate) trait DynView: Send + Sync {
    fn def(&self) -> &'static EntityDef;
    fn columns(&self) -> &'static [&'static str];
    /// The texts of the rows with these keys.
    fn cells<'a>(&'a self, ctx: &'a Ctx, keys: &'a [Value]) -> BoxFuture<'a, Result<Vec<Vec<String>>>>;
    fn panel<'a>(&'a self, ctx: &'a Ctx, key: &'a Value) -> BoxFuture<'a, Result<Option<(String, Content)>>>;
    fn scope(&self, ctx: &Ctx) -> Option<Condition>;
}

/// The view `V` of the entity `E`.
pub(crate) struct ViewOf<E, V>(V, PhantomData<fn() -> E>);

impl<E, V> ViewOf<E, V> {
    pub(crate) fn new(view: V) -> Self {
        Self(view, PhantomData)
    }
}

fn id<E: Entity>(key: &Value) -> Result<Id<E>> {
    Id::from_value(key.clone()).map_err(|_| Error::internal("a key is not of its entity's type"))
}

impl<E: Entity, V: AdminView<E>> DynView for ViewOf<E, V> {
    fn def(&self) -> &'static EntityDef {
        E::def()
    }

    fn columns(&self) -> &'static [&'static str] {
        self.0.columns()
    }

    fn cells<'a>(&'a self, ctx: &'a Ctx, keys: &'a [Value]) -> BoxFuture<'a, Result<Vec<Vec<String>>>> {
        Box::pin(async move {
            let ids = keys.iter().map(id).collect::<Result<Vec<_>>>()?;
            let found = Service::<E>::new(ctx).get_many(&ids).await?;
            let there = found.iter().map(Option::is_some).collect::<Vec<_>>();
            let models = found.into_iter().flatten().collect::<Vec<_>>();
            let mut texts = self.0.cells(ctx, &models).await?.into_iter();
            // A row that has gone meanwhile has no text.
            let mut next = |there: bool| if there { texts.next().unwrap_or_default() } else { Vec::new() };
            Ok(there.into_iter().map(&mut next).collect())
        })
    }

    fn panel<'a>(&'a self, ctx: &'a Ctx, key: &'a Value) -> BoxFuture<'a, Result<Option<(String, Content)>>> {
        Box::pin(async move {
            match Service::<E>::new(ctx).find(id(key)?).await? {
                Some(model) => self.0.panel(ctx, &model).await,
                None => Ok(None),
            }
        })
    }

    fn scope(&self, ctx: &Ctx) -> Option<Condition> {
        self.0.scope(ctx).map(Filter::into_condition)
    }
}
