//! `entify new`: a small application from the files in `template/`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

/// A new application.
#[derive(Debug, Args)]
pub(crate) struct NewApp {
    /// The name of the package, and of the folder that is made here
    name: String,
    /// The database it is for; it can have the other one later
    #[arg(long, value_enum, default_value_t = Database::Sqlite)]
    db: Database,
    /// Use entify from this folder (a checkout's `core`), not from crates.io
    #[arg(long, value_name = "FOLDER", conflicts_with = "version")]
    path: Option<PathBuf>,
    /// The version of entify; by default, that of this command
    #[arg(long, default_value = env!("CARGO_PKG_VERSION"))]
    version: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Database {
    /// A file beside the program
    Sqlite,
    /// A server
    Postgres,
}

/// Names of packages that cannot be: keywords of Rust, and what cargo reserves.
const RESERVED: [&str; 22] = [
    "test", "core", "std", "alloc", "entify", "crate", "self", "super", "fn", "mod", "struct", "enum",
    "trait", "type", "use", "impl", "match", "loop", "async", "deps", "build", "examples",
];

macro_rules! templates {
    ($($file:literal),* $(,)?) => {
        [$(($file, include_str!(concat!("../template/", $file)))),*]
    };
}

/// The files of an application, by their paths. A name that a tool would take for its own here ends in `.in`.
const FILES: [(&str, &str); 17] = templates![
    "Cargo.toml.in",
    "gitignore.in",
    "dockerignore.in",
    "env.example.in",
    "env.in",
    "README.md",
    "Taskfile.yml",
    "Dockerfile",
    "compose.yaml",
    ".github/workflows/ci.yml",
    "build.rs",
    "src/main.rs",
    "src/lib.rs",
    "src/entities.rs",
    "src/entities/project.rs",
    "src/entities/task.rs",
    "tests/tasks.rs",
];

impl NewApp {
    pub(crate) fn run(self) -> Result<(), String> {
        check_name(&self.name)?;
        let folder = Path::new(&self.name);
        if folder.exists() {
            return Err(format!("`{}` is there already; choose another name", folder.display()));
        }
        let entify = match &self.path {
            Some(path) => local(path)?,
            None => format!("version = \"{}\"", self.version),
        };
        for (file, text) in FILES {
            let (path, text) = (self.file(file), self.fill(text, &entify));
            if text.trim().is_empty() {
                continue;
            }
            write(&folder.join(path), &text)?;
        }
        println!("made {}", folder.display());
        println!("  cd {}", folder.display());
        if self.db == Database::Postgres {
            println!("  docker compose up -d postgres");
            println!("  cargo run -- migrate make && cargo run -- migrate up");
        }
        println!("  cargo run");
        Ok(())
    }

    /// The path in the application.
    fn file(&self, template: &str) -> String {
        match template.strip_suffix(".in") {
            Some("Cargo.toml") => "Cargo.toml".to_owned(),
            Some(hidden) => format!(".{hidden}"),
            None => template.to_owned(),
        }
    }

    /// The text of a file: `{{name}}` and its like are replaced, and what is between `{{#postgres}}` and `{{/postgres}}` (or
    /// `sqlite`) stays for that database only.
    fn fill(&self, text: &str, entify: &str) -> String {
        let module = self.name.replace('-', "_");
        let text = section(text, "postgres", self.db == Database::Postgres);
        let text = section(&text, "sqlite", self.db == Database::Sqlite);
        text.replace("{{name}}", &self.name).replace("{{module}}", &module).replace("{{entify}}", entify)
    }
}

/// The lines between the marks of a section stay or go; the marks themselves go.
fn section(text: &str, name: &str, stays: bool) -> String {
    let (open, close) = (format!("{{{{#{name}}}}}"), format!("{{{{/{name}}}}}"));
    let mut inside = false;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim() == open || line.trim() == close {
            inside = line.trim() == open;
        } else if !inside || stays {
            out.push_str(line);
        }
    }
    out
}

/// What cargo takes as a package's name and Rust as a module's.
fn check_name(name: &str) -> Result<(), String> {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    let rest = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
    if !starts || !rest || name.len() > 64 {
        return Err(format!(
            "`{name}` cannot name a package; use lower-case letters, digits, `-` and `_`, a letter first"
        ));
    }
    if RESERVED.contains(&name) {
        return Err(format!("`{name}` means something to Rust or cargo; choose another name"));
    }
    Ok(())
}

/// The dependency on a folder, by its whole path: the new application may be anywhere.
fn local(path: &Path) -> Result<String, String> {
    let whole = std::fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let manifest = std::fs::read_to_string(whole.join("Cargo.toml")).unwrap_or_default();
    if !manifest.contains("name = \"entify\"") {
        return Err(format!(
            "{} is not the folder of the package `entify`; it is `core` of a checkout",
            path.display()
        ));
    }
    Ok(format!("path = {:?}", whole.display().to_string()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}
