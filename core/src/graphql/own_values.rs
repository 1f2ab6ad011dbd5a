//! The values of the application's own fields on the types of entities, resolved once the rows are there: each field at all
//! rows of a level together.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use async_graphql::{PathSegment, ServerError};
use futures_util::future::{BoxFuture, join_all, join3};

use crate::graphql::adapter::{Extensions, OwnContext};
use crate::graphql::plan::PlanTemplate;
use crate::service::fetch::Related;
use crate::value::Record;

/// The values of own fields at some rows and at what is related to them, by the positions of their plan.
#[derive(Debug, Default)]
pub(super) struct OwnValues {
    /// By field and row.
    pub(super) fields: Vec<Vec<OwnValue>>,
    pub(super) to_one: Vec<Self>,
    pub(super) to_many: Vec<Self>,
}

/// The value of a field at a row.
#[derive(Debug)]
pub(super) struct OwnValue {
    /// What the paths of errors within it begin with, until it is known where the row stands.
    pub(super) mark: usize,
    /// Its JSON text.
    pub(super) json: Result<Vec<u8>, Box<ServerError>>,
}

/// Where values stand in the answer, by their marks.
#[derive(Debug, Default)]
pub(super) struct Places {
    next: AtomicUsize,
    known: Mutex<Vec<(usize, Vec<PathSegment>)>>,
}

/// By what own fields are resolved, where async-graphql resolves an operation.
#[derive(Clone, Copy)]
pub(super) struct OwnResolvers<'a> {
    pub(super) context: OwnContext<'a>,
    pub(super) extensions: &'a Extensions,
    pub(super) places: &'a Places,
}

impl Places {
    fn marks(&self, rows: usize) -> std::ops::Range<usize> {
        let first = self.next.fetch_add(rows, Ordering::Relaxed);
        first..first + rows
    }

    /// Notes where a row stands. Of several places the first counts.
    fn note(&self, mark: usize, path: &[PathSegment]) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).push((mark, path.to_vec()));
    }

    /// Notes where rows stand below a place.
    pub(super) fn note_all(&self, within: &[PathSegment], rows: Vec<(usize, Vec<PathSegment>)>) {
        for (mark, path) in rows {
            self.note(mark, &[within, &path].concat());
        }
    }

    /// Puts an error where its row stands. Answers whether it has happened within an own field.
    pub(super) fn place(&self, error: &mut ServerError) -> bool {
        let mut is_within = false;
        // A row may stand within an own field itself.
        while let Some(PathSegment::Index(mark)) = error.path.first() {
            let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let place = known.iter().find(|(known, _)| known == mark).map(|(_, path)| path.clone());
            error.path.splice(0..1, place.unwrap_or_default());
            is_within = true;
        }
        is_within
    }
}

/// Resolves the own fields that a plan asks for at rows, and at those that were fetched with them. None where there are none,
/// or nobody to resolve them.
pub(super) async fn resolve(
    resolvers: Option<OwnResolvers<'_>>,
    template: &PlanTemplate,
    rows: &[Record],
    related: &Related,
) -> Option<OwnValues> {
    match resolvers {
        Some(resolvers) if template.has_own() => Some(level(resolvers, template, rows, related).await),
        _ => None,
    }
}

fn level<'a>(
    resolvers: OwnResolvers<'a>,
    template: &'a PlanTemplate,
    rows: &'a [Record],
    related: &'a Related,
) -> BoxFuture<'a, OwnValues> {
    Box::pin(async move {
        let fields = join_all(template.own.iter().map(|own| async move {
            let marks = resolvers.places.marks(rows.len());
            let extensions = resolvers.extensions;
            let values =
                resolvers.context.resolve(extensions, own.extension, &own.field, (rows, marks.clone()));
            let values = marks.zip(values.await).map(|(mark, value)| OwnValue {
                mark,
                json: value
                    .and_then(|value| {
                        let unwritable = |error: serde_json::Error| ServerError::new(error.to_string(), None);
                        serde_json::to_vec(&value).map_err(unwritable)
                    })
                    .map_err(Box::new),
            });
            values.collect()
        }));
        let to_one =
            join_all(template.to_one.iter().zip(&related.to_one).map(|(relation, targets)| {
                level(resolvers, &relation.plan, &targets.records, &targets.related)
            }));
        let to_many =
            join_all(template.to_many.iter().zip(&related.to_many).map(|(relation, pages)| {
                level(resolvers, &relation.list.plan, &pages.records, &pages.related)
            }));
        let (fields, to_one, to_many) = join3(fields, to_one, to_many).await;
        OwnValues { fields, to_one, to_many }
    })
}
