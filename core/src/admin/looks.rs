//! What an application adds to the admin: its name, its colours, tiles of the overview, pages and views of its own.

use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::admin::accent::Accent;
use crate::admin::content::{Content, Part};
use crate::admin::view::DynView;
use crate::ctx::Ctx;
use crate::error::{Error, Result};

/// How long what the application adds to a page may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// What makes a part of a page for the principal of a context.
type Load = Arc<dyn Fn(Ctx) -> BoxFuture<'static, Result<Content>> + Send + Sync>;

/// What an application adds to the admin.
#[derive(Clone, Default)]
pub(crate) struct Looks {
    pub(crate) title: Option<String>,
    pub(crate) logo: Option<String>,
    pub(crate) accent: Option<Accent>,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) pages: Vec<OwnPage>,
    pub(crate) views: Vec<Arc<dyn DynView>>,
    /// What stands above every page.
    pub(crate) banner: Option<String>,
}

impl std::fmt::Debug for Looks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Looks").field("title", &self.title).finish_non_exhaustive()
    }
}

/// A page of the application's own.
#[derive(Clone)]
pub(crate) struct OwnPage {
    /// The last part of its path.
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) load: Load,
}

impl OwnPage {
    pub(crate) fn new<F, Fut>(name: String, title: String, content: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Content>> + Send + 'static,
    {
        Self { name, title, load: Arc::new(move |ctx| Box::pin(content(ctx))) }
    }
}

/// A tile of the overview: a number, a list or a chart, made for whoever looks.
///
/// Its function gets the context of the account, so what it reads is what the account may read. Where it answers `Forbidden`, the
/// tile is left out.
#[derive(Clone)]
pub struct Tile {
    name: String,
    load: Load,
}

impl std::fmt::Debug for Tile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tile").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Tile {
    /// A number, or another short text.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// use entify::admin::Tile;
    ///
    /// # #[derive(Entity)] #[entity(policy = public)] struct Invoice { #[entity(filter)] paid: bool }
    /// # fn app() -> App {
    /// App::new(entities![Invoice]).tile(Tile::number("Open invoices", |ctx| async move {
    ///     InvoiceService::new(&ctx).count(Invoice::paid().eq(false)).await
    /// }))
    /// # }
    /// ```
    pub fn number<F, Fut, N>(name: impl Into<String>, value: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<N>> + Send + 'static,
        N: Display,
    {
        Self::content(name, move |ctx| {
            let value = value(ctx);
            async move { Ok(Content::new().fact("", value.await?)) }
        })
    }

    /// Texts, each with a path of the application like `/admin/invoices/7`.
    pub fn list<F, Fut, T, P>(name: impl Into<String>, items: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<(T, P)>>> + Send + 'static,
        T: Into<String> + 'static,
        P: Into<String> + 'static,
    {
        Self::content(name, move |ctx| {
            let items = items(ctx);
            async move {
                let items = items.await?.into_iter();
                Ok(items.fold(Content::new(), |content, (text, path)| content.link(text, path)))
            }
        })
    }

    /// Bars with their names.
    pub fn chart<F, Fut, L>(name: impl Into<String>, points: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Vec<(L, f64)>>> + Send + 'static,
        L: Into<String> + 'static,
    {
        Self::content(name, move |ctx| {
            let points = points(ctx);
            async move { Ok(Content::new().chart("", points.await?)) }
        })
    }

    /// Anything that a page of the application's own may show.
    pub fn content<F, Fut>(name: impl Into<String>, content: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Content>> + Send + 'static,
    {
        Self { name: name.into(), load: Arc::new(move |ctx| Box::pin(content(ctx))) }
    }
}

/// A tile with what it shows; nothing where that could not be made.
#[derive(Debug)]
pub(super) struct ShownTile {
    pub name: String,
    pub content: Option<Content>,
}

impl Looks {
    /// The tiles for the principal of a context, made at the same time. One that fails is shown without content, and the log says
    /// why; one that the principal may not see is not shown.
    pub(super) async fn tiles(&self, ctx: &Ctx) -> Vec<ShownTile> {
        let tiles = self.tiles.iter().map(|tile| async move {
            let content = made(async { (tile.load)(ctx.clone()).await }).await;
            let content = match content {
                Err(Error::Forbidden | Error::Unauthenticated) => return None,
                Err(error) => {
                    tracing::error!(tile = tile.name, %error, request_id = ctx.request_id(), "a tile failed");
                    None
                }
                Ok(content) => Some(content),
            };
            Some(ShownTile { name: tile.name.clone(), content })
        });
        futures_util::future::join_all(tiles).await.into_iter().flatten().collect()
    }

    /// The page of the application's own with this name.
    pub(super) fn page(&self, name: &str) -> Option<&OwnPage> {
        self.pages.iter().find(|page| page.name == name)
    }
}

/// What the application's code makes, within a time; a panic is an error as any other.
pub(super) async fn made<T>(work: impl Future<Output = Result<T>> + Send) -> Result<T> {
    match tokio::time::timeout(PATIENCE, AssertUnwindSafe(work).catch_unwind()).await {
        Err(_) => Err(Error::Unavailable),
        Ok(Err(_)) => Err(Error::internal("the application's code for a page of the admin panicked")),
        Ok(Ok(made)) => made,
    }
}

impl ShownTile {
    /// Whether it shows one number alone.
    pub(super) fn number(&self) -> Option<&str> {
        match self.content.as_ref()?.parts.as_slice() {
            [Part::Fact { name, value }] if name.is_empty() => Some(value),
            _ => None,
        }
    }
}
