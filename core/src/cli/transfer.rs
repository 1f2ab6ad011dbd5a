//! `import` and `export`.

use std::io::BufWriter;
use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::failure::{Failure, Outcome};
use crate::entity::{EntityInfo, Registry};
use crate::error::Error;
use crate::files::WholeFile;
use crate::server::App;
use crate::transfer::{self, FileFormat, FileText, Progress};

/// Read a file into an entity: all of it, or nothing.
#[derive(Debug, Args)]
pub(super) struct ImportCommand {
    /// The entity, by the name of its struct, table or REST path
    entity: String,
    /// The file; ids in it are kept
    file: PathBuf,
    /// The file's form, if its extension does not tell
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
}

/// Write an entity's rows.
#[derive(Debug, Args)]
pub(super) struct ExportCommand {
    /// The entity, by the name of its struct, table or REST path
    entity: String,
    /// The form to write; by the extension of `--out`, else CSV
    #[arg(long, value_enum)]
    format: Option<FileFormat>,
    /// Put a quote before texts of a CSV file that a spreadsheet would take for formulas
    #[arg(long)]
    escape_formulas: bool,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl ImportCommand {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let info = find(&app.registry()?, &self.entity)?;
        let Some(format) = self.format.or_else(|| FileFormat::of_path(&self.file)) else {
            return Err(Failure::new(format!(
                "the extension of {} does not tell its form; say `--format csv` or `--format jsonl`",
                self.file.display()
            )));
        };
        let state = super::open_state(app).await?;
        let progress = bar("{bytes}/{total_bytes}");
        let count = transfer::import(state.system(), info, &self.file, format, progress.clone())
            .await
            .inspect_err(|_| progress.finish())
            .map_err(|error| import_failure(&error))?;
        let remark = if count == 0 { ": the file has none" } else { "" };
        super::print_line(format_args!("{count} rows imported into {}{remark}", info.def.name));
        Ok(())
    }
}

/// Reports why nothing was imported: each invalid value on a line of its own.
fn import_failure(error: &Error) -> Failure {
    for invalid in error.fields() {
        match &*invalid.field {
            "" => eprintln!("{}", invalid.message),
            field => eprintln!("{field}: {}", invalid.message),
        }
    }
    match error.fields() {
        [.., last] if last.code == crate::error::MORE => {
            Failure::new("nothing was imported: many values are refused")
        }
        fields => match fields.len() {
            0 => Failure::new(format!("nothing was imported: {error}")),
            1 => Failure::new("nothing was imported: 1 value is refused"),
            count => Failure::new(format!("nothing was imported: {count} values are refused")),
        },
    }
}

impl ExportCommand {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let info = find(&app.registry()?, &self.entity)?;
        let by_extension = self.out.as_deref().and_then(FileFormat::of_path);
        let format = self.format.or(by_extension).unwrap_or(FileFormat::Csv);
        let text = FileText::whole(info, format).escaping_formulas(self.escape_formulas);
        let state = super::open_state(app).await?;
        let Some(path) = self.out else {
            let mut out = BufWriter::new(std::io::stdout());
            transfer::export_as(state.system(), info, text, &mut out, &()).await?;
            return Ok(());
        };
        let unwritable =
            |error: std::io::Error| Failure::new(format!("cannot write {}: {error}", path.display()));
        let mut out = WholeFile::create(&path).map_err(unwritable)?;
        let progress = bar("{human_pos} rows");
        let count = transfer::export_as(state.system(), info, text, &mut out, &progress).await;
        progress.finish();
        let count = count?;
        out.finish().map_err(unwritable)?;
        super::print_line(format_args!("{count} rows of {} exported to {}", info.def.name, path.display()));
        Ok(())
    }
}

/// A bar on standard error, shown on a terminal only.
fn bar(counter: &str) -> Bar {
    let template = format!("{{spinner}} [{{elapsed_precise}}] {{wide_bar}} {counter}");
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    Bar(ProgressBar::new(0).with_style(style))
}

#[derive(Debug, Clone)]
struct Bar(ProgressBar);

impl Progress for Bar {
    fn start(&self, total: u64) {
        self.0.set_length(total);
    }

    fn advance(&self, by: u64) {
        self.0.inc(by);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}

fn find(registry: &Registry, name: &str) -> Result<&'static EntityInfo, Failure> {
    registry.find(name).ok_or_else(|| {
        let names: Vec<_> = registry.iter().map(|info| info.def.name).collect();
        Failure::new(format!("there is no entity `{name}`; there are {}", names.join(", ")))
    })
}
