//! Writing measures of rows, and of groups of them, as JSON text.

use crate::error::Result;
use crate::graphql::aggregate::{AggregatePlan, GroupField, KeyField, KeyForm, KeyShape, MeasureField};
use crate::graphql::json_writer::JsonWriter;
use crate::query::Group;
use crate::value::Value;

impl AggregatePlan {
    /// Writes the answer.
    pub(super) fn write(&self, groups: &[Group], writer: &mut JsonWriter) -> Result<()> {
        if self.grouped {
            return writer.list(groups.len(), |writer, position| self.write_group(&groups[position], writer));
        }
        match groups.first() {
            Some(group) => self.write_group(group, writer),
            None => self.write_group(&Group::empty(&self.query), writer),
        }
    }

    fn write_group(&self, group: &Group, writer: &mut JsonWriter) -> Result<()> {
        let name = self.info.def.graphql.type_name;
        writer.object(&self.shape, |writer, field| {
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
                GroupField::Key(shape) => return write_keys(group, shape, writer),
            }
            Ok(())
        })
    }
}

fn write_keys(group: &Group, shape: &KeyShape, writer: &mut JsonWriter) -> Result<()> {
    writer.object(shape, |writer, field| {
        match field {
            KeyField::Typename(name) => writer.quoted(name, "GroupValues"),
            KeyField::Related(shape) => return write_keys(group, shape, writer),
            KeyField::Value { position, form } => match (&group.keys[*position], form) {
                (Value::Null, _) => writer.null(),
                (key, KeyForm::Id(of)) => writer.id(of, key),
                (value, KeyForm::BigInt) => writer.big_int(value),
                (value, KeyForm::Plain) => writer.value(value),
            },
        }
        Ok(())
    })
}
