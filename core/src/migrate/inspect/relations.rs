//! To-many relations: the other side of references, and through tables that join two others.

use crate::migrate::inspect::names;
use crate::migrate::inspect::plan::{EntityPlan, FieldPlan, ManyPlan, Plan};

/// A reference between two entities.
struct Reference {
    from: usize,
    field: String,
    to: usize,
    /// How many references lead from the one to the other.
    alike: usize,
}

impl Plan<'_> {
    pub(super) fn add_relations(&mut self) {
        for Reference { from, field, to, alike } in self.references() {
            let source = self.entities[from].name.clone();
            let plural = names::plural(&source);
            let precise = format!("{plural}_by_{field}");
            let choices = if alike > 1 { vec![precise] } else { vec![plural, precise] };
            let option = format!("inverse = {}", names::identifier(&field));
            self.add_many(to, &choices, source, option, None);
        }
        for (joining, [a, b]) in self.joins() {
            let via = self.entities[joining].name.clone();
            for (near, far) in [(a, b), (b, a)] {
                let target = self.entities[far].name.clone();
                let plural = names::plural(&target);
                let precise = format!("{plural}_through_{}", names::module(&via));
                let option = format!("through = {via}");
                self.add_many(near, &[plural, precise], target, option, Some(via.clone()));
            }
        }
    }

    fn add_many(
        &mut self,
        at: usize,
        choices: &[String],
        target: String,
        option: String,
        via: Option<String>,
    ) {
        let entity = &mut self.entities[at];
        let name = entity.taken.take(choices);
        entity.many.push(ManyPlan { name, target, option, via });
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.entities.iter().position(|entity| entity.name == name)
    }

    fn references(&self) -> Vec<Reference> {
        let mut references = Vec::new();
        for (from, entity) in self.entities.iter().enumerate() {
            for field in &entity.fields {
                let Some(target) = &field.target else { continue };
                let Some(to) = self.position(target) else { continue };
                let same = |other: &&FieldPlan| other.target.as_ref() == Some(target);
                let alike = entity.fields.iter().filter(same).count();
                references.push(Reference { from, field: field.name.clone(), to, alike });
            }
        }
        references
    }

    /// Tables of two references to two entities, which are unique together, and of nothing that must be given beside.
    fn joins(&self) -> Vec<(usize, [usize; 2])> {
        let joins = self.entities.iter().enumerate().filter_map(|(at, entity)| {
            let related: Vec<&FieldPlan> =
                entity.fields.iter().filter(|field| field.target.is_some()).collect();
            let [a, b] = related.as_slice() else { return None };
            if entity.fields.len() != 2 || !are_unique(entity, a, b) {
                return None;
            }
            let ends = [a, b].map(|field| field.target.as_ref().and_then(|target| self.position(target)));
            let [Some(a), Some(b)] = ends else { return None };
            (a != b).then_some((at, [a, b]))
        });
        joins.collect()
    }
}

fn are_unique(entity: &EntityPlan<'_>, a: &FieldPlan, b: &FieldPlan) -> bool {
    entity.table.is_unique(&[a.column.as_str(), b.column.as_str()])
}
