//! Entities that change at random, as definitions.

use std::sync::Mutex;

use entify::db::Dialect;
use entify::entity::{
    AdminDef, Bound, CheckDef, DefaultDef, EntityDef, FieldDef, GraphqlNames, IndexDef, InfoCell, KeyKind,
    OnDelete, RelationDef, Skip, SortDef, Timestamps,
};
use entify::policy::{PolicyDef, Rule};
use entify::types::{EnumDef, Kind, VariantDef};
use entify::value::Value;

/// A generator of numbers that gives the same ones for the same seed (xorshift64*).
#[derive(Debug, Clone)]
pub(in crate::migrate) struct Chance(u64);

impl Chance {
    pub(in crate::migrate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(in crate::migrate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(number).unwrap() % end
    }

    pub(in crate::migrate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// The types of fields, with what decides their columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) enum Type {
    Bool,
    Small,
    Int,
    Big,
    Float,
    Decimal {
        precision: u32,
        scale: u32,
    },
    Text {
        max_len: Option<u32>,
    },
    Uuid,
    Date,
    Time,
    DateTime,
    Json,
    Bytes,
    Words,
    /// The stored values.
    Choice(Vec<String>),
    Choices(Vec<String>),
    /// To the entity of this number.
    One {
        target: usize,
        on_delete: OnDelete,
        uuid: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) struct Field {
    /// The same for its whole life.
    pub(in crate::migrate) number: usize,
    pub(in crate::migrate) column: String,
    pub(in crate::migrate) was: Option<String>,
    pub(in crate::migrate) kind: Type,
    pub(in crate::migrate) nullable: bool,
    pub(in crate::migrate) default: bool,
    pub(in crate::migrate) unique: bool,
    pub(in crate::migrate) index: bool,
    pub(in crate::migrate) min: Option<i64>,
    pub(in crate::migrate) fulltext: bool,
    /// Variants with another value than before: before, now.
    pub(in crate::migrate) renamed: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) struct Entity {
    pub(in crate::migrate) number: usize,
    pub(in crate::migrate) table: String,
    pub(in crate::migrate) was: Option<String>,
    pub(in crate::migrate) uuid: bool,
    pub(in crate::migrate) fields: Vec<Field>,
    pub(in crate::migrate) version: bool,
    pub(in crate::migrate) soft_delete: bool,
    /// Pairs of fields by number.
    pub(in crate::migrate) unique: Option<(usize, usize)>,
    pub(in crate::migrate) index: Option<(usize, usize)>,
    pub(in crate::migrate) check: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::migrate) struct Model {
    pub(in crate::migrate) entities: Vec<Entity>,
    next: usize,
}

const VALUES: [&str; 5] = ["draft", "open", "it's", "done", "gone"];

impl Model {
    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    /// What `was` named is named now.
    pub(in crate::migrate) fn settle(&mut self) {
        for entity in &mut self.entities {
            entity.was = None;
            for field in &mut entity.fields {
                field.was = None;
                field.renamed.clear();
            }
        }
    }

    /// Changes one thing. Returns what.
    pub(in crate::migrate) fn change(&mut self, chance: &mut Chance) -> &'static str {
        if self.entities.is_empty() || (self.entities.len() < 4 && chance.one_in(6)) {
            self.add_entity(chance);
            return "add entity";
        }
        let at = chance.below(self.entities.len());
        match chance.below(30) {
            0 if self.entities.len() > 1 => self.drop_entity(at),
            1 => self.rename_entity(at),
            2..=5 => self.add_field(at, chance),
            6 | 7 => self.drop_field(at, chance),
            8 | 9 => self.rename_field(at, chance),
            10 => self.toggle(at, |entity| entity.version = !entity.version),
            11 => self.toggle(at, |entity| entity.soft_delete = !entity.soft_delete),
            12 => self.pair(at, chance, true),
            13 => self.pair(at, chance, false),
            14 => self.toggle(at, |entity| entity.check = !entity.check),
            _ => self.change_field(at, chance),
        }
    }

    fn toggle(&mut self, at: usize, change: fn(&mut Entity)) -> &'static str {
        change(&mut self.entities[at]);
        "toggle"
    }

    fn add_entity(&mut self, chance: &mut Chance) {
        let number = self.number();
        self.entities.push(Entity {
            number,
            table: format!("things_{number}"),
            was: None,
            uuid: chance.one_in(3),
            fields: Vec::new(),
            version: chance.one_in(4),
            soft_delete: chance.one_in(4),
            unique: None,
            index: None,
            check: false,
        });
        for _ in 0..=chance.below(4) {
            self.add_field(self.entities.len() - 1, chance);
        }
    }

    fn drop_entity(&mut self, at: usize) -> &'static str {
        let gone = self.entities.remove(at).number;
        for entity in &mut self.entities {
            entity.fields.retain(|field| !matches!(field.kind, Type::One { target, .. } if target == gone));
            entity.forget();
        }
        "drop entity"
    }

    fn rename_entity(&mut self, at: usize) -> &'static str {
        let number = self.number();
        let entity = &mut self.entities[at];
        entity.was = entity.was.take().or_else(|| Some(entity.table.clone()));
        entity.table = format!("r{number}");
        "rename entity"
    }

    fn add_field(&mut self, at: usize, chance: &mut Chance) -> &'static str {
        let number = self.number();
        let kind = self.kind(chance);
        let plain = !matches!(kind, Type::Json | Type::Words | Type::Choices(_) | Type::Bytes);
        let is_text = matches!(kind, Type::Text { .. });
        let is_one = matches!(kind, Type::One { .. });
        let set_null = matches!(kind, Type::One { on_delete: OnDelete::SetNull, .. });
        let unique = plain && chance.one_in(6);
        self.entities[at].fields.push(Field {
            number,
            column: format!("c{number}"),
            was: None,
            nullable: set_null || chance.one_in(2),
            default: !is_one && !unique && chance.one_in(2),
            unique,
            index: plain && !unique && chance.one_in(5),
            min: matches!(kind, Type::Int | Type::Big | Type::Decimal { .. })
                .then_some(-5)
                .filter(|_| chance.one_in(3)),
            fulltext: is_text && chance.one_in(4),
            renamed: Vec::new(),
            kind,
        });
        "add field"
    }

    fn kind(&mut self, chance: &mut Chance) -> Type {
        match chance.below(18) {
            0 => Type::Bool,
            1 => Type::Small,
            2 => Type::Int,
            3 => Type::Big,
            4 => Type::Float,
            5 => Type::Decimal { precision: 10, scale: 2 },
            6 => Type::Uuid,
            7 => Type::Date,
            8 => Type::Time,
            9 => Type::DateTime,
            10 => Type::Json,
            11 => Type::Bytes,
            12 => Type::Words,
            13 => Type::Choice(values(chance)),
            14 => Type::Choices(values(chance)),
            15 | 16 => {
                let target = chance.pick(&self.entities);
                let on_delete = chance.pick(&[OnDelete::Cascade, OnDelete::Restrict, OnDelete::SetNull]);
                Type::One { target: target.number, on_delete, uuid: target.uuid }
            }
            _ => Type::Text { max_len: chance.pick(&[None, Some(40), Some(80)]) },
        }
    }

    fn drop_field(&mut self, at: usize, chance: &mut Chance) -> &'static str {
        let entity = &mut self.entities[at];
        if entity.fields.len() > 1 {
            entity.fields.remove(chance.below(entity.fields.len()));
            entity.forget();
        }
        "drop field"
    }

    fn rename_field(&mut self, at: usize, chance: &mut Chance) -> &'static str {
        let number = self.number();
        let fields = &mut self.entities[at].fields;
        if fields.is_empty() {
            return "nothing";
        }
        let position = chance.below(fields.len());
        let field = &mut fields[position];
        field.was = field.was.take().or_else(|| Some(field.column.clone()));
        field.column = format!("n{number}");
        "rename field"
    }

    fn pair(&mut self, at: usize, chance: &mut Chance, unique: bool) -> &'static str {
        let entity = &mut self.entities[at];
        let plain: Vec<usize> =
            entity.fields.iter().filter(|field| field.is_plain()).map(|field| field.number).collect();
        let slot = if unique { &mut entity.unique } else { &mut entity.index };
        *slot = match slot {
            Some(_) => None,
            None if plain.len() > 1 => {
                let first = chance.below(plain.len() - 1);
                Some((plain[first], plain[first + 1]))
            }
            None => None,
        };
        "pair"
    }

    fn change_field(&mut self, at: usize, chance: &mut Chance) -> &'static str {
        let fields = &mut self.entities[at].fields;
        if fields.is_empty() {
            return "nothing";
        }
        let position = chance.below(fields.len());
        let number = self.next + 1;
        let field = &mut self.entities[at].fields[position];
        let set_null = matches!(field.kind, Type::One { on_delete: OnDelete::SetNull, .. });
        let is_one = matches!(field.kind, Type::One { .. });
        match chance.below(8) {
            0 if !set_null => {
                field.nullable = !field.nullable;
                "nullable"
            }
            1 if !is_one && !field.unique => {
                field.default = !field.default;
                "default"
            }
            2 if field.is_plain() => {
                field.unique = !field.unique;
                field.index &= !field.unique;
                field.default &= !field.unique;
                "unique"
            }
            3 if field.is_plain() && !field.unique => {
                field.index = !field.index;
                "index"
            }
            4 if matches!(field.kind, Type::Int | Type::Big | Type::Decimal { .. }) => {
                field.min = chance.pick(&[None, Some(-5), Some(-100)]);
                "min"
            }
            5 if matches!(field.kind, Type::Text { .. }) => {
                field.fulltext = !field.fulltext;
                "fulltext"
            }
            _ => {
                self.next = number;
                field.change_type(number, chance)
            }
        }
    }

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

fn values(chance: &mut Chance) -> Vec<String> {
    VALUES[..2 + chance.below(3)].iter().map(|&value| value.to_owned()).collect()
}

impl Entity {
    /// Rules over fields that are gone.
    fn forget(&mut self) {
        let has = |pair: &(usize, usize)| {
            [pair.0, pair.1].iter().all(|number| self.fields.iter().any(|field| field.number == *number))
        };
        (self.unique, self.index) = (self.unique.filter(has), self.index.filter(has));
    }

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
            info: InfoCell::new(),
        }))
    }
}

impl Field {
    pub(in crate::migrate) fn is_plain(&self) -> bool {
        !matches!(self.kind, Type::Json | Type::Words | Type::Choices(_) | Type::Bytes)
    }

    fn change_type(&mut self, number: usize, chance: &mut Chance) -> &'static str {
        match &mut self.kind {
            Type::Choice(values) | Type::Choices(values) => {
                match chance.below(4) {
                    0 => values.push(format!("v{number}")),
                    1 if values.len() > 1 => drop(values.pop()),
                    2 => values.reverse(),
                    _ => {
                        let new = format!("v{number}");
                        let old = std::mem::replace(&mut values[0], new.clone());
                        match self.renamed.iter_mut().find(|(_, now)| *now == old) {
                            Some((_, now)) => *now = new,
                            None => self.renamed.push((old, new)),
                        }
                    }
                }
                "values"
            }
            Type::One { on_delete, .. } => {
                *on_delete = match (&on_delete, self.nullable) {
                    (OnDelete::Cascade, true) => OnDelete::SetNull,
                    (OnDelete::Cascade, false) => OnDelete::Restrict,
                    _ => OnDelete::Cascade,
                };
                "on delete"
            }
            Type::Text { max_len } => {
                *max_len = match max_len {
                    None => Some(80),
                    Some(80) => chance.pick(&[None, Some(40)]),
                    Some(_) => Some(80),
                };
                "length"
            }
            kind => {
                let to: &[Type] = match kind {
                    Type::Small => &[Type::Int, Type::Big],
                    Type::Int => &[Type::Big, Type::Small, Type::Text { max_len: None }],
                    Type::Big => &[Type::Int, Type::Decimal { precision: 20, scale: 2 }],
                    Type::Decimal { .. } => &[
                        Type::Decimal { precision: 12, scale: 2 },
                        Type::Decimal { precision: 12, scale: 3 },
                    ],
                    Type::Bool => &[Type::Int],
                    Type::Date => &[Type::DateTime],
                    Type::DateTime => &[Type::Date],
                    Type::Uuid => &[Type::Text { max_len: None }],
                    _ => return "nothing",
                };
                *kind = chance.pick(to);
                if !matches!(self.kind, Type::Int | Type::Big | Type::Decimal { .. }) {
                    self.min = None;
                }
                "type"
            }
        }
    }

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
                    VariantDef { name: wire, wire, graphql: wire, was, docs: "" }
                })
                .collect();
            Box::leak(Box::new(EnumDef { name: "Choice", docs: "", variants: variants.leak() }))
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
