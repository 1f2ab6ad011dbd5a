//! An entity's actions: what `#[entify::actions]` writes of them, and what it becomes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use serde::Deserialize;

use crate::ctx::Ctx;
use crate::entity::declare::{RuleJson, text};
use crate::entity::fields::{Fields, input_of};
use crate::entity::values::{record_of, values_of};
use crate::entity::{Described, DynPolicy, Entity, EntityDef, EntityInfo, EntityInput, Rule};
use crate::error::{Error, Result};
use crate::types::cells::CellWriter;
use crate::value::{Assignments, Deprecation, Record, Value};

/// The actions of an entity as declared.
#[derive(Debug)]
pub struct Actions {
    /// The plain data of each: a list of `ActionJson`.
    pub json: &'static str,
    /// The policy types that rules refer to by index.
    pub policies: &'static [&'static dyn DynPolicy],
    /// The code of each.
    pub code: &'static [&'static dyn DynAction],
}

/// What an entity without actions has. An associated item of the entity's own, which `#[entify::actions]` writes, comes before
/// that of a trait: so the derive finds the actions without knowing whether there are any.
pub trait NoActions {
    /// None.
    const __ENTIFY_ACTIONS_ARE_IN_ONE_BLOCK: &'static Actions =
        &Actions { json: "[]", policies: &[], code: &[] };
}

impl<E: Entity> NoActions for E {}

/// One action of an entity: a verb.
#[derive(Debug)]
pub struct ActionDef {
    /// Its name: `open_month`.
    pub name: &'static str,
    /// The last segment of its REST path: `open-month`.
    pub path: &'static str,
    /// The first part of its name in GraphQL: `openMonth`.
    pub graphql: &'static str,
    /// The doc comment; empty when there is none.
    pub docs: &'static str,
    /// Who may do it: of the rows that they may read, to which.
    pub rule: Rule,
    /// Whether people are asked before it is done.
    pub confirm: bool,
    /// Whether it is about the entity as a whole and not about one row.
    pub collection: bool,
    /// Whether it only reads.
    pub read: bool,
    /// Why and since when it should not be used any more, if it should not.
    pub deprecated: Option<Deprecation>,
    /// What it takes beside the row.
    pub input: Option<fn() -> &'static EntityDef>,
    /// What it answers.
    pub output: ActionOutput,
    /// The application's code.
    pub code: &'static dyn DynAction,
}

/// What an action answers.
#[derive(Debug, Clone, Copy)]
pub struct ActionOutput {
    /// How many.
    pub shape: OutputShape,
    /// Of what; none for nothing.
    pub of: Option<fn() -> &'static EntityDef>,
}

/// How many an action answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputShape {
    /// Nothing but that it is done.
    Nothing,
    /// One.
    One,
    /// One or none.
    Optional,
    /// A list.
    List,
}

impl ActionOutput {
    const NOTHING: Self = Self { shape: OutputShape::Nothing, of: None };

    /// What is answered of: an entity, or values.
    #[must_use]
    pub fn info(&self) -> Option<&'static EntityInfo> {
        self.of.map(|of| of().info())
    }
}

/// What came of an action, before its reader is asked for.
#[derive(Debug)]
pub enum ActionAnswer {
    /// Keys of rows.
    Rows(Vec<Value>),
    /// Values that are no rows; none for nothing.
    Values(Vec<Record>),
}

/// The future of an action.
pub type ActionFuture<'c, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'c>>;

/// The code of an action, in untyped values.
pub trait DynAction: fmt::Debug + Send + Sync {
    /// What it takes beside the row.
    fn input(&self) -> Option<fn() -> &'static EntityDef>;

    /// What it answers.
    fn output(&self) -> ActionOutput;

    /// Does it, to this row, with values that are complete and checked.
    ///
    /// # Errors
    /// Those of the application's code.
    fn run<'c>(
        &self,
        ctx: &'c Ctx,
        row: Option<Record>,
        values: Assignments,
    ) -> Result<ActionFuture<'c, ActionAnswer>>;
}

/// The row that an action is about, or none.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no row of `{E}`",
    label = "an action of `{E}` takes the row as its model first; one about no row has `#[action(collection)]`"
)]
pub trait ActionRow<E>: Sized + Send {
    /// The row.
    ///
    /// # Errors
    /// `Internal` when a value does not fit its field.
    fn of(row: Option<Record>) -> Result<Self>;
}

impl<E> ActionRow<E> for () {
    fn of(_: Option<Record>) -> Result<Self> {
        Ok(())
    }
}

impl<T: Fields + Send> ActionRow<T::Of> for T
where
    T::Of: Answers<T>,
{
    fn of(row: Option<Record>) -> Result<Self> {
        values_of(row.ok_or_else(|| Error::internal("an action of a row got none"))?)
    }
}

/// What an action takes beside the row, or nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no input of an action",
    label = "an action takes a struct with `#[derive(EntityInput)]`",
    note = "write `#[derive(EntityInput)]` on the struct; its fields have the options of an entity's"
)]
pub trait ActionInput: Sized + Send {
    /// Its definition.
    const INPUT: Option<fn() -> &'static EntityDef>;

    /// Builds it.
    ///
    /// # Errors
    /// `Internal` when a value does not fit its field.
    fn of(values: Assignments) -> Result<Self>;

    /// Its values.
    fn into_values(self) -> Assignments;
}

impl ActionInput for () {
    const INPUT: Option<fn() -> &'static EntityDef> = None;

    fn of(_: Assignments) -> Result<Self> {
        Ok(())
    }

    fn into_values(self) -> Assignments {
        Assignments::new()
    }
}

impl<T: EntityInput> ActionInput for T {
    const INPUT: Option<fn() -> &'static EntityDef> = Some(T::described);

    fn of(mut values: Assignments) -> Result<Self> {
        input_of(&mut values)
    }

    fn into_values(self) -> Assignments {
        crate::entity::IntoAssignments::into_assignments(self)
    }
}

/// Says what a struct with fields is to an action: its entity's row, or an output.
#[diagnostic::on_unimplemented(
    message = "`{T}` is nothing that an action answers",
    label = "an action answers a model, a struct with `#[derive(EntityOutput)]`, `Option` or `Vec` of them, or `()`"
)]
pub trait Answers<T> {
    /// Whether it is a row.
    const IS_ROW: bool;
}

impl<E: Entity> Answers<E::Model> for E {
    const IS_ROW: bool = true;
}

/// What an action answers: a model, a struct with `#[derive(EntityOutput)]`, `Option` or `Vec` of them, or `()`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is nothing that an action answers",
    label = "an action answers a model, a struct with `#[derive(EntityOutput)]`, `Option` or `Vec` of them, or `()`"
)]
pub trait ActionReturn: Send + Sized {
    /// What it is.
    const OUTPUT: ActionOutput;

    /// Its rows' keys, or its values.
    fn answer(self) -> ActionAnswer;

    /// The same from the rows of its definition.
    ///
    /// # Errors
    /// `Internal` when they are not as many, or a value does not fit its field.
    fn from_records(records: Vec<Record>) -> Result<Self>;
}

fn answer_of<'t, T: Fields + 't>(of: impl Iterator<Item = &'t T>) -> ActionAnswer
where
    T::Of: Answers<T>,
{
    if <T::Of as Answers<T>>::IS_ROW {
        ActionAnswer::Rows(of.map(|row| CellWriter::value(|to| row.put(to), 0)).collect())
    } else {
        ActionAnswer::Values(of.map(record_of).collect())
    }
}

const fn output_of<T: Fields>(shape: OutputShape) -> ActionOutput {
    ActionOutput { shape, of: Some(<T::Of as Described>::described) }
}

impl ActionReturn for () {
    const OUTPUT: ActionOutput = ActionOutput::NOTHING;

    fn answer(self) -> ActionAnswer {
        ActionAnswer::Values(Vec::new())
    }

    fn from_records(_: Vec<Record>) -> Result<Self> {
        Ok(())
    }
}

impl<T: Fields + Send> ActionReturn for T
where
    T::Of: Answers<T>,
{
    const OUTPUT: ActionOutput = output_of::<T>(OutputShape::One);

    fn answer(self) -> ActionAnswer {
        answer_of(std::iter::once(&self))
    }

    fn from_records(records: Vec<Record>) -> Result<Self> {
        let mut all = Vec::<T>::from_records(records)?;
        all.pop().ok_or_else(|| Error::internal("an action answered no row"))
    }
}

impl<T: Fields + Send> ActionReturn for Option<T>
where
    T::Of: Answers<T>,
{
    const OUTPUT: ActionOutput = output_of::<T>(OutputShape::Optional);

    fn answer(self) -> ActionAnswer {
        answer_of(self.iter())
    }

    fn from_records(records: Vec<Record>) -> Result<Self> {
        Ok(Vec::<T>::from_records(records)?.pop())
    }
}

impl<T: Fields + Send> ActionReturn for Vec<T>
where
    T::Of: Answers<T>,
{
    const OUTPUT: ActionOutput = output_of::<T>(OutputShape::List);

    fn answer(self) -> ActionAnswer {
        answer_of(self.iter())
    }

    fn from_records(records: Vec<Record>) -> Result<Self> {
        records.into_iter().map(values_of).collect()
    }
}

/// An action as it is written: from a row and an input to an answer.
type Run<R, I, O> = for<'c> fn(&'c Ctx, R, I) -> ActionFuture<'c, O>;

/// The same in untyped values.
type RunUntyped<R, I, O> =
    for<'c> fn(Run<R, I, O>, &'c Ctx, Option<Record>, Assignments) -> Result<ActionFuture<'c, ActionAnswer>>;

/// An action's code with its types. What they must be is asked once, by [`action`].
pub struct TypedAction<R, I, O> {
    run: Run<R, I, O>,
    run_untyped: RunUntyped<R, I, O>,
    input: Option<fn() -> &'static EntityDef>,
    output: ActionOutput,
}

/// An action of `E` by its code.
#[must_use]
pub const fn action<E: Entity, R: ActionRow<E>, I: ActionInput, O: ActionReturn + 'static>(
    run: Run<R, I, O>,
) -> TypedAction<R, I, O> {
    TypedAction { run, run_untyped: run_untyped::<E, R, I, O>, input: I::INPUT, output: O::OUTPUT }
}

fn run_untyped<E: Entity, R: ActionRow<E>, I: ActionInput, O: ActionReturn + 'static>(
    run: Run<R, I, O>,
    ctx: &Ctx,
    row: Option<Record>,
    values: Assignments,
) -> Result<ActionFuture<'_, ActionAnswer>> {
    let running = run(ctx, R::of(row)?, I::of(values)?);
    Ok(Box::pin(async move { Ok(running.await?.answer()) }))
}

impl<R, I, O> fmt::Debug for TypedAction<R, I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedAction").finish_non_exhaustive()
    }
}

impl<R, I, O> DynAction for TypedAction<R, I, O> {
    fn input(&self) -> Option<fn() -> &'static EntityDef> {
        self.input
    }

    fn output(&self) -> ActionOutput {
        self.output
    }

    fn run<'c>(
        &self,
        ctx: &'c Ctx,
        row: Option<Record>,
        values: Assignments,
    ) -> Result<ActionFuture<'c, ActionAnswer>> {
        (self.run_untyped)(self.run, ctx, row, values)
    }
}

/// The JSON of an action. What is left out is empty or off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ActionJson {
    #[serde(deserialize_with = "text")]
    name: &'static str,
    #[serde(deserialize_with = "text")]
    path: &'static str,
    #[serde(deserialize_with = "text")]
    graphql: &'static str,
    #[serde(default, deserialize_with = "text")]
    docs: &'static str,
    policy: RuleJson,
    #[serde(default)]
    confirm: bool,
    #[serde(default)]
    collection: bool,
    #[serde(default)]
    read: bool,
    #[serde(default)]
    deprecated: Option<Deprecation>,
}

impl Actions {
    /// The actions as the engine reads them.
    pub(super) fn complete(&self) -> &'static [ActionDef] {
        let json: Vec<ActionJson> = serde_json::from_str(self.json).unwrap_or_else(|error| {
            panic!("`entify` and `entify-macros` are of different versions: {error} in {}", self.json)
        });
        let actions = json.into_iter().zip(self.code).map(|(json, code)| {
            let ActionJson { name, path, graphql, docs, policy, confirm, collection, read, deprecated } =
                json;
            ActionDef {
                name,
                path,
                graphql,
                docs,
                rule: policy.rule(self.policies),
                confirm,
                collection,
                read,
                deprecated,
                input: code.input(),
                output: code.output(),
                code: *code,
            }
        });
        actions.collect::<Vec<_>>().leak()
    }
}

impl EntityDef {
    /// The action of a name.
    #[must_use]
    pub fn action(&self, name: &str) -> Option<&'static ActionDef> {
        self.actions.iter().find(|action| action.name == name)
    }
}

impl ActionDef {
    /// The fields that it takes.
    #[must_use]
    pub fn input_info(&self) -> Option<&'static EntityInfo> {
        self.input.map(|input| input().info())
    }

    /// The definitions of what it takes and answers that are no entities.
    pub(crate) fn values(&self) -> impl Iterator<Item = &'static EntityDef> + use<> {
        let output = self.output.of.map(|of| of()).filter(|def| def.values.is_some());
        self.input.map(|input| input()).into_iter().chain(output)
    }
}
