//! Lists of the admin that accounts have saved: their own, and those that are shared.
//!
//! A view holds no rows, only what is asked for: whoever opens it sees what it may see.

use crate::auth::entities::{Account, SavedView, SavedViewInput, SavedViewModel, SavedViewPatch};
use crate::ctx::Ctx;
use crate::entity::{EntityInfo, Id};
use crate::error::{Error, FieldError, Result};
use crate::principal::Principal;
use crate::query::Query;
use crate::service::Service;

/// Views of one account for one list.
const MAX_OF_LIST: u64 = 50;
/// Views that a list offers.
const MAX_OFFERED: u32 = 100;

/// The saved views of a list, for one account.
pub(crate) struct SavedViews {
    /// The framework's own context: accounts have no rights on its tables.
    system: Ctx,
    account: Id<Account>,
    info: &'static EntityInfo,
}

impl SavedViews {
    /// Those of the list of an entity. None for a principal that is no account.
    pub(crate) fn of(ctx: &Ctx, info: &'static EntityInfo) -> Option<Self> {
        let number = ctx.principal().id().strip_prefix("account:")?.parse().ok()?;
        Some(Self { system: ctx.with_principal(Principal::System), account: Id::new(number), info })
    }

    fn service(&self) -> Service<'_, SavedView> {
        Service::new(&self.system)
    }

    fn own(&self) -> crate::query::Filter<SavedView> {
        SavedView::entity().eq(self.info.def.table) & SavedView::account().is(Account::id().eq(self.account))
    }

    /// The account's own and those that others share, by name.
    pub(crate) async fn all(&self) -> Result<Vec<SavedViewModel>> {
        let shared = SavedView::entity().eq(self.info.def.table) & SavedView::shared().eq(true);
        let query = Query::filter(self.own() | shared).first(MAX_OFFERED);
        let mut views = self.service().list(query).await?.items;
        views.sort_by(|left, right| (&left.name, left.id.get()).cmp(&(&right.name, right.id.get())));
        Ok(views)
    }

    /// Whether a view is the account's own, which it may change.
    pub(crate) fn is_own(&self, view: &SavedViewModel) -> bool {
        view.account_id == self.account
    }

    /// Saves the list under a name; again under the same name, in place of what it was.
    ///
    /// # Errors
    /// `Validation` for a name that is none, or when there are too many.
    pub(crate) async fn save(&self, name: &str, query: &str, shared: bool) -> Result<()> {
        let name = name.trim();
        let known =
            self.service().list(Query::filter(self.own() & SavedView::name().eq(name)).first(1)).await?;
        if let Some(known) = known.items.first() {
            let changed = SavedViewPatch {
                query: query.to_owned().into(),
                shared: shared.into(),
                ..SavedViewPatch::default()
            };
            return self.service().update(known.id, changed).await.map(drop);
        }
        if self.service().count(self.own()).await? >= MAX_OF_LIST {
            let message = format!("there may be {MAX_OF_LIST} views of a list; delete one first");
            return Err(Error::Validation(vec![FieldError::new("name", "too_many", message)]));
        }
        let input = SavedViewInput::new(self.account, self.info.def.table, name, query, shared);
        self.service().create(input).await.map(drop)
    }

    /// Gives one of the account's own another name, and shares it or not.
    ///
    /// # Errors
    /// `NotFound` for one that is not its own, `Validation` for a name that is none.
    pub(crate) async fn change(&self, id: i64, name: &str, shared: bool) -> Result<()> {
        let view = self.own_one(id).await?;
        let changed = SavedViewPatch {
            name: name.trim().to_owned().into(),
            shared: shared.into(),
            ..SavedViewPatch::default()
        };
        self.service().update(view.id, changed).await.map(drop)
    }

    /// Deletes one of the account's own.
    ///
    /// # Errors
    /// `NotFound` for one that is not its own.
    pub(crate) async fn delete(&self, id: i64) -> Result<()> {
        let view = self.own_one(id).await?;
        self.service().delete(view.id).await.map(drop)
    }

    async fn own_one(&self, id: i64) -> Result<SavedViewModel> {
        let one = self.own() & SavedView::id().eq(Id::new(id));
        let found = self.service().list(Query::filter(one).first(1)).await?.items.pop();
        found.ok_or_else(|| Error::NotFound("this view".into()))
    }
}
