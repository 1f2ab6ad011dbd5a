//! What each set of features costs: the crates that an application depends on with it, and the CPU time of checking
//! them all from scratch.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::Result;
use crate::cost::{self, Cost};

/// The sets that `task typecheck` compiles and `task test:features` tests, and the default.
const SETS: [(&str, &[&str]); 7] = [
    ("the service alone", &["sqlite"]),
    ("REST", &["sqlite", "rest"]),
    ("GraphQL", &["sqlite", "graphql"]),
    ("the admin", &["sqlite", "admin"]),
    ("the commands", &["sqlite", "cli"]),
    ("everything", &["sqlite", "graphql", "rest", "admin", "cli"]),
    ("everything, PostgreSQL too (the default)", &["sqlite", "postgres", "graphql", "rest", "admin", "cli"]),
];

/// Measures and prints one set after the other, each in an empty target folder.
pub(crate) fn report(workspace: &Path, target: &Path) -> Result<()> {
    println!(
        "\n{:<46} {:>10} {:>10} {:>10}",
        "cargo check -p entify, from scratch", "crates", "CPU s", "wall s"
    );
    for (name, features) in SETS {
        let folder = target.join("bench-features");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        let crates = crates(workspace, features)?;
        let Cost { cpu, wall } = check(workspace, &folder, features)?;
        println!("{name:<46} {crates:>10} {:>10.1} {:>10.1}", cpu.as_secs_f64(), wall.as_secs_f64());
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

fn selection(features: &[&str]) -> [String; 6] {
    ["-p", "entify", "--locked", "--no-default-features", "--features", &features.join(",")]
        .map(str::to_owned)
}

/// Crates in the build, build scripts' dependencies and macros included, entify's own two too.
fn crates(workspace: &Path, features: &[&str]) -> Result<usize> {
    let output = Command::new(cost::cargo())
        .args(["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"])
        .args(selection(features))
        .current_dir(workspace)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let text = String::from_utf8(output.stdout)?;
    // A crate that is listed already has `(*)` behind it.
    let names = text.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty());
    Ok(names.collect::<BTreeSet<_>>().len())
}

fn check(workspace: &Path, target: &Path, features: &[&str]) -> Result<Cost> {
    let mut arguments = vec!["check".to_owned(), "--quiet".to_owned()];
    arguments.extend(selection(features));
    cost::of_cargo(&arguments, workspace, target)
}
