//! Conditions as SQL for people to read.

use sea_query::{PostgresQueryBuilder, Query, SqliteQueryBuilder};

use crate::db::Dialect;
use crate::entity::{Condition, EntityInfo};
use crate::error::Result;
use crate::sql::predicate::{Predicates, TableAlias};

/// A condition of the engine's on rows of an entity, as SQL with its values in it; for people.
pub(crate) fn predicate_text(
    info: &'static EntityInfo,
    dialect: Dialect,
    condition: &Condition,
) -> Result<String> {
    let mut query = Query::select();
    query.and_where(
        Predicates::new(dialect, None).condition(TableAlias::unaliased(info, dialect), condition)?,
    );
    let text = match dialect {
        Dialect::Postgres => query.to_string(PostgresQueryBuilder),
        Dialect::Sqlite => query.to_string(SqliteQueryBuilder),
    };
    Ok(text.split_once("WHERE ").map_or(text.clone(), |(_, predicate)| predicate.to_owned()))
}
