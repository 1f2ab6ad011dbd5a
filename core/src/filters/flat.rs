//! Filters between `&`: `status=active`, `stars[gte]=3`, `author.email[contains]=@example.org`.

use super::{MAX_TESTS, too_many_tests};
use crate::entity::{Condition, Op, Quantifier};
use crate::error::{Error, Result};
use crate::filters::{Known, Relation, operand};
use crate::types::shorten;

/// The flat filters of a request, which all hold. Those through the same to-many relations hold for the same related row.
#[derive(Default)]
pub(crate) struct FlatFilters {
    root: Node,
    /// Those through relations.
    tests: usize,
}

/// The tests on the rows of one entity.
#[derive(Default)]
struct Node {
    tests: Vec<(usize, Op)>,
    related: Vec<(Relation, Node)>,
}

impl FlatFilters {
    /// Adds a filter; to the list that is there already, if its parameter has come before. `others` are names that the parameter may
    /// have been meant to be.
    pub(crate) fn add(
        &mut self,
        known: Known<'_>,
        name: &str,
        value: &str,
        again: bool,
        others: &[&'static str],
    ) -> Result<()> {
        let (path, operator) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((path, operator)) => (path, operator),
            None => (name, "eq"),
        };
        let way = known.way(path, others)?;
        // Of an entity's own fields there are only so many tests.
        self.tests += usize::from(!way.relations.is_empty() && !again);
        if self.tests > MAX_TESTS {
            return Err(too_many_tests());
        }
        let (column, mut node) = (way.column, &mut self.root);
        for relation in way.relations {
            node = node.related(relation);
        }
        let operator = known.operator(column, operator, path)?;
        let op = operand::read(operator, column, value)
            .map_err(|message| Error::bad_request(format!("`{}` {message}", shorten(name, 200))))?;
        node.add(name, column.index, op, again)
    }

    pub(crate) fn into_condition(self) -> Condition {
        self.root.into_condition()
    }
}

impl Node {
    fn related(&mut self, relation: Relation) -> &mut Self {
        let at = self.related.iter().position(|(known, _)| known.is(relation)).unwrap_or_else(|| {
            self.related.push((relation, Self::default()));
            self.related.len() - 1
        });
        &mut self.related[at].1
    }

    fn add(&mut self, name: &str, column: usize, op: Op, again: bool) -> Result<()> {
        if !again {
            self.tests.push((column, op));
            return Ok(());
        }
        let known = self.tests.iter_mut().filter(|(other, _)| *other == column).map(|(_, op)| op);
        for known in known {
            let (known, values) = match (known, &op) {
                (Op::In(known), Op::In(values)) | (Op::NotIn(known), Op::NotIn(values)) => (known, values),
                _ => continue,
            };
            if known.len() + values.len() > operand::MAX_LIST {
                return Err(Error::bad_request(format!(
                    "`{name}` must not list more than {} values",
                    operand::MAX_LIST
                )));
            }
            known.extend_from_slice(values);
            return Ok(());
        }
        Err(Error::bad_request(format!("the parameter `{}` comes twice", shorten(name, 64))))
    }

    fn into_condition(self) -> Condition {
        let tests = self.tests.into_iter().map(|(column, op)| Condition::column(column, op));
        let related = self.related.into_iter().map(|(relation, node)| {
            let matches = Box::new(node.into_condition());
            match relation {
                Relation::ToOne(column, _) => Condition::ToOne { index: column.index, matches },
                Relation::ToMany(many) => {
                    Condition::ToMany { index: many.index, quantifier: Quantifier::Some, matches }
                }
            }
        });
        Condition::All(tests.chain(related).collect())
    }
}
