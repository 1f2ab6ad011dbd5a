//! Measures what entities cost to compile: a generated crate of many entities, checked from scratch and after a
//! change of one field; with `--features-only`, or after it, what each set of features costs.
//!
//! The crate lies in `target/bench-compile` and shares the workspace's target folder and lock file, so that only it
//! is compiled. The figures are CPU time (user and system) of `cargo check` and all it starts.

mod cost;
mod features;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Parser;
use cost::Cost;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Entities of the large crate.
const ENTITIES: usize = 60;
/// Runs of each measurement, of which the median counts.
const RUNS: usize = 5;
/// The targets.
const PER_ENTITY: Duration = Duration::from_millis(20);
const RECHECK: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("compile: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What to measure.
#[derive(Parser)]
struct Options {
    /// Measure what the sets of features cost, and nothing else.
    #[arg(long)]
    features_only: bool,
    /// Measure what entities cost, and nothing else.
    #[arg(long, conflicts_with = "features_only")]
    entities_only: bool,
}

fn run(options: &Options) -> Result<()> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("no workspace")?;
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => workspace.join("target"),
    };
    if !options.features_only {
        entities(workspace, &target)?;
    }
    if !options.entities_only {
        features::report(workspace, &target)?;
    }
    Ok(())
}

/// What entities cost.
fn entities(workspace: &Path, target: &Path) -> Result<()> {
    let sample = Sample::at(workspace, target)?;
    println!("generated crate: {}", sample.folder.display());
    sample.generate(1, false)?;
    println!("checking its dependencies (once) …");
    sample.check()?;
    println!("checking 1 entity, {RUNS} times …");
    let one = median(|| sample.cold())?;
    sample.generate(ENTITIES, false)?;
    println!("checking {ENTITIES} entities, {RUNS} times …");
    let many = median(|| sample.cold())?;
    println!("checking again after a change of one field, {RUNS} times …");
    let mut changed = false;
    let again = median(|| {
        changed = !changed;
        sample.generate(ENTITIES, changed)?;
        sample.check()
    })?;
    let added = u32::try_from(ENTITIES - 1)?;
    let per_entity = many.cpu.saturating_sub(one.cpu) / added;
    println!("\n{:<46} {:>10} {:>10} {:>10}", "cargo check", "CPU ms", "wall ms", "target");
    line("crate with 1 entity of 10 fields", one, None);
    line(&format!("crate with {ENTITIES} entities of 10 fields"), many, None);
    let wall = many.wall.saturating_sub(one.wall) / added;
    line("one entity more", Cost { cpu: per_entity, wall }, Some(PER_ENTITY));
    line(&format!("again after one field, of {ENTITIES} entities"), again, Some(RECHECK));
    match sample.expanded_lines()? {
        Some(lines) => println!("\nexpanded lines per entity: {}", lines / ENTITIES),
        None => {
            println!("\nexpanded lines per entity: not counted; `cargo install cargo-expand` to count them");
        }
    }
    Ok(())
}

fn line(what: &str, cost: Cost, target: Option<Duration>) {
    let milliseconds = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
    println!(
        "{what:<46} {:>10} {:>10} {:>10}",
        milliseconds(cost.cpu),
        milliseconds(cost.wall),
        target.map(milliseconds).unwrap_or_default()
    );
}

fn median(mut measure: impl FnMut() -> Result<Cost>) -> Result<Cost> {
    let mut costs = (0..RUNS).map(|_| measure()).collect::<Result<Vec<_>>>()?;
    costs.sort_by_key(|cost| cost.cpu);
    Ok(costs[RUNS / 2])
}

/// The generated crate.
struct Sample {
    folder: PathBuf,
    target: PathBuf,
}

impl Sample {
    fn at(workspace: &Path, target: &Path) -> Result<Self> {
        let folder = target.join("bench-compile");
        std::fs::create_dir_all(folder.join("src"))?;
        // The same versions and the same profile as the workspace: its compiled dependencies serve.
        std::fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let manifest = format!(
            "[package]\nname = \"bench-compile\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\nentify = {{ path = {:?} }}\n\n[profile.dev]\ndebug = \"line-tables-only\"\n\n\
             [workspace]\n",
            workspace.join("core")
        );
        write_if_changed(&folder.join("Cargo.toml"), &manifest)?;
        Ok(Self { folder, target: target.to_owned() })
    }

    /// Writes the entities, one file each; `changed` widens one field of one of them.
    fn generate(&self, entities: usize, changed: bool) -> Result<()> {
        let source = self.folder.join("src");
        let mut root = String::from(
            "//! Generated; see bench/src/bin/compile/main.rs.\n\n\
             /// What kind.\n#[derive(entify::EntityEnum)]\npub enum Kind {\n    Plain,\n    Special,\n}\n\n",
        );
        for number in 0..entities {
            let text = entity(number, entities, changed && number == entities / 2);
            write_if_changed(&source.join(format!("entity{number}.rs")), &text)?;
            writeln!(root, "mod entity{number};\npub use entity{number}::*;")?;
        }
        let names: Vec<String> = (0..entities).map(|number| format!("Entity{number}")).collect();
        writeln!(
            root,
            "\n/// All of them.\npub fn entities() -> Vec<&'static entify::entity::EntityDef> {{\n    entify::entities![{}]\n}}",
            names.join(", ")
        )?;
        write_if_changed(&source.join("lib.rs"), &root)
    }

    /// A check without what earlier checks of this crate left.
    fn cold(&self) -> Result<Cost> {
        let kept = self.target.join("debug/incremental");
        for folder in std::fs::read_dir(&kept).into_iter().flatten() {
            let folder = folder?;
            if folder.file_name().to_string_lossy().starts_with("bench_compile-") {
                std::fs::remove_dir_all(folder.path())?;
            }
        }
        let root = self.folder.join("src/lib.rs");
        std::fs::write(&root, std::fs::read(&root)?)?;
        self.check()
    }

    fn check(&self) -> Result<Cost> {
        cost::of_cargo(&["check".to_owned(), "--quiet".to_owned()], &self.folder, &self.target)
    }

    /// Lines of the crate after expansion, when cargo-expand is there to count them.
    fn expanded_lines(&self) -> Result<Option<usize>> {
        let mut expand = Command::new("cargo");
        expand.arg("expand").current_dir(&self.folder);
        let present = Command::new("cargo").args(["expand", "--version"]).output()?;
        if !present.status.success() {
            return Ok(None);
        }
        let output = expand.env("CARGO_TARGET_DIR", &self.target).output()?;
        Ok(output.status.success().then(|| String::from_utf8_lossy(&output.stdout).lines().count()))
    }
}

fn write_if_changed(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|known| known == text) {
        return Ok(());
    }
    Ok(std::fs::write(path, text)?)
}

/// An entity of ten fields; every one but the first points to the one before.
fn entity(number: usize, entities: usize, changed: bool) -> String {
    let length = if changed { 130 } else { 120 };
    let relation = match number {
        0 => "    /// Free text.\n    remark: Option<String>,\n".to_owned(),
        _ => format!("    /// The one before.\n    before: One<Entity{}>,\n", number - 1),
    };
    let inverse = match number + 1 {
        next if next < entities => {
            format!("    /// Those after.\n    #[entity(inverse = before)]\n    after: Many<Entity{next}>,\n")
        }
        _ => String::new(),
    };
    format!(
        "//! Entity {number}.\n\nuse entify::prelude::*;\n#[allow(unused_imports)]\nuse crate::*;\n\n\
         /// Entity {number} of many.\n\
         #[derive(Entity)]\n\
         #[entity(policy(read = public, write = role(\"staff\")), index(kind, -created_at))]\n\
         pub struct Entity{number} {{\n\
         \x20   /// A unique name.\n    #[entity(unique, max_len = {length}, search, sort)]\n    name: String,\n\
         \x20   /// A longer text.\n    #[entity(multiline)]\n    body: Option<String>,\n\
         \x20   /// What kind.\n    #[entity(default = Kind::Plain, filter)]\n    kind: Kind,\n\
         \x20   /// How many.\n    #[entity(min = 0, default = 0, filter, sort)]\n    amount: i32,\n\
         \x20   /// A large number.\n    total: Option<i64>,\n\
         \x20   /// A price.\n    #[entity(scale = 2, min = 0)]\n    price: Decimal,\n\
         \x20   /// Whether it is on.\n    #[entity(default = true)]\n    active: bool,\n\
         \x20   /// When it is due.\n    due: Option<DateTime<Utc>>,\n\
         \x20   /// A day.\n    #[entity(sort)]\n    day: Option<NaiveDate>,\n\
         {relation}{inverse}}}\n"
    )
}
