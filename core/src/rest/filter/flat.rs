//! Filters between `&`: `status=active`, `stars[gte]=3`, `author.email[contains]=@example.org`.

use super::{MAX_RELATIONS, MAX_TESTS, too_many_relations, too_many_tests};
use crate::entity::{Condition, Op, Quantifier};
use crate::error::{Error, Result};
use crate::rest::known::Known;
use crate::rest::operand;
use crate::rest::relations::Relation;
use crate::types::shorten;

/// The flat filters of a request, which all hold. Those through the same to-many relations hold for the same related row.
#[derive(Default)]
pub(in crate::rest) struct FlatFilters {
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
    pub(in crate::rest) fn add(
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
        let (mut known, mut node, mut rest, mut relations) = (known, &mut self.root, path, 0);
        let column = loop {
            if let Some(column) = known.view().filterable_column(rest) {
                break column;
            }
            let (step, behind) = rest.split_once('.').map_or((rest, None), |(step, rest)| (step, Some(rest)));
            let Some(relation) = known.filtered_relations().find(|relation| relation.name() == step) else {
                return Err(unknown(known, step, path, if relations == 0 { others } else { &[] }));
            };
            let Some(behind) = behind else {
                let message = format!(
                    "`{}` is a relation; filter by a field of it, as in `{}.id=…`",
                    shorten(path, 200),
                    shorten(path, 200)
                );
                return Err(Error::bad_request(message));
            };
            relations += 1;
            // Of an entity's own fields there are only so many tests.
            self.tests += usize::from(relations == 1 && !again);
            if self.tests > MAX_TESTS {
                return Err(too_many_tests());
            }
            if relations > MAX_RELATIONS {
                return Err(too_many_relations());
            }
            (known, node, rest) = (known.behind(relation), node.related(relation), behind);
        };
        let operator = known.operator(column, operator, path)?;
        let op = operand::read(operator, column, value)
            .map_err(|message| Error::bad_request(format!("`{}` {message}", shorten(name, 200))))?;
        node.add(name, column.index, op, again)
    }

    pub(in crate::rest) fn into_condition(self) -> Condition {
        self.root.into_condition()
    }
}

fn unknown(known: Known<'_>, step: &str, path: &str, others: &[&'static str]) -> Error {
    let near = known.near(step, known.view().filterable(), known.filtered_relations(), others);
    match step.len() == path.len() {
        true => Error::bad_request(format!("unknown parameter `{}`{near}", shorten(step, 64))),
        false => Error::bad_request(format!(
            "`{}`: `{}` is no field of a {} to filter by{near}",
            shorten(path, 200),
            shorten(step, 64),
            known.info.def.name
        )),
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
