//! The names that a client may use in a query string, and what it is told of one that it may not.

use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo, Surface, SurfaceView};
use crate::error::Error;
use crate::rest::relations::{self, Relation};
use crate::service::suggestion;
use crate::types::{Operator, shorten};

/// The names of one entity, for one client.
#[derive(Clone, Copy)]
pub(super) struct Known<'c> {
    pub(super) ctx: &'c Ctx,
    pub(super) info: &'static EntityInfo,
}

impl Known<'_> {
    pub(super) fn view(self) -> &'static SurfaceView {
        self.info.on(Surface::Rest)
    }

    /// The names of a related entity.
    pub(super) fn behind(self, relation: Relation) -> Self {
        Self { info: relation.target(self.info), ..self }
    }

    /// The relations that a filter may lead through.
    pub(super) fn filtered_relations(self) -> impl Iterator<Item = Relation> {
        relations::of(self.info).filter(|relation| relation.filters())
    }

    /// The operator of a column.
    ///
    /// # Errors
    /// What there is instead; `what` is what was asked for.
    pub(super) fn operator(self, column: &ColumnInfo, operator: &str, what: &str) -> Result<Operator, Error> {
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
    pub(super) fn near(
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
