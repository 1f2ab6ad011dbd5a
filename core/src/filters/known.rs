//! The names that a client may use in a filter, and what it is told of one that it may not.

use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo, Surface, SurfaceView};
use crate::error::{Error, Result};
use crate::filters::{MAX_RELATIONS, Relation, relations, too_many_relations};
use crate::service::suggestion;
use crate::types::{Operator, shorten};

/// The names of one entity on one surface, for one client.
#[derive(Clone, Copy)]
pub(crate) struct Known<'c> {
    pub(crate) ctx: &'c Ctx,
    pub(crate) info: &'static EntityInfo,
    pub(crate) surface: Surface,
}

/// Where a name leads to: through relations, to a column of the last entity.
pub(crate) struct Way {
    pub(crate) relations: Vec<Relation>,
    pub(crate) column: &'static ColumnInfo,
}

impl Known<'_> {
    pub(crate) fn view(self) -> &'static SurfaceView {
        self.info.on(self.surface)
    }

    /// The names of a related entity.
    pub(crate) fn behind(self, relation: Relation) -> Self {
        Self { info: relation.target(self.info), ..self }
    }

    /// The relations that a filter may lead through.
    pub(crate) fn filtered_relations(self) -> impl Iterator<Item = Relation> {
        relations(self.info, self.surface).filter(|relation| relation.filters())
    }

    /// The column that a name leads to: `total`, `customer.country`. `others` are names that it may have been meant to be.
    ///
    /// # Errors
    /// `BadRequest` for what is no field to filter by, `QueryTooComplex` for a way through too many relations.
    pub(crate) fn way(self, path: &str, others: &[&'static str]) -> Result<Way> {
        let (mut known, mut rest, mut relations) = (self, path, Vec::new());
        loop {
            if let Some(column) = known.view().filterable_column(rest) {
                return Ok(Way { relations, column });
            }
            let (step, behind) = rest.split_once('.').map_or((rest, None), |(step, rest)| (step, Some(rest)));
            let Some(relation) = known.filtered_relations().find(|relation| relation.name() == step) else {
                return Err(known.unknown(step, path, if relations.is_empty() { others } else { &[] }));
            };
            let Some(behind) = behind else {
                let message = format!(
                    "`{}` is a relation; filter by a field of it, as in `{}.id=…`",
                    shorten(path, 200),
                    shorten(path, 200)
                );
                return Err(Error::bad_request(message));
            };
            if relations.len() == MAX_RELATIONS {
                return Err(too_many_relations());
            }
            relations.push(relation);
            (known, rest) = (known.behind(relation), behind);
        }
    }

    fn unknown(self, step: &str, path: &str, others: &[&'static str]) -> Error {
        let near = self.near(step, self.view().filterable(), self.filtered_relations(), others);
        match step.len() == path.len() {
            true => Error::bad_request(format!("unknown parameter `{}`{near}", shorten(step, 64))),
            false => Error::bad_request(format!(
                "`{}`: `{}` is no field of a {} to filter by{near}",
                shorten(path, 200),
                shorten(step, 64),
                self.info.def.name
            )),
        }
    }

    /// The operator of a column.
    ///
    /// # Errors
    /// What there is instead; `what` is what was asked for.
    pub(crate) fn operator(self, column: &ColumnInfo, operator: &str, what: &str) -> Result<Operator> {
        column.operators().find(|known| known.wire() == operator).ok_or_else(|| {
            let names: Vec<&str> = column.operators().map(Operator::wire).collect();
            Error::bad_request(format!(
                "`{}` is not an operator of `{}`; those are {}",
                shorten(operator, 40),
                shorten(what, 200),
                names.join(", ")
            ))
        })
    }

    /// The name that an unknown one was likely meant to be, of fields that the client may know, relations and other names.
    pub(crate) fn near(
        self,
        name: &str,
        columns: &[&'static ColumnInfo],
        relations: impl Iterator<Item = Relation>,
        others: &[&'static str],
    ) -> String {
        let columns = columns.iter().map(|column| (column.index, column.wire));
        let others: Vec<&str> = relations.map(Relation::name).chain(others.iter().copied()).collect();
        match suggestion(self.ctx, self.info, name, columns, &others) {
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        }
    }
}
