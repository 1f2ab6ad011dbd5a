//! `action ENTITY NAME [ID] [--field value…]`: an entity's actions.
//!
//! The commands are made of the application's entities, so that `--help` lists the actions and their fields.

use std::collections::HashSet;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::cli::failure::{Failure, Outcome};
use crate::cli::policy::principal;
use crate::ctx::Ctx;
use crate::entity::{ActionDef, ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, FieldError};
use crate::principal::Principal;
use crate::server::App;
use crate::service::{Act, Expected, InputForm, Operation, Records};
use crate::types::{JsonStyle, write_json_str};
use crate::value::{Assignments, Record};

/// The command.
const NAME: &str = "action";
// Arguments that are no fields of an action.
const ID: &str = "_id";
const AS: &str = "_as";
const DRY_RUN: &str = "_dry_run";

/// The command line with the actions of the application in it.
pub(super) fn with_actions(cli: Command, app: &App) -> Command {
    let about = "Do an action of an entity, as the system unless --as names another principal";
    let mut command = Command::new(NAME).about(about).subcommand_required(true).arg_required_else_help(true);
    // What is wrong with the entities is told by the commands that need them.
    if let Ok(registry) = app.registry() {
        let mut taken: HashSet<&str> = registry.iter().map(|info| info.def.singular).collect();
        for info in registry.iter().filter(|info| !info.def.actions.is_empty()) {
            let names = [info.def.name, info.def.table, info.def.rest_path, info.def.plural];
            // One entity's plural may be another's table.
            let aliases = names.into_iter().filter(|name| taken.insert(name)).collect();
            command = command.subcommand(of_entity(info, aliases));
        }
    }
    if command.get_subcommands().next().is_none() {
        let none = "Do an action of an entity: no entity of this application has one";
        command = command.about(none).subcommand_required(false);
    }
    cli.subcommand(command)
}

fn of_entity(info: &'static EntityInfo, aliases: Vec<&'static str>) -> Command {
    let def = info.def;
    let command = Command::new(def.singular)
        .aliases(aliases)
        .about(first_line(def.docs))
        .subcommand_required(true)
        .arg_required_else_help(true);
    def.actions.iter().fold(command, |command, action| command.subcommand(of_action(info, action)))
}

fn of_action(info: &'static EntityInfo, action: &'static ActionDef) -> Command {
    let mut command = Command::new(action.name)
        .about(first_line(action.docs))
        .long_about((!action.docs.is_empty()).then_some(action.docs));
    if action.path != action.name {
        command = command.alias(action.path);
    }
    if !action.collection {
        let help = format!("The key of the {}", info.def.singular.replace('_', " "));
        command = command.arg(Arg::new(ID).value_name("ID").required(true).help(help));
    }
    let input = action.input_info().map(|input| InputForm::create(input, Surface::Transfer));
    for column in input.iter().flat_map(|input| input.columns()).filter(|column| column.field.is_some()) {
        command = command.arg(of_field(column));
    }
    if !action.read {
        let help = "Print what would be answered, and keep nothing";
        command = command.arg(Arg::new(DRY_RUN).long("dry-run").action(ArgAction::SetTrue).help(help));
    }
    let help = "The principal: `system`, `anonymous`, or roles and a subject, as in `role:staff,sub:42`";
    command.arg(
        Arg::new(AS)
            .long("as")
            .value_name("PRINCIPAL")
            .default_value("system")
            .value_parser(acting)
            .help(help),
    )
}

/// `--amount VALUE`. Whether a value is needed is said by the service, which tells of all at once.
fn of_field(column: &'static ColumnInfo) -> Arg {
    let mut help = first_line(column.docs).to_owned();
    let expected = column.kind.expectation();
    match help.is_empty() {
        true => help = expected.to_owned(),
        false => help = format!("{help} ({expected})"),
    }
    // Arguments live as long as the program, as names of columns do.
    let long: &'static str = option_of(column.wire).leak();
    let argument = Arg::new(column.wire).long(long).value_name("VALUE").help(help);
    let argument = argument.allow_negative_numbers(true).action(ArgAction::Set);
    if column.wire.contains('_') && long.len() == column.wire.len() {
        argument.alias(column.wire)
    } else {
        argument
    }
}

/// The option of a field: `--unit-price`; `--input-dry-run` where the command itself has one of that name.
fn option_of(field: &str) -> String {
    let name = field.replace('_', "-");
    if ["as", "dry-run", "help"].contains(&&*name) { format!("input-{name}") } else { name }
}

fn acting(text: &str) -> std::result::Result<Principal, String> {
    if text == "system" { Ok(Principal::System) } else { principal(text) }
}

fn first_line(docs: &'static str) -> &'static str {
    docs.lines().next().unwrap_or_default()
}

/// The action that is asked for, with its arguments.
pub(super) fn requested<'m>(app: &App, matches: &'m ArgMatches) -> Option<Asked<'m>> {
    let (_, matches) = matches.subcommand().filter(|(name, _)| *name == NAME)?;
    let (entity, matches) = matches.subcommand()?;
    let (name, matches) = matches.subcommand()?;
    let registry = app.registry().ok()?;
    let info = registry.iter().find(|info| info.def.singular == entity)?;
    Some(Asked { info, action: info.def.action(name)?, matches })
}

/// An action as it is asked for.
pub(super) struct Asked<'m> {
    info: &'static EntityInfo,
    action: &'static ActionDef,
    matches: &'m ArgMatches,
}

impl Asked<'_> {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let Self { info, action, matches } = self;
        let key = matches.try_get_one::<String>(ID).ok().flatten();
        let key = key.map(|text| info.key().kind.decode_text(text)).transpose();
        let key = key.map_err(|_| Failure::new(format!("{} was not found", info.def.name)))?;
        let values = values(action, matches);
        let state = super::open_state(app).await?;
        let principal = matches.get_one::<Principal>(AS).cloned().unwrap_or(Principal::System);
        let ctx = state.system().with_principal(principal);
        let act = Operation::Act(Act { action, key, expected: Expected::Any, values });
        let run = move |ctx: Ctx| async move { act.run(Records::new(&ctx, info)).await?.rows() };
        let is_dry = matches.try_get_one::<bool>(DRY_RUN).ok().flatten().copied().unwrap_or_default();
        let rows = if is_dry { ctx.dry_run(run).await } else { run(ctx).await };
        print(action, &rows.map_err(|error| failure(&error))?);
        Ok(())
    }
}

fn values(action: &'static ActionDef, matches: &ArgMatches) -> Assignments {
    let Some(input) = action.input_info() else { return Assignments::new() };
    let form = InputForm::create(input, Surface::Transfer);
    let given = form.columns().filter(|column| column.field.is_some()).filter_map(|column| {
        let text = matches.get_one::<String>(column.wire)?;
        Some((column.wire, text.as_str()))
    });
    form.read_text(given)
}

/// Prints what was answered, a row on a line of JSON.
fn print(action: &ActionDef, rows: &[Record]) {
    let Some(info) = action.output.info() else {
        super::print_line("done");
        return;
    };
    for row in rows {
        super::print_line(String::from_utf8_lossy(&json(info, row)));
    }
}

fn json(info: &'static EntityInfo, row: &Record) -> Vec<u8> {
    let mut out = Vec::new();
    for column in info.on(Surface::Rest).readable() {
        out.push(if out.is_empty() { b'{' } else { b',' });
        write_json_str(column.wire, &mut out);
        out.push(b':');
        row.get(column.index).write_json(JsonStyle::Rest, &mut out);
    }
    out.push(b'}');
    out
}

/// Why nothing was done: each broken rule on a line of its own.
fn failure(error: &Error) -> Failure {
    let line = |FieldError { field, message, .. }: &FieldError| match &**field {
        "" => message.to_string(),
        field => format!("--{} {message}", option_of(field)),
    };
    match error.fields() {
        [] => Failure::new(format!("nothing was done: {error}")),
        fields => Failure::new(format!(
            "nothing was done: {}",
            fields.iter().map(line).collect::<Vec<_>>().join("; ")
        )),
    }
}
