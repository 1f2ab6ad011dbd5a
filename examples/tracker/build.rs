//! The program has its migrations in it: a new one is a reason to build it again.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
