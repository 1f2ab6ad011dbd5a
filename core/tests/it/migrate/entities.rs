//! Definitions written by hand: what is tested here is what becomes of a definition, not how it is derived.

use entify::entity::{
    AdminDef, Bound, CheckDef, EntityDef, FieldDef, GraphqlNames, IndexDef, InfoCell, KeyKind, OnDelete,
    RelationDef, Skip, SortDef, Timestamps,
};
use entify::policy::{PolicyDef, Rule};
use entify::types::{
    Bytes, DateTime, Decimal, EnumDef, FieldType, Json, Kind, NaiveDate, NaiveTime, Password, Utc, Uuid,
    VariantDef,
};

/// A definition; what is not given is off.
macro_rules! entity {
    ($name:literal, $table:literal, $key:ident, $fields:expr) => {
        entity!($name, $table, $key, $fields, &[], &[], &[])
    };
    ($name:literal, $table:literal, $key:ident, $fields:expr, $indexes:expr, $uniques:expr, $checks:expr) => {
        EntityDef {
            name: $name,
            docs: "",
            table: $table,
            was: None,
            deprecated: None,
            plural: $table,
            singular: $table,
            rest_path: $table,
            graphql: GraphqlNames { type_name: $name, one: $table, many: $table, many_type: $name },
            key: KeyKind::$key,
            key_column: None,
            key_sql: None,
            timestamps: Timestamps::Both,
            external: false,
            fields: $fields,
            many: &[],
            indexes: $indexes,
            uniques: $uniques,
            checks: $checks,
            order: &[],
            policy: PolicyDef::all(Rule::Public),
            skip: Skip { graphql: false, rest: false, admin: false },
            admin: AdminDef { label: None, list: &[], icon: None, group: None },
            version: false,
            version_required: false,
            soft_delete: false,
            history: false,
            framework: false,
            hooks: None,
            values: None,
            actions: &[],
            info: InfoCell::new(),
        }
    };
}
/// A field with every option off.
pub(crate) const fn field<T: FieldType>(name: &'static str) -> FieldDef {
    FieldDef { name, wire: name, graphql: name, column: name, ..FieldDef::of::<T>() }
}

/// A reference; `K` is the key's type, or an `Option` of it.
pub(crate) const fn reference<K: FieldType>(
    name: &'static str,
    target: fn() -> &'static EntityDef,
    on_delete: OnDelete,
) -> FieldDef {
    FieldDef { relation: Some(RelationDef { name, graphql: name, target, on_delete }), ..field::<K>(name) }
}

const fn asc(field: &'static str) -> SortDef {
    SortDef { field, descending: false }
}

const fn desc(field: &'static str) -> SortDef {
    SortDef { field, descending: true }
}

static STATUS: EnumDef = EnumDef {
    name: "MigrationStatus",
    docs: "",
    ordered: false,
    variants: &[
        VariantDef {
            name: "Active",
            wire: "active",
            graphql: "ACTIVE",
            was: None,
            color: None,
            deprecated: None,
            docs: "",
        },
        VariantDef {
            name: "OnLeave",
            wire: "on_leave",
            graphql: "ON_LEAVE",
            was: None,
            color: None,
            deprecated: None,
            docs: "",
        },
    ],
};

static STATUS_KIND: Kind = Kind::Enum(&STATUS);

/// Every option that reaches the database; the table's name is a reserved word, and it comes before what it points
/// to.
pub(crate) static POST: EntityDef = entity!(
    "Post",
    "post",
    Identity,
    &[
        FieldDef { max_len: Some(200), ..field::<String>("title") },
        field::<String>("body"),
        FieldDef { min: Some(Bound::Int(0)), max: Some(Bound::Int(5)), ..field::<i32>("stars") },
        FieldDef {
            scale: Some(2),
            precision: Some(10),
            min: Some(Bound::Decimal("0.01")),
            ..field::<Decimal>("price")
        },
        reference::<i64>("author_id", || &USER, OnDelete::Cascade),
        reference::<Option<i64>>("reviewer_id", || &USER, OnDelete::SetNull),
        reference::<Option<Uuid>>("file_id", || &FILE, OnDelete::Restrict),
    ],
    &[IndexDef { fields: &[asc("author_id"), desc("created_at")] }],
    &[IndexDef { fields: &[asc("reviewer_id"), asc("title")] }],
    &[CheckDef { name: "ck_post_1", sql: "title <> body" }]
);

/// A reserved word as table, and a reference to itself.
pub(crate) static USER: EntityDef = entity!(
    "User",
    "user",
    Identity,
    &[
        FieldDef { unique: true, max_len: Some(254), ..field::<String>("email") },
        FieldDef { kind: Kind::Enum(&STATUS), index: true, ..field::<String>("status") },
        field::<Password>("password"),
        reference::<Option<i64>>("manager_id", || &USER, OnDelete::Restrict),
    ]
);

/// A uuid key and a column of every type.
pub(crate) static FILE: EntityDef = entity!(
    "File",
    "file",
    Uuid,
    &[
        field::<bool>("flag"),
        field::<i16>("small"),
        field::<i64>("big"),
        field::<f32>("single"),
        FieldDef { max: Some(Bound::Decimal("1.5")), ..field::<f64>("double") },
        FieldDef { scale: Some(2), ..field::<Decimal>("two_digits") },
        field::<Decimal>("exact"),
        field::<Uuid>("token"),
        field::<NaiveDate>("day"),
        field::<NaiveTime>("hour"),
        field::<DateTime<Utc>>("moment"),
        field::<Json>("data"),
        FieldDef { max_len: Some(16), ..field::<Bytes>("content") },
        FieldDef { max_len: Some(3), ..field::<Vec<String>>("words") },
        field::<Vec<Decimal>>("amounts"),
        FieldDef { kind: Kind::List(&STATUS_KIND), ..field::<Option<Vec<String>>>("states") },
    ]
);

/// Two tables that point to each other.
pub(crate) static CHICKEN: EntityDef = entity!(
    "Chicken",
    "chicken",
    Identity,
    &[reference::<Option<i64>>("egg_id", || &EGG, OnDelete::SetNull)]
);

/// See [`CHICKEN`].
pub(crate) static EGG: EntityDef = entity!(
    "Egg",
    "egg",
    Identity,
    &[reference::<Option<i64>>("chicken_id", || &CHICKEN, OnDelete::Restrict)]
);

/// A name so long that its constraints' names are cut.
pub(crate) static LONG: EntityDef = entity!(
    "Long",
    "an_entity_whose_table_has_a_very_long_name",
    Identity,
    &[
        FieldDef { unique: true, ..field::<String>("a_column_with_a_long_name_number_one") },
        FieldDef { unique: true, ..field::<String>("a_column_with_a_long_name_number_two") },
    ]
);

pub(crate) static ALL: &[&EntityDef] = &[&POST, &USER, &FILE, &CHICKEN, &EGG, &LONG];

/// [`CHICKEN`] with another column and another rule.
pub(crate) static CHICKEN_CHANGED: EntityDef = entity!(
    "Chicken",
    "chicken",
    Identity,
    &[reference::<Option<i64>>("egg_id", || &EGG_CHANGED, OnDelete::Cascade), field::<String>("name"),]
);

/// [`EGG`], pointing to the changed table.
pub(crate) static EGG_CHANGED: EntityDef = entity!(
    "Egg",
    "egg",
    Identity,
    &[reference::<Option<i64>>("chicken_id", || &CHICKEN_CHANGED, OnDelete::Restrict)]
);

/// A table that points to none.
pub(crate) static TAG: EntityDef = entity!(
    "Tag",
    "tag",
    Identity,
    &[FieldDef { unique: true, max_len: Some(40), ..field::<String>("name") }]
);

/// A table that points to [`TAG`].
pub(crate) static SYNONYM: EntityDef = entity!(
    "Synonym",
    "synonym",
    Identity,
    &[reference::<i64>("tag_id", || &TAG, OnDelete::Cascade), field::<String>("name"),]
);
