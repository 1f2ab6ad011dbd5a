//! `migrate lint`.

use std::collections::BTreeSet;
use std::path::Path;

use clap::{Args, ValueEnum};

use crate::cli::failure::{Failure, Outcome};
use crate::cli::{print_line, settings};
use crate::config::Settings;
use crate::db::{Db, Dialect};
use crate::entity::Registry;
use crate::migrate::lint::{self, Code, Context, Finding, Which};
use crate::migrate::{MigrateError, MigrationState, Migrations};
use crate::server::App;

/// Look for what is dangerous in migrations. Those that are pending, when the database can be reached; otherwise all
#[derive(Debug, Args)]
pub(in crate::cli) struct LintCommand {
    /// Only migrations after this version, whatever is applied
    #[arg(long, value_name = "VERSION")]
    since: Option<i64>,
    /// Count in the database of the settings the rows that a finding is about. Reads only, but may read whole tables
    #[arg(long)]
    database: bool,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = LintFormat::Text)]
    format: LintFormat,
    /// Print the page of a code, or the list of all with `--explain all`
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum LintFormat {
    /// For people.
    Text,
    /// A JSON array of findings.
    Json,
}

impl LintCommand {
    pub(in crate::cli) async fn run(self, app: &App) -> Outcome {
        if let Some(code) = &self.explain {
            return explain(code);
        }
        let registry = app.registry()?;
        let settings = settings()?;
        let db = self.connect(&settings).await?;
        let findings = self.findings(&settings, db.as_ref(), &registry).await?;
        self.print(&findings);
        let open = findings.iter().filter(|finding| finding.is_open()).count();
        if open == 0 {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{open} {} not accepted; `migrate lint --explain CODE` prints the page of a code",
            if open == 1 { "finding is" } else { "findings are" }
        )))
    }

    /// The database, when it can be reached. It must be when something is to be counted in it.
    async fn connect(&self, settings: &Settings) -> Result<Option<Db>, Failure> {
        if !self.database && is_missing_file(&settings.database_url) {
            return Ok(None);
        }
        match Db::connect(&settings.db_options()).await {
            Ok(db) => Ok(Some(db)),
            Err(error) if self.database => Err(error.into()),
            Err(_) => {
                eprintln!("note: the database cannot be reached, so all migrations are looked at");
                Ok(None)
            }
        }
    }

    async fn findings(
        &self,
        settings: &Settings,
        db: Option<&Db>,
        registry: &Registry,
    ) -> Result<Vec<Finding>, Failure> {
        let folder = &settings.migrations_dir;
        let state = match db {
            Some(db) => Some(HistoryState::of(folder, db).await?),
            None => None,
        };
        let mut all = Vec::new();
        for dialect in [Dialect::Postgres, Dialect::Sqlite] {
            let own = db.filter(|db| db.dialect() == dialect);
            let which = self.which(state.as_ref(), own.is_some());
            let mut context = Context::new();
            if let Some(last) = state.as_ref().and_then(|state| state.last_applied) {
                context = context.with_last_applied(last);
            }
            if let Some(db) = own.filter(|_| self.database) {
                context = context.with_rows_of(db).await?;
            }
            let mut findings = lint::folder(folder, dialect, &which, context, Some(registry))?;
            if let Some(db) = own.filter(|_| self.database) {
                lint::add_facts(db, &mut findings).await?;
            }
            all = lint::joined(all, findings);
        }
        Ok(all)
    }

    /// The other database's migrations have the same history: what comes after the last one applied is pending there.
    fn which(&self, state: Option<&HistoryState>, is_own: bool) -> Which {
        match (self.since, state) {
            (Some(since), _) => Which::After(since),
            (None, Some(state)) if is_own => Which::Pending(state.pending.clone()),
            (None, Some(state)) => state.last_applied.map_or(Which::All, Which::After),
            (None, None) => Which::All,
        }
    }

    fn print(&self, findings: &[Finding]) {
        match self.format {
            LintFormat::Json => print_line(serde_json::to_string_pretty(findings).unwrap_or_default()),
            LintFormat::Text => {
                for finding in findings {
                    print_finding(finding);
                }
                let accepted = findings.iter().filter(|finding| !finding.is_open()).count();
                print_line(format_args!("{} found, {accepted} of them accepted", findings.len()));
            }
        }
    }
}

/// What is applied in a database.
struct HistoryState {
    pending: BTreeSet<i64>,
    last_applied: Option<i64>,
}

impl HistoryState {
    async fn of(folder: &Path, db: &Db) -> Result<Self, MigrateError> {
        let migrations = Migrations::load(folder, db.dialect())?;
        let (mut pending, mut last_applied) = (BTreeSet::new(), None);
        for status in migrations.status(db).await? {
            match status.state {
                MigrationState::Pending => {
                    pending.insert(status.version);
                }
                _ => last_applied = last_applied.max(Some(status.version)),
            }
        }
        Ok(Self { pending, last_applied })
    }
}

/// Whether opening the database would create it.
fn is_missing_file(url: &str) -> bool {
    let Some(path) = url.strip_prefix("sqlite:") else { return false };
    let path = path.strip_prefix("//").unwrap_or(path).split('?').next().unwrap_or_default();
    path.contains(":memory:") || !Path::new(path).exists()
}

fn print_finding(finding: &Finding) {
    let Finding { code, file, line, message, .. } = finding;
    let place = if file.is_empty() { String::new() } else { format!("{file}:{line}: ") };
    print_line(format_args!("{place}{code} ({})", code.severity().name()));
    print_line(format_args!("  {message}"));
    if !finding.statement.is_empty() {
        print_line(format_args!("  in: {}", finding.statement));
    }
    if let Some(lock) = finding.lock {
        let waiting = lock.blocks().map_or_else(String::new, |who| format!(": {who} wait"));
        print_line(format_args!("  lock: {}{waiting}", lock.name()));
    }
    for fact in &finding.facts {
        print_line(format_args!("  here: {fact}"));
    }
    match &finding.allowed {
        Some(reason) => print_line(format_args!("  accepted: {reason}")),
        None => print_line(format_args!("  instead: {}", finding.recipe)),
    }
    print_line("");
}

fn explain(name: &str) -> Outcome {
    if name == "all" {
        for code in Code::ALL {
            print_line(format_args!("{:<26} {:<14} {}", code.name(), code.severity().name(), code.title()));
        }
        return Ok(());
    }
    let Some(code) = Code::of(name) else {
        let like = Code::like(name).map_or_else(String::new, |code| format!("; did you mean `{code}`?"));
        return Err(Failure::new(format!("there is no code `{name}`{like}; `--explain all` lists them")));
    };
    print_line(code.page());
    Ok(())
}
