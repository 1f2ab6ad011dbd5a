//! A program whose code panics, sleeps and never ends, for the tests of how a server ends and what it logs.

use std::process::ExitCode;
use std::time::Duration;

use entify::migrate::DataMigration;
use entify::prelude::*;
use poem::{Body, Request, handler, post};

/// What its text says is done by the hooks.
#[derive(Entity)]
#[entity(policy = public, hooks)]
pub struct Order {
    #[entity(max_len = 40)]
    text: String,
}

const LONG: Duration = Duration::from_secs(20);

impl Hooks for Order {
    async fn before_create(_ctx: &Ctx, input: &mut OrderInput) -> entify::Result<()> {
        match input.text.as_str() {
            "panic in a hook" => panic!("the hook\nfailed"),
            "sleep" => tokio::time::sleep(LONG).await,
            "block" => std::thread::sleep(LONG),
            _ => {}
        }
        Ok(())
    }

    async fn after_commit_create(_ctx: &Ctx, row: &OrderModel) -> entify::Result<()> {
        match row.text.as_str() {
            "panic after the commit" => panic!("the work after the commit failed"),
            "sleep after the commit" => tokio::time::sleep(LONG).await,
            _ => {}
        }
        Ok(())
    }
}

#[handler]
async fn fail() -> &'static str {
    panic!("the handler failed")
}

#[handler]
async fn background() -> &'static str {
    tokio::spawn(async { panic!("the task failed") });
    "begun"
}

/// A body that never ends.
#[handler]
async fn endless(_request: &Request) -> Body {
    let ticks = futures_util::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Some((Ok::<_, std::io::Error>("tick\n"), ()))
    });
    Body::from_bytes_stream(ticks)
}

/// Writes a row, and then fails as `UNRULY_SEED` says.
async fn seed(ctx: Ctx) -> entify::Result<()> {
    OrderService::new(&ctx).create(OrderInput::new("of the seed")).await?;
    match std::env::var("UNRULY_SEED").as_deref() {
        Ok("write nothing wrong") => Ok(()),
        Ok("break a rule") => OrderService::new(&ctx).create(OrderInput::new("x".repeat(41))).await.map(drop),
        Ok("refuse") => Err(Error::bad_request("the seed has had enough")),
        _ => panic!("the seed failed"),
    }
}

/// Rows that one batch copies.
const BATCH: i64 = 200;

/// Copies `numbers` to `copies`, a batch after the other.
async fn copy(migration: DataMigration) -> entify::Result<()> {
    let pause = std::env::var("UNRULY_PAUSE").ok().and_then(|pause| pause.parse().ok());
    migration
        .batches(move |ctx, last: Option<i64>| async move {
            let (from, to) = (last.unwrap_or(0), last.unwrap_or(0) + BATCH);
            let copy = format!("INSERT INTO copies SELECT x FROM numbers WHERE x > {from} AND x <= {to}");
            let copied = DataMigration::execute(&ctx, &copy).await?;
            tokio::time::sleep(Duration::from_millis(pause.unwrap_or(0))).await;
            Ok((copied > 0).then_some(to))
        })
        .await
}

async fn copy_back(migration: DataMigration) -> entify::Result<()> {
    DataMigration::execute(migration.ctx(), "DELETE FROM copies").await.map(drop)
}

fn main() -> ExitCode {
    let mut app = App::new(entities![Order]);
    if std::env::var_os("UNRULY_COPIES").is_some() {
        app = app.reversible_data_migration("20240101000001_copy", copy, copy_back);
    }
    app.mount("/fail", post(fail))
        .mount("/background", post(background))
        .mount("/endless", poem::get(endless))
        .seed(seed)
        .main()
}
