//! Which rows of a list are meant: chosen ones, those of a page, or all that match.

use crate::admin::list::{Asked, ListAddress};
use crate::admin::params::Params;
use crate::admin::request::{AdminRequest, parse_key};
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::value::Value;

/// A chosen row, in an address and in a form.
pub(in crate::admin) const CHOSEN: &str = "_id";
/// A row of the page on which rows are chosen.
pub(in crate::admin) const ON_PAGE: &str = "_page";
/// Which rows: the chosen ones, those of the page, or all that match.
pub(in crate::admin) const ROWS_CHOICE: &str = "_rows";
pub(super) const PAGE_ROWS: &str = "page";
pub(super) const ALL_ROWS: &str = "all";
/// Rows that are left out of those that match.
pub(super) const EXCEPT: &str = "_except";
/// How many rows there were when it was asked for.
pub(super) const COUNT: &str = "_count";
/// The field that is set.
pub(super) const FIELD: &str = "_field";
/// What the page showed of other rows.
pub(super) const SHOWN: &str = "_shown";

/// The names that forms about many rows use themselves.
pub(in crate::admin) const OWN_NAMES: [&str; 7] = [CHOSEN, ON_PAGE, ROWS_CHOICE, EXCEPT, COUNT, FIELD, SHOWN];

/// Rows that are chosen by themselves.
pub(super) const MAX_CHOSEN: usize = 1_000;

/// Rows that something is done with.
pub(in crate::admin) struct Chosen {
    pub(in crate::admin) asked: Asked,
    /// Whether they are all that match; then they are found anew each time.
    pub(super) all: bool,
    pub(in crate::admin) keys: Vec<Value>,
    pub(super) except: Vec<Value>,
}

impl Chosen {
    /// Reads which rows are meant. Those that match are found here, `most` of them at most.
    ///
    /// # Errors
    /// `BadRequest` when there are none, or too many.
    pub(in crate::admin) async fn read(
        request: &AdminRequest,
        info: &'static EntityInfo,
        params: &Params,
        most: usize,
    ) -> Result<Self> {
        let asked = Asked::read(request, info, ListAddress::read(params))?;
        let keys = |name: &str| {
            let mut keys: Vec<Value> = Vec::new();
            for (_, text) in params.iter().filter(|(known, _)| *known == name) {
                let key = parse_key(info, text)?;
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            Ok::<_, Error>(keys)
        };
        let rows = params.get(ROWS_CHOICE).unwrap_or_default();
        if rows != ALL_ROWS {
            let named = if rows == PAGE_ROWS { ON_PAGE } else { CHOSEN };
            let count = params.iter().filter(|(name, _)| *name == named).count();
            if count == 0 || count > most.min(MAX_CHOSEN) {
                let most = most.min(MAX_CHOSEN);
                return Err(Error::bad_request(format!("choose from 1 to {most} rows in the list first")));
            }
            return Ok(Self { asked, all: false, keys: keys(named)?, except: Vec::new() });
        }
        let (query, except) = (asked.query(request)?, keys(EXCEPT)?);
        let mut keys = asked.records(request).keys_of_matching(&query, most + except.len()).await?;
        keys.retain(|key| !except.contains(key));
        if keys.is_empty() {
            return Err(Error::bad_request("no row matches any more"));
        }
        if keys.len() > most {
            let message = format!("more than {most} rows match; filter them, so that there are fewer");
            return Err(Error::bad_request(message));
        }
        Ok(Self { asked, all: true, keys, except })
    }

    /// The fields of a form that is about the same rows.
    pub(super) fn hidden(&self) -> Vec<(&'static str, String)> {
        if self.all {
            let except = self.except.iter().map(|key| (EXCEPT, key.to_text()));
            return except.chain([(COUNT, self.keys.len().to_string())]).collect();
        }
        self.keys.iter().map(|key| (CHOSEN, key.to_text())).collect()
    }

    /// The link to a page about the same list, and the same rows where they are all that match.
    pub(super) fn link(&self, path: &str, more: &[(&str, &str)]) -> String {
        let rows = if self.all { [(ROWS_CHOICE, ALL_ROWS)].as_slice() } else { &[] };
        self.asked.address.link_with(path, &[rows, more].concat())
    }

    /// As [`Chosen::link`], with the rows by their keys where they are chosen.
    pub(super) fn whole_link(&self, path: &str, more: &[(&str, &str)]) -> String {
        let hidden = self.hidden();
        let rows = hidden.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>();
        self.link(path, &[more, &rows].concat())
    }
}
