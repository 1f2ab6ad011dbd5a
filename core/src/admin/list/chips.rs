//! The filters that are set, each with the way to take it out again.

use crate::admin::filter_words;
use crate::admin::list::address::ListAddress;
use crate::admin::list::asked::{Asked, SetFilter};
use crate::admin::list::facets::has_control;
use crate::admin::request::AdminRequest;
use crate::admin::titles::Labels;
use crate::entity::{Condition, Op};
use crate::error::Result;
use crate::filters;

/// A filter that is set and has no control: a removable chip.
pub(super) struct Chip {
    pub(super) label: String,
    pub(super) text: String,
    pub(super) without: String,
}

/// The chips of a list.
pub(super) async fn chips(request: &AdminRequest, asked: &Asked) -> Result<Vec<Chip>> {
    let path = request.path(asked.info);
    let mut chips = Vec::new();
    for (position, filter) in asked.filters.iter().enumerate() {
        if filter.own_value_of(filter.way.column) && has_control(filter.way.column) {
            continue;
        }
        let mut without = asked.address.clone();
        without.filters.remove(position);
        let (words, text) = match test_of(&filter.condition) {
            Some(op) => {
                let (words, text) = filter_words::test(filter.way.column, op);
                (words, label(request, filter, op).await?.unwrap_or(text))
            }
            None => ("is", filter.text.clone()),
        };
        let way = filter_words::way(&filter.way);
        let label = match words {
            "is" => format!("{way}: "),
            words if text.is_empty() => format!("{way} {words}"),
            words => format!("{way} {words} "),
        };
        chips.push(Chip { label, text, without: without.link(&path) });
    }
    if let Some(tree) = &asked.tree {
        let without = ListAddress { tree: String::new(), ..asked.address.clone() };
        let text = filter_words::condition(asked.info, tree);
        chips.push(Chip { label: String::new(), text, without: without.link(&path) });
    }
    Ok(chips)
}

/// The test at the end of a filter's way.
fn test_of(condition: &Condition) -> Option<&Op> {
    match condition {
        Condition::Column { op, .. } => Some(op),
        Condition::ToOne { matches, .. } | Condition::ToMany { matches, .. } => test_of(matches),
        Condition::All(all) if all.len() == 1 => test_of(&all[0]),
        _ => None,
    }
}

/// What the row is called that a relation is compared with.
async fn label(request: &AdminRequest, filter: &SetFilter, op: &Op) -> Result<Option<String>> {
    let (Some(target), Op::Eq(key) | Op::Ne(key)) = (filter.way.column.target(), op) else {
        return Ok(None);
    };
    let (mut labels, index) = (Labels::default(), filter.way.column.index);
    labels.add(&request.ctx, index, target, std::slice::from_ref(key)).await?;
    Ok(labels.get(index, key).map(str::to_owned))
}

/// The same filters, of which one must hold where all must, and all where one must.
pub(super) fn joined(request: &AdminRequest, asked: &Asked) -> Option<(&'static str, String)> {
    let (parts, any) = match (&asked.tree, asked.filters.len()) {
        (Some(Condition::Any(parts)), 0) if parts.len() > 1 => (parts.clone(), false),
        (tree, flat) if flat + usize::from(tree.is_some()) > 1 => {
            let flat = asked.filters.iter().map(|filter| filter.condition.clone());
            let tree = match tree {
                Some(Condition::Any(parts)) => parts.clone(),
                tree => tree.iter().cloned().collect(),
            };
            (flat.chain(tree).collect(), true)
        }
        (Some(Condition::All(parts)), 0) if parts.len() > 1 => (parts.clone(), true),
        _ => return None,
    };
    let (words, condition) = match any {
        true => ("Match any of these filters", Condition::Any(parts)),
        false => ("Match all of these filters", Condition::All(parts)),
    };
    let tree = serde_json::Value::Object(filters::written_tree(asked.info, &condition)).to_string();
    let address = ListAddress { tree, filters: Vec::new(), ..asked.address.clone() };
    Some((words, address.link(&request.path(asked.info))))
}
