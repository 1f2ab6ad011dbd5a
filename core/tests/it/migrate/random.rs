//! Entities that change at random: the migrations lead to what a new database has, and back to nothing.

mod dump;
pub(super) mod model;
mod rows;

use entify::Ctx;
use entify::db::{Db, DbOptions, Dialect};
use entify::entity::{EntityDef, Registry};
use entify::migrate::{MakeOptions, MigrationState, Migrations, make_with};
use entify::testing::{TestDb, each_database};

use self::dump::dump;
use self::model::{Chance, Model};
use self::rows::Rows;

const EMPTY: &[&EntityDef] = &[];

/// How an error begins of a migration that rows do not allow.
const STOPS: &str = "stops before anything of it is applied";

/// Changes of one application, one after the other.
const STEPS: usize = 25;

/// Applications; `ENTIFY_RANDOM_MIGRATIONS` sets another number.
const HISTORIES: u64 = 10;

fn histories() -> u64 {
    std::env::var("ENTIFY_RANDOM_MIGRATIONS").ok().and_then(|number| number.parse().ok()).unwrap_or(HISTORIES)
}

async fn empty(dialect: Dialect) -> TestDb {
    match dialect {
        Dialect::Sqlite => TestDb::sqlite(EMPTY).await,
        Dialect::Postgres => TestDb::postgres(EMPTY).await.expect("the database that the test has"),
    }
}

/// A new database of these entities.
async fn fresh(dialect: Dialect, defs: &[&'static EntityDef]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let registry = Registry::new(defs).unwrap();
    make_with(folder.path(), &registry, MakeOptions::default()).unwrap();
    let test = empty(dialect).await;
    up(folder.path(), test.db()).await.unwrap();
    dump(test.db()).await
}

async fn up(folder: &std::path::Path, db: &Db) -> Result<usize, String> {
    let migrations = Migrations::load(folder, db.dialect()).map_err(|error| error.to_string())?;
    migrations.up(db).await.map(|runs| runs.len()).map_err(|error| error.to_string())
}

/// What one of two has and the other has not.
fn difference(left: &[String], right: &[String]) -> String {
    let only = |sign: &str, one: &[String], other: &[String]| {
        let lines = one.iter().filter(|line| !other.contains(line)).map(|line| format!("{sign} {line}\n"));
        lines.collect::<String>()
    };
    only("+", left, right) + &only("-", right, left)
}

fn texts(folder: &std::path::Path, dialect: Dialect) -> String {
    let mut files: Vec<_> =
        std::fs::read_dir(folder.join(dialect.name())).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    let newest = files.iter().rev().take(24).rev();
    newest.map(|file| format!("=== {}\n{}", file.display(), std::fs::read_to_string(file).unwrap())).collect()
}

#[each_database(EMPTY)]
async fn random_changes_lead_to_what_a_new_database_has_and_back(test: TestDb) {
    let dialect = test.db().dialect();
    drop(test);
    let mut steps = 0;
    for seed in 1..=histories() {
        steps += history(dialect, seed).await;
    }
    eprintln!("{} changes on {}", steps, dialect.name());
}

async fn history(dialect: Dialect, seed: u64) -> usize {
    let mut chance = Chance::new(seed);
    let mut model = Model::default();
    let (folder, test) = (tempfile::tempdir().unwrap(), empty(dialect).await);
    std::fs::create_dir_all(folder.path().join(dialect.name())).unwrap();
    up(folder.path(), test.db()).await.unwrap();
    let start = dump(test.db()).await;
    let allow = ["drop-table", "drop-column"].map(str::to_owned);
    let mut done = Vec::new();
    let mut rows = Rows::default();
    let (mut refused, mut survived) = (0, 0);
    for step in 0..STEPS {
        let before = model.clone();
        for _ in 0..=chance.below(2) {
            done.push(model.change(&mut chance));
        }
        let defs = model.define(dialect.into());
        let Ok(registry) = Registry::new(&defs) else {
            model = before;
            continue;
        };
        let context = |folder: &std::path::Path| {
            format!(
                "seed {seed} step {step} {:?}\n{}",
                &done[done.len().saturating_sub(2)..],
                texts(folder, dialect)
            )
        };
        let options = MakeOptions { allow: &allow, ..MakeOptions::default() };
        make_with(folder.path(), &registry, options)
            .unwrap_or_else(|error| panic!("{error}: {}", context(folder.path())));
        let kept = rows.read(test.db(), &before).await;
        if let Err(error) = up(folder.path(), test.db()).await {
            // What rows do not allow is said before anything is changed; without them it is done.
            assert!(error.contains(STOPS), "{error}: {}", context(folder.path()));
            if dialect == Dialect::Sqlite {
                assert_eq!(rows.read(test.db(), &before).await, kept, "{}", context(folder.path()));
            }
            refused += 1;
            rows::delete(test.db()).await;
            up(folder.path(), test.db())
                .await
                .unwrap_or_else(|error| panic!("{error}: {}", context(folder.path())));
        } else {
            let now = rows.read(test.db(), &model).await;
            survived += rows::compare(&before, &kept, &model, &now)
                .unwrap_or_else(|lost| panic!("{lost}: {}", context(folder.path())));
        }
        // A program that declares them so: what an older one has prepared is not its own.
        let db = Db::connect(&DbOptions::new(test.url())).await.unwrap();
        rows.insert(&Ctx::system(db.clone(), b"secret").with_entities(registry.clone()), &model, &mut chance)
            .await;
        db.close().await;
        let last = step + 1 == STEPS;
        if dialect == Dialect::Sqlite || last || step % 5 == 0 {
            let (migrated, expected) =
                (dump(test.db()).await, fresh(dialect, &model.define(dialect.into())).await);
            let difference = difference(&migrated, &expected);
            assert!(difference.is_empty(), "{difference}{}", context(folder.path()));
        }
        model.settle();
    }
    eprintln!("seed {seed}: {survived} values survived, {refused} changes refused by rows");
    let migrations = Migrations::load(folder.path(), dialect).unwrap();
    let applied = migrations.status(test.db()).await.unwrap().iter().filter(|one| one.version > 999).count();
    if let Err(error) = migrations.down(test.db(), applied).await {
        assert!(
            error.to_string().contains(STOPS),
            "seed {seed}: down: {error}\n{}",
            texts(folder.path(), dialect)
        );
        rows::delete(test.db()).await;
    }
    let left = migrations.status(test.db()).await.unwrap();
    let left = left.iter().filter(|one| one.version > 999 && one.state == MigrationState::Applied).count();
    migrations
        .down(test.db(), left)
        .await
        .unwrap_or_else(|error| panic!("seed {seed}: down: {error}\n{}", texts(folder.path(), dialect)));
    let end = dump(test.db()).await;
    let difference = difference(&end, &start);
    assert!(difference.is_empty(), "seed {seed}: down: {difference}\n{}", texts(folder.path(), dialect));
    STEPS
}
