//! Commands of the application's own.

use std::pin::Pin;

use clap::{ArgMatches, Command, Parser};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::server::App;

type Run = Box<dyn Fn(Ctx, ArgMatches) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// A command of the application's own.
pub(crate) struct OwnCommand {
    pub(crate) command: Command,
    pub(crate) run: Run,
}

impl App {
    /// Adds a command to the program: a type with clap's `#[derive(Parser)]`, named by `#[command(name = "…")]`, and the
    /// function that runs it, as the system, on a database that has all of its tables. The first line of the type's documentation is its
    /// help.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)] #[entity(policy = public)] struct User { email: String }
    /// use entify::clap;
    ///
    /// /// Delete users who never signed in
    /// #[derive(clap::Parser)]
    /// #[command(name = "prune")]
    /// struct Prune {
    ///     /// Only say how many
    ///     #[arg(long)]
    ///     dry_run: bool,
    /// }
    ///
    /// async fn prune(ctx: Ctx, arguments: Prune) -> entify::Result<()> {
    ///     let users = UserService::new(&ctx).count(Filter::all()).await?;
    ///     println!("{users} users, dry run: {}", arguments.dry_run);
    ///     Ok(())
    /// }
    ///
    /// # fn app() -> App {
    /// App::new(entities![User]).command(prune)
    /// # }
    /// ```
    #[must_use]
    pub fn command<C, F, Fut>(mut self, run: F) -> Self
    where
        C: Parser + Send,
        F: Fn(Ctx, C) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let run: Run = Box::new(move |ctx, mut matches| match C::from_arg_matches_mut(&mut matches) {
            Ok(arguments) => Box::pin(run(ctx, arguments)),
            Err(error) => {
                let error = Error::bad_request(error.to_string().trim_end().to_owned());
                Box::pin(async move { Err(error) })
            }
        });
        self.commands.push(OwnCommand { command: C::command(), run });
        self
    }
}
