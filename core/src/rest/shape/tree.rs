//! The two parameters, read into one tree of entities.

use super::include::{Step, steps};
use super::{MAX_INCLUDED, MAX_LEVELS};
use crate::error::{Error, Result};
use crate::filters::Known;
use crate::query::{PageArgs, Sort, Total};
use crate::rest::relations::{self, Relation};
use crate::types::shorten;

/// What of the rows of one entity is wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// The columns; all of them where none is named.
    pub(super) fields: Option<Vec<usize>>,
    pub(super) related: Vec<(Relation, Self)>,
    /// Of a to-many relation: which of its rows.
    pub(super) page: WantedPage,
}

/// Which rows of a to-many relation are wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct WantedPage {
    pub(super) limit: Option<u32>,
    pub(super) order: Vec<Sort>,
    pub(super) total: Total,
    /// Whether the request has said so already.
    pub(super) is_given: bool,
}

impl Wanted {
    /// How many rows may come with each row.
    pub(super) fn rows_of_each(&self) -> u64 {
        let of = |(relation, wanted): &(Relation, Self)| {
            let each = match relation {
                Relation::ToOne(..) => 1,
                Relation::ToMany(_) => {
                    PageArgs { first: wanted.page.limit, ..PageArgs::default() }.limit().into()
                }
            };
            u64::saturating_mul(each, wanted.rows_of_each().saturating_add(1))
        };
        self.related.iter().map(of).fold(0, u64::saturating_add)
    }

    fn related(&mut self, relation: Relation) -> (&mut Self, bool) {
        let known = self.related.iter().position(|(known, _)| known.is(relation));
        let at = known.unwrap_or_else(|| {
            self.related.push((relation, Self::default()));
            self.related.len() - 1
        });
        (&mut self.related[at].1, known.is_none())
    }
}

/// Reads `fields` and `include`, each of which may come several times.
#[derive(Debug, Default)]
pub(in crate::rest) struct ShapeReader {
    wanted: Option<Wanted>,
    relations: usize,
}

impl ShapeReader {
    /// Reads one `include`.
    ///
    /// # Errors
    /// `BadRequest` for what is no relation, or is written otherwise; `QueryTooComplex` for too many of them.
    pub(in crate::rest) fn include(&mut self, known: Known<'_>, value: &str) -> Result<()> {
        for path in steps(value)? {
            let mut here = Place::root(known, self.wanted.get_or_insert_default(), &mut self.relations);
            for Step { name, page } in path {
                here = here.through("include", name)?;
                if let Some(page) = page {
                    here.page(name, &page)?;
                }
            }
        }
        Ok(())
    }

    /// Reads one `fields`.
    ///
    /// # Errors
    /// As [`ShapeReader::include`].
    pub(in crate::rest) fn fields(&mut self, known: Known<'_>, value: &str) -> Result<()> {
        if value.is_empty() {
            return Err(Error::bad_request("`fields` names none; leave it out to get all"));
        }
        for path in value.split(',') {
            let mut here = Place::root(known, self.wanted.get_or_insert_default(), &mut self.relations);
            let mut rest = path;
            let column = loop {
                if let Some(column) = here.known.view().readable_column(rest) {
                    break column;
                }
                let Some((step, behind)) = rest.split_once('.') else {
                    return Err(here.unknown_field(rest));
                };
                here = here.through("fields", step)?;
                rest = behind;
            };
            let fields = here.wanted.fields.get_or_insert_default();
            if fields.contains(&column.index) {
                return Err(Error::bad_request(format!("`fields` names `{}` twice", shorten(path, 200))));
            }
            fields.push(column.index);
        }
        Ok(())
    }

    /// The columns that `fields` has named, of an entity alone.
    ///
    /// # Errors
    /// `BadRequest` when related rows are named too.
    pub(in crate::rest) fn columns(self) -> Result<Option<Vec<usize>>> {
        let Some(Wanted { fields, related, .. }) = self.wanted else { return Ok(None) };
        match related.first() {
            None => Ok(fields),
            Some((relation, _)) => {
                let name = relation.name();
                Err(Error::bad_request(format!("an export has fields of one entity; leave `{name}.…` out")))
            }
        }
    }

    pub(super) fn finish(self) -> Option<Wanted> {
        self.wanted
    }
}

/// Where in the tree a path leads to.
struct Place<'p, 'c> {
    known: Known<'c>,
    wanted: &'p mut Wanted,
    relation: Option<Relation>,
    levels: usize,
    relations: &'p mut usize,
}

impl<'p, 'c> Place<'p, 'c> {
    fn root(known: Known<'c>, wanted: &'p mut Wanted, relations: &'p mut usize) -> Self {
        Self { known, wanted, relation: None, levels: 0, relations }
    }

    fn through(self, parameter: &str, name: &str) -> Result<Self> {
        let Some(relation) = relations::find(self.known.info, name) else {
            let near = self.known.near(name, &[], relations::of(self.known.info), &[]);
            let of = self.known.info.def.name;
            let name = shorten(name, 64);
            return Err(Error::bad_request(format!(
                "`{parameter}` names `{name}`, which is no relation of a {of}{near}"
            )));
        };
        if self.levels == MAX_LEVELS {
            return Err(too_much(&format!("related rows are included at most {MAX_LEVELS} levels deep")));
        }
        let (wanted, is_new) = self.wanted.related(relation);
        *self.relations += usize::from(is_new);
        if *self.relations > MAX_INCLUDED {
            return Err(too_much(&format!("a request includes at most {MAX_INCLUDED} relations")));
        }
        Ok(Self {
            known: self.known.behind(relation),
            wanted,
            relation: Some(relation),
            levels: self.levels + 1,
            relations: self.relations,
        })
    }

    /// Which rows of the relation are wanted.
    fn page(&mut self, name: &str, options: &[(&str, &str)]) -> Result<()> {
        let refuse = |what: String| Err(Error::bad_request(format!("`include={name}(…)`: {what}")));
        if !matches!(self.relation, Some(Relation::ToMany(_))) {
            return refuse("it leads to one row, which takes no options".to_owned());
        }
        if std::mem::replace(&mut self.wanted.page.is_given, true) {
            return refuse("its options are given twice".to_owned());
        }
        let (known, page) = (self.known, &mut self.wanted.page);
        let mut seen = Vec::new();
        for (option, value) in options {
            if *option != "sort" && seen.contains(option) {
                return refuse(format!("`{option}` comes twice"));
            }
            seen.push(*option);
            match *option {
                "limit" => page.limit = Some(crate::rest::params::limit(value)?),
                "sort" => crate::rest::params::add_sorts(known, &mut page.order, value)?,
                "count" if *value == "exact" => page.total = Total::Exact,
                "count" => return refuse("`count` must be `exact`".to_owned()),
                other => {
                    let other = shorten(other, 64);
                    return refuse(format!("`{other}` is no option; those are `limit`, `sort` and `count`"));
                }
            }
        }
        Ok(())
    }

    fn unknown_field(&self, name: &str) -> Error {
        if relations::find(self.known.info, name).is_some() {
            return Error::bad_request(format!(
                "`fields` names the relation `{name}`: name fields of it, as in `{name}.id`, or all by `include`"
            ));
        }
        let columns = self.known.view().readable();
        let near = self.known.near(name, columns, relations::of(self.known.info), &[]);
        let (name, of) = (shorten(name, 64), self.known.info.def.name);
        Error::bad_request(format!("`fields` names `{name}`, which is no field of a {of}{near}"))
    }
}

fn too_much(what: &str) -> Error {
    Error::QueryTooComplex(format!("{what}; ask for less at once").into())
}
