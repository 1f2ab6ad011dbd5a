//! The derives in hostile surroundings.

/// No prelude, and every name of the prelude taken by a type of the user's own.
mod nothing_in_scope {
    #![no_implicit_prelude]
    #![deny(warnings, missing_docs)]
    #![allow(dead_code, missing_debug_implementations, unreachable_pub)]

    use ::entify::{Entity, EntityEnum, EntityInput, EntityOutput};

    pub struct Ok;
    pub struct Err;
    pub struct Some;
    pub struct None;
    pub struct Option<T>(T);
    pub struct Result;
    pub struct Vec;
    pub struct Into;
    pub struct Default;
    pub struct Clone;
    pub struct Copy;
    pub struct Debug;
    pub struct PartialEq;
    pub struct Eq;
    pub struct Hash;
    pub struct Box;
    pub struct Self_;
    pub struct Record;
    pub struct Model;
    pub struct Value;
    pub struct Id;
    pub struct Column;

    /// An entity called like a type of the prelude.
    #[derive(Entity)]
    #[entity(policy = public, graphql(name = "Text"))]
    pub struct String {
        /// A text.
        #[entity(default = "x", max_len = 5)]
        text: ::std::string::String,
        /// Perhaps a number.
        #[entity(min = 0)]
        number: ::core::option::Option<i32>,
        /// Texts.
        texts: ::std::vec::Vec<::std::string::String>,
        /// A state.
        #[entity(default = State::On)]
        state: State,
        /// Another.
        #[entity(on_delete = set_null)]
        parent: ::core::option::Option<::entify::entity::One<String>>,
        /// The others.
        #[entity(inverse = parent)]
        children: ::entify::entity::Many<String>,
    }

    /// What an action takes.
    #[derive(EntityInput)]
    pub struct Words {
        /// A text.
        #[entity(max_len = 5)]
        pub text: ::core::option::Option<::std::string::String>,
        /// Another.
        pub other: ::entify::entity::One<String>,
    }

    /// What an action answers.
    #[derive(EntityOutput)]
    pub struct Count {
        /// How many.
        pub r#type: i32,
    }

    #[::entify::actions]
    impl String {
        /// Counts.
        #[action(policy = public)]
        async fn r#try(_: &::entify::Ctx, row: StringModel, input: Words) -> ::entify::Result<Count> {
            let _ = (row, input.text, input.other);
            ::core::result::Result::Ok(Count { r#type: 1 })
        }

        /// Lists.
        #[action(collection, policy = public)]
        async fn list(_: &::entify::Ctx) -> ::entify::Result<::std::vec::Vec<StringModel>> {
            ::core::result::Result::Ok(::std::vec::Vec::new())
        }
    }

    /// A state.
    #[derive(EntityEnum)]
    pub enum State {
        /// On.
        On,
        /// Off.
        Off,
        /// Called like the variants of the prelude.
        None,
    }

    pub fn list() -> ::std::vec::Vec<&'static ::entify::entity::EntityDef> {
        ::entify::entities![String]
    }

    #[::entify::testing::each_database(list(), row_security)]
    async fn each_database_needs_nothing_of_the_prelude(backend: ::entify::Ctx) {
        let strings = StringService::new(&backend);
        let made = strings.create(StringInput::new(::std::vec::Vec::new())).await;
        ::std::assert!(made.is_ok());
    }

    #[::entify::testing::each_database(list())]
    #[should_panic(expected = "as it should")]
    async fn each_test_has_the_attributes(_: ::entify::testing::TestDb) {
        ::std::panic!("as it should");
    }

    #[::entify::testing::each_database(list())]
    #[ignore = "never run: it fails"]
    async fn each_test_may_be_left_out(_: ::entify::testing::TestDb) -> ::std::process::ExitCode {
        ::std::process::ExitCode::FAILURE
    }
}

/// Raw identifiers, and fields called like locals, methods and associated functions.
mod hostile_names {
    #![deny(warnings)]

    use entify::prelude::*;

    /// Doc text with 'quotes', "double quotes", a `lifetime<'a>`, a \ backslash and {braces}.
    #[derive(Entity)]
    #[entity(policy = public, table = "ta\"ble", index(r#type, -r#fn), order = -r#type)]
    pub(super) struct Odd {
        /// Also 'here with "quotes".
        pub(super) r#type: String,
        r#fn: i32,
        new: i32,
        def: i32,
        to: i32,
        record: i32,
        value: String,
        runtime: Option<String>,
        into_assignments: i32,
        from_record: i32,
        r#match: Option<One<Odd>>,
        #[entity(inverse = r#match)]
        r#loop: Many<Odd>,
    }
}

#[test]
fn nothing_of_the_prelude_is_needed() {
    let [def] = nothing_in_scope::list()[..] else { panic!("one entity") };
    assert_eq!((def.name, def.table, def.graphql.type_name), ("String", "string", "Text"));
}

#[test]
fn raw_identifiers_lose_their_prefix() {
    use entify::prelude::*;
    use hostile_names::{Odd, OddInput};

    let def = <Odd as Entity>::def();
    let names: Vec<_> = def.fields.iter().map(|field| field.name).collect();
    assert_eq!(names[..2], ["type", "fn"]);
    assert_eq!(names.last(), Some(&"match_id"));
    assert_eq!(def.many[0].name, "loop");
    assert_eq!(def.order[0].field, "type");
    assert_eq!(
        def.docs,
        "Doc text with 'quotes', \"double quotes\", a `lifetime<'a>`, a \\ backslash and {braces}."
    );
    let _ = (Odd::r#type().asc(), OddInput::new("t", 1, 2, 3, 4, 5, "v", 6, 7).r#type);
}

#[test]
fn a_function_may_hold_an_entity() {
    #![deny(warnings)]
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    struct Local {
        /// Its state.
        #[entity(default = Stage::First)]
        stage: Stage,
        parent: Option<One<Local>>,
        #[entity(inverse = parent)]
        children: Many<Local>,
    }

    #[derive(EntityEnum)]
    enum Stage {
        First,
        Last,
    }

    let patch = LocalPatch { stage: Change::Set(Stage::Last), ..LocalPatch::default() };
    assert!(matches!(patch.stage, Change::Set(Stage::Last)));
    assert_eq!(Local::def().table, "local");
}

/// Declarations written by a user's own macro, whose tokens come in invisible groups.
mod by_macro {
    #![deny(warnings)]
    use entify::prelude::*;

    macro_rules! named {
        ($name:ident, $ty:ty, $max:expr, $default:expr, $min:literal, $rule:ident) => {
            #[derive(Entity)]
            #[entity(policy = $rule)]
            pub(super) struct $name {
                #[entity(max_len = $max, default = $default)]
                name: String,
                #[entity(min = $min, default = -1)]
                amount: $ty,
                parent: Option<One<$name>>,
            }
        };
    }

    named!(Made, Option<i32>, 10, "x", -5, public);
}

#[test]
fn a_users_macro_may_write_the_declaration() {
    use entify::prelude::*;
    let fields = by_macro::Made::def().fields;
    assert_eq!((fields[0].max_len, fields[1].nullable), (Some(10), true));
    assert_eq!(fields[1].min, Some(entify::entity::Bound::Int(-5)));
}
