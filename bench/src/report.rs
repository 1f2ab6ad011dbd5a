//! The tables that are printed.

use std::time::Duration;

/// One of the two servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The hand-written one.
    Handwritten,
    /// The one on entify.
    Entify,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Handwritten, Self::Entify];

    /// Keeps what the two create apart.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Handwritten => 'h',
            Self::Entify => 'e',
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Handwritten => "hand-written",
            Self::Entify => "entify",
        }
    }
}

/// What one load cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) requests: u64,
    pub(crate) cpu: Duration,
    pub(crate) median_latency: Duration,
}

impl Figures {
    /// CPU microseconds per request.
    #[allow(clippy::cast_precision_loss)]
    fn cost(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.requests.max(1) as f64
    }
}

/// One scenario over all rounds.
#[derive(Debug)]
pub(crate) struct Row {
    name: &'static str,
    handwritten: Vec<Figures>,
    entify: Vec<Figures>,
    statements: [f64; 2],
}

impl Row {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, handwritten: Vec::new(), entify: Vec::new(), statements: [0.0; 2] }
    }

    pub(crate) fn add(&mut self, side: Side, figures: Figures) {
        match side {
            Side::Handwritten => self.handwritten.push(figures),
            Side::Entify => self.entify.push(figures),
        }
    }

    pub(crate) fn set_statements(&mut self, side: Side, per_request: f64) {
        self.statements[usize::from(side == Side::Entify)] = per_request;
    }

    /// Least, median and greatest ratio of the rounds.
    fn ratios(&self) -> (f64, f64, f64) {
        let rounds = self.handwritten.iter().zip(&self.entify);
        let mut ratios: Vec<f64> = rounds.map(|(left, right)| right.cost() / left.cost()).collect();
        ratios.sort_by(f64::total_cmp);
        let least = ratios.first().copied().unwrap_or(f64::NAN);
        let most = ratios.last().copied().unwrap_or(f64::NAN);
        (least, median(&ratios), most)
    }
}

fn median(sorted: &[f64]) -> f64 {
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

fn median_of(figures: &[Figures], value: impl Fn(&Figures) -> f64) -> f64 {
    let mut values: Vec<f64> = figures.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    median(&values)
}

/// Costs per request and their ratio.
pub(crate) fn print_requests(rows: &[Row]) {
    println!(
        "\nServer CPU per request, in microseconds (median of the rounds); the ratio is entify / hand-written"
    );
    println!(
        "{:<30} {:>10} {:>13} {:>8} {:>7} {:>15} {:>13} {:>13}",
        "scenario",
        "requests",
        "hand-written",
        "entify",
        "ratio",
        "least-greatest",
        "latency µs",
        "statements"
    );
    for row in rows {
        let (least, ratio, most) = row.ratios();
        let requests: u64 = row.handwritten.iter().chain(&row.entify).map(|figures| figures.requests).sum();
        let latency = |figures: &[Figures]| median_of(figures, |f| f.median_latency.as_secs_f64() * 1e6);
        println!(
            "{:<30} {:>10} {:>13.1} {:>8.1} {:>7.2} {:>15} {:>13} {:>13}",
            row.name,
            requests,
            median_of(&row.handwritten, Figures::cost),
            median_of(&row.entify, Figures::cost),
            ratio,
            format!("{least:.2}-{most:.2}"),
            format!("{:.0} / {:.0}", latency(&row.handwritten), latency(&row.entify)),
            format!("{:.1} / {:.1}", row.statements[0], row.statements[1]),
        );
    }
    println!("latency and statements per request: hand-written / entify");
}

/// Start-up time and memory.
pub(crate) fn print_footprints(footprints: &[(Side, (Duration, u64))], requests: u32) {
    println!("\n{:<30} {:>16} {:>32}", "server", "start-up", format!("memory after {requests} requests"));
    for (side, (startup, kibibytes)) in footprints {
        #[allow(clippy::cast_precision_loss)]
        let mebibytes = *kibibytes as f64 / 1024.0;
        println!("{:<30} {:>13.1} ms {:>28.1} MiB", side.name(), startup.as_secs_f64() * 1e3, mebibytes);
    }
}
