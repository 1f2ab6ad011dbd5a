//! What is exported and committed is what the entities say now.

use crate::store::{Store, root};

#[test]
fn the_exported_schemas_are_current() {
    let store = Store::sqlite();
    for (surface, version, file) in [
        ("graphql", None, "schema.graphql"),
        ("openapi", None, "openapi.json"),
        ("openapi", Some("3.1"), "openapi-3.1.json"),
    ] {
        let committed = std::fs::read_to_string(root().join("schema").join(file)).unwrap_or_default();
        let version = version.into_iter().flat_map(|version| ["--openapi-version", version]);
        let arguments: Vec<&str> = ["schema", surface].into_iter().chain(version).collect();
        let current = store.run(&arguments);
        assert!(current == committed, "schema/{file} is not current; run `task schema:export`");
    }
}

#[test]
fn the_client_in_typescript_is_current() {
    let store = Store::sqlite();
    let out = store.file("unused", "").with_file_name("client");
    store.run(&["client", "typescript", "--out", out.to_str().unwrap()]);
    let files = |folder: &std::path::Path| {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
        let texts = entries.map(|it| (it.file_name(), std::fs::read_to_string(it.path()).unwrap()));
        texts.collect::<std::collections::BTreeMap<_, _>>()
    };
    let committed = root().join("clients/typescript/src/app");
    assert!(files(&out) == files(&committed), "the demo's client is not current; run `task client:codegen`");
}

#[test]
fn the_migrations_are_current() {
    let store = Store::sqlite();
    let copy = store.file("unused", "").with_file_name("migrations");
    for dialect in ["sqlite", "postgres"] {
        let (from, to) = (root().join("migrations").join(dialect), copy.join(dialect));
        std::fs::create_dir_all(&to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
    let output = store.command(&["migrate", "make"]).env("MIGRATIONS_DIR", &copy).output().unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "nothing changed\n",
        "the entities changed; run `task migrations:make`"
    );
}
