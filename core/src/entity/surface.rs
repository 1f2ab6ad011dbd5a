//! An entity as each surface presents it.

use std::sync::OnceLock;

use crate::entity::{Action, ColumnInfo, ColumnRole, EntityInfo, ManyInfo, RelationDef, Skip, SkipField};
use crate::types::JsonStyle;
use crate::value::ColumnSet;

/// A way in for clients, with its own names of fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Surface {
    /// JSON by wire names.
    Rest,
    /// JSON by GraphQL names.
    Graphql,
    /// Pages and forms, by wire names.
    Admin,
    /// Rows of a file, by wire names. The system reads and writes them, so the key and read-only fields are kept.
    Transfer,
}

/// The fields of one entity that one surface reads and accepts.
pub struct SurfaceView {
    surface: Surface,
    info: &'static EntityInfo,
    columns: ColumnSet,
    readable: Vec<&'static ColumnInfo>,
    filterable: Vec<&'static ColumnInfo>,
    sortable: Vec<&'static ColumnInfo>,
    measured: Vec<&'static ColumnInfo>,
    creatable: Vec<&'static ColumnInfo>,
    updatable: Vec<&'static ColumnInfo>,
    to_one: Vec<(&'static ColumnInfo, &'static RelationDef)>,
    to_many: Vec<&'static ManyInfo>,
}

/// The entity holds the view: printing it whole would never end.
impl std::fmt::Debug for SurfaceView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut view = f.debug_struct("SurfaceView");
        view.field("surface", &self.surface).field("entity", &self.info.def.name);
        view.field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// The views of one entity, each built on first use.
#[derive(Debug, Default)]
pub(super) struct SurfaceViews {
    rest: OnceLock<SurfaceView>,
    graphql: OnceLock<SurfaceView>,
    admin: OnceLock<SurfaceView>,
    transfer: OnceLock<SurfaceView>,
}

impl Surface {
    /// How the surface spells JSON values.
    #[must_use]
    pub fn style(self) -> JsonStyle {
        match self {
            Self::Graphql => JsonStyle::Graphql,
            Self::Rest | Self::Admin | Self::Transfer => JsonStyle::Rest,
        }
    }

    /// The surface's name of a column.
    #[must_use]
    pub fn name_of(self, column: &ColumnInfo) -> &'static str {
        match self {
            Self::Graphql => column.graphql,
            Self::Rest | Self::Admin | Self::Transfer => column.wire,
        }
    }

    fn skips(self, skip: Skip) -> bool {
        match self {
            Self::Rest => skip.rest,
            Self::Graphql => skip.graphql,
            Self::Admin => skip.admin,
            Self::Transfer => false,
        }
    }

    fn skips_field(self, skip: SkipField) -> bool {
        match self {
            Self::Rest => skip.rest,
            Self::Graphql => skip.graphql,
            Self::Admin => skip.admin,
            Self::Transfer => false,
        }
    }

    /// Whether the surface has the column, to read or to write.
    fn has(self, column: &ColumnInfo) -> bool {
        column.field.is_none_or(|field| !self.skips_field(field.skip))
    }
}

impl EntityInfo {
    /// The entity as a surface presents it.
    pub fn on(&'static self, surface: Surface) -> &'static SurfaceView {
        let views = &self.views;
        let view = match surface {
            Surface::Rest => &views.rest,
            Surface::Graphql => &views.graphql,
            Surface::Admin => &views.admin,
            Surface::Transfer => &views.transfer,
        };
        view.get_or_init(|| SurfaceView::new(self, surface))
    }

    /// Whether a surface has the entity at all.
    #[must_use]
    pub fn is_on(&self, surface: Surface) -> bool {
        !surface.skips(self.def.skip)
    }
}

impl SurfaceView {
    fn new(info: &'static EntityInfo, surface: Surface) -> Self {
        let columns = || info.columns.iter().filter(move |column| surface.has(column));
        let readable: Vec<_> = columns().filter(|column| column.readable).collect();
        let visible = |column: &&'static ColumnInfo| {
            let relation = column.relation()?;
            column.target()?.is_on(surface).then_some((*column, relation))
        };
        let writable = |action| columns().filter(move |column| refusal(surface, column, action).is_none());
        let to_many = info.many.iter().filter(|many| !surface.skips_field(many.def.skip));
        Self {
            surface,
            info,
            columns: readable.iter().map(|column| column.index).collect(),
            to_one: readable.iter().filter_map(visible).collect(),
            to_many: to_many.filter(|many| many.target().is_on(surface)).collect(),
            filterable: columns().filter(|column| column.filter).collect(),
            sortable: columns().filter(|column| column.sort).collect(),
            measured: columns().filter(|column| column.is_measured()).collect(),
            creatable: writable(Action::Create).collect(),
            updatable: writable(Action::Update).collect(),
            readable,
        }
    }

    /// The columns whose values clients may see, in order.
    #[must_use]
    pub fn readable(&self) -> &[&'static ColumnInfo] {
        &self.readable
    }

    /// The same, as a set.
    #[must_use]
    pub fn columns(&self) -> ColumnSet {
        self.columns
    }

    /// The columns that clients may filter by.
    #[must_use]
    pub fn filterable(&self) -> &[&'static ColumnInfo] {
        &self.filterable
    }

    /// The columns that clients may sort by.
    #[must_use]
    pub fn sortable(&self) -> &[&'static ColumnInfo] {
        &self.sortable
    }

    /// The columns whose sums, averages, least and greatest values clients may ask for.
    #[must_use]
    pub fn measured(&self) -> &[&'static ColumnInfo] {
        &self.measured
    }

    /// The columns that clients may set, in declared order: in a new row, or by an update.
    #[must_use]
    pub fn writable(&self, action: Action) -> &[&'static ColumnInfo] {
        match action {
            Action::Create => &self.creatable,
            Action::Update => &self.updatable,
            Action::Read | Action::Delete => &[],
        }
    }

    /// The to-one relations that can be followed, each with the column of its reference.
    #[must_use]
    pub fn to_one(&self) -> &[(&'static ColumnInfo, &'static RelationDef)] {
        &self.to_one
    }

    /// The to-many relations that can be followed.
    #[must_use]
    pub fn to_many(&self) -> &[&'static ManyInfo] {
        &self.to_many
    }

    /// The column of a name, readable or not, unless the surface leaves it out.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&'static ColumnInfo> {
        let column = match self.surface {
            Surface::Graphql => self.info.by_graphql(name),
            Surface::Rest | Surface::Admin | Surface::Transfer => self.info.by_wire(name),
        };
        column.filter(|column| self.surface.has(column))
    }

    /// The column of a name that clients may see.
    #[must_use]
    pub fn readable_column(&self, name: &str) -> Option<&'static ColumnInfo> {
        self.column(name).filter(|column| column.readable)
    }

    /// The column of a name that clients may filter by.
    #[must_use]
    pub fn filterable_column(&self, name: &str) -> Option<&'static ColumnInfo> {
        self.column(name).filter(|column| column.filter)
    }

    /// The column of a name that clients may sort by.
    #[must_use]
    pub fn sortable_column(&self, name: &str) -> Option<&'static ColumnInfo> {
        self.column(name).filter(|column| column.sort)
    }

    /// Why a column may not be set, if it may not: a code and a message.
    #[must_use]
    pub fn refusal(&self, column: &ColumnInfo, action: Action) -> Option<(&'static str, &'static str)> {
        refusal(self.surface, column, action)
    }
}

fn refusal(surface: Surface, column: &ColumnInfo, action: Action) -> Option<(&'static str, &'static str)> {
    if surface == Surface::Transfer {
        let by_engine = !matches!(column.role, ColumnRole::Key | ColumnRole::Field);
        let by_engine = by_engine || !column.is_stored();
        return by_engine.then_some(("read_only", "is set by the server; leave it out"));
    }
    let Some(field) = column.field else {
        return Some(("read_only", "is set by the server; leave it out"));
    };
    let update = action == Action::Update;
    if field.read_only {
        Some(("read_only", "cannot be written; leave it out"))
    } else if update && (field.immutable || field.skip.update) {
        Some(("immutable", "cannot be changed; leave it out"))
    } else if !update && field.skip.create {
        Some(("read_only", "cannot be set on create; leave it out"))
    } else {
        None
    }
}
