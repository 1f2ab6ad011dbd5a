//! Writing measures of rows, and of groups of them, as JSON text.

use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::graphql::aggregate::{AggregateShape, GroupField, KeyField, KeyForm, KeyShape, MeasureField};
use crate::graphql::json_writer::JsonWriter;
use crate::query::{Group, GroupKey};
use crate::value::Value;

impl AggregateShape {
    /// Writes measures of rows of an entity, which have these keys in common.
    pub(super) fn write(
        &self,
        (info, keys): (&'static EntityInfo, &[GroupKey]),
        groups: &[Group],
        writer: &mut JsonWriter,
    ) -> Result<()> {
        let write = |writer: &mut JsonWriter, group: &Group| self.write_group(info, keys, group, writer);
        if self.grouped {
            return writer.list(groups.len(), |writer, position| write(writer, &groups[position]));
        }
        let group = groups.first().ok_or_else(|| Error::internal("all rows have no measures"))?;
        write(writer, group)
    }

    fn write_group(
        &self,
        info: &'static EntityInfo,
        keys: &[GroupKey],
        group: &Group,
        writer: &mut JsonWriter,
    ) -> Result<()> {
        let name = info.def.graphql.type_name;
        writer.object(&self.group, |writer, field| {
            match field {
                GroupField::Typename(suffix) => writer.quoted(name, suffix),
                GroupField::Count(position) => writer.value(&group.measures[*position]),
                GroupField::Measures(suffix, shape) => {
                    return writer.object(shape, |writer, field| {
                        match field {
                            MeasureField::Typename => writer.quoted(name, suffix),
                            MeasureField::Value { position, big_int: true } => {
                                writer.big_int(&group.measures[*position]);
                            }
                            MeasureField::Value { position, .. } => writer.value(&group.measures[*position]),
                        }
                        Ok(())
                    });
                }
                GroupField::Key(shape) => return write_keys(keys, group, shape, writer),
            }
            Ok(())
        })
    }
}

fn write_keys(keys: &[GroupKey], group: &Group, shape: &KeyShape, writer: &mut JsonWriter) -> Result<()> {
    writer.object(shape, |writer, field| {
        match field {
            KeyField::Typename(name) => writer.quoted(name, "GroupValues"),
            KeyField::Related(shape) => return write_keys(keys, group, shape, writer),
            KeyField::Value { columns, form } => {
                let position = keys.iter().position(|key| key.columns().eq(columns.iter().copied()));
                let value = position.and_then(|position| group.keys.get(position));
                match (value.ok_or_else(|| Error::internal("a key of no group"))?, form) {
                    (Value::Null, _) => writer.null(),
                    (key, KeyForm::Id(of)) => writer.id(of, key),
                    (value, KeyForm::BigInt) => writer.big_int(value),
                    (value, KeyForm::Plain) => writer.value(value),
                }
            }
        }
        Ok(())
    })
}
