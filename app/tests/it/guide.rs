//! The shell blocks of the README and of the guide, run as a reader would run them.
//!
//! A file's blocks run in order, in one temporary folder, and what one of them sets the next ones see. `cargo run` is
//! the program that the file is about: the demo for the README, the issue tracker for the guide. A block of `text` or
//! `json` that follows is what is printed; `…` in it stands for anything. A block that is not run says why in its
//! fence: `sh not-run: needs a terminal`.

mod blocks;
mod compare;
mod shell;

use std::path::{Path, PathBuf};

use crate::store::root;
use blocks::Block;
use shell::Shell;

/// Runs the blocks of a file in order.
fn run(file: &Path, program: &'static str) {
    if !curl_is_available() {
        return;
    }
    let shell = Shell::new(program);
    for block in blocks_of(file) {
        let location = format!("{}:{}", file.display(), block.line);
        if block.not_run.is_none() {
            shell.run(&block).unwrap_or_else(|wrong| panic!("{location}: {wrong}\n\n{}", block.code));
        }
    }
}

fn blocks_of(file: &Path) -> Vec<Block> {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let docs = file.extension().is_some_and(|extension| extension == "rs");
    blocks::of(&if docs { blocks::docs(&text) } else { text })
}

/// A reader's machine need not have curl; a machine that must have it sets `ENTIFY_REQUIRE_CURL=1`.
fn curl_is_available() -> bool {
    if std::process::Command::new("curl").arg("--version").output().is_ok() {
        return true;
    }
    let required = std::env::var("ENTIFY_REQUIRE_CURL").is_ok_and(|value| value == "1");
    assert!(!required, "there is no curl on this machine, and ENTIFY_REQUIRE_CURL=1");
    eprintln!("SKIPPED: there is no curl on this machine, so no shell block of the guide was run");
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

chapters! { changing declaring relations service policies graphql rest own_code admin migrations lints adopting testing deploying }

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
