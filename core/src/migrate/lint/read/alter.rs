//! `ALTER TABLE`, one effect for each of its parts.

use sqlparser::ast::{AlterColumnOperation, AlterTable, AlterTableOperation, RenameTableNameKind};

use super::{column, exclusive, ident, name, rule, words};
use crate::migrate::lint::Lock;
use crate::migrate::lint::effect::Effect;

pub(super) fn effects(alter: AlterTable, text: &str) -> Vec<Effect> {
    let table = name(&alter.name);
    let operations = alter.operations.into_iter();
    operations.flat_map(|operation| of_operation(&table, operation, text)).collect()
}

fn of_operation(table: &str, operation: AlterTableOperation, text: &str) -> Vec<Effect> {
    use AlterTableOperation as Alter;
    let table = table.to_owned();
    let weak = |lock: Lock| Effect::AlterTable { table: table.clone(), lock, rewrites: false };
    vec![match operation {
        Alter::AddConstraint { constraint, not_valid } => match rule(&constraint) {
            Some(rule) => Effect::AddRule { table, rule, not_valid },
            None => exclusive(table),
        },
        Alter::AddColumn { column_def, .. } => {
            let (column, rules) = column(&column_def);
            Effect::AddColumn { table, column, rules }
        }
        Alter::DropConstraint { name, .. } => Effect::DropRule { table, name: ident(&name) },
        Alter::DropColumn { column_names, .. } => {
            let columns = column_names.iter();
            return columns
                .map(|column| Effect::DropColumn { table: table.clone(), column: ident(column) })
                .collect();
        }
        Alter::RenameColumn { old_column_name, new_column_name } => {
            Effect::RenameColumn { table, column: ident(&old_column_name), to: ident(&new_column_name) }
        }
        Alter::RenameTable { table_name } => {
            let (RenameTableNameKind::To(to) | RenameTableNameKind::As(to)) = table_name;
            Effect::RenameTable { table, to: name(&to) }
        }
        Alter::RenameConstraint { old_name, new_name } => {
            Effect::RenameRule { table, name: ident(&old_name), to: ident(&new_name) }
        }
        Alter::ValidateConstraint { name } => Effect::ValidateRule { table, name: ident(&name) },
        Alter::AlterColumn { column_name, op } => alter_column(table, ident(&column_name), op),
        Alter::DisableTrigger { .. } | Alter::EnableTrigger { .. } => weak(Lock::ShareRowExclusive),
        Alter::EnableAlwaysTrigger { .. } | Alter::EnableReplicaTrigger { .. } => {
            weak(Lock::ShareRowExclusive)
        }
        Alter::SetOptionsParens { .. } | Alter::ResetOptions { .. } => weak(Lock::ShareUpdateExclusive),
        Alter::SetLogged | Alter::SetUnlogged => {
            Effect::AlterTable { table, lock: Lock::AccessExclusive, rewrites: true }
        }
        Alter::EnableRowLevelSecurity
        | Alter::DisableRowLevelSecurity
        | Alter::ForceRowLevelSecurity
        | Alter::NoForceRowLevelSecurity
        | Alter::ReplicaIdentity { .. }
        | Alter::OwnerTo { .. }
        | Alter::EnableRule { .. }
        | Alter::DisableRule { .. } => exclusive(table),
        _ => return words::effects(text),
    }]
}

fn alter_column(table: String, column: String, operation: AlterColumnOperation) -> Effect {
    match operation {
        AlterColumnOperation::SetNotNull => Effect::SetNotNull { table, column },
        AlterColumnOperation::DropNotNull => Effect::DropNotNull { table, column },
        AlterColumnOperation::SetDataType { data_type, using, .. } => Effect::SetType {
            table,
            column,
            sql_type: data_type.to_string().to_lowercase(),
            using: using.map(|expression| expression.to_string()),
        },
        AlterColumnOperation::SetDefault { .. }
        | AlterColumnOperation::DropDefault
        | AlterColumnOperation::AddGenerated { .. }
        | AlterColumnOperation::GenericOptions { .. } => exclusive(table),
    }
}
