//! Client input on its way to the service: named JSON or text values become [`Assignments`].
//!
//! One table of what may be written, for every surface and operation. Whatever cannot be read is recorded on
//! the assignments, never reported one by one: the service adds the violated rules and reports all at once.

mod related;

use std::borrow::Cow;

use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo, Surface, SurfaceView};
use crate::error::FieldError;
use crate::policy::Action;
use crate::types::{CodecError, Kind};
use crate::value::{Assignments, Value};

#[cfg_attr(not(feature = "graphql"), allow(unused_imports))]
pub(crate) use related::FormRelation;

/// The member of a patch that adds to numbers: `"increment": {"views": 1}`.
pub(crate) const INCREMENT: &str = "increment";

/// The fields that one surface may write on create or update of one entity.
#[derive(Debug, Clone, Copy)]
pub struct InputForm<'c> {
    info: &'static EntityInfo,
    surface: Surface,
    action: Action,
    asker: Option<&'c Ctx>,
    /// How many rows it is within, where it takes related rows.
    depth: Option<usize>,
    /// The column that refers to the row within which it is.
    parent: Option<usize>,
}

impl InputForm<'static> {
    /// The values of a new row.
    #[must_use]
    pub fn create(info: &'static EntityInfo, surface: Surface) -> Self {
        Self { info, surface, action: Action::Create, asker: None, depth: None, parent: None }
    }

    /// The values of a partial update.
    #[must_use]
    pub fn update(info: &'static EntityInfo, surface: Surface) -> Self {
        Self { info, surface, action: Action::Update, asker: None, depth: None, parent: None }
    }
}

impl InputForm<'_> {
    /// The same, for a client to whom a near name may be suggested for an unknown one.
    #[must_use]
    pub fn asked_by(self, ctx: &Ctx) -> InputForm<'_> {
        InputForm { asker: Some(ctx), ..self }
    }

    fn view(self) -> &'static SurfaceView {
        self.info.on(self.surface)
    }

    /// The columns that may be written, in declared order.
    pub fn columns(self) -> impl Iterator<Item = &'static ColumnInfo> {
        self.view().writable(self.action).iter().copied()
    }

    /// Whether a new row needs a value from the client: not nullable and without a default.
    #[must_use]
    pub fn requires(self, column: &ColumnInfo) -> bool {
        self.action == Action::Create
            && column.field.is_some_and(|field| !field.nullable && !field.has_default())
    }

    /// The columns that may be added to: the numbers that may be changed. None where a field has the name of the member that
    /// adds.
    pub fn increments(self) -> impl Iterator<Item = &'static ColumnInfo> {
        let offered = self.action == Action::Update && self.view().column(INCREMENT).is_none();
        self.columns().filter(move |column| offered && column.is_addable())
    }

    /// Reads the members of a JSON object. `null` is NULL; whether the column accepts it is checked by the service.
    #[must_use]
    pub fn read_json<N: AsRef<str>>(
        self,
        members: impl IntoIterator<Item = (N, serde_json::Value)>,
    ) -> Assignments {
        let style = self.surface.style();
        let decode = |column: &ColumnInfo, json| match json {
            serde_json::Value::Null => Ok(Value::Null),
            json => column.kind.decode_json(json, style),
        };
        let mut to = Assignments::new();
        let mut increments = None;
        let mut related = Vec::new();
        for (name, json) in members {
            let name = name.as_ref();
            match name {
                INCREMENT if self.increments().next().is_some() => increments = Some(json),
                name if self.takes_related() && self.view().column(name).is_none() => {
                    match self.relation(name) {
                        Some(relation) => related.push((relation, json)),
                        None => to.fail(self.unknown(name)),
                    }
                }
                name => self.assign(&mut to, name, |column| decode(column, json)),
            }
        }
        match increments {
            None | Some(serde_json::Value::Null) => {}
            Some(serde_json::Value::Object(members)) => {
                for (name, json) in members {
                    self.increment(&mut to, &name, |column| column.kind.decode_json(json, style));
                }
            }
            Some(_) => to.fail(FieldError::new(INCREMENT, "type", "must be an object of numbers by field")),
        }
        if !related.is_empty() {
            self.read_related(&mut to, related);
        }
        to
    }

    fn increment(
        self,
        to: &mut Assignments,
        name: &str,
        decode: impl FnOnce(&ColumnInfo) -> Result<Value, CodecError>,
    ) {
        let field = |name: &str| format!("{INCREMENT}.{name}");
        let Some(column) = self.increments().find(|column| self.surface.name_of(column) == name) else {
            let message = match self.view().column(name) {
                Some(_) => "cannot be added to here; leave it out",
                None => "is not a field here; leave it out",
            };
            to.fail(FieldError::new(field(&crate::types::shorten(name, 64)), "unknown_field", message));
            return;
        };
        if to.get(column.index).is_some() {
            to.fail(FieldError::new(field(column.wire), "repeated", "is set already; set it or add to it"));
            return;
        }
        match decode(column) {
            Ok(number) => to.add(column.index, number),
            Err(error) => to.fail(FieldError::new(field(column.wire), error.code, error.message)),
        }
    }

    /// Reads text values of a form or a file's row. An empty text is NULL, except in a text column that is not
    /// nullable.
    #[must_use]
    pub fn read_text<N: AsRef<str>, V: AsRef<str>>(
        self,
        members: impl IntoIterator<Item = (N, V)>,
    ) -> Assignments {
        self.read(members, |column, text| match text.as_ref() {
            "" if column.nullable || column.kind != Kind::Text => Ok(Value::Null),
            text => column.kind.decode_text(text),
        })
    }

    fn read<N: AsRef<str>, V>(
        self,
        members: impl IntoIterator<Item = (N, V)>,
        mut decode: impl FnMut(&ColumnInfo, V) -> Result<Value, CodecError>,
    ) -> Assignments {
        let mut to = Assignments::new();
        for (name, value) in members {
            self.assign(&mut to, name.as_ref(), |column| decode(column, value));
        }
        to
    }

    /// The column of a name, if it may be written.
    ///
    /// # Errors
    /// Why it may not.
    pub(crate) fn column(self, name: &str) -> Result<&'static ColumnInfo, FieldError> {
        let column = self.view().column(name).ok_or_else(|| self.unknown(name))?;
        match self.view().refusal(column, self.action) {
            Some((code, message)) => Err(FieldError::new(column.wire, code, message)),
            None => Ok(column),
        }
    }

    fn assign(
        self,
        to: &mut Assignments,
        name: &str,
        decode: impl FnOnce(&ColumnInfo) -> Result<Value, CodecError>,
    ) {
        let column = match self.column(name) {
            Ok(column) => column,
            Err(error) => return to.fail(error),
        };
        match decode(column) {
            Ok(value) => to.set(column.index, value),
            Err(error) => to.fail(FieldError::new(column.wire, error.code, error.message)),
        }
    }

    fn unknown(self, name: &str) -> FieldError {
        let names = self.columns().map(|column| (column.index, self.surface.name_of(column)));
        let relations = self.relation_names();
        let near = self.asker.and_then(|ctx| suggestion(ctx, self.info, name, names, &relations));
        let message = match near {
            Some(near) => Cow::Owned(format!("is not a field here; did you mean `{near}`?")),
            None => Cow::Borrowed("is not a field here; leave it out"),
        };
        FieldError::new(crate::types::shorten(name, 64).into_owned(), "unknown_field", message)
    }
}

/// The name that is most like an unknown one, of those that the client may know: no column that is hidden from it. None
/// where the settings suggest nothing.
pub(crate) fn suggestion<'n>(
    ctx: &Ctx,
    info: &EntityInfo,
    name: &str,
    columns: impl Iterator<Item = (usize, &'n str)>,
    others: &[&'n str],
) -> Option<&'n str> {
    if !ctx.suggests_names() {
        return None;
    }
    let visible = columns.filter(|(index, _)| !info.is_hidden_column(*index, ctx)).map(|(_, name)| name);
    nearest(name, visible.chain(others.iter().copied()))
}

/// The candidate that a misspelt name was likely meant to be.
pub(crate) fn nearest<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if name.len() > 64 {
        return None;
    }
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= 2.max(candidate.len() / 4) && *distance < candidate.len()
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
