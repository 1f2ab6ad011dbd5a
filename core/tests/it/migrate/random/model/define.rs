//! The entities of a model as definitions.

use std::sync::Mutex;

use entify::db::Dialect;
use entify::entity::{
    AdminDef, Bound, CheckDef, DefaultDef, EntityDef, FieldDef, GraphqlNames, IndexDef, InfoCell, KeyKind,
    RelationDef, Skip, SortDef, Timestamps,
};
use entify::policy::{PolicyDef, Rule};
use entify::types::{EnumDef, Kind, VariantDef};
use entify::value::Value;

use super::{Entity, Field, Model, Type};

impl Model {
    /// The definitions. They refer to each other by places, so they are good until the next call of the same test.
    pub(in crate::migrate) fn define(&self, definer: Definer) -> Vec<&'static EntityDef> {
        let place = |number: usize| {
            PLACE[definer as usize][self
                .entities
                .iter()
                .position(|entity| entity.number == number)
                .expect("an entity of that number")]
        };
        let defs: Vec<&'static EntityDef> =
            self.entities.iter().map(|entity| entity.define(&place)).collect();
        PLACES[definer as usize].lock().unwrap().clone_from(&defs);
        // What follows from them is computed while the places are theirs.
        for def in &defs {
            for relation in def.fields.iter().filter_map(|field| field.relation) {
                (relation.target)();
            }
        }
        defs
    }
}

/// A test that defines entities while others do.
#[cfg_attr(not(feature = "postgres"), allow(dead_code))]
#[derive(Debug, Clone, Copy)]
pub(in crate::migrate) enum Definer {
    Sqlite,
    Postgres,
    Linter,
    VerifySqlite,
    VerifyPostgres,
}

impl From<Dialect> for Definer {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Sqlite => Self::Sqlite,
            Dialect::Postgres => Self::Postgres,
        }
    }
}

/// The definitions of each test.
static PLACES: [Mutex<Vec<&'static EntityDef>>; 5] = [const { Mutex::new(Vec::new()) }; 5];

/// The definition at a place: a function without captures for each.
fn place<const DEFINER: usize, const PLACE: usize>() -> &'static EntityDef {
    PLACES[DEFINER].lock().unwrap()[PLACE]
}

const PLACE: [[fn() -> &'static EntityDef; 4]; 5] = [
    [place::<0, 0>, place::<0, 1>, place::<0, 2>, place::<0, 3>],
    [place::<1, 0>, place::<1, 1>, place::<1, 2>, place::<1, 3>],
    [place::<2, 0>, place::<2, 1>, place::<2, 2>, place::<2, 3>],
    [place::<3, 0>, place::<3, 1>, place::<3, 2>, place::<3, 3>],
    [place::<4, 0>, place::<4, 1>, place::<4, 2>, place::<4, 3>],
];

impl Entity {
    fn define(&self, place: &dyn Fn(usize) -> fn() -> &'static EntityDef) -> &'static EntityDef {
        let table: &'static str = self.table.clone().leak();
        let name: &'static str = format!("E{}", self.number).leak();
        let plural: &'static str = format!("{table}_all").leak();
        let fields: Vec<FieldDef> = self.fields.iter().map(|field| field.define(place)).collect();
        let pair = |pair: Option<(usize, usize)>, descending: bool| -> &'static [IndexDef] {
            let Some((first, second)) = pair else { return &[] };
            let column = |number: usize| {
                let field = self.fields.iter().find(|field| field.number == number).expect("a field");
                let name: &'static str = field.column.clone().leak();
                name
            };
            let sorts = vec![
                SortDef { field: column(first), descending: false },
                SortDef { field: column(second), descending },
            ];
            vec![IndexDef { fields: sorts.leak() }].leak()
        };
        let checks: &'static [CheckDef] = match self.check {
            true => vec![CheckDef { name: format!("ck_{table}_1").leak(), sql: "created_at <= updated_at" }]
                .leak(),
            false => &[],
        };
        Box::leak(Box::new(EntityDef {
            name,
            docs: "",
            table,
            was: self.was.clone().map(|was| &*was.leak()),
            deprecated: None,
            plural,
            singular: table,
            rest_path: plural,
            graphql: GraphqlNames {
                type_name: name,
                one: format!("e{}", self.number).leak(),
                many: format!("all{}", self.number).leak(),
                many_type: format!("All{}", self.number).leak(),
            },
            key: if self.uuid { KeyKind::Uuid } else { KeyKind::Identity },
            fields: fields.leak(),
            many: &[],
            indexes: pair(self.index, true),
            uniques: pair(self.unique, false),
            checks,
            order: &[],
            policy: PolicyDef::all(Rule::Public),
            skip: Skip::default(),
            admin: AdminDef::default(),
            version: self.version,
            version_required: false,
            soft_delete: self.soft_delete,
            history: false,
            framework: false,
            key_column: None,
            key_sql: None,
            timestamps: Timestamps::Both,
            external: false,
            hooks: None,
            values: None,
            actions: &[],
            info: InfoCell::new(),
        }))
    }
}

impl Field {
    fn define(&self, place: &dyn Fn(usize) -> fn() -> &'static EntityDef) -> FieldDef {
        let name: &'static str = self.column.clone().leak();
        let kind = self.kind.kind(self);
        let relation = match self.kind {
            Type::One { target, on_delete, .. } => {
                Some(RelationDef { name, graphql: name, target: place(target), on_delete })
            }
            _ => None,
        };
        let (precision, scale) = match self.kind {
            Type::Decimal { precision, scale } => (Some(precision), Some(scale)),
            _ => (None, None),
        };
        let default = self.default.then(|| self.kind.default()).flatten();
        FieldDef {
            name,
            wire: name,
            graphql: name,
            column: name,
            was: self.was.clone().map(|was| &*was.leak()),
            kind,
            nullable: self.nullable,
            relation,
            default: default.map(|value| DefaultDef::Literal(Box::leak(Box::new(value)))),
            unique: self.unique,
            index: self.index,
            search: self.fulltext,
            fulltext: self.fulltext,
            max_len: if let Type::Text { max_len } = self.kind { max_len } else { None },
            min: self.min.map(Bound::Int),
            precision,
            scale,
            ..FieldDef::of::<bool>()
        }
    }
}

impl Type {
    fn kind(&self, field: &Field) -> Kind {
        let choices = |values: &[String]| -> &'static EnumDef {
            let variants: Vec<VariantDef> = values
                .iter()
                .map(|value| {
                    let wire: &'static str = value.clone().leak();
                    let was = field
                        .renamed
                        .iter()
                        .find(|(_, now)| now == value)
                        .map(|(was, _)| &*was.clone().leak());
                    VariantDef {
                        name: wire,
                        wire,
                        graphql: wire,
                        was,
                        color: None,
                        deprecated: None,
                        docs: "",
                    }
                })
                .collect();
            Box::leak(Box::new(EnumDef {
                name: "Choice",
                docs: "",
                ordered: false,
                variants: variants.leak(),
            }))
        };
        match self {
            Self::Bool => Kind::Bool,
            Self::Small => Kind::I16,
            Self::Int => Kind::I32,
            Self::Big => Kind::I64,
            Self::Float => Kind::F64,
            Self::Decimal { .. } => Kind::Decimal,
            Self::Text { .. } => Kind::Text,
            Self::Uuid => Kind::Uuid,
            Self::Date => Kind::Date,
            Self::Time => Kind::Time,
            Self::DateTime => Kind::DateTime,
            Self::Json => Kind::Json,
            Self::Bytes => Kind::Bytes,
            Self::Words => Kind::List(&Kind::Text),
            Self::Choice(values) => Kind::Enum(choices(values)),
            Self::Choices(values) => Kind::List(Box::leak(Box::new(Kind::Enum(choices(values))))),
            Self::One { uuid: true, .. } => Kind::Uuid,
            Self::One { .. } => Kind::I64,
        }
    }

    /// A default, where the type has an easy one.
    fn default(&self) -> Option<Value> {
        Some(match self {
            Self::Bool => Value::Bool(true),
            Self::Small | Self::Int | Self::Big => Value::Int(7),
            Self::Float => Value::Float(1.5),
            Self::Decimal { .. } => Value::Decimal("2.50".parse().unwrap()),
            Self::Text { .. } => Value::Text("it's \"plain\"".to_owned()),
            Self::Choice(values) => {
                let wire: &'static str = values[values.len() - 1].clone().leak();
                Value::Text(wire.to_owned())
            }
            Self::Words => Value::List(Vec::new()),
            _ => return None,
        })
    }
}
