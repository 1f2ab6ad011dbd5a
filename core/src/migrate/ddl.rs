//! CREATE and DROP statements of a [`DatabaseSchema`], through sea-query's builders.

use sea_query::{
    ColumnDef, ConditionalStatement as _, Expr, ForeignKey as ForeignKeyBuilder, ForeignKeyAction,
    Index as IndexBuilder, PostgresQueryBuilder, Query, SqliteQueryBuilder, Table as TableBuilder,
};

use crate::db::{Dialect, quoted};
use crate::entity::{OnDelete, names};
use crate::migrate::fulltext;
use crate::migrate::plan::Step;
use crate::migrate::{Column, DatabaseSchema, ForeignKey, Index, IndexColumn, Table, Unique};
use crate::sql;

/// The statements that create every table of the schema, in an order in which they run on an empty database.
///
/// References to tables outside the schema are taken to be satisfied.
#[must_use]
pub fn create(schema: &DatabaseSchema, dialect: Dialect) -> Vec<String> {
    create_steps(schema, dialect).into_iter().map(|step| step.sql).collect()
}

/// The statements that drop every table of the schema.
#[must_use]
pub fn drop(schema: &DatabaseSchema, dialect: Dialect) -> Vec<String> {
    drop_steps(schema, dialect).into_iter().map(|step| step.sql).collect()
}

/// [`create`], with what each statement is.
pub(super) fn create_steps(schema: &DatabaseSchema, dialect: Dialect) -> Vec<Step> {
    let ordered = order(schema);
    let mut steps = Vec::new();
    for table in &ordered {
        let inline = |key: &ForeignKey| dialect == Dialect::Sqlite || !schema.is_cyclic(table, key);
        let sql = create_table(table, dialect, inline);
        steps.push(Step::new(format!("{}: a new table", table.name), sql));
        steps.extend(indexes(table, dialect));
        if let Some(index) = &table.fulltext {
            match dialect {
                Dialect::Postgres => steps.push(fulltext::postgres_index(table, index)),
                Dialect::Sqlite => steps.extend(fulltext::sqlite_create(table, index)),
            }
        }
    }
    if dialect == Dialect::Postgres {
        steps.extend(cyclic(schema, &ordered).map(|(table, key)| {
            let comment = format!("{}: `{}` refers to `{}`, in a circle", table.name, key.column, key.table);
            Step::new(comment, add_foreign_key(table, key, true))
        }));
    }
    steps
}

/// [`drop`], with what each statement is.
pub(super) fn drop_steps(schema: &DatabaseSchema, dialect: Dialect) -> Vec<Step> {
    let ordered = order(schema);
    let mut steps = Vec::new();
    if dialect == Dialect::Postgres {
        steps.extend(cyclic(schema, &ordered).map(|(table, key)| {
            Step::new(
                format!("{}: a reference in a circle goes before the tables", table.name),
                drop_constraint(&table.name, &key.name),
            )
        }));
    }
    for table in ordered.iter().rev() {
        for index in table.fulltext.iter().filter(|_| dialect == Dialect::Sqlite) {
            steps.extend(fulltext::sqlite_drop(table, index));
        }
        let mut statement = TableBuilder::drop();
        statement.table(table.name.clone());
        let sql = match dialect {
            Dialect::Sqlite => statement.to_string(SqliteQueryBuilder),
            Dialect::Postgres => statement.to_string(PostgresQueryBuilder),
        };
        steps.push(Step::new(format!("{}: the table is gone, with its rows", table.name), sql));
    }
    steps
}

/// Indexes of a table that is new: partial unique rules, which are indexes, and others.
pub(super) fn indexes(table: &Table, dialect: Dialect) -> Vec<Step> {
    let partial = table.uniques.iter().filter_map(|unique| partial_unique(table, unique, dialect));
    partial.chain(table.indexes.iter().map(|index| self::index(table, index, dialect))).collect()
}

/// A new column of a table that is there.
pub(super) fn add_column(table: &Table, column: &Column, dialect: Dialect) -> Step {
    let mut clause = add_clause(column, dialect);
    if dialect == Dialect::Sqlite {
        let extra = sqlite_constraints(table, column, false);
        if !extra.is_empty() {
            clause.push_str(&format!(" {extra}"));
        }
        let own = names::check(&table.name, &column.name);
        for check in table.checks.iter().filter(|check| check.name == own) {
            clause.push_str(&format!(" CONSTRAINT {} CHECK ({})", quoted(&check.name), check.sql));
        }
    }
    let sql = format!("ALTER TABLE {} ADD COLUMN {clause}", quoted(&table.name));
    Step::new(format!("{}: `{}` is new", table.name, column.name), sql)
}

fn add_clause(column: &Column, dialect: Dialect) -> String {
    let mut clause = format!("{} {}", quoted(&column.name), column.sql_type);
    if dialect == Dialect::Postgres {
        // As it is written in a new table.
        clause = clause.replace(" collate ", " COLLATE ");
    }
    if !column.nullable {
        clause.push_str(" NOT NULL");
    }
    if let Some(default) = &column.default {
        match is_literal(default) {
            true => clause.push_str(&format!(" DEFAULT {default}")),
            false => clause.push_str(&format!(" DEFAULT ({default})")),
        }
    }
    clause
}

/// Whether a default is a literal, which SQLite takes in a new column and PostgreSQL in one without rewriting the table.
pub(super) fn is_literal(default: &str) -> bool {
    let text = default.strip_prefix(['x', 'E']).unwrap_or(default);
    let is_text = text.len() > 1 && text.starts_with('\'') && text.ends_with('\'') && {
        !text[1..text.len() - 1].replace("''", "").contains('\'')
    };
    is_text || default.parse::<f64>().is_ok() || ["true", "false"].contains(&default)
}

/// The statement that gives a column another name, the same on both databases.
pub(super) fn rename_column(table: &str, before: &str, name: &str) -> Step {
    let sql = format!("ALTER TABLE {} RENAME COLUMN {} TO {}", quoted(table), quoted(before), quoted(name));
    Step::new(format!("{table}: `{before}` is called `{name}` now"), sql)
}

/// The statement that takes a constraint from a table of PostgreSQL.
pub(super) fn drop_constraint(table: &str, name: &str) -> String {
    format!("ALTER TABLE {} DROP CONSTRAINT {}", quoted(table), quoted(name))
}

/// Statements as the text of a file, a blank line before each table.
#[must_use]
pub fn script(statements: &[String]) -> String {
    let mut text = String::new();
    for sql in statements {
        if sql.starts_with("CREATE TABLE") && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(sql);
        text.push_str(";\n");
    }
    text
}

/// The tables in declared order, except that a table comes after those it refers to. In a cycle the first one
/// declared comes first.
fn order(schema: &DatabaseSchema) -> Vec<&Table> {
    let mut waiting: Vec<&Table> = schema.tables.iter().collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = |table: &&Table| {
            let mut keys = table.foreign_keys.iter();
            keys.all(|key| key.table == table.name || !refers_into(key, &waiting))
        };
        let next = waiting.iter().position(ready).unwrap_or(0);
        ordered.push(waiting.remove(next));
    }
    ordered
}

fn refers_into(key: &ForeignKey, tables: &[&Table]) -> bool {
    tables.iter().any(|table| table.name == key.table)
}

/// References of a table to itself, and of tables to each other. They are deferrable, so that an import may insert a row before
/// the one it refers to.
fn cyclic<'a>(
    schema: &'a DatabaseSchema,
    ordered: &'a [&'a Table],
) -> impl Iterator<Item = (&'a Table, &'a ForeignKey)> {
    ordered.iter().flat_map(move |table| {
        let keys = table.foreign_keys.iter();
        keys.filter(move |key| schema.is_cyclic(table, key)).map(|key| (*table, key))
    })
}

/// The statement that creates a table, with the foreign keys that are chosen.
pub(super) fn create_table(table: &Table, dialect: Dialect, inline: impl Fn(&ForeignKey) -> bool) -> String {
    let mut statement = TableBuilder::create();
    statement.table(table.name.clone());
    for column in &table.columns {
        statement.col(column_def(table, column, dialect));
    }
    if dialect == Dialect::Postgres {
        if let Some(index) = &table.fulltext {
            let mut words = ColumnDef::new(names::FULLTEXT_COLUMN);
            words.custom("tsvector").generated(Expr::cust(fulltext::postgres_document(index)), true);
            statement.col(words);
        }
        let mut key = IndexBuilder::create();
        key.name(&table.primary_key.name).col(table.primary_key.column.clone()).primary();
        statement.primary_key(&mut key);
    }
    for unique in table.uniques.iter().filter(|unique| unique.condition.is_none()) {
        let mut index = IndexBuilder::create();
        index.name(&unique.name).unique();
        for column in &unique.columns {
            index.col(column.clone());
        }
        statement.index(&mut index);
    }
    for check in &table.checks {
        statement.check((check.name.clone(), Expr::cust(check.sql.clone())));
    }
    match dialect {
        Dialect::Postgres => {
            for key in table.foreign_keys.iter().filter(|key| inline(key)) {
                statement.foreign_key(&mut foreign_key(table, key));
            }
            format_create_table(&statement.to_string(PostgresQueryBuilder))
        }
        // References are declared with their columns, and types are enforced.
        Dialect::Sqlite => format_create_table(&statement.extra("STRICT").to_string(SqliteQueryBuilder)),
    }
}

fn column_def(table: &Table, column: &Column, dialect: Dialect) -> ColumnDef {
    let is_key = column.name == table.primary_key.column;
    let mut def = ColumnDef::new(column.name.clone());
    if is_key && table.primary_key.identity && dialect == Dialect::Postgres {
        def.big_integer().auto_increment();
    } else {
        def.custom(column.sql_type.clone());
    }
    if !column.nullable {
        def.not_null();
    }
    if let Some(default) = &column.default {
        def.default(Expr::cust(default.clone()));
    }
    if dialect == Dialect::Sqlite {
        let extra = sqlite_constraints(table, column, is_key);
        if !extra.is_empty() {
            def.extra(extra);
        }
    }
    def
}

/// What sea-query cannot express for SQLite: a named primary key that counts up and never assigns an id twice, and
/// named references.
fn sqlite_constraints(table: &Table, column: &Column, is_key: bool) -> String {
    let mut parts = Vec::new();
    if is_key {
        let counted = if table.primary_key.identity { " AUTOINCREMENT" } else { "" };
        parts.push(format!("CONSTRAINT {} PRIMARY KEY{counted}", quoted(&table.primary_key.name)));
    }
    for key in table.foreign_keys.iter().filter(|key| key.column == column.name) {
        let (name, target, target_column) = (quoted(&key.name), quoted(&key.table), quoted(&key.key));
        let action = match key.on_delete {
            OnDelete::Restrict => "",
            OnDelete::Cascade => " ON DELETE CASCADE",
            OnDelete::SetNull => " ON DELETE SET NULL",
        };
        parts.push(format!("CONSTRAINT {name} REFERENCES {target} ({target_column}){action}"));
    }
    parts.join(" ")
}

/// A unique rule that holds among some rows: not a constraint, but a partial index.
pub(super) fn partial_unique(table: &Table, unique: &Unique, dialect: Dialect) -> Option<Step> {
    let mut statement = IndexBuilder::create();
    statement.name(&unique.name).table(table.name.clone()).unique();
    statement.and_where(Expr::cust(unique.condition.clone()?));
    for column in &unique.columns {
        statement.col(column.clone());
    }
    let sql = match dialect {
        Dialect::Sqlite => statement.to_string(SqliteQueryBuilder),
        Dialect::Postgres => statement.to_string(PostgresQueryBuilder),
    };
    let columns = unique.columns.join(", ");
    Some(Step::new(format!("{}: {columns} unique among some rows", table.name), sql))
}

/// A secondary index.
pub(super) fn index(table: &Table, index: &Index, dialect: Dialect) -> Step {
    // sea-query's builder for SQLite takes no expressions.
    let parts: Vec<String> = index.columns.iter().map(|column| index_part(column, dialect)).collect();
    let mut sql =
        format!("CREATE INDEX {} ON {} ({})", quoted(&index.name), quoted(&table.name), parts.join(", "));
    if let Some(condition) = &index.condition {
        sql.push_str(&format!(" WHERE {condition}"));
    }
    let columns: Vec<&str> = index.columns.iter().map(|column| column.name.as_str()).collect();
    Step::new(format!("{}: finds and sorts rows by {}", table.name, columns.join(", ")), sql)
}

/// What an index is over: a column, or the positions of an enum's values, as queries sort by them.
fn index_part(column: &IndexColumn, dialect: Dialect) -> String {
    let part = match column.values.is_empty() {
        true => quoted(&column.name),
        false => {
            let names = column.values.iter().map(String::as_str).zip(0..);
            let expression = sql::ranked(&Expr::col(column.name.clone()), names, dialect);
            let query = Query::select().expr(expression).take();
            let text = match dialect {
                Dialect::Sqlite => query.to_string(SqliteQueryBuilder),
                Dialect::Postgres => query.to_string(PostgresQueryBuilder),
            };
            text.replacen("SELECT ", "", 1)
        }
    };
    format!("{part}{}", if column.descending { " DESC" } else { "" })
}

/// The statement that adds a foreign key to a table of PostgreSQL.
pub(super) fn add_foreign_key(table: &Table, key: &ForeignKey, deferrable: bool) -> String {
    let statement = foreign_key(table, key).to_string(PostgresQueryBuilder);
    if deferrable { format!("{statement} DEFERRABLE") } else { statement }
}

fn foreign_key(table: &Table, key: &ForeignKey) -> sea_query::ForeignKeyCreateStatement {
    let mut statement = ForeignKeyBuilder::create();
    statement
        .name(&key.name)
        .from(table.name.clone(), key.column.clone())
        .to(key.table.clone(), key.key.clone());
    // NO ACTION, the default, refuses as RESTRICT does, but at the end of the statement: rows that refer to each
    // other can be deleted together. SQLite and PostgreSQL 18 also report RESTRICT as another kind of error.
    match key.on_delete {
        OnDelete::Restrict => {}
        OnDelete::Cascade => {
            statement.on_delete(ForeignKeyAction::Cascade);
        }
        OnDelete::SetNull => {
            statement.on_delete(ForeignKeyAction::SetNull);
        }
    }
    statement
}

/// Puts each column and constraint of a CREATE TABLE on a line of its own: people review these files.
fn format_create_table(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 64);
    let mut depth = 0_usize;
    let mut quote = None;
    let mut chars = sql.chars().peekable();
    while let Some(char) = chars.next() {
        match (quote, char) {
            (Some(open), _) => {
                if char == open {
                    quote = None;
                }
                out.push(char);
            }
            (None, '"' | '\'') => {
                quote = Some(char);
                out.push(char);
            }
            (None, '(') => {
                depth += 1;
                out.push(char);
                if depth == 1 {
                    chars.next_if_eq(&' ');
                    out.push_str("\n  ");
                }
            }
            (None, ')') => {
                if depth == 1 {
                    out.truncate(out.trim_end().len());
                    out.push('\n');
                }
                depth = depth.saturating_sub(1);
                out.push(char);
            }
            (None, ',') if depth == 1 => {
                chars.next_if_eq(&' ');
                out.push_str(",\n  ");
            }
            _ => out.push(char),
        }
    }
    out
}
