//! Parity: the same write through the service, REST, GraphQL, the admin's form and the command line leaves the same rows and
//! history, is seen by the same hooks, and is refused for the same reasons.

mod program;
mod service;
mod store;
mod surfaces;
mod told;
mod writes;

use std::collections::{BTreeMap, BTreeSet};

use entify::testing::{TestDb, each_database};

use program::Program;
use store::World;
use surfaces::{Surface, Surfaces};
use told::{After, Answer};

/// Which surface has a form for which write.
const OFFERED: [(&str, &[Surface]); 15] = {
    use Surface::{Admin, CommandLine, Graphql, Rest};
    [
        ("action of a row", &[Rest, Graphql, Admin, CommandLine]),
        ("action of all", &[Rest, Graphql, Admin, CommandLine]),
        ("create", &[Rest, Graphql, Admin]),
        // The admin's form makes one row, without related ones.
        ("create with related rows", &[Rest, Graphql, Admin]),
        ("delete", &[Rest, Graphql, Admin]),
        ("delete a version", &[Rest, Graphql]),
        ("delete by filter", &[Rest, Graphql]),
        ("import", &[CommandLine]),
        ("increment", &[Rest, Graphql]),
        ("purge", &[Rest, Graphql]),
        ("restore", &[Rest, Graphql]),
        ("update", &[Rest, Graphql, Admin]),
        ("update a version", &[Rest, Graphql]),
        ("update by filter", &[Rest, Graphql]),
        ("upsert", &[Rest, Graphql]),
    ]
};

#[each_database(entify::entities![])]
async fn a_write_is_the_same_on_every_surface(test: TestDb) {
    let program = Program::new(&test);
    let mut surfaces = Surfaces::new(&test, program).await;
    let mut offered: BTreeMap<&str, BTreeSet<Surface>> = BTreeMap::new();
    let mut differences = Vec::new();
    for writes::Write { by, deed, refused } in writes::all() {
        let world = World::new(&test.ctx()).await;
        let before = After::of(&world).await;
        let told = service::service(&world, by, &deed).await;
        let after = After::of(&world).await;
        if told.as_ref().err().map(entify::Error::code) != refused {
            differences.push(format!("{by:?} {deed:?} through the service: {told:?}, not {refused:?}"));
        }
        if refused.is_some() && after != before {
            differences.push(format!("{by:?} {deed:?} is refused and left {after:#?}"));
        }
        if refused.is_none() && !after.has_traces() && !deed.reaches_none() {
            differences.push(format!("{by:?} {deed:?} left no history"));
        }
        for surface in Surface::ALL {
            let world = World::new(&test.ctx()).await;
            let Some(answer) = surfaces.perform(surface, &world, by, &deed).await else { continue };
            offered.entry(deed.kind()).or_default().insert(surface);
            let refused = |error| Answer::refused(surface.words(error, &deed));
            let expected = told.as_ref().err().map_or(Answer::Done, refused);
            if answer != expected {
                differences
                    .push(format!("{by:?} {deed:?} through {surface:?}: {answer:?}, not {expected:?}"));
            }
            let now = After::of(&world).await;
            if now != after {
                differences
                    .push(format!("{by:?} {deed:?} through {surface:?} left {now:#?}, not {after:#?}"));
            }
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    let pinned = OFFERED.map(|(kind, surfaces)| (kind, surfaces.iter().copied().collect()));
    assert_eq!(offered, BTreeMap::from(pinned));
}
