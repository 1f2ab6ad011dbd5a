//! The layers of `ARCHITECTURE.md`: a room uses only rooms below it.

use std::collections::{BTreeSet, HashMap};

use super::source::{document, files};

/// What the crate offers under a short name: `crate::Ctx`.
const SHORT_NAMES: [(&str, &str); 4] =
    [("Ctx", "ctx"), ("Error", "error"), ("Result", "error"), ("Service", "service")];
/// Not rooms but fronts of the whole: they may name every room, and no room may name them.
const FRONTS: [&str; 4] = ["", "guide", "prelude", "private"];

/// The rooms, each with its layer, the lowest first: the numbered list under "Layers".
fn layers() -> HashMap<String, usize> {
    let document = document("ARCHITECTURE.md");
    let section = document.split("\n## ").find(|section| section.starts_with("Layers\n"));
    let mut layers = HashMap::new();
    for line in section.expect("a section `Layers`").lines() {
        let Some((number, rest)) = line.split_once(". ") else { continue };
        let Ok(number) = number.parse::<usize>() else { continue };
        let rooms = rest.split(':').next().unwrap_or_default();
        for room in rooms.split('`').skip(1).step_by(2) {
            assert_eq!(layers.insert(room.to_owned(), number), None, "`{room}` stands twice");
        }
    }
    layers
}

#[test]
fn a_room_uses_only_rooms_below_it() {
    let layers = layers();
    let mut wrong = Vec::new();
    let mut rooms = BTreeSet::new();
    for file in files() {
        rooms.insert(file.room.clone());
        // Tests within the crate use what is above: databases.
        if FRONTS.contains(&&*file.room) || file.path.ends_with("/tests.rs") {
            continue;
        }
        let Some(own) = layers.get(&file.room) else { continue };
        for named in file.rooms_named() {
            let short = SHORT_NAMES.iter().find(|(name, _)| *name == named.name);
            let room = short.map_or(&*named.name, |(_, room)| room);
            if room == file.room {
                continue;
            }
            // Macros and types that `lib.rs` names are of no room.
            let below = layers.get(room).map(|layer| layer < own);
            if below == Some(false) || FRONTS.contains(&room) {
                wrong.push(format!("core/src/{}:{}: `{}` uses `{room}`", file.path, named.line, file.room));
            }
        }
    }
    assert!(wrong.is_empty(), "these uses point upwards:\n{}", wrong.join("\n"));
    let unlisted: Vec<_> =
        rooms.iter().filter(|room| !FRONTS.contains(&&***room) && !layers.contains_key(*room)).collect();
    assert!(unlisted.is_empty(), "rooms without a layer in ARCHITECTURE.md: {unlisted:?}");
    let gone: Vec<_> = layers.keys().filter(|room| !rooms.contains(*room)).collect();
    assert!(gone.is_empty(), "layers of rooms that are not there: {gone:?}");
}
