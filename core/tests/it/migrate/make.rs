//! Writing migrations.

use std::path::Path;

use entify::entity::{EntityDef, Registry};
use entify::migrate::{MigrateError, make, make_by_hand};

use super::entities::{CHICKEN, CHICKEN_CHANGED, EGG, EGG_CHANGED, SYNONYM, TAG};

pub(crate) fn registry(entities: &[&'static EntityDef]) -> Registry {
    Registry::new(entities).unwrap()
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for dialect in ["sqlite", "postgres"] {
        for entry in std::fs::read_dir(folder.join(dialect)).into_iter().flatten() {
            names.push(format!("{dialect}/{}", entry.unwrap().file_name().to_string_lossy()));
        }
    }
    names.sort();
    names
}

#[test]
fn the_first_migration_makes_every_table() {
    let folder = folder();
    let made = make(folder.path(), None, &registry(&[&SYNONYM, &TAG])).unwrap().unwrap();
    assert!(made.name.ends_with("_initial"), "{}", made.name);
    assert_eq!(made.created, ["synonym", "tag"]);
    assert_eq!(made.files.len(), 6);
    let name = &made.name;
    let mut text = String::new();
    for dialect in ["sqlite", "postgres"] {
        for file in [format!("{name}.up.sql"), format!("{name}.down.sql"), "schema.json".to_owned()] {
            let label = file.replace(name.as_str(), "…_initial");
            text += &format!("=== {dialect}/{label}\n{}", read(folder.path(), &format!("{dialect}/{file}")));
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let folder = folder();
    make(folder.path(), None, &registry(&[&SYNONYM, &TAG])).unwrap();
    let before = files(folder.path());
    // The order in which entities are listed is no change.
    assert_eq!(make(folder.path(), None, &registry(&[&TAG, &SYNONYM])), Ok(None));
    assert_eq!(files(folder.path()), before);
}

#[test]
fn a_table_is_added_to_the_others_and_dropped_again() {
    let folder = folder();
    make(folder.path(), None, &registry(&[&TAG])).unwrap();
    let added = make(folder.path(), None, &registry(&[&TAG, &SYNONYM])).unwrap().unwrap();
    assert!(added.name.ends_with("_create_synonym"), "{}", added.name);
    let up = read(folder.path(), &format!("postgres/{}.up.sql", added.name));
    assert!(up.contains(r#"REFERENCES "tag" ("id")"#) && !up.contains(r#"CREATE TABLE "tag""#), "{up}");

    let dropped = make(folder.path(), None, &registry(&[&TAG])).unwrap().unwrap();
    assert!(dropped.name.ends_with("_drop_synonym"), "{}", dropped.name);
    assert!(dropped.name > added.name, "versions grow within a second, too");
    let up = read(folder.path(), &format!("sqlite/{}.up.sql", dropped.name));
    assert_eq!(up, "-- synonym: the table is gone, with its rows\nDROP TABLE \"synonym\";\n");
    assert_eq!(
        read(folder.path(), &format!("sqlite/{}.down.sql", dropped.name)),
        read(folder.path(), &format!("sqlite/{}.up.sql", added.name)),
    );
}

#[test]
fn a_given_name_is_put_in_order_or_refused() {
    let folder = folder();
    let made = make(folder.path(), Some("Add Tags"), &registry(&[&TAG])).unwrap().unwrap();
    assert!(made.name.ends_with("_add_tags"), "{}", made.name);
    let refused = make_by_hand(folder.path(), "../x/é", &registry(&[&TAG])).unwrap_err();
    assert_eq!(refused, MigrateError::Name("../x/é".to_owned()));
    assert!(make_by_hand(folder.path(), " ", &registry(&[&TAG])).is_err());
}

#[test]
fn a_step_by_hand_lists_what_changed_and_keeps_the_new_schema() {
    let folder = folder();
    make(folder.path(), None, &registry(&[&CHICKEN, &EGG])).unwrap();
    let changed = registry(&[&CHICKEN_CHANGED, &EGG_CHANGED, &TAG]);
    let made = make_by_hand(folder.path(), "name_chickens", &changed).unwrap();
    let up = read(folder.path(), &format!("sqlite/{}.up.sql", made.name));
    let notes = "-- entify: write this migration, then remove this line\n-- table tag: new\n-- table chicken: column `name` was \
                 added, reference `fk_chicken_egg_id_egg` changed\n\n";
    assert!(up.starts_with(notes) && up.contains("CREATE TABLE \"tag\""), "{up}");
    let down = read(folder.path(), &format!("postgres/{}.down.sql", made.name));
    assert!(down.starts_with(notes) && down.contains("DROP TABLE \"tag\""), "{down}");
    assert_eq!(make(folder.path(), None, &changed), Ok(None));
}

#[test]
fn a_folder_of_one_dialect_stays_so() {
    let folder = folder();
    make(folder.path(), None, &registry(&[&TAG])).unwrap();
    std::fs::remove_dir_all(folder.path().join("sqlite")).unwrap();
    let made = make(folder.path(), None, &registry(&[&TAG, &SYNONYM])).unwrap().unwrap();
    assert_eq!(made.files.len(), 3);
    assert!(!folder.path().join("sqlite").exists());
}

#[test]
fn a_lost_or_broken_schema_is_said_so() {
    let folder = folder();
    make(folder.path(), None, &registry(&[&TAG])).unwrap();
    let schema = folder.path().join("sqlite/schema.json");
    std::fs::write(&schema, "{\n<<<<<<< ours\n").unwrap();
    let conflict = make(folder.path(), None, &registry(&[&TAG])).unwrap_err().to_string();
    assert!(conflict.contains("sqlite/schema.json: has a conflict of a merge"), "{conflict}");
    std::fs::write(&schema, "{").unwrap();
    let broken = make(folder.path(), None, &registry(&[&TAG])).unwrap_err().to_string();
    assert!(broken.contains("sqlite/schema.json: is not a schema"), "{broken}");
    std::fs::remove_file(&schema).unwrap();
    let lost = make(folder.path(), None, &registry(&[&TAG])).unwrap_err().to_string();
    assert!(lost.ends_with("is missing beside its migrations; restore it from version control"), "{lost}");
}

mod plain {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(super) struct Page {
        #[entity(unique)]
        slug: String,
    }
}

mod soft_deleted {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public, version, soft_delete)]
    pub(super) struct Page {
        #[entity(unique)]
        slug: String,
    }
}

#[test]
fn versions_and_soft_deletion_change_a_table() {
    let (plain, soft_deleted) = (entify::entities![plain::Page], entify::entities![soft_deleted::Page]);
    let folder = folder();
    make(folder.path(), None, &registry(&plain)).unwrap();
    let changed = make(folder.path(), None, &registry(&soft_deleted)).unwrap().unwrap();
    assert_eq!(
        changed.changes,
        [
            "table page: column `version` was added, column `deleted_at` was added, unique rule `uq_page_slug` changed"
        ]
    );
    let folder = self::folder();
    let made = make(folder.path(), None, &registry(&soft_deleted)).unwrap().unwrap();
    for (dialect, time) in [("sqlite", "text"), ("postgres", "timestamptz")] {
        let up = read(folder.path(), &format!("{dialect}/{}.up.sql", made.name));
        let rule = r#"CREATE UNIQUE INDEX "uq_page_slug" ON "page" ("slug") WHERE "deleted_at" is null"#;
        let deleted_at = format!(r#""deleted_at" {time}"#);
        assert!(up.contains(rule) && up.contains(r#""version" "#) && up.contains(&deleted_at), "{up}");
        assert!(up.contains("NOT NULL DEFAULT") && !up.contains("CONSTRAINT \"uq_page_slug\""), "{up}");
    }
    assert_eq!(make(folder.path(), None, &registry(&soft_deleted)), Ok(None));
}
