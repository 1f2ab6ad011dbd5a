//! The schema itself.

use entify::entity::Registry;
use entify::prelude::*;

use crate::domain::*;

mod odd {
    //! Entities at the edges of what a schema can say.

    use super::*;

    /// Says """three quotes""" and a back\slash.
    #[derive(Entity)]
    #[entity(policy = public, plural = "news_items")]
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
