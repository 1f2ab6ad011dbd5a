//! The schema itself.

use entify::entity::Registry;
use entify::prelude::*;

use crate::support::domain::*;

mod odd {
    //! Entities at the edges of what a schema can say.

    use super::*;

    /// Says """three quotes""" and a back\slash.
    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct News {
        #[entity(read_only)]
        seen: Option<i32>,
        #[entity(default = Utc::now())]
        due: DateTime<Utc>,
        #[entity(skip(graphql))]
        hidden: Option<String>,
        #[entity(immutable)]
        source: Option<One<Secret>>,
    }

    #[derive(Entity)]
    #[entity(policy = authenticated)]
    pub(crate) struct Secret {
        #[entity(read_only)]
        count: Option<i64>,
        keeper: One<Hidden>,
    }

    #[derive(Entity)]
    #[entity(policy = public, skip(graphql))]
    pub(crate) struct Hidden {
        #[entity(inverse = keeper)]
        secrets: Many<Secret>,
    }

    /// Takes the name of a type that `News` brings.
    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct NewsEdge {
        x: i32,
    }
}

#[test]
fn sdl() {
    let registry = Registry::new(&all()).expect("the entities fit");
    insta::assert_snapshot!(entify::graphql::sdl(&registry).expect("a schema"));
}

#[test]
fn sdl_at_the_edges() {
    let registry = Registry::new(&entities![odd::News, odd::Secret, odd::Hidden]).expect("the entities fit");
    insta::assert_snapshot!(entify::graphql::sdl(&registry).expect("a schema"));
}

#[test]
fn a_type_name_used_twice_is_refused() {
    let registry = Registry::new(&entities![odd::News, odd::Secret, odd::Hidden, odd::NewsEdge])
        .expect("the entities fit");
    let error = entify::graphql::sdl(&registry).expect_err("a clash");
    assert!(error.to_string().contains("`NewsEdge`"), "{error}");
}
