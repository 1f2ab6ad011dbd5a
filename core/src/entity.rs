//! What a declared struct becomes: the [`Entity`] trait and its static description, [`EntityDef`].
//!
//! `#[derive(Entity)]` emits one `impl Entity` per struct and no behaviour. SQL, migrations, the
//! GraphQL schema, OpenAPI and the admin forms all read the same [`EntityDef`]; this is the framework's one
//! intermediate representation.

mod action;
mod check_text;
mod condition;
mod declare;
mod def;
mod dyn_hooks;
mod evaluate;
pub(crate) mod fields;
mod foreign_key;
mod id;
mod info;
mod label_template;
pub(crate) mod names;
mod number;
mod owner_path;
mod reference;
mod registry;
mod relation;
mod relation_checks;
mod rule;
mod rule_text;
mod surface;
mod surface_types;
mod transitions;
pub(crate) mod values;

#[doc(hidden)]
pub use action::{
    ActionAnswer, ActionDef, ActionFuture, ActionInput, ActionOutput, ActionReturn, ActionRow, Actions,
    Answers, DynAction, NoActions, OutputShape, TypedAction, action,
};
unstable! { pub use condition::{Condition, Op, OperandValue, Quantifier}; }
pub(crate) use condition::{all_hold, any_holds};
#[doc(hidden)]
pub use declare::{Declaration, DefaultFn, EntityDefFn, declare, declare_values};
pub use def::EntityDef;
pub(crate) use def::ROWID;
#[doc(hidden)]
pub use def::{
    AdminDef, AdminFieldDef, AdminFormat, Bound, CheckDef, CodeLanguage, Currency, DefaultDef, DurationUnit,
    FieldDef, Format, GraphqlNames, IndexDef, InfoCell, KeyKind, Link, ManyDef, OnDelete, RelationDef,
    SequenceDef, Skip, SkipField, SortDef, Timestamps, ValuesRole,
};
pub(crate) use dyn_hooks::HookFuture;
#[doc(hidden)]
pub use dyn_hooks::{DynHooks, RowChange};
#[doc(hidden)]
pub use fields::Fields;
#[doc(hidden)]
pub use fields::{clone_fields, debug_fields, fields_eq, unset_fields};
#[doc(hidden)]
pub use foreign_key::ForeignKey;
pub use id::Id;
pub use info::EntityInfo;
unstable! { pub use info::{ColumnInfo, ColumnRole, ManyInfo, ManyLink}; }
pub(crate) use label_template::LabelTemplate;
pub(crate) use number::Number;
#[doc(hidden)]
pub use number::{NumberDef, NumberFilter, NumberFunction};
pub(crate) use owner_path::{OwnerPath, OwnerStep};
#[doc(hidden)]
pub use reference::{Reference, ToManyRows, Way, reference, rows_of, rows_through};
pub(crate) use registry::Dependent;
pub use registry::{Registry, RegistryError, RegistryProblem};
pub use relation::{Many, One};
#[doc(hidden)]
pub use relation_checks::{check_label, check_listed, check_many, check_owner};
pub use rule::Action;
#[doc(hidden)]
pub use rule::{DynPolicy, PolicyDef, Rule};
unstable! { pub use surface::{Surface, SurfaceView}; }
pub use surface_types::{EntityApi, EntityMutation, EntityObject, EntityQuery, EntityView};
#[doc(hidden)]
pub use values::{Described, Values};
pub use values::{EntityInput, EntityOutput};

use crate::types::KeyType;
use crate::value::{Assignments, Record, Value};

/// A struct declared with `#[derive(Entity)]`.
///
/// Never implemented by hand: the derive checks what the engine relies on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an entity",
    label = "not an entity; `#[derive(Entity)]` on the struct makes it one"
)]
pub trait Entity: Sized + Send + Sync + 'static {
    /// The primary key: `i64` (`key = identity`) or `Uuid` (`key = uuid`).
    type Key: KeyType;
    /// The stored row.
    type Model: Model<Entity = Self>;
    /// The values of a new row.
    type Input: Fields + Send;
    /// The values of a partial update.
    type Patch: Fields + Send;

    /// What the derive wrote.
    #[doc(hidden)]
    const DECLARATION: &'static Declaration;

    /// Its to-one relations. Here, and not in the declaration alone, so that a target that is missing is missed in one place.
    #[doc(hidden)]
    const REFERENCES: &'static [Reference] = &[];

    /// Its to-many relations.
    #[doc(hidden)]
    const MANY: &'static [ToManyRows] = &[];

    /// The conditions of its numbers over relations (`where = …`), by the field's index.
    #[doc(hidden)]
    const NUMBER_FILTERS: &'static [(usize, NumberFilter)] = &[];

    /// Its actions.
    #[doc(hidden)]
    const ACTIONS: &'static Actions;

    /// The static description that every surface reads.
    #[must_use]
    fn def() -> &'static EntityDef {
        Self::DECLARATION.read::<Self::Model>()
    }

    /// What must hold for the declared types. Never called; rustc checks it.
    #[doc(hidden)]
    fn obligations(&self) {}
}

/// An entity with `version`: its rows count their changes.
///
/// Emitted by the derive.
#[diagnostic::on_unimplemented(
    message = "`{Self}` counts no versions",
    label = "declared without `version`",
    note = "declare it with `#[entity(version)]`"
)]
pub trait Versioned: Entity {}

/// An entity with `soft_delete`: its deleted rows are kept, but hidden.
///
/// Emitted by the derive.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no deleted rows",
    label = "declared without `soft_delete`",
    note = "declare it with `#[entity(soft_delete)]`"
)]
pub trait SoftDelete: Entity {}

/// A stored row as a Rust value.
pub trait Model: Fields + Send + Sync + Clone + std::fmt::Debug + 'static {
    /// The entity it is a row of.
    type Entity: Entity<Model = Self>;

    /// Reads a row that holds every column of the entity.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when a stored value does not fit the field's type.
    #[doc(hidden)]
    fn from_record(record: Record) -> crate::Result<Self>;

    /// The primary key.
    fn id(&self) -> Id<Self::Entity>;

    /// The key that the to-one relation with this index in the definition's `fields` points to; NULL when it points
    /// nowhere.
    #[doc(hidden)]
    fn reference(&self, field: usize) -> Value;
}

/// Values on their way to a row: an input or a patch.
#[doc(hidden)]
pub trait IntoAssignments {
    /// Writes every value that is set.
    fn into_assignments(self) -> Assignments;
}
