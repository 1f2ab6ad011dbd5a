//! Order types: `UserOrder`, and the directions that its fields take.

use crate::entity::{EntityInfo, Surface};
use crate::graphql::definitions::{EnumValueDefinition, InputValueDefinition, TypeDefinition, TypeKind};
use crate::query::{Direction, Nulls};

/// A value of `OrderDirection`.
pub(in crate::graphql) struct OrderDirection {
    pub(in crate::graphql) name: &'static str,
    docs: &'static str,
    pub(in crate::graphql) direction: Direction,
    /// Without one, the direction's own.
    pub(in crate::graphql) nulls: Option<Nulls>,
}

/// The values of `OrderDirection`.
pub(in crate::graphql) static DIRECTIONS: [OrderDirection; 6] = {
    use Direction::{Asc, Desc};
    use Nulls::{First, Last};
    const fn value(
        name: &'static str,
        docs: &'static str,
        direction: Direction,
        nulls: Option<Nulls>,
    ) -> OrderDirection {
        OrderDirection { name, docs, direction, nulls }
    }
    [
        value("ASC", "Least first; missing values last.", Asc, None),
        value("DESC", "Greatest first; missing values first.", Desc, None),
        value("ASC_NULLS_FIRST", "Least first, after the missing values.", Asc, Some(First)),
        value("ASC_NULLS_LAST", "Least first, before the missing values.", Asc, Some(Last)),
        value("DESC_NULLS_FIRST", "Greatest first, after the missing values.", Desc, Some(First)),
        value("DESC_NULLS_LAST", "Greatest first, before the missing values.", Desc, Some(Last)),
    ]
};

/// The enum `OrderDirection`.
pub(super) fn direction() -> TypeDefinition {
    let values = DIRECTIONS.iter();
    let values = values
        .map(|value| EnumValueDefinition { name: value.name.into(), docs: value.docs, deprecated: None })
        .collect();
    let docs = "Which end of an order comes first, and where missing values stand.";
    TypeDefinition::new("OrderDirection", docs, TypeKind::Enum { values })
}

/// `UserOrder`.
pub(super) fn entity(info: &'static EntityInfo) -> TypeDefinition {
    let name = info.def.graphql.type_name;
    let sortable = info.on(Surface::Graphql).sortable().iter();
    let fields = sortable
        .map(|column| {
            let key = InputValueDefinition::new(column.graphql, "OrderDirection", column.docs);
            key.deprecated(column.deprecated())
        })
        .collect();
    let docs = format!("One key of an order of `{name}` rows: exactly one field.");
    TypeDefinition::new(format!("{name}Order"), docs, TypeKind::InputObject { fields, one_of: true })
}
