//! The generated structs and accessors, as a user's code uses them.
#![deny(warnings, missing_docs)]

use entify::entity::{IntoAssignments as _, ManyLink, Model as _};
use entify::prelude::*;
use entify::testing::each_database;
use entify::value::{Record, Value};

use crate::support::domain::{
    Post, PostInput, PostModel, PostPatch, PostTag, Status, Tag, User, UserInput, UserModel,
};

#[test]
fn a_row_becomes_a_model() {
    let now = chrono::Utc::now();
    let info = User::def().info();
    let mut values = vec![Value::Null; info.columns.len()];
    values[0] = Value::Int(7);
    values[1] = Value::Text("ada@example.org".to_owned());
    values[2] = Value::Enum(&<Status as entify::types::EntityEnum>::DEF.variants[1]);
    values[info.created_at().unwrap()] = Value::DateTime(now);
    values[info.updated_at().unwrap()] = Value::DateTime(now);
    let user = UserModel::from_record(Record::new(values.clone())).expect("the row fits");
    assert_eq!(user.id, Id::new(7));
    assert_eq!((user.email.as_str(), user.status), ("ada@example.org", Status::Blocked));
    assert_eq!((user.nickname, user.created_at), (None, now));

    values[1] = Value::Int(1);
    assert!(UserModel::from_record(Record::new(values)).is_err(), "a number is no text");
}

#[test]
fn an_input_names_the_required_fields_and_leaves_defaults_out() {
    let input = UserInput::new("ada@example.org");
    let assignments = input.clone().into_assignments();
    assert_eq!(assignments.get(1), Some(&Value::Text("ada@example.org".to_owned())));
    assert_eq!(assignments.get(2), None, "the default is the service's to take");
    assert_eq!(assignments.get(3), Some(&Value::Null));

    let input = UserInput { status: Some(Status::Blocked), nickname: Some("a".to_owned()), ..input };
    let assignments = input.into_assignments();
    assert!(matches!(assignments.get(2), Some(Value::Enum(variant)) if variant.wire == "blocked"));
    assert_eq!(assignments.get(3), Some(&Value::Text("a".to_owned())));
}

#[test]
fn a_patch_has_three_states() {
    let index = |name: &str| Post::def().info().by_name(name).expect("a field").index;
    let patch =
        PostPatch { reviewer_id: Change::Set(None), title: "new".to_owned().into(), ..PostPatch::default() };
    let assignments = patch.into_assignments();
    assert_eq!(assignments.iter().count(), 2);
    assert_eq!(assignments.get(index("reviewer_id")), Some(&Value::Null));
    assert_eq!(assignments.get(index("title")), Some(&Value::Text("new".to_owned())));
    assert!(PostPatch::default().into_assignments().is_empty());
}

#[test]
fn relations_lead_where_they_say() {
    let info = User::def().info();
    let author = Post::def().info().by_name("author_id").expect("the reference").index;
    assert_eq!(Post::author().field() + 1, author);
    let ManyLink::Inverse { column } = info.many[0].link() else { panic!("an inverse") };
    assert_eq!(column, author);

    let ManyLink::Through { via, near, far } = Post::def().info().many[0].link() else {
        panic!("a joining entity")
    };
    assert!(std::ptr::eq(via.def, PostTag::def()));
    assert_eq!((via.columns[near].name, via.columns[far].name), ("post_id", "tag_id"));
    assert!(std::ptr::eq(Post::def().info().many[0].target().def, Tag::def()));
}

#[test]
fn relation_inputs_take_keys() {
    fn of(post: &PostModel) -> PostInput {
        PostInput::new("copy", post.author_id)
    }
    let _ = of;
    let input = PostInput::new("title", Id::<User>::new(3));
    let index = Post::def().info().by_name("author_id").expect("the reference").index;
    assert_eq!(input.into_assignments().get(index), Some(&Value::Int(3)));
}

#[test]
fn entities_lists_definitions_in_order() {
    let list = entities![User, Post, crate::support::domain::Tag,];
    let names: Vec<_> = list.iter().map(|def| def.name).collect();
    assert_eq!(names, ["User", "Post", "Tag"]);
    assert!(entities![].is_empty());
}

#[test]
fn a_definition_can_be_printed_also_after_its_info_was_computed() {
    let _ = Post::def().info();
    assert!(format!("{:?}", Post::def()).contains("author_id"));
}

/// Enums with the names of aliases.
mod aliases {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(super) struct Product {
        kind: ProductType,
        orders: Vec<ProductOrder>,
    }

    #[derive(EntityEnum)]
    pub(super) enum ProductType {
        Book,
    }

    #[derive(EntityEnum)]
    pub(super) enum ProductOrder {
        First,
    }
}

#[each_database(entities![aliases::Product])]
async fn an_enum_may_have_the_name_of_an_alias(ctx: Ctx) -> entify::Result<()> {
    use aliases::{ProductInput, ProductOrder, ProductService, ProductType};
    let input = ProductInput::new(ProductType::Book, vec![ProductOrder::First]);
    let made = ProductService::new(&ctx).create(input).await?;
    assert!(matches!(made.kind, ProductType::Book) && made.orders.len() == 1);
    Ok(())
}
