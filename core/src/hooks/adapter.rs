//! Hooks without types: what the service calls, and the one generic implementation of it.

use std::fmt;
use std::marker::PhantomData;

use crate::ctx::Ctx;
use crate::entity::{DynHooks, EntityInfo, HookFuture, IntoAssignments as _, Model as _, RowChange, fields};
use crate::hooks::Hooks;
use crate::value::{Assignments, Record, Value};

/// The hooks of `E`.
pub struct HooksOf<E>(PhantomData<fn() -> E>);

impl<E> fmt::Debug for HooksOf<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HooksOf")
    }
}

impl<E: Hooks> HooksOf<E> {
    /// What the derive writes into the definition.
    pub const NEW: Self = Self(PhantomData);
}

impl<E: Hooks> DynHooks for HooksOf<E> {
    fn before_create<'a>(&'a self, ctx: &'a Ctx, mut values: Assignments) -> HookFuture<'a, Assignments> {
        Box::pin(async move {
            let client_values = values.clone();
            let mut input = fields::input_of(&mut values)?;
            E::before_create(ctx, &mut input).await?;
            // Columns without a field in the input (a key, read-only fields of an import) are still in `values`.
            let mut hook_values = input.into_assignments();
            keep_explicit_nulls(E::def().info(), &mut values, &client_values, &mut hook_values);
            overlay(&mut values, hook_values);
            Ok(values)
        })
    }

    fn before_update<'a>(
        &'a self,
        ctx: &'a Ctx,
        current: &'a Record,
        mut values: Assignments,
    ) -> HookFuture<'a, Assignments> {
        Box::pin(async move {
            let current = E::Model::from_record(current.clone())?;
            let mut patch = fields::patch_of(&mut values)?;
            E::before_update(ctx, &current, &mut patch).await?;
            overlay(&mut values, patch.into_assignments());
            Ok(values)
        })
    }

    fn before_delete<'a>(&'a self, ctx: &'a Ctx, row: &'a Record) -> HookFuture<'a, ()> {
        Box::pin(async move { E::before_delete(ctx, &E::Model::from_record(row.clone())?).await })
    }

    fn after<'a>(&'a self, ctx: &'a Ctx, change: &'a RowChange) -> HookFuture<'a, ()> {
        Box::pin(async move {
            let model = |row: &Record| E::Model::from_record(row.clone());
            match change {
                RowChange::Created(row) => E::after_create(ctx, &model(row)?).await,
                RowChange::Updated { before, after } | RowChange::Restored { before, after } => {
                    E::after_update(ctx, &model(before)?, &model(after)?).await
                }
                RowChange::Deleted(row) => E::after_delete(ctx, &model(row)?).await,
            }
        })
    }

    fn after_commit<'a>(&'a self, ctx: &'a Ctx, change: &'a RowChange) -> HookFuture<'a, ()> {
        Box::pin(async move {
            let model = |row: &Record| E::Model::from_record(row.clone());
            match change {
                RowChange::Created(row) => E::after_commit_create(ctx, &model(row)?).await,
                RowChange::Updated { before, after } | RowChange::Restored { before, after } => {
                    E::after_commit_update(ctx, &model(before)?, &model(after)?).await
                }
                RowChange::Deleted(row) => E::after_commit_delete(ctx, &model(row)?).await,
            }
        })
    }
}

/// Replaces the values that the hook could change.
fn overlay(values: &mut Assignments, changed: Assignments) {
    for (column, number) in changed.increments() {
        values.add(*column, number.clone());
    }
    for (column, value) in changed.into_values() {
        values.set(column, value);
    }
}

/// An input has the same `None` for an explicit `null` and for an omitted field. Where the hook left it,
/// the client's choice is kept.
fn keep_explicit_nulls(
    info: &EntityInfo,
    values: &mut Assignments,
    client_values: &Assignments,
    hook_values: &mut Assignments,
) {
    for column in info.columns.iter().filter(|column| column.nullable && column.field.is_some()) {
        let none = |value: Option<&Value>| value.is_none_or(Value::is_null);
        if none(hook_values.get(column.index)) && none(client_values.get(column.index)) {
            hook_values.take(column.index);
            if client_values.get(column.index).is_some() {
                values.set(column.index, Value::Null);
            }
        }
    }
}
