//! What the macro writes of actions.

use entify::entity::{EntityInput, OutputShape, ValuesRole};
use entify::prelude::*;
use entify::types::Kind;

use super::store::*;

#[test]
fn the_declaration_has_every_option() {
    let def = Bill::def();
    let names: Vec<_> = def.actions.iter().map(|action| action.name).collect();
    let all = ["pay", "step", "merge", "forget", "hand_over", "balance", "peek", "owed", "open_month"];
    assert_eq!(names, all);
    assert!(Buyer::def().actions.is_empty());
    let pay = def.action("pay").expect("an action");
    assert_eq!((pay.path, pay.graphql), ("pay", "pay"));
    assert_eq!(pay.docs, "Marks the bill as paid.\n\nIt cannot be undone.");
    assert!(pay.confirm && !pay.collection && !pay.read && pay.deprecated.is_none());
    assert_eq!(pay.rule.to_string(), "role(\"staff\") | role(\"admin\") | owner(buyer.login)");
    assert_eq!(pay.output.shape, OutputShape::One);
    assert!(std::ptr::eq(pay.output.info().expect("a row").def, def));
    let month = def.action("open_month").expect("an action");
    assert_eq!((month.path, month.graphql), ("open-month", "openMonth"));
    assert!(month.collection && month.input.is_none());
    assert_eq!(month.output.shape, OutputShape::List);
    let owed = def.action("owed").expect("an action");
    assert!(owed.read && owed.collection && owed.output.shape == OutputShape::Optional);
    let forget = def.action("forget").expect("an action");
    assert!(forget.output.of.is_none());
    assert_eq!(forget.deprecated.expect("deprecated").reason(), "Since 2: Pay it.");
    assert_eq!(Bill::helper(), 7);
}

#[test]
fn an_input_is_described_as_an_entity_is() {
    let pay = Bill::def().action("pay").expect("an action");
    let info = pay.input_info().expect("an input");
    assert_eq!((info.def.values, info.def.graphql.type_name), (Some(ValuesRole::Input), "Payment"));
    let fields: Vec<_> = info.columns.iter().skip(1).map(|column| (column.wire, column.nullable)).collect();
    assert_eq!(fields, [("amount", false), ("way", false), ("note", true), ("tags", false)]);
    let amount = info.by_wire("amount").expect("a field");
    assert_eq!((amount.kind, amount.docs), (Kind::Decimal, "How much."));
    assert_eq!(amount.field.and_then(|field| field.scale), Some(2));
    assert!(info.by_name("id").is_none() && info.by_wire("").is_none());
    let merge = Bill::def().action("merge").expect("an action").input_info().expect("an input");
    assert_eq!(merge.def.graphql.type_name, "Merge", "`MergeInput` is the type of that name");
    let other = merge.by_wire("other_id").expect("a relation");
    assert!(std::ptr::eq(other.target().expect("a target").def, Bill::def()));
    let balance = Bill::def().action("balance").expect("an action").output.info().expect("values");
    assert_eq!(balance.def.values, Some(ValuesRole::Output));
    fn is_input<T: EntityInput>() {}
    is_input::<Payment>();
}

#[test]
fn what_is_wrong_between_declarations_is_told_at_start() {
    let alone =
        entify::entity::Registry::new(&entities![Bill]).expect_err("a relation leads out of the list");
    assert!(alone.to_string().contains("`Whose.buyer` leads to `Buyer`, which is not listed"), "{alone}");
}
