//! The pattern of a request's route, by its address alone: known also of what is refused before it gets to its route.
//!
//! As many patterns as the application has routes; what leads nowhere has one for all.

use std::collections::HashMap;
use std::sync::Arc;

use crate::entity::Registry;
use crate::http::access::UNMATCHED;
use crate::server::App;
use crate::server::surfaces::Surfaces;

/// What is asked for again and again by who watches the server.
const HEALTH: [&str; 3] = ["/livez", "/readyz", "/metrics"];

/// The patterns of an application's routes.
#[derive(Debug)]
pub(super) struct RouteNames {
    registry: Registry,
    /// Paths without a variable part.
    fixed: HashMap<String, Arc<str>>,
    /// The patterns of a collection's items, by the collection's path.
    items: HashMap<String, Arc<str>>,
    /// Patterns with variable segments, in their segments.
    variable: Vec<(Vec<String>, Arc<str>)>,
    /// What is mounted, with the pattern of all below it; the longest first.
    mounted: Vec<(String, Arc<str>)>,
    unmatched: Arc<str>,
}

impl RouteNames {
    pub(super) fn of(app: &App, registry: &Registry) -> Self {
        let mut names = Self {
            registry: registry.clone(),
            fixed: HashMap::new(),
            items: HashMap::new(),
            variable: Vec::new(),
            mounted: Vec::new(),
            unmatched: Arc::from(UNMATCHED),
        };
        for path in HEALTH.into_iter().chain(["/"]).chain(Surfaces::fixed_paths()) {
            names.fixed.insert(path.to_owned(), Arc::from(path));
        }
        for path in Surfaces::resources(registry) {
            names.items.insert(path.clone(), Arc::from(format!("{path}/:id")));
            names.fixed.insert(path.clone(), Arc::from(path));
        }
        for path in Surfaces::below_resources(registry) {
            names.add(path);
        }
        for path in app.surfaces.own_paths() {
            names.add(path);
        }
        let mounts = app.mounts.iter().map(|(path, _)| path).chain(app.files.iter().map(|(path, _)| path));
        names.mounted = mounts
            .map(|path| path.trim_end_matches('/'))
            .map(|path| (path.to_owned(), Arc::from(format!("{path}/*"))))
            .collect();
        names.mounted.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        names
    }

    fn add(&mut self, path: String) {
        match path.contains([':', '*']) {
            false => drop(self.fixed.insert(path.clone(), Arc::from(path))),
            true => {
                let segments = path.split('/').map(str::to_owned).collect();
                self.variable.push((segments, Arc::from(path)));
            }
        }
    }

    /// The pattern of a path.
    pub(super) fn name(&self, path: &str) -> Arc<str> {
        let known = self.fixed.get(path).or_else(|| {
            let (collection, item) = path.rsplit_once('/')?;
            self.items.get(collection).filter(|_| !item.is_empty())
        });
        let known = known.or_else(|| self.variable(path)).cloned();
        let known = known.or_else(|| Surfaces::pattern(path, &self.registry).map(Arc::from));
        let known = known.or_else(|| self.mounted(path).cloned());
        known.unwrap_or_else(|| Arc::clone(&self.unmatched))
    }

    fn variable(&self, path: &str) -> Option<&Arc<str>> {
        let fits = |pattern: &[String]| {
            let mut segments = path.split('/');
            for part in pattern {
                match (part.chars().next(), segments.next()) {
                    (Some('*'), Some(_)) => return true,
                    (Some(':'), Some(segment)) if !segment.is_empty() => {}
                    (_, Some(segment)) if segment == part => {}
                    _ => return false,
                }
            }
            segments.next().is_none()
        };
        self.variable.iter().find(|(pattern, _)| fits(pattern)).map(|(_, name)| name)
    }

    fn mounted(&self, path: &str) -> Option<&Arc<str>> {
        let is_below = |mount: &str| {
            path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.mounted.iter().find(|(mount, _)| is_below(mount)).map(|(_, name)| name)
    }

    /// Whether a path is one that those ask who watch the server.
    pub(super) fn is_health(path: &str) -> bool {
        HEALTH.contains(&path)
    }
}
