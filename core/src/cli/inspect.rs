//! `inspect`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::db::{Db, DbOptions, Dialect};
use crate::migrate::inspect::{InspectOptions, Inspection, inspect};

/// Write entity structs for the tables of a database that others made.
///
/// The database is only read.
#[derive(Debug, Args)]
pub struct InspectCommand {
    /// The database: `postgres://user@host/name` or `sqlite://path/to/file.db`
    #[arg(value_name = "DATABASE_URL")]
    url: String,
    /// The folder to write, which must be new or empty
    #[arg(long, value_name = "FOLDER", default_value = "src/entities")]
    out: PathBuf,
    /// The rule of reading for each entity, like `public` or `role("staff")`; nobody may read when absent
    #[arg(long, value_name = "RULE")]
    read: Option<String>,
}

impl InspectCommand {
    /// Runs the command, and prints why when it fails: for a program that is no application.
    pub async fn main(self) -> ExitCode {
        crate::cli::status(self.run().await)
    }

    pub(super) async fn run(self) -> Outcome {
        check_folder(&self.out)?;
        check_file(&self.url)?;
        let options = DbOptions { max_connections: 1, unaltered: true, ..DbOptions::new(&self.url) };
        let db = Db::connect(&options).await.map_err(cannot_read)?;
        let found = inspect(&db, &InspectOptions { read: self.read }).await.map_err(cannot_read)?;
        db.close().await;
        if found.entities.is_empty() {
            let notes = found.notes.join("; ");
            let why = if notes.is_empty() { "it has no tables".to_owned() } else { notes };
            return Err(Failure::new(format!("nothing was written: {why}")));
        }
        write(&self.out, &found)
            .map_err(|error| Failure::new(format!("{} cannot be written: {error}", self.out.display())))?;
        for note in &found.notes {
            super::print_line(format_args!("note: {note}"));
        }
        super::print_line(format_args!(
            "wrote {} entities to {}; declare them with `mod {};`",
            found.entities.len(),
            self.out.display(),
            self.out.file_name().map(|name| name.to_string_lossy()).unwrap_or_default()
        ));
        Ok(())
    }
}

fn cannot_read(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("the database cannot be read: {error}"))
}

/// What is there is someone's work.
fn check_folder(out: &Path) -> Outcome {
    let is_used = std::fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some());
    match is_used || out.is_file() {
        true => {
            Err(Failure::new(format!("{} is there already; name a new folder with `--out`", out.display())))
        }
        false => Ok(()),
    }
}

/// SQLite makes a file that is not there.
fn check_file(url: &str) -> Outcome {
    if Dialect::of_url(url).map_err(cannot_read)? != Dialect::Sqlite {
        return Ok(());
    }
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let path = path.split('?').next().unwrap_or_default();
    match Path::new(path).is_file() {
        true => Ok(()),
        false => Err(Failure::new(format!("there is no file {path}"))),
    }
}

fn write(out: &Path, found: &Inspection) -> std::io::Result<()> {
    std::fs::create_dir_all(out)?;
    for file in &found.files {
        std::fs::write(out.join(&file.name), &file.text)?;
    }
    Ok(())
}
