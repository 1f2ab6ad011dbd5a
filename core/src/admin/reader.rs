//! Who reads a page: their language, their time zone and how much they want on a page.
//!
//! It belongs to the task that makes the page, as a locale does: every text and every time of the page is said through it.

use std::sync::Arc;

use chrono_tz::Tz;

use crate::admin::looks::Looks;
use crate::admin::texts::Language;
use crate::auth::AccountModel;

/// How pages are written for who reads them.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    /// The language of texts.
    pub language: Language,
    /// The zone of times.
    pub zone: Tz,
    /// Whether lists are dense.
    pub dense: bool,
    /// What the application adds to the pages.
    pub looks: Arc<Looks>,
}

tokio::task_local! {
    static READER: Reader;
}

impl Default for Reader {
    fn default() -> Self {
        Self { language: Language::default(), zone: Tz::UTC, dense: false, looks: Arc::default() }
    }
}

impl Reader {
    /// Someone of whom only the browser's language is known.
    pub(super) fn speaking(language: Language, looks: &Arc<Looks>) -> Self {
        Self { language, looks: Arc::clone(looks), ..Self::default() }
    }

    /// The same reader as their account says.
    pub(super) fn with_account(self, account: &AccountModel) -> Self {
        let language = account.language.as_deref().and_then(Language::tagged);
        let zone = account.time_zone.as_deref().and_then(|zone| zone.parse().ok());
        Self {
            language: language.unwrap_or(self.language),
            zone: zone.unwrap_or(self.zone),
            dense: account.dense.unwrap_or(self.dense),
            looks: self.looks,
        }
    }

    /// Who reads the page that this task makes.
    pub(super) fn current() -> Self {
        READER.try_with(Self::clone).unwrap_or_default()
    }

    /// Makes a page for this reader.
    pub(super) async fn read<F: Future>(self, page: F) -> F::Output {
        READER.scope(self, page).await
    }

    /// As [`Reader::read`], where nothing is waited for.
    pub(super) fn read_now<T>(self, page: impl FnOnce() -> T) -> T {
        READER.sync_scope(self, page)
    }
}
