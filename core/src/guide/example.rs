// What the runnable examples of the guide begin with: the issue tracker, and a database with its first rows.

include!("tracker.rs");

/// Runs an example on a throw-away database that is seeded; the context is the system's.
#[allow(dead_code)]
fn run<F, Fut>(example: F) -> std::process::ExitCode
where
    F: FnOnce(Ctx) -> Fut,
    Fut: Future<Output = entify::Result<()>>,
{
    entify::testing::Backend::Sqlite.run(&tables(), async |ctx: Ctx| {
        seed(ctx.clone()).await?;
        example(ctx).await
    })
}
