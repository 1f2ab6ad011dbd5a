//! `#[derive(EntityEnum)]`.

use entify::prelude::*;
use entify::types::{EntityEnum as _, Kind, Scalar as _};
use entify::value::Value;

/// How far it is.
#[derive(EntityEnum, Debug, Clone, Copy, PartialEq)]
enum Stage {
    /// Not begun.
    Waiting,
    InReview,
    #[entity(rename = "finished")]
    Done,
    r#Type,
}

#[test]
fn the_definition_holds_every_spelling() {
    let def = Stage::DEF;
    assert_eq!((def.name, def.docs), ("Stage", "How far it is."));
    let spellings: Vec<_> = def.variants.iter().map(|v| (v.name, v.wire, v.graphql, v.docs)).collect();
    assert_eq!(
        spellings,
        [
            ("Waiting", "waiting", "WAITING", "Not begun."),
            ("InReview", "in_review", "IN_REVIEW", ""),
            ("Done", "finished", "FINISHED", ""),
            ("Type", "type", "TYPE", ""),
        ]
    );
}

#[test]
fn a_variant_survives_the_way_through_a_cell() {
    assert_eq!(Stage::KIND, Kind::Enum(Stage::DEF));
    for stage in [Stage::Waiting, Stage::InReview, Stage::Done, Stage::r#Type] {
        assert_eq!(Stage::from_value(stage.into_value()), Ok(stage));
        assert_eq!(Stage::from_index(stage.index()), Some(stage));
        assert_eq!(
            Stage::DEF.by_wire(stage.text()).map(|variant| variant.name),
            Some(&*format!("{stage:?}"))
        );
    }
    assert_eq!(Stage::from_index(4), None);
    assert!(Stage::from_value(Value::Text("waiting".to_owned())).is_err());
}

/// Derives nothing else, and needs nothing else.
#[derive(EntityEnum)]
enum Plain {
    First,
    Second,
}

#[derive(Entity)]
#[entity(policy = public)]
#[allow(dead_code)]
struct Holder {
    one: Plain,
    #[entity(default = Plain::Second)]
    other: Plain,
    several: Vec<Plain>,
}

#[test]
fn an_enum_need_not_derive_anything_else() {
    let input = HolderInput::new(Plain::First, vec![Plain::Second]);
    assert_eq!(format!("{:?}", input.clone()), "HolderInput { one: First, other: None, several: [Second] }");
}
