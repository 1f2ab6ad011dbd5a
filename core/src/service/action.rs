//! An entity's actions: the application's code under a rule, on a row that is read and locked, in one transaction.

use std::sync::Arc;

use crate::ctx::Ctx;
use crate::db::Isolation;
use crate::entity::{
    ActionAnswer, ActionDef, ActionInput, ActionReturn, Condition, Entity, EntityDef, Id, Op, OutputShape,
};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::Deleted;
use crate::service::{Expected, Records, Service, db_error, validate};
use crate::sql::{RowScope, scoped_by_column};
use crate::types::Scalar as _;
use crate::value::{Assignments, ColumnSet, Record, Value};

/// An action to be done.
#[derive(Debug)]
pub(crate) struct Act {
    pub(crate) action: &'static ActionDef,
    /// The row that it is about; none for one of the entity as a whole.
    pub(crate) key: Option<Value>,
    /// What the row must be.
    pub(crate) expected: Expected,
    pub(crate) values: Assignments,
}

impl Records<'_> {
    /// Does an action, and answers the rows of its output, as the principal may read them.
    ///
    /// What needs no database is checked first. Then all is one transaction, which runs again as a whole when a conflict with
    /// others rolled it back; an action that only reads has none.
    ///
    /// # Errors
    /// `NotFound` for a row that the principal may not read, `Unauthenticated` or `Forbidden` where the rule does not hold,
    /// `Validation` with every broken rule of the input, and those of the application's code. After any of them nothing is
    /// kept.
    pub(crate) async fn act(&self, act: Act) -> Result<Vec<Record>> {
        let Act { action, key, expected, mut values } = act;
        self.info.authorize_action(action, self.ctx)?;
        if !action.read {
            self.ctx.check_not_read_only()?;
        }
        if !action.read && self.info.def.key_sql.is_some() && key.is_some() {
            // A key that is computed identifies no row to write to.
            return Err(Error::Forbidden);
        }
        let values = match action.input_info() {
            Some(input) => validate::new_row(input, values, self.ctx.now())?,
            None => match values.take_errors() {
                errors if errors.is_empty() => values,
                errors => return Err(Error::Validation(errors)),
            },
        };
        let act = Arc::new(Act { action, key, expected, values });
        let scope = self.scope(action.name);
        if action.read {
            return scope.over(Box::pin(self.perform_action(&act))).await;
        }
        let unbound = self.unbound();
        let run = move |ctx: Ctx| {
            let act = Arc::clone(&act);
            async move { Box::pin(unbound.bind(&ctx).perform_action(&act)).await }
        };
        scope.over(Box::pin(self.ctx.transaction_with_retry(Isolation::default(), run))).await
    }

    /// Does an action to each of these rows, in one transaction: to all, or to none. Of what it answers the rows of all.
    ///
    /// # Errors
    /// As [`Records::act`], of the first row at which something is wrong.
    #[cfg(feature = "admin")]
    pub(crate) async fn act_on_each(
        &self,
        action: &'static ActionDef,
        mut keys: Vec<Value>,
        values: Assignments,
    ) -> Result<Vec<Record>> {
        let unbound = self.unbound();
        // In one order, as whoever locks several rows does.
        keys.sort_by(|left, right| match (left, right) {
            (Value::Int(left), Value::Int(right)) => left.cmp(right),
            (Value::Uuid(left), Value::Uuid(right)) => left.cmp(right),
            _ => std::cmp::Ordering::Equal,
        });
        keys.dedup();
        let keys = Arc::new((keys, values));
        let run = move |ctx: Ctx| {
            let keys = Arc::clone(&keys);
            async move {
                let mut answered = Vec::new();
                for key in &keys.0 {
                    let (key, values) = (Some(key.clone()), keys.1.clone());
                    let act = Act { action, key, expected: Expected::Any, values };
                    answered.extend(Box::pin(unbound.bind(&ctx).act(act)).await?);
                }
                Ok(answered)
            }
        };
        Box::pin(self.ctx.transaction_with_retry(Isolation::default(), run)).await
    }

    /// Whether the principal may do this to the row with this key, which it may read.
    #[cfg(feature = "admin")]
    pub(crate) async fn permits_action(&self, action: &ActionDef, key: &Value) -> Result<bool> {
        let rows = self.info.permitted_action(action, self.ctx);
        if rows.is_always() || rows.is_never() {
            return Ok(rows.is_always());
        }
        let scope = RowScope { rows, ..self.unrestricted_scope() };
        self.any_of(scope, &Condition::column(0, Op::Eq(key.clone()))).await
    }

    async fn perform_action(&self, act: &Act) -> Result<Vec<Record>> {
        let Act { action, key, expected, values } = act;
        let row = match key {
            Some(key) => Some(self.row_to_act_on(action, key, expected).await?),
            None => None,
        };
        self.check_action_references(action, values).await?;
        let ctx = self.ctx.for_action(self.info.def.name, action.name, action.read)?;
        let answer = action.code.run(&ctx, row, values.clone())?.await?;
        self.answered(action, answer).await
    }

    /// The row with every cell, for the application's code; locked, unless the action only reads.
    async fn row_to_act_on(&self, action: &ActionDef, key: &Value, expected: &Expected) -> Result<Record> {
        let allowed = self.info.authorize_action(action, self.ctx)?;
        let scope = RowScope { reader: None, cells: Vec::new(), ..self.row_scope()? };
        let keys = std::slice::from_ref(key);
        let (statement, layout) = scoped_by_column(&scope, self.dialect(), self.info.all(), 0, keys)?;
        let mut rows: Vec<Record> = match action.read {
            true => self.ctx.engine().read(statement, &layout).await?,
            false => self.ctx.engine().write(statement.for_update(self.dialect()), &layout).await?,
        };
        self.with_own_numbers(&mut rows).await?;
        let row = rows.pop().ok_or_else(|| self.not_found())?;
        if !allowed.is_always() {
            let allowed = RowScope { rows: allowed, ..self.unrestricted_scope() };
            let this_row = Condition::column(0, Op::Eq(key.clone()));
            if !self.any_of(allowed, &this_row).await? {
                return Err(self.info.refused_action(action, self.ctx));
            }
        }
        match (expected, self.info.version()) {
            (Expected::Any, _) => {}
            (Expected::Version(version), Some(column)) if *row.get(column) == Value::Int(*version) => {}
            (Expected::Version(_), _) => return Err(Error::VersionMismatch),
            // It compares what the client has seen.
            (Expected::Check(check), _) => check(&self.untyped().get(key).await?)?,
        }
        Ok(row)
    }

    /// Rejects references to rows that there are not, or not for the principal.
    async fn check_action_references(&self, action: &ActionDef, values: &Assignments) -> Result<()> {
        let Some(input) = action.input_info() else { return Ok(()) };
        let mut dangling = Vec::new();
        for (index, key) in values.iter().filter(|(_, value)| !value.is_null()) {
            let column = &input.columns[index];
            let Some(target) = column.target() else { continue };
            let found = match target.permits(Action::Read, self.ctx) {
                true => self.untyped().of(target, Deleted::Hidden).find(key, ColumnSet::KEY).await?,
                false => None,
            };
            if found.is_none() {
                dangling.push(db_error::dangling_reference(column));
            }
        }
        if dangling.is_empty() { Ok(()) } else { Err(Error::Validation(dangling)) }
    }

    /// What the principal may read of an answer. A list has the rows that it may read; one row must be among them.
    async fn answered(&self, action: &ActionDef, answer: ActionAnswer) -> Result<Vec<Record>> {
        let keys = match answer {
            ActionAnswer::Values(values) => return Ok(values),
            ActionAnswer::Rows(keys) => keys,
        };
        let Some(info) = action.output.info() else { return Ok(Vec::new()) };
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.untyped().of(info, Deleted::Hidden).get_many(&keys, info.all()).await?;
        let rows: Vec<Record> = rows.into_iter().flatten().collect();
        match action.output.shape {
            OutputShape::One if rows.is_empty() => Err(Error::NotFound(info.def.name.into())),
            _ => Ok(rows),
        }
    }
}

impl<E: Entity> Service<'_, E> {
    /// Does an action to a row, as a client does it: under its rule and the row's read rule, with its input checked, in one
    /// transaction with the row locked. `()` is the input of an action that takes none.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// #[derive(Entity)]
    /// #[entity(policy = public)]
    /// pub struct Invoice {
    ///     #[entity(default = 0)]
    ///     paid: Decimal,
    /// }
    ///
    /// #[derive(EntityInput)]
    /// pub struct Payment {
    ///     #[entity(min = 0)]
    ///     amount: Decimal,
    /// }
    ///
    /// #[entify::actions]
    /// impl Invoice {
    ///     /// Marks the invoice as paid.
    ///     #[action(policy = role("staff"))]
    ///     async fn pay(ctx: &Ctx, invoice: InvoiceModel, input: Payment) -> entify::Result<InvoiceModel> {
    ///         let paid = InvoicePatch { paid: Change::add(input.amount), ..InvoicePatch::default() };
    ///         InvoiceService::new(ctx).update(invoice.id, paid).await
    ///     }
    /// }
    ///
    /// async fn settle(ctx: &Ctx, id: Id<Invoice>) -> entify::Result<InvoiceModel> {
    ///     InvoiceService::new(ctx).act("pay", id, Payment { amount: 5.into() }).await
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of the action; `BadRequest` when there is no such action, or it takes or answers something else.
    pub async fn act<I: ActionInput, O: ActionReturn>(&self, action: &str, id: Id<E>, input: I) -> Result<O> {
        self.act_on(action, Some(id.into_value()), input).await
    }

    /// Does an action of the entity as a whole (`#[action(collection)]`); see [`Service::act`].
    ///
    /// # Errors
    /// As [`Service::act`].
    pub async fn act_on_all<I: ActionInput, O: ActionReturn>(&self, action: &str, input: I) -> Result<O> {
        self.act_on(action, None, input).await
    }

    async fn act_on<I: ActionInput, O: ActionReturn>(
        &self,
        name: &str,
        key: Option<Value>,
        input: I,
    ) -> Result<O> {
        let entity = E::def().name;
        let action = E::def().action(name);
        let action =
            action.ok_or_else(|| Error::bad_request(format!("`{entity}` has no action `{name}`")))?;
        let place = |of: Option<fn() -> &'static EntityDef>| of.map(|of| std::ptr::from_ref(of()));
        let is_same = place(action.input) == place(I::INPUT)
            && place(action.output.of) == place(O::OUTPUT.of)
            && action.output.shape == O::OUTPUT.shape;
        if action.collection == key.is_some() {
            let what = if action.collection { "is about no single row" } else { "is about one row" };
            return Err(Error::bad_request(format!("the action `{name}` of `{entity}` {what}")));
        }
        if !is_same {
            let message = format!("the action `{name}` of `{entity}` takes or answers another type");
            return Err(Error::bad_request(message));
        }
        let act = Act { action, key, expected: Expected::Any, values: input.into_values() };
        O::from_records(self.records().act(act).await?)
    }
}
