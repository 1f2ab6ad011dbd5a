//! Queries as REST takes them.

use crate::entity::Entity;
use crate::error::{Error, Result};
use crate::filters;
use crate::query::{Direction, Nulls, Query, Total};

/// The parameters of a list.
///
/// # Errors
/// `BadRequest` for what REST cannot be asked.
pub(super) fn params<E: Entity>(query: Query<E>) -> Result<Vec<(String, String)>> {
    let info = E::def().info();
    let list = query.into_list();
    if list.page.last.is_some() || list.page.before.is_some() {
        return Err(Error::bad_request(
            "REST reads pages forwards; ask for the opposite order with `first` and `after`",
        ));
    }
    let mut params = filters::params(info, &list.filter);
    let mut add = |name: &str, value: String| params.push((name.to_owned(), value));
    let mut keys = Vec::new();
    for sort in &list.order {
        let column = &info.columns[sort.column];
        let (sign, usual) = match sort.direction {
            Direction::Asc => ("", Nulls::Last),
            Direction::Desc => ("-", Nulls::First),
        };
        if !sort.path.is_empty() || (column.nullable && sort.nulls != usual) {
            let message = format!(
                "REST sorts by `{}` itself, with missing values last, or first from the greatest",
                column.wire
            );
            return Err(Error::bad_request(message));
        }
        keys.push(format!("{sign}{}", column.wire));
    }
    if !keys.is_empty() {
        add("sort", keys.join(","));
    }
    if let Some(search) = list.search {
        add("q", search);
    }
    if let Some(first) = list.page.first {
        add("limit", first.to_string());
    }
    if let Some(cursor) = list.page.after {
        add("cursor", cursor);
    }
    match list.total {
        Total::None => {}
        Total::Exact => add("count", "exact".to_owned()),
        Total::Estimate => add("count", "estimate".to_owned()),
    }
    Ok(params)
}
