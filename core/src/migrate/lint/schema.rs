//! A stored schema as what is known before the migrations run.

use crate::db::Dialect;
use crate::entity::OnDelete;
use crate::migrate::DatabaseSchema;
use crate::migrate::database_schema::Table;
use crate::migrate::lint::Context;
use crate::migrate::lint::effect::{Column, Effect, Index, Rule, RuleKind};

impl Context {
    /// The tables are those of this schema.
    #[must_use]
    pub(crate) fn of_schema(schema: &DatabaseSchema, dialect: Dialect) -> Self {
        let mut context = Self::new();
        for table in &schema.tables {
            for effect in effects(table) {
                context.catalog.apply(&effect, dialect);
            }
        }
        context.catalog.settle();
        context
    }
}

fn effects(table: &Table) -> Vec<Effect> {
    let columns = table.columns.iter().map(|column| Column {
        name: column.name.clone(),
        sql_type: column.sql_type.to_lowercase(),
        not_null: !column.nullable,
        default: column.default.clone(),
        ..Column::default()
    });
    let all_rows = |condition: &Option<String>| condition.is_none();
    let mut rules = vec![Rule {
        name: Some(table.primary_key.name.clone()),
        kind: RuleKind::Primary { columns: vec![table.primary_key.column.clone()] },
    }];
    rules.extend(table.uniques.iter().filter(|unique| all_rows(&unique.condition)).map(|unique| Rule {
        name: Some(unique.name.clone()),
        kind: RuleKind::Unique { columns: unique.columns.clone() },
    }));
    rules.extend(table.checks.iter().map(|check| Rule {
        name: Some(check.name.clone()),
        kind: RuleKind::Check { sql: check.sql.clone() },
    }));
    rules.extend(table.foreign_keys.iter().map(|key| {
        Rule {
            name: Some(key.name.clone()),
            kind: RuleKind::Foreign {
                columns: vec![key.column.clone()],
                target: key.table.clone(),
                keys: vec![key.key.clone()],
                on_delete: match key.on_delete {
                    OnDelete::Restrict => "NO ACTION",
                    OnDelete::Cascade => "CASCADE",
                    OnDelete::SetNull => "SET NULL",
                }
                .to_owned(),
            },
        }
    }));
    let name = table.name.clone();
    let mut effects = vec![Effect::CreateTable {
        table: name.clone(),
        columns: columns.collect(),
        rules,
        temporary: false,
    }];
    let partial = table.uniques.iter().filter(|unique| !all_rows(&unique.condition)).map(|unique| Index {
        name: unique.name.clone(),
        columns: unique.columns.clone(),
        unique: true,
        condition: unique.condition.clone(),
    });
    let plain = table.indexes.iter().map(|index| Index {
        name: index.name.clone(),
        columns: index.columns.iter().map(|column| column.name.clone()).collect(),
        unique: false,
        condition: index.condition.clone(),
    });
    effects.extend(partial.chain(plain).map(|index| Effect::CreateIndex {
        table: name.clone(),
        index,
        concurrently: false,
        if_not_exists: false,
    }));
    effects
}
