//! Compile errors: what is said, and on which token. Every `<topic>/<case>.rs` here must be refused with the words of the
//! `.stderr` beside it.
//!
//! `UI_BLESS=1` writes what is said now into the `.stderr` files, to be reviewed and committed; `UI_ONLY=policy/`
//! compiles only the files whose path has that in it.
//!
//! The files are compiled with the `libentify` that this test is linked with, so nothing is built for them.

mod normalize;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use similar::TextDiff;

/// The compiler of this test, and where it found what the test depends on.
const RUSTC: &[&str] = rustc_arguments::rustc_arguments!();

/// Where the files are: paths in messages are relative to it.
const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

/// The folder of the topics, in the package.
const FOLDER: &str = "tests/ui";

#[test]
fn wrong_declarations_are_explained() {
    let cases = cases();
    let bless = std::env::var_os("UI_BLESS").is_some_and(|value| value == "1");
    let failures = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = check(case, bless) {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} files are not refused as they should be; UI_BLESS=1 accepts what is said now\n\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
}

/// The files to compile, by their paths in the package.
fn cases() -> Vec<String> {
    let files = |extension: &str| -> BTreeSet<String> {
        let folders = std::fs::read_dir(Path::new(PACKAGE).join(FOLDER)).expect("the folder of the topics");
        let folders = folders.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
        let files = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap());
        let files = files.map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|found| found == extension));
        files
            .map(|path| {
                let path = path.with_extension("");
                path.strip_prefix(PACKAGE).unwrap().to_str().unwrap().replace('\\', "/")
            })
            .collect()
    };
    let cases = files("rs");
    let expected = files("stderr");
    let orphans: Vec<_> = expected.difference(&cases).collect();
    assert!(orphans.is_empty(), "these have a .stderr, but no .rs: {orphans:?}");
    let only = std::env::var("UI_ONLY").unwrap_or_default();
    let cases: Vec<String> = cases.into_iter().filter(|case| case.contains(&only)).collect();
    assert!(!cases.is_empty(), "no file in {FOLDER} has {only:?} in its path");
    cases
}

/// Compiles one file, and compares what is said.
fn check(case: &str, bless: bool) -> Result<(), String> {
    let said = refusal(case)?;
    let file = Path::new(PACKAGE).join(format!("{case}.stderr"));
    if bless {
        return std::fs::write(&file, said).map_err(|error| format!("{}: {error}", file.display()));
    }
    let expected = match std::fs::read_to_string(&file) {
        Ok(expected) => expected,
        Err(error) => return Err(format!("== {case}.stderr: {error}; rustc says\n{said}")),
    };
    if said == expected {
        return Ok(());
    }
    let diff = TextDiff::from_lines(&expected, &said);
    Err(format!("== {case}.rs\n{}", diff.unified_diff().header("expected", "said")))
}

/// What rustc says of a file that it refuses.
fn refusal(case: &str) -> Result<String, String> {
    let (rustc, dependencies) = RUSTC.split_first().expect("the compiler");
    let name = case.strip_prefix(FOLDER).unwrap_or(case).trim_matches('/').replace(['/', '-'], "_");
    let output = Command::new(rustc)
        .args(["--edition=2024", "--crate-type=bin", "--emit=metadata", "--color=never", "--verbose"])
        .args(dependencies)
        .arg("--crate-name")
        .arg(&name)
        .arg("--out-dir")
        .arg(scratch())
        .arg(format!("{}/{case}.rs", package_name()))
        // Where cargo compiles from: the paths of the sources that `libentify` was made of are relative to it.
        .current_dir(workspace())
        // As for a test of this package; the macros ask by which name it calls `entify`.
        .env("CARGO_MANIFEST_DIR", PACKAGE)
        .env("CARGO_CRATE_NAME", &name)
        .output()
        .map_err(|error| format!("== {case}.rs: {rustc} does not run: {error}"))?;
    let said = normalize::normalize(&String::from_utf8_lossy(&output.stderr), FOLDER, package_name());
    if output.status.success() {
        let mut failure = format!("== {case}.rs compiles, but must be refused");
        if !said.is_empty() {
            write!(failure, "; rustc says\n{said}").unwrap();
        }
        return Err(failure);
    }
    Ok(said)
}

fn workspace() -> &'static Path {
    Path::new(PACKAGE).parent().expect("the workspace")
}

/// The package's folder in the workspace.
fn package_name() -> &'static str {
    Path::new(PACKAGE).file_name().and_then(|name| name.to_str()).expect("the package's folder")
}

/// Where rustc may write.
fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui")
}
