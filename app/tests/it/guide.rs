//! The shell blocks of the README and of the guide, run as a reader would run them.
//!
//! A file's blocks run in order, in one temporary folder, and what one of them sets the next ones see. `cargo run` is
//! the program that the file is about: the demo for the README, the issue tracker for the guide. A block of `text` or
//! `json` that follows is what is printed; `…` in it stands for anything. A block that is not run says why in its
//! fence: `sh not-run: needs a terminal`; one with a program that a machine may lack names it: `sh needs: sqlite3`.

mod blocks;
mod compare;
mod shell;

use std::path::{Path, PathBuf};

use crate::store::root;
use blocks::Block;
use shell::Shell;

/// Runs the blocks of a file in order.
fn run(file: &Path, program: &'static str) {
    if !is_available("curl") {
        return;
    }
    let shell = Shell::new(program);
    for block in blocks_of(file) {
        let location = format!("{}:{}", file.display(), block.line);
        if block.not_run.is_none() && block.needs.as_deref().is_none_or(is_available) {
            shell.run(&block).unwrap_or_else(|wrong| panic!("{location}: {wrong}\n\n{}", block.code));
        }
    }
}

fn blocks_of(file: &Path) -> Vec<Block> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let docs = file.extension().is_some_and(|extension| extension == "rs");
    blocks::of(&if docs { blocks::docs(&text) } else { text })
}

/// A reader's machine need not have the programs of the guide; a machine that must have them sets `ENTIFY_REQUIRE_CURL=1`.
fn is_available(program: &str) -> bool {
    if std::process::Command::new(program).arg("--version").output().is_ok() {
        return true;
    }
    let required = std::env::var("ENTIFY_REQUIRE_CURL").is_ok_and(|value| value == "1");
    assert!(!required, "there is no {program} on this machine, and ENTIFY_REQUIRE_CURL=1");
    eprintln!(
        "SKIPPED: there is no {program} on this machine, so the guide's shell blocks with it were not run"
    );
    false
}

/// The guide's folder.
fn guide() -> PathBuf {
    root().join("core/src/guide")
}

macro_rules! chapters {
    ($($name:ident)+) => {
        const CHAPTERS: &[&str] = &[$(concat!(stringify!($name), ".md")),+];

        $(
            #[test]
            fn $name() {
                run(&guide().join(concat!(stringify!($name), ".md")), env!("CARGO_BIN_EXE_tracker"));
            }
        )+
    };
}

chapters! { changing declaring relations service reading writing actions policies graphql rest clients own_code admin migrations lints adopting testing deploying }

#[test]
fn readme() {
    run(&root().join("README.md"), env!("CARGO_BIN_EXE_app"));
}

#[test]
fn front_page() {
    run(&root().join("core/src/lib.rs"), env!("CARGO_BIN_EXE_tracker"));
}

#[test]
fn every_chapter_is_run() {
    let mut files: Vec<String> = std::fs::read_dir(guide())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".md"))
        .collect();
    files.sort();
    let mut chapters = CHAPTERS.to_vec();
    chapters.sort_unstable();
    assert_eq!(files, chapters);
}

#[test]
fn what_is_not_run_says_why() {
    let files = CHAPTERS.iter().map(|name| guide().join(name));
    for file in files.chain([root().join("README.md"), root().join("core/src/lib.rs")]) {
        for block in blocks_of(&file) {
            let reason = block.not_run.as_deref().unwrap_or("is run");
            assert!(reason.len() > 5, "{}:{}: no reason", file.display(), block.line);
        }
    }
}

/// The chapter on own code leads to the demo's examples by their files.
#[test]
fn files_of_the_demo_that_the_guide_names_are_there() {
    let text = std::fs::read_to_string(guide().join("own_code.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| ") && line.contains(".rs` |"));
    let named: Vec<&str> = rows
        .flat_map(|row| row.rsplit('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .filter(|name| name.ends_with(".rs"))
        .collect();
    assert!(named.len() >= 10, "{named:?}");
    for name in named {
        assert!(root().join("app/src").join(name).is_file(), "{name}");
    }
    // Each of the demo's own examples is named.
    for file in std::fs::read_dir(root().join("app/src/own_code")).unwrap() {
        let name = format!("own_code/{}", file.unwrap().file_name().to_str().unwrap());
        assert!(text.contains(&format!("`{name}`")), "the guide does not name {name}");
    }
}
