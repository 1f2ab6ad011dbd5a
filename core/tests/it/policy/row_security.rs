//! The second wall: PostgreSQL's own policies, made from the same rules, against the judge of `random` and the engine.
//!
//! What is sent raw here goes past the engine: only the database refuses it.

use entify::db::{Db, DbError, Dialect, Executor, Layout, Statement};
use entify::entity::{Entity as _, EntityDef, Registry};
use entify::migrate::{self, MigrateError, Migrations};
use entify::policy::{Action, Rule};
use entify::prelude::*;
use entify::query::ListQuery;
use entify::service::Records;
use entify::testing::{TestDb, each_database};
use entify::types::Kind;
use entify::value::Value;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::random::{
    Doc, Row, Rules, TEAMS, Team, TeamInput, TeamService, Who, row, rules, store, under, who,
};
use super::rows::{Diary, DiaryInput, DiaryService, Entry};
use super::someone;

const NONE: [&EntityDef; 0] = [];

// --- raw SQL -------------------------------------------------------------------------------------------

/// A connection of the role that the wall holds for.
async fn connect(test: &TestDb) -> PgConnection {
    PgConnection::connect(test.url()).await.expect("a connection")
}

/// Says who asks, as the engine would; for tests it may read some tables whole.
async fn bind(connection: &mut PgConnection, who: &Who, open: &[&str]) {
    let open: Vec<String> = open.iter().map(|table| (*table).to_owned()).collect();
    sqlx::query(
        "SELECT set_config('entify.authenticated', $1, true), set_config('entify.subject', $2, true), \
         set_config('entify.roles', $3::text[]::text, true), set_config('entify.open', $4::text[]::text, true)",
    )
    .bind(if who.known { "on" } else { "off" })
    .bind(who.subject.clone().unwrap_or_default())
    .bind(&who.roles)
    .bind(&open)
    .execute(connection)
    .await
    .expect("settings");
}

async fn keys(connection: &mut PgConnection) -> Vec<i64> {
    sqlx::query_scalar("SELECT id FROM doc ORDER BY id").fetch_all(connection).await.expect("rows")
}

/// How many rows a raw statement touches, or that the wall refused one; in a savepoint that is taken back.
async fn touched(connection: &mut PgConnection, sql: String) -> Option<u64> {
    let mut savepoint = connection.begin().await.expect("a savepoint");
    let done = sqlx::query(AssertSqlSafe(sql)).execute(&mut *savepoint).await;
    let touched = match done {
        Ok(done) => Some(done.rows_affected()),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42501") => None,
        Err(error) => panic!("{error}"),
    };
    savepoint.rollback().await.expect("back");
    touched
}

fn literal<T: ToString>(value: Option<T>) -> String {
    value.map_or("NULL".to_owned(), |value| format!("'{}'", value.to_string()))
}

impl Row {
    fn insertion(&self) -> String {
        let Self { owner, number, open, team } = self;
        format!(
            "INSERT INTO doc (owner, number, open, team_id) VALUES ({}, {}, {open}, {})",
            literal(owner.as_ref()),
            literal(*number),
            literal(*team)
        )
    }

    fn change(&self, key: i64) -> String {
        let Self { owner, number, open, team } = self;
        format!(
            "UPDATE doc SET owner = {}, number = {}, open = {open}, team_id = {} WHERE id = {key}",
            literal(owner.as_ref()),
            literal(*number),
            literal(*team)
        )
    }
}

// --- random rules --------------------------------------------------------------------------------------

/// Whether a part is decided in Rust, of which the wall lets everything pass.
fn in_rust(rule: &Rule) -> bool {
    match rule {
        Rule::Custom(_) => true,
        Rule::Any(rules) | Rule::All(rules) => rules.iter().any(in_rust),
        Rule::Not(rule) => in_rust(rule),
        _ => false,
    }
}

/// What the wall does against what the rule says: the same, or more where the rule is partly Rust.
fn agrees(wall: bool, rule: bool, rules: &[&Rule]) -> bool {
    wall == rule || (wall && rules.iter().any(|rule| in_rust(rule)))
}

/// What was met: rules kept and broken, in each way.
#[derive(Debug, Default)]
struct Met {
    public: usize,
    closed: usize,
    shown: usize,
    hidden: usize,
    wider: usize,
    written: usize,
    unreached: usize,
    refused: usize,
}

/// The rows that are seen, raw and through the engine.
async fn check_reads(
    connection: &mut PgConnection,
    ctx: &Ctx,
    rows: &[Row],
    rules: &Rules,
    who: &Who,
    met: &mut Met,
) -> entify::Result<()> {
    let context = || format!("{who:?} reading {}", rules.read);
    let seen = keys(connection).await;
    for (key, row) in (1..).zip(rows) {
        let (wall, rule) = (seen.contains(&key), who.may(&rules.read, Action::Read, key, row));
        assert!(agrees(wall, rule, &[&rules.read]), "{} of {key} {row:?}: wall {wall}", context());
        met.shown += usize::from(wall && rule);
        met.hidden += usize::from(!wall);
        met.wider += usize::from(wall && !rule);
    }
    let ctx = ctx.with_principal(who.principal());
    let info = under(rules);
    let records = Records::new(&ctx, info);
    let engine: Vec<i64> = match records.list(&ListQuery::new(info.all())).await {
        Ok(page) => {
            page.items
                .iter()
                .filter_map(|row| if let Value::Int(key) = row.key() { Some(*key) } else { None })
        }
        .collect(),
        Err(Error::Forbidden | Error::Unauthenticated) => Vec::new(),
        Err(error) => return Err(error),
    };
    let judged: Vec<i64> = (1..)
        .zip(rows)
        .filter(|(key, row)| who.may(&rules.read, Action::Read, *key, row))
        .map(|(key, _)| key)
        .collect();
    assert_eq!(engine, judged, "{}", context());
    if !in_rust(&rules.read) {
        assert_eq!(seen, engine, "{}", context());
    }
    Ok(())
}

/// What is written raw.
async fn check_writes(
    connection: &mut PgConnection,
    rows: &[Row],
    rules: &Rules,
    who: &Who,
    to: &Row,
    met: &mut Met,
) {
    let Rules { read, create, update, delete } = rules;
    let made = touched(connection, to.insertion()).await == Some(1);
    let may = who.may(create, Action::Create, i64::MAX, to);
    assert!(agrees(made, may, &[create]), "{who:?} creating {create}: {to:?}: wall {made}");
    for (key, row) in (1..).zip(rows) {
        let reads = who.may(read, Action::Read, key, row);
        let removed = touched(connection, format!("DELETE FROM doc WHERE id = {key}")).await == Some(1);
        let may = reads && who.may(delete, Action::Delete, key, row);
        assert!(
            agrees(removed, may, &[read, delete]),
            "{who:?} deleting {delete} of {row:?}: wall {removed}"
        );
        let changed = touched(connection, to.change(key)).await;
        let reaches = reads && who.may(update, Action::Update, key, row);
        let leaves = who.may(update, Action::Update, key, &row.changed(to, [true; 4]));
        let rule = if !reaches {
            Some(0)
        } else if leaves {
            Some(1)
        } else {
            None
        };
        let fits = changed == rule || [read, update].into_iter().any(in_rust);
        assert!(fits, "{who:?} updating {update} of {row:?} to {to:?}: wall {changed:?}, not {rule:?}");
        assert!(
            rule != Some(1) || changed == rule,
            "{who:?} is kept from updating {update} of {row:?} to {to:?}"
        );
        match changed {
            Some(1) => met.written += 1,
            Some(_) => met.unreached += 1,
            None => met.refused += 1,
        }
    }
}

/// The tables of an application's migrations, as the role itself.
async fn migrated(test: &TestDb, folder: &std::path::Path, registry: &Registry) {
    std::fs::create_dir_all(folder.join("postgres")).expect("a folder");
    migrate::make(folder, None, registry).expect("tables");
    up(test.db(), folder).await;
}

async fn up(db: &Db, folder: &std::path::Path) -> usize {
    let migrations = Migrations::load(folder, Dialect::Postgres).expect("migrations");
    migrations.up(db).await.expect("applied").len()
}

/// Every policy comes to the database as a migration from the one before.
#[each_database(NONE, only(row_security))]
async fn the_wall_agrees_with_the_judge_and_the_engine(test: TestDb) -> entify::Result<()> {
    const POLICIES: usize = 150;
    const PRINCIPALS: usize = 10;
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let folder = tempfile::tempdir().expect("a folder");
    migrated(&test, folder.path(), &Registry::new(&[Team::def(), Doc::def()]).expect("entities")).await;
    let ctx = test.ctx().with_entities(Registry::new(&[Team::def(), Doc::def()]).expect("entities"));
    for lead in TEAMS {
        TeamService::new(&ctx).create(TeamInput { lead: lead.map(str::to_owned) }).await?;
    }
    let rows = prop::collection::vec(row(), 6).new_tree(&mut runner).expect("rows").current();
    store(&ctx, &rows).await?;
    let mut connection = connect(&test).await;
    let mut met = Met::default();
    for _ in 0..POLICIES {
        let rules = rules().new_tree(&mut runner).expect("rules").current();
        let registry = Registry::new(&[Team::def(), under(&rules).def]).expect("entities");
        if migrate::make_row_security(folder.path(), None, &registry).expect("policies").is_some() {
            assert_eq!(up(test.db(), folder.path()).await, 1);
        }
        // Where nobody asks there is nothing but what is everyone's.
        let everyone = Who { subject: None, roles: Vec::new(), known: false };
        let open = !keys(&mut connection).await.is_empty();
        assert!(
            !open || (1..).zip(&rows).all(|(key, row)| everyone.may(&rules.read, Action::Read, key, row))
        );
        met.public += usize::from(open);
        met.closed += usize::from(!open);
        assert_eq!(touched(&mut connection, rows[0].insertion()).await, None, "nobody makes");
        for _ in 0..PRINCIPALS {
            let (who, to) = (who(), row()).new_tree(&mut runner).expect("who").current();
            let mut transaction = connection.begin().await.expect("a transaction");
            bind(&mut transaction, &who, &[]).await;
            check_reads(&mut transaction, &ctx, &rows, &rules, &who, &mut met).await?;
            // As the engine writes: what it answers of a row it has written, it answers whoever may read it.
            bind(&mut transaction, &who, &["doc"]).await;
            check_writes(&mut transaction, &rows, &rules, &who, &to, &mut met).await;
            transaction.rollback().await.expect("back");
        }
    }
    let Met { public, closed, shown, hidden, wider, written, unreached, refused } = met;
    let least = [public, closed, shown, hidden, wider, written, unreached, refused].into_iter().min();
    assert!(least > Some(10), "every answer is met: {met:?}");
    Ok(())
}

// --- the SQL -------------------------------------------------------------------------------------------

/// Rules of each kind.
#[derive(Entity)]
#[entity(policy(
    read = owner(owner) | !role("it's \\ blocked") & authenticated,
    create = public,
    update = owner(number),
    delete = nobody,
))]
struct Note {
    owner: String,
    number: Option<i32>,
}

fn sql(folder: &std::path::Path, name: &str) -> String {
    let read = |way: &str| {
        let path = folder.join(format!("postgres/{name}.{way}.sql"));
        std::fs::read_to_string(path).expect("a file")
    };
    format!("{}\n=== down\n{}", read("up"), read("down"))
}

#[test]
fn migrations_hold_what_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let registry = |entities: &[&'static EntityDef]| Registry::new(entities).expect("entities");
    let one = registry(&[Note::def()]);
    // Tables come first, and PostgreSQL's.
    let refused = migrate::make_row_security(folder, None, &one);
    assert!(
        matches!(&refused, Err(MigrateError::RowSecurity(why)) if why.contains("make the folder")),
        "{refused:?}"
    );
    std::fs::create_dir(folder.join("postgres")).expect("a folder");
    let refused = migrate::make_row_security(folder, None, &one);
    assert!(
        matches!(&refused, Err(MigrateError::RowSecurity(why)) if why.contains("`migrate make`")),
        "{refused:?}"
    );

    migrate::make(folder, None, &one).expect("tables");
    let made = migrate::make_row_security(folder, None, &one).expect("policies").expect("a migration");
    assert!(made.name.ends_with("_row_security") && made.wider.is_empty(), "{made:?}");
    let mine = made.secured.iter().filter(|table| !table.starts_with("entify_")).collect::<Vec<_>>();
    assert_eq!(mine, ["note"]);
    let text = sql(folder, &made.name);
    let of_note = |text: &str| {
        let blocks = text.split("\n\n").filter(|block| block.contains("\"note\"") || block.contains("==="));
        blocks.collect::<Vec<_>>().join("\n\n")
    };
    insta::assert_snapshot!(of_note(&text));
    assert_eq!(migrate::make_row_security(folder, None, &one), Ok(None));

    // One more table, with a part in Rust: only that one.
    let two = registry(&[
        Note::def(),
        Diary::def(),
        Entry::def(),
        super::rows::Shelf::def(),
        super::rows::Shelving::def(),
    ]);
    let refused = migrate::make_row_security(folder, None, &two);
    assert!(matches!(&refused, Err(MigrateError::RowSecurity(_))), "{refused:?}");
    let made = migrate::make(folder, Some("wall two"), &two).expect("tables").expect("a migration");
    assert!(made.name.ends_with("_wall_two"));
    assert!(made.notes.iter().any(|line| line.starts_with("SELECT of `entry`")), "{made:?}");
    let text = sql(folder, &made.name);
    assert!(text.contains("-- wider than the rule `read`") && !text.contains("ON \"note\""), "{text}");
    assert_eq!(migrate::make_row_security(folder, None, &two), Ok(None), "new tables have theirs with them");

    // A table that goes takes its policies with it, and they come back with it.
    let made = migrate::make(folder, None, &one).expect("tables").expect("a migration");
    let down = sql(folder, &made.name);
    let down = down.split_once("=== down").expect("both ways").1;
    assert!(down.contains("CREATE POLICY \"entify_read\" ON \"diary\""), "{down}");
    assert_eq!(migrate::make_row_security(folder, None, &one), Ok(None));
}

// --- the engine behind the wall ------------------------------------------------------------------------

async fn asked(executor: &Executor, sql: &'static str) -> Result<i64, DbError> {
    let rows = executor.read(Statement::plain(sql), &Layout::default().with_column(Kind::I64)).await?;
    Ok(if let Value::Int(number) = rows[0].get(0) { *number } else { -1 })
}

async fn diaries(ctx: &Ctx) -> entify::Result<u64> {
    DiaryService::new(ctx).count(Filter::all()).await
}

/// As [`diaries`]; who may see none is told so at once.
async fn seen(ctx: &Ctx) -> entify::Result<u64> {
    match diaries(ctx).await {
        Err(Error::Forbidden) => Ok(0),
        counted => counted,
    }
}

#[each_database(super::rows::entities(), only(row_security))]
async fn settings_end_with_what_they_were_bound_for(test: TestDb) -> entify::Result<()> {
    let ctx = test.ctx();
    for owner in ["ada", "ada", "bob"] {
        let title = format!("{owner} {}", diaries(&ctx).await?);
        DiaryService::new(&ctx).create(DiaryInput::new(owner, title)).await?;
    }
    let raw = Executor::Pool(test.db().clone());
    let ada = ctx.with_principal(someone("ada", &[]));
    assert_eq!((diaries(&ctx).await?, diaries(&ada).await?), (3, 2));
    for _ in 0..20 {
        assert_eq!(asked(&raw, "SELECT count(*) FROM diary").await?, 0, "no connection keeps a name");
        diaries(&ada).await?;
    }
    // In a transaction they take turns, and a savepoint that is taken back takes its names back.
    let inside = ada.transaction(|ada| async move {
        let system = ada.with_principal(Principal::System);
        let bob = ada.with_principal(someone("bob", &[]));
        let mut seen = vec![diaries(&ada).await?, diaries(&system).await?, diaries(&ada).await?];
        let undone = bob.transaction(|bob| async move {
            let seen = diaries(&bob).await?;
            Err::<(), _>(Error::bad_request(format!("bob {seen}")))
        });
        assert_eq!(undone.await, Err(Error::bad_request("bob 1")));
        seen.push(diaries(&ada).await?);
        seen.push(bob.transaction(|bob| async move { diaries(&bob).await }).await?);
        seen.push(diaries(&ada).await?);
        Ok(seen)
    });
    assert_eq!(inside.await?, [2, 3, 2, 2, 1, 2]);
    assert_eq!(asked(&raw, "SELECT count(*) FROM diary").await?, 0);
    Ok(())
}

#[each_database(super::rows::entities(), only(row_security))]
async fn no_name_gets_out_of_its_setting(test: TestDb) -> entify::Result<()> {
    let ctx = test.ctx();
    let odd = ["o'hara", "a,b", "{staff}", "x\"y", "back\\slash", "NULL", "", " ", "*", "ä€😀"];
    for (place, name) in odd.into_iter().enumerate() {
        if !name.is_empty() {
            DiaryService::new(&ctx).create(DiaryInput::new(name, format!("{place}"))).await?;
        }
    }
    for name in odd {
        let own = u64::from(!name.is_empty());
        assert_eq!(seen(&ctx.with_principal(someone(name, &[name]))).await?, own, "{name:?}");
    }
    let all = odd.len() as u64 - 1;
    let staff = someone("x", &["o'hara", "a,staff", "{staff}", "st\"aff", "staff\0", "*"]);
    assert_eq!(seen(&ctx.with_principal(staff)).await?, 0);
    let staff = someone("\0", &["o'hara", "\"", "\0", "staff", "\\"]);
    assert_eq!(seen(&ctx.with_principal(staff)).await?, all);
    Ok(())
}

/// Counts what its reader may not see.
#[derive(Entity)]
#[entity(policy = public)]
struct Basket {
    name: String,
    #[entity(
        computed(sql = "(SELECT count(*) FROM \"Secret Item\" AS i WHERE i.basket_id = {id})"),
        filter,
        sort
    )]
    size: i64,
    #[entity(computed(sql = "(select count(*) from BASKET b where b.id < {id})"))]
    before: i64,
}

#[derive(Entity)]
#[entity(table = "Secret Item", policy = nobody)]
struct Item {
    basket: One<Basket>,
}

#[each_database(entities![Basket, Item], only(row_security))]
async fn what_is_computed_counts_every_row(test: TestDb) -> entify::Result<()> {
    let ctx = test.ctx();
    for (name, items) in [("empty", 0), ("full", 3)] {
        let basket = BasketService::new(&ctx).create(BasketInput::new(name)).await?;
        for _ in 0..items {
            ItemService::new(&ctx).create(ItemInput::new(basket.id)).await?;
        }
    }
    let anyone = ctx.with_principal(Principal::Anonymous);
    let baskets = BasketService::new(&anyone);
    let full = baskets.one(Basket::size().gt(0)).await?;
    assert_eq!((full.name.as_str(), full.size, full.before), ("full", 3, 1));
    let made = baskets.create(BasketInput::new("new")).await?;
    assert_eq!((made.size, made.before), (0, 2), "also what a write answers");
    assert!(ItemService::new(&anyone).list(Query::default()).await.is_err());
    Ok(())
}
