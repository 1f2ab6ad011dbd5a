//! Entities that change at random.

mod define;

use entify::entity::OnDelete;

#[cfg_attr(not(feature = "postgres"), allow(unused_imports))]
pub(in crate::migrate) use define::Definer;

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
}

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
}
