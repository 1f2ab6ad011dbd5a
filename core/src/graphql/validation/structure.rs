//! Operations and fragments as a whole: names, and which fragments spread which.

use std::collections::{HashMap, HashSet};

use crate::graphql::syntax::{Document, Fragment, Selection, SelectionSet, Spread};
use crate::graphql::validation::context::Mistakes;

/// The names of a document's fragments, each behind those that it spreads.
pub(in crate::graphql) type FragmentOrder<'a> = Vec<&'a str>;

pub(super) fn check<'a>(document: &'a Document<'a>) -> Result<FragmentOrder<'a>, Mistakes> {
    let mut mistakes = Mistakes::default();
    operation_names(document, &mut mistakes);
    let graph = Graph::new(document, &mut mistakes);
    graph.unknown_and_unused(document, &mut mistakes);
    let order = graph.order(document, &mut mistakes);
    if mistakes.is_empty() { Ok(order) } else { Err(mistakes) }
}

/// Every operation has a name of its own; one without a name is alone.
fn operation_names(document: &Document<'_>, mistakes: &mut Mistakes) {
    let mut known = HashMap::new();
    for operation in &document.operations {
        match operation.name {
            None if document.operations.len() > 1 => {
                mistakes.push(vec![operation.pos], "an operation without a name must be the only one");
            }
            None => {}
            Some(name) => {
                if let Some(first) = known.insert(name.text, name.pos) {
                    mistakes
                        .push(vec![first, name.pos], format!("two operations are called `{}`", name.text));
                }
            }
        }
    }
    if document.operations.is_empty() {
        mistakes.push(Vec::new(), "the document has no operation");
    }
}

/// Which fragments spread which.
struct Graph<'a> {
    /// By name.
    numbers: HashMap<&'a str, usize>,
    /// The spreads of each fragment.
    spreads: Vec<Vec<&'a Spread<'a>>>,
}

impl<'a> Graph<'a> {
    /// Every fragment has a name of its own.
    fn new(document: &'a Document<'a>, mistakes: &mut Mistakes) -> Self {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        for (number, Fragment { name, .. }) in document.fragments.iter().enumerate() {
            if let Some(first) = numbers.insert(name.text, number) {
                mistakes.push(
                    vec![document.fragments[first].name.pos, name.pos],
                    format!("two fragments are called `{}`", name.text),
                );
            }
        }
        let spreads = document.fragments.iter().map(|fragment| spreads_of(&fragment.selections)).collect();
        Self { numbers, spreads }
    }

    /// Every fragment that is spread is there; every fragment is spread by an operation, directly or through others.
    fn unknown_and_unused(&self, document: &'a Document<'a>, mistakes: &mut Mistakes) {
        let of_operations: Vec<_> =
            document.operations.iter().flat_map(|operation| spreads_of(&operation.selections)).collect();
        for spread in of_operations.iter().chain(self.spreads.iter().flatten()) {
            if !self.numbers.contains_key(spread.name.text) {
                mistakes.push(vec![spread.name.pos], format!("there is no fragment `{}`", spread.name.text));
            }
        }
        let number_of = |spread: &&Spread<'_>| self.numbers.get(spread.name.text).copied();
        let mut reached: HashSet<usize> = HashSet::new();
        let mut next: Vec<usize> = of_operations.iter().filter_map(number_of).collect();
        while let Some(number) = next.pop() {
            if reached.insert(number) {
                next.extend(self.spreads[number].iter().filter_map(number_of));
            }
        }
        for (number, fragment) in document.fragments.iter().enumerate() {
            if !reached.contains(&number) {
                mistakes
                    .push(vec![fragment.pos], format!("the fragment `{}` is not used", fragment.name.text));
            }
        }
    }

    /// No fragment spreads itself, directly or through others. A chain of fragments may be long, so there is no recursion.
    fn order(&self, document: &'a Document<'a>, mistakes: &mut Mistakes) -> FragmentOrder<'a> {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let mut states = vec![State::New; document.fragments.len()];
        let mut order = Vec::with_capacity(document.fragments.len());
        for start in 0..document.fragments.len() {
            // The way down, and how many spreads of each fragment on it are behind us.
            let mut way = vec![(start, 0)];
            while let Some((number, at)) = way.last_mut() {
                let number = *number;
                if *at == 0 {
                    if states[number] == State::Done {
                        way.pop();
                        continue;
                    }
                    states[number] = State::Open;
                }
                let Some(spread) = self.spreads[number].get(*at) else {
                    states[number] = State::Done;
                    order.push(document.fragments[number].name.text);
                    way.pop();
                    continue;
                };
                *at += 1;
                match self.numbers.get(spread.name.text) {
                    Some(&target) if states[target] == State::Open => mistakes.push(
                        vec![spread.pos],
                        format!("the fragment `{}` spreads itself", spread.name.text),
                    ),
                    Some(&target) if states[target] == State::New => way.push((target, 0)),
                    _ => {}
                }
            }
        }
        order
    }
}

/// The spreads in a selection set, at any depth.
fn spreads_of<'a>(set: &'a SelectionSet<'a>) -> Vec<&'a Spread<'a>> {
    fn collect<'a>(set: &'a SelectionSet<'a>, found: &mut Vec<&'a Spread<'a>>) {
        for selection in &set.items {
            match selection {
                Selection::Spread(spread) => found.push(spread),
                Selection::Inline(inline) => collect(&inline.selections, found),
                Selection::Field(field) => field.selections.iter().for_each(|set| collect(set, found)),
            }
        }
    }
    let mut found = Vec::new();
    collect(set, &mut found);
    found
}
