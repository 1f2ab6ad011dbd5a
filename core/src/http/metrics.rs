//! The numbers of a running application, in the text format that Prometheus reads.
//!
//! Requests are counted as they end; everything else is read when it is asked for, from who knows it (a [`Reading`]). Labels
//! take values of ours alone: methods, patterns of routes, classes of statuses, names that the program gives.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The upper bounds of the buckets of durations, in seconds.
const BUCKETS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// The numbers of one application. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    requests: Family<RequestLabels, Counter>,
    durations: Family<DurationLabels, Histogram, fn() -> Histogram>,
    operations: Counter,
    readings: Readings,
    registry: Registry,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DurationLabels {
    method: &'static str,
    route: String,
}

/// A number that is read when it is asked for.
pub(crate) struct Reading {
    name: &'static str,
    help: &'static str,
    kind: MetricType,
    /// The label that tells several apart.
    label: Option<&'static str>,
    read: Box<dyn Fn() -> Vec<(String, f64)> + Send + Sync>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading({})", self.name)
    }
}

impl Reading {
    /// A number that goes up and down.
    pub(crate) fn gauge(
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        let read = Box::new(move || vec![(String::new(), read())]);
        Self { name, help, kind: MetricType::Gauge, label: None, read }
    }

    /// A number that only grows.
    pub(crate) fn counter(
        name: &'static str,
        help: &'static str,
        read: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        Self { kind: MetricType::Counter, ..Self::gauge(name, help, read) }
    }

    /// Several of one name, told apart by a label.
    pub(crate) fn labelled(
        self,
        label: &'static str,
        read: impl Fn() -> Vec<(String, f64)> + Send + Sync + 'static,
    ) -> Self {
        Self { label: Some(label), read: Box::new(read), ..self }
    }

    /// The bytes that a cache holds.
    pub(crate) fn cache(cache: &'static str, read: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        let help = "What a cache holds, in bytes";
        Self::gauge("entify_cache_bytes", help, || 0.0)
            .labelled("cache", move || vec![(cache.to_owned(), number(read()))])
    }
}

/// A count as Prometheus has numbers; exact up to 2^53.
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}

#[derive(Debug, Clone, Default)]
struct Readings(Arc<Mutex<Vec<Reading>>>);

impl Collector for Readings {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let readings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (position, first) in readings.iter().enumerate() {
            if readings[..position].iter().any(|earlier| earlier.name == first.name) {
                continue;
            }
            let mut metric = encoder.encode_descriptor(first.name, first.help, None, first.kind)?;
            for reading in readings[position..].iter().filter(|other| other.name == first.name) {
                for (value, count) in (reading.read)() {
                    let labels: Vec<_> = reading.label.map(|label| (label, value)).into_iter().collect();
                    let labelled = metric.encode_family(&labels)?;
                    match reading.kind {
                        MetricType::Counter => ConstCounter::new(count).encode(labelled)?,
                        _ => ConstGauge::new(count).encode(labelled)?,
                    }
                }
            }
        }
        Ok(())
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let requests = Family::default();
        let durations: Family<_, _, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let (operations, readings) = (Counter::default(), Readings::default());
        let mut registry = Registry::default();
        registry.register(
            "entify_http_requests",
            "Requests that have ended, operations of WebSockets included",
            requests.clone(),
        );
        registry.register(
            "entify_http_request_duration_seconds",
            "How long requests took until their answer began",
            durations.clone(),
        );
        registry.register(
            "entify_graphql_operations",
            "GraphQL operations that have ended",
            operations.clone(),
        );
        registry.register_collector(Box::new(readings.clone()));
        Self(Arc::new(Inner { requests, durations, operations, readings, registry }))
    }
}

impl Metrics {
    /// Reads one more number whenever somebody asks.
    pub(crate) fn read(&self, reading: Reading) {
        self.0.readings.0.lock().unwrap_or_else(PoisonError::into_inner).push(reading);
    }

    /// Counts a request that has ended.
    pub(crate) fn count_request(
        &self,
        method: &'static str,
        route: &str,
        status: u16,
        took: Duration,
        operations: u64,
    ) {
        let labels = RequestLabels { method, route: route.to_owned(), status: class_of(status) };
        self.0.requests.get_or_create(&labels).inc();
        let RequestLabels { method, route, .. } = labels;
        self.0.durations.get_or_create(&DurationLabels { method, route }).observe(took.as_secs_f64());
        self.0.operations.inc_by(operations);
    }

    /// Everything, as a text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = text::encode(&mut text, &self.0.registry);
        text
    }
}

fn class_of(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}
