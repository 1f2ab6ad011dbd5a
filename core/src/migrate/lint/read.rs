//! Statements as effects, by `sqlparser`; what it cannot parse is seen by its first words.

mod alter;
mod words;

use sqlparser::ast::{
    self, AlterTypeOperation, ColumnOption, Expr, FromTable, ObjectName, ObjectType, SetExpr, Statement,
    TableConstraint, TableFactor, TableObject,
};
use sqlparser::dialect::{Dialect as SqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use crate::db::Dialect;
use crate::migrate::lint::Lock;
use crate::migrate::lint::effect::{Column, Effect, Index, Rule, RuleKind};

/// What a statement does, in order.
pub(super) fn effects(dialect: Dialect, text: &str) -> Vec<Effect> {
    if let Some(effects) = words::before_parsing(text) {
        return effects;
    }
    let grammar: &dyn SqlDialect = match dialect {
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
    };
    let parsed = parse(grammar, text).or_else(|| parse(grammar, &words::without_collations(text)?));
    parsed.map_or_else(|| words::effects(text), |statement| of_statement(statement, text))
}

fn parse(grammar: &dyn SqlDialect, text: &str) -> Option<Statement> {
    let mut parser = Parser::new(grammar).try_with_sql(text).ok()?;
    let statement = parser.parse_statement().ok()?;
    // What is left over was not understood.
    parser.expect_token(&sqlparser::tokenizer::Token::EOF).ok()?;
    Some(statement)
}

fn of_statement(statement: Statement, text: &str) -> Vec<Effect> {
    match statement {
        Statement::CreateTable(create) => create_table(&create),
        Statement::AlterTable(alter) => alter::effects(alter, text),
        Statement::CreateVirtualTable { name: table, .. } => {
            vec![Effect::CreateVirtualTable { table: name(&table) }]
        }
        Statement::CreateView(view) => vec![Effect::CreateView { name: name(&view.name) }],
        Statement::CreateIndex(create) => vec![create_index(create)],
        Statement::Drop { object_type, names, cascade, .. } => {
            names.iter().map(|object| drop_object(object_type, name(object), cascade)).collect()
        }
        Statement::Truncate(truncate) => {
            let tables = truncate.table_names.iter();
            tables.map(|target| Effect::Truncate { table: name(&target.name) }).collect()
        }
        Statement::Insert(insert) => vec![self::insert(&insert)],
        Statement::Update(update) => vec![self::update(&update)],
        Statement::Delete(delete) => vec![self::delete(&delete)],
        Statement::AlterType(alter) => vec![match alter.operation {
            AlterTypeOperation::AddValue(add) => Effect::EnumValueAdded { between: add.position.is_some() },
            AlterTypeOperation::RenameValue(rename) => {
                Effect::EnumValueRenamed { from: rename.from.value, to: rename.to.value }
            }
            AlterTypeOperation::Rename(_) => Effect::Harmless,
        }],
        Statement::StartTransaction { .. } | Statement::Commit { .. } | Statement::Rollback { .. } => {
            vec![Effect::Transaction { what: words::first(text, 1) }]
        }
        Statement::CreateTrigger(trigger) => {
            let (table, lock) = (name(&trigger.table_name), Lock::ShareRowExclusive);
            vec![Effect::AlterTable { table, lock, rewrites: false }]
        }
        Statement::CreatePolicy(policy) => vec![exclusive(name(&policy.table_name))],
        Statement::AlterPolicy(policy) => vec![exclusive(name(&policy.table_name))],
        Statement::DropPolicy(policy) => vec![exclusive(name(&policy.table_name))],
        Statement::DropTrigger(trigger) => match trigger.table_name {
            Some(table) => vec![exclusive(name(&table))],
            None => vec![Effect::Harmless],
        },
        Statement::Query(_)
        | Statement::Comment { .. }
        | Statement::AlterView(_)
        | Statement::CreateFunction(_)
        | Statement::DropFunction(_)
        | Statement::CreateType { .. }
        | Statement::CreateDomain { .. }
        | Statement::CreateSequence { .. }
        | Statement::CreateExtension(_)
        | Statement::CreateRole(_)
        | Statement::CreateSchema { .. }
        | Statement::Grant(_)
        | Statement::Revoke(_)
        | Statement::Analyze(_)
        | Statement::Pragma { .. } => vec![Effect::Harmless],
        _ => words::effects(text),
    }
}

fn exclusive(table: String) -> Effect {
    Effect::AlterTable { table, lock: Lock::AccessExclusive, rewrites: false }
}

/// The last part of a name, as the database knows it.
fn name(object: &ObjectName) -> String {
    object.0.last().and_then(|part| part.as_ident()).map(ident).unwrap_or_default()
}

/// Names without quotes are in lower case on PostgreSQL, and compared so on SQLite.
fn ident(ident: &ast::Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

fn idents(names: &[ast::Ident]) -> Vec<String> {
    names.iter().map(ident).collect()
}

/// A column of an index, or the text of an expression.
fn indexed(columns: &[ast::IndexColumn]) -> Vec<String> {
    columns
        .iter()
        .map(|column| match &column.column.expr {
            Expr::Identifier(name) => ident(name),
            expression => expression.to_string(),
        })
        .collect()
}

fn create_table(create: &ast::CreateTable) -> Vec<Effect> {
    let mut rules: Vec<Rule> = create.constraints.iter().filter_map(rule).collect();
    let mut columns = Vec::new();
    for definition in &create.columns {
        let (column, own) = column(definition);
        columns.push(column);
        rules.extend(own);
    }
    let mut effects = Vec::new();
    if let Some(parent) = &create.partition_of {
        effects.push(exclusive(name(parent)));
    }
    effects.push(Effect::CreateTable {
        table: name(&create.name),
        columns,
        rules,
        temporary: create.temporary,
    });
    effects
}

/// A column, and the rules that stand with it.
fn column(definition: &ast::ColumnDef) -> (Column, Vec<Rule>) {
    let sql_type = definition.data_type.to_string().to_lowercase();
    let mut column = Column { name: ident(&definition.name), ..Column::default() };
    let mut rules = Vec::new();
    if let Some(counted) = serial(&sql_type) {
        column.sql_type = counted.to_owned();
        column.not_null = true;
        column.default = Some("nextval()".to_owned());
    } else {
        column.sql_type = sql_type;
    }
    for option in &definition.options {
        let given = option.name.as_ref().map(ident);
        let own = || vec![column.name.clone()];
        let kind = match &option.option {
            ColumnOption::NotNull => {
                column.not_null = true;
                None
            }
            ColumnOption::Default(expression) => {
                column.default = Some(expression.to_string());
                None
            }
            ColumnOption::Generated { generation_expr, generation_expr_mode, .. } => {
                match (generation_expr, generation_expr_mode) {
                    (Some(_), Some(ast::GeneratedExpressionMode::Stored)) => column.stored = true,
                    (Some(_), _) => column.computed = true,
                    (None, _) => {
                        column.identity = true;
                        column.not_null = true;
                    }
                }
                None
            }
            ColumnOption::PrimaryKey(_) => Some(RuleKind::Primary { columns: own() }),
            ColumnOption::Unique(_) => Some(RuleKind::Unique { columns: own() }),
            ColumnOption::Check(check) => Some(RuleKind::Check { sql: check.expr.to_string() }),
            ColumnOption::ForeignKey(key) => Some(foreign(key, own())),
            _ => None,
        };
        rules.extend(kind.map(|kind| Rule { name: given, kind }));
    }
    column.not_null |= rules.iter().any(|rule| matches!(rule.kind, RuleKind::Primary { .. }));
    (column, rules)
}

fn serial(sql_type: &str) -> Option<&'static str> {
    match sql_type {
        "serial" | "serial4" => Some("integer"),
        "bigserial" | "serial8" => Some("bigint"),
        "smallserial" | "serial2" => Some("smallint"),
        _ => None,
    }
}

fn foreign(key: &ast::ForeignKeyConstraint, own: Vec<String>) -> RuleKind {
    RuleKind::Foreign {
        columns: if key.columns.is_empty() { own } else { idents(&key.columns) },
        target: name(&key.foreign_table),
        keys: idents(&key.referred_columns),
        on_delete: key.on_delete.as_ref().map_or_else(|| "NO ACTION".to_owned(), ToString::to_string),
    }
}

fn rule(constraint: &TableConstraint) -> Option<Rule> {
    let (name, kind) = match constraint {
        TableConstraint::PrimaryKey(key) => (&key.name, RuleKind::Primary { columns: indexed(&key.columns) }),
        TableConstraint::Unique(unique) => {
            (&unique.name, RuleKind::Unique { columns: indexed(&unique.columns) })
        }
        TableConstraint::Check(check) => (&check.name, RuleKind::Check { sql: check.expr.to_string() }),
        TableConstraint::ForeignKey(key) => (&key.name, foreign(key, Vec::new())),
        TableConstraint::Exclude(exclude) => (&exclude.name, RuleKind::Exclude),
        TableConstraint::PrimaryKeyUsingIndex(using) => {
            (&using.name, RuleKind::PrimaryUsing { index: ident(&using.index_name) })
        }
        TableConstraint::UniqueUsingIndex(using) => {
            (&using.name, RuleKind::UniqueUsing { index: ident(&using.index_name) })
        }
        TableConstraint::Index(_) | TableConstraint::FulltextOrSpatial(_) => return None,
    };
    Some(Rule { name: name.as_ref().map(ident), kind })
}

fn create_index(create: ast::CreateIndex) -> Effect {
    Effect::CreateIndex {
        table: name(&create.table_name),
        index: Index {
            name: create.name.as_ref().map(name).unwrap_or_default(),
            columns: indexed(&create.columns),
            unique: create.unique,
            condition: create.predicate.map(|condition| condition.to_string()),
        },
        concurrently: create.concurrently,
        if_not_exists: create.if_not_exists,
    }
}

fn drop_object(object: ObjectType, name: String, cascade: bool) -> Effect {
    match object {
        ObjectType::Table | ObjectType::ForeignTable => Effect::DropTable { table: name, cascade },
        ObjectType::Schema | ObjectType::Database => Effect::DropSchema { name },
        ObjectType::Index => Effect::DropIndex { name, concurrently: false },
        _ => Effect::Harmless,
    }
}

fn insert(insert: &ast::Insert) -> Effect {
    let table = match &insert.table {
        TableObject::TableName(table) => name(table),
        _ => String::new(),
    };
    let (mut reads, mut maps) = (Vec::new(), Vec::new());
    if let Some(SetExpr::Select(select)) = insert.source.as_ref().map(|query| &*query.body) {
        let relations = select.from.iter().map(|from| &from.relation);
        reads.extend(relations.filter_map(table_name));
        let values = select.projection.iter().map(|item| match item {
            ast::SelectItem::UnnamedExpr(Expr::Identifier(column)) => ident(column),
            item => item.to_string(),
        });
        maps.extend(insert.columns.iter().map(name).zip(values));
    }
    Effect::Insert { table, reads, maps }
}

fn table_name(factor: &TableFactor) -> Option<String> {
    match factor {
        TableFactor::Table { name: table, .. } => Some(name(table)),
        _ => None,
    }
}

fn update(update: &ast::Update) -> Effect {
    let sets = update.assignments.iter();
    let sets = sets.filter_map(|set| match &set.target {
        ast::AssignmentTarget::ColumnName(column) => Some((name(column), set.value.to_string())),
        ast::AssignmentTarget::Tuple(_) => None,
    });
    Effect::Update {
        table: table_name(&update.table.relation).unwrap_or_default(),
        sets: sets.collect(),
        filtered: update.selection.is_some() || update.from.is_some(),
    }
}

fn delete(delete: &ast::Delete) -> Effect {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    Effect::Delete {
        table: from.first().and_then(|table| table_name(&table.relation)).unwrap_or_default(),
        filtered: delete.selection.is_some() || delete.using.is_some(),
    }
}
