//! Commands of the application's own.

use clap::{ArgMatches, Command};

use crate::cli::failure::{Failure, Outcome};
use crate::server::{App, OwnCommand};

/// The command line with the application's own commands in it.
pub(super) fn with_commands(mut cli: Command, own: &[OwnCommand]) -> Result<Command, Failure> {
    for OwnCommand { command, .. } in own {
        let name = command.get_name();
        if cli.find_subcommand(name).is_some() || name == "help" {
            return Err(Failure::new(format!(
                "there are two commands `{name}`; give the application's own another `#[command(name = \"…\")]`"
            )));
        }
        cli = cli.subcommand(command.clone());
    }
    Ok(cli)
}

/// The command of the application's own that is to run.
pub(super) fn requested<'a>(
    own: &'a [OwnCommand],
    matches: &mut ArgMatches,
) -> Option<(&'a OwnCommand, ArgMatches)> {
    let name = matches.subcommand_name()?;
    let command = own.iter().find(|own| own.command.get_name() == name)?;
    matches.remove_subcommand().map(|(_, matches)| (command, matches))
}

/// Runs one as the system.
pub(super) async fn run(app: &App, own: &OwnCommand, matches: ArgMatches) -> Outcome {
    let state = super::open_state(app).await?;
    Ok((own.run)(state.system().clone(), matches).await?)
}
