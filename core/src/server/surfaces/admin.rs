//! The admin of an application.

use poem::Route;
use poem::endpoint::BoxEndpoint;

use crate::admin::{AdminView, Content, Looks, OwnPage, Tile, ViewOf};
use crate::ctx::Ctx;
use crate::entity::{Entity, Registry};
use crate::error::Result;
use crate::server::surfaces::{About, PageLink, ServedPath};
use crate::server::{App, StartError};
use crate::state::AppState;

/// What an application adds to the admin.
#[derive(Default)]
pub(crate) struct AdminAdditions {
    looks: Looks,
    /// What was declared in a way that cannot be.
    faults: Vec<String>,
}

pub(super) const LINKS: &[PageLink] = &[PageLink { name: "Admin", path: "/admin" }];

impl App {
    /// The logo in the admin, as the text of an SVG file: `include_str!("logo.svg")`. Scripts in it do not run.
    #[must_use]
    pub fn logo(mut self, svg: impl Into<String>) -> Self {
        self.surfaces.admin.looks.logo = Some(svg.into());
        self
    }

    /// The colour of links and main buttons in the admin: `#1a7f5a`. It is darkened or lightened until text in it can be read.
    #[must_use]
    pub fn accent(mut self, colour: &str) -> Self {
        match colour.parse() {
            Ok(accent) => self.surfaces.admin.looks.accent = Some(accent),
            Err(fault) => self.surfaces.admin.faults.push(fault),
        }
        self
    }

    /// Adds a tile to the overview of the admin: a number, a list or a chart.
    #[must_use]
    pub fn tile(mut self, tile: Tile) -> Self {
        self.surfaces.admin.looks.tiles.push(tile);
        self
    }

    /// Adds a page to the admin, at `/admin/own/{name}`. It is made for the account that asks for it, so what it reads with its
    /// context is what the account may read; a page that answers `Forbidden` is not shown.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// use entify::admin::Content;
    ///
    /// # #[derive(Entity)] #[entity(policy = public)] struct Invoice { #[entity(filter)] paid: bool }
    /// # fn app() -> App {
    /// App::new(entities![Invoice]).admin_page("dunning", "Dunning", |ctx| async move {
    ///     let open = InvoiceService::new(&ctx).count(Invoice::paid().eq(false)).await?;
    ///     Ok(Content::new().fact("Open invoices", open).link("See them", "/admin/invoices?f.paid=false"))
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn admin_page<F, Fut>(mut self, name: impl Into<String>, title: impl Into<String>, content: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Content>> + Send + 'static,
    {
        let name = name.into();
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let AdminAdditions { looks, faults } = &mut self.surfaces.admin;
        if name.is_empty() || !name.bytes().all(plain) {
            faults.push(format!("a page of the admin is called like `open-invoices`, not `{name}`"));
        } else if looks.pages.iter().any(|page| page.name == name) {
            faults.push(format!("two pages of the admin are called `{name}`"));
        } else {
            looks.pages.push(OwnPage::new(name, title.into(), content));
        }
        self
    }

    /// Adds what the admin shows of an entity beside its fields: columns, a panel, the rows that its list begins with. See
    /// [`AdminView`].
    #[must_use]
    pub fn admin_view<E: Entity>(mut self, view: impl AdminView<E>) -> Self {
        self.surfaces.admin.looks.views.push(std::sync::Arc::new(ViewOf::<E, _>::new(view)));
        self
    }
}

impl AdminAdditions {
    pub(super) fn mount(self, route: Route, about: &About, state: &AppState) -> Result<Route, StartError> {
        let Self { looks, faults } = self;
        if let Some(fault) = faults.into_iter().next() {
            return Err(StartError::Declaration(fault));
        }
        if let Some(stray) = looks.stray(state.registry()) {
            return Err(StartError::Declaration(format!(
                "there is a view of `{stray}` for the admin, which is no entity of the application"
            )));
        }
        let title = about.named().map(str::to_owned);
        Ok(route.nest("/admin", crate::admin::endpoint_of(state, Looks { title, ..looks })))
    }
}

impl Looks {
    /// The entity of a view that the application does not have.
    fn stray(&self, registry: &Registry) -> Option<&'static str> {
        let known = |name: &str| registry.iter().any(|info| info.def.table == name);
        self.views.iter().map(|view| view.def()).find(|def| !known(def.table)).map(|def| def.name)
    }
}

/// What the application mounts below the admin is open to those alone who may use it.
pub(super) fn gate(path: &str, endpoint: BoxEndpoint<'static>, state: &AppState) -> BoxEndpoint<'static> {
    match path == "/admin" || path.starts_with("/admin/") {
        true => crate::admin::gated(state, endpoint),
        false => endpoint,
    }
}

pub(super) fn paths() -> Vec<ServedPath> {
    vec![ServedPath::new("GET POST", "/admin", "the admin")]
}
