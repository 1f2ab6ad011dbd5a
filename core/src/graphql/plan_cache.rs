//! Plans that were made before: what a selection asks for depends on the document and on what `@skip` and `@include` leave in,
//! and not on what arguments a request gives.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::{Name, Variables};
use async_graphql_value::ConstValue;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::entity::EntityInfo;
use crate::error::Result;

/// Bytes of all plans kept.
const KEPT_BYTES: u64 = 16 * 1024 * 1024;
/// How many plans to make room for at first.
const EXPECTED: usize = 1024;
/// What the cache itself keeps of one.
const ENTRY: usize = size_of::<(PlanKey, KeptPlan)>() + 64;
/// How many variables may decide what is left in: a bit for each.
const MAX_SWITCHES: usize = 64;

/// Lines and columns of a document.
pub(super) type Places = Box<[(usize, usize)]>;

/// What a plan is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct PlanKey {
    document: u64,
    /// Which of the variables of `@skip` and `@include` are true.
    switches: u64,
    /// The entity whose rows are selected, by where its definition lies.
    info: usize,
    /// Whether a page of rows is selected, or rows.
    paged: bool,
    /// Where the fields stand in the document, and what is selected of each; each twin's after a mark.
    places: Places,
}

#[derive(Clone)]
struct KeptPlan {
    plan: Arc<dyn Any + Send + Sync>,
    size: u64,
}

#[derive(Debug, Clone)]
struct PlanWeighter;

impl Weighter<PlanKey, KeptPlan> for PlanWeighter {
    fn weight(&self, _: &PlanKey, kept: &KeptPlan) -> u64 {
        kept.size
    }
}

/// The plans of a schema's documents: those used most, up to a bound in bytes.
pub(super) struct PlanCache {
    kept: Cache<PlanKey, KeptPlan, PlanWeighter>,
    planned: AtomicU64,
}

impl Default for PlanCache {
    fn default() -> Self {
        Self { kept: Cache::with_weighter(EXPECTED, KEPT_BYTES, PlanWeighter), planned: AtomicU64::new(0) }
    }
}

impl PlanCache {
    /// Bytes of all plans kept, about.
    pub(super) fn bytes(&self) -> u64 {
        self.kept.weight()
    }

    /// How many plans were made.
    pub(super) fn work(&self) -> u64 {
        self.planned.load(Ordering::Relaxed)
    }
}

/// The plans of one document under the variables of one request.
#[derive(Clone, Copy)]
pub(super) struct DocumentPlans<'a> {
    cache: &'a PlanCache,
    /// The document's number and its switches; none for a document whose plans are not kept.
    key: Option<(u64, u64)>,
}

/// A plan that can be kept.
pub(super) trait Planned: Any + Send + Sync {
    /// Whether it is of pages of rows.
    const PAGED: bool;

    /// Bytes that it holds, about.
    fn size(&self) -> usize;
}

impl<'a> DocumentPlans<'a> {
    /// The plans of a document. Without a number none is kept.
    pub(super) fn new(
        cache: &'a PlanCache,
        number: Option<u64>,
        switches: &[Name],
        variables: &Variables,
    ) -> Self {
        let is_on = |name: &Name| variables.get(name) == Some(&ConstValue::Boolean(true));
        let bits = || {
            let on = switches.iter().enumerate().filter(|(_, name)| is_on(name));
            on.fold(0, |bits, (position, _)| bits | 1 << position)
        };
        let key = number.filter(|_| switches.len() <= MAX_SWITCHES).map(|number| (number, bits()));
        Self { cache, key }
    }

    /// The plan of a field that stands at these places, made unless it is kept.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) fn get<P: Planned>(
        self,
        info: &'static EntityInfo,
        places: Places,
        make: impl FnOnce() -> Result<P>,
    ) -> Result<Arc<P>> {
        let key = self.key.map(|(document, switches)| PlanKey {
            document,
            switches,
            info: std::ptr::from_ref(info).addr(),
            paged: P::PAGED,
            places,
        });
        if let Some(key) = &key
            && let Some(kept) = self.cache.kept.get(key)
            && let Ok(plan) = kept.plan.downcast::<P>()
        {
            return Ok(plan);
        }
        self.cache.planned.fetch_add(1, Ordering::Relaxed);
        let plan = Arc::new(make()?);
        if let Some(key) = key {
            let places = key.places.len() * size_of::<(usize, usize)>();
            let size = (plan.size() + places + ENTRY) as u64;
            self.cache.kept.insert(key, KeptPlan { plan: Arc::<P>::clone(&plan), size });
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::Entity as _;
    use crate::history::HistoryRow;

    struct Large;

    impl Planned for Large {
        const PAGED: bool = true;

        fn size(&self) -> usize {
            64 * 1024
        }
    }

    #[test]
    fn plans_stay_within_the_bound() {
        let cache = PlanCache::default();
        let info = HistoryRow::def().info();
        let get = |number| {
            let plans = DocumentPlans::new(&cache, number, &[], &Variables::default());
            plans.get(info, Box::from([(1, 3)]), || Ok(Large)).expect("a plan");
        };
        (0..2_000).for_each(|number| get(Some(number)));
        assert!(cache.bytes() <= KEPT_BYTES && cache.bytes() > KEPT_BYTES / 4, "{}", cache.bytes());
        let before = cache.work();
        (0..10).for_each(|_| get(Some(5_000)));
        assert_eq!(cache.work() - before, 1);
        (0..10).for_each(|_| get(None));
        assert_eq!(cache.work() - before, 11, "a document that is not kept has no plans that are");
    }
}
