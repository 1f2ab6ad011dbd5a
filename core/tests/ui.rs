//! Compile errors: what is said, and on which token.

/// One process for all files, so that the runtime is checked once.
#[test]
fn wrong_declarations_are_explained() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/*.rs");
}
