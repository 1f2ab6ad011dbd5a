//! The tables that are printed.

use std::time::Duration;

use crate::database::COMMENTS;
use crate::export::Export;

/// One of the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// What the protocols cost at the least.
    Floor,
    /// The hand-written one.
    Handwritten,
    /// The one on entify.
    Entify,
}

impl Side {
    pub(crate) const ALL: [Self; 3] = [Self::Floor, Self::Handwritten, Self::Entify];

    /// The program's name.
    pub(crate) fn program(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Handwritten => "handwritten",
            Self::Entify => "engine",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
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

    fn latency(&self) -> f64 {
        self.median_latency.as_secs_f64() * 1e6
    }
}

/// One scenario at one number of connections, over all rounds.
#[derive(Debug)]
pub(crate) struct Row {
    scenario: &'static str,
    connections: u32,
    rounds: [Vec<Figures>; Side::ALL.len()],
    statements: Option<[f64; Side::ALL.len()]>,
}

impl Row {
    pub(crate) fn new(scenario: &'static str, connections: u32) -> Self {
        Self { scenario, connections, rounds: Default::default(), statements: None }
    }

    pub(crate) fn connections(&self) -> u32 {
        self.connections
    }

    pub(crate) fn is_of(&self, scenario: &str, connections: u32) -> bool {
        self.scenario == scenario && self.connections == connections
    }

    pub(crate) fn add(&mut self, side: Side, figures: Figures) {
        self.rounds[side as usize].push(figures);
    }

    pub(crate) fn set_statements(&mut self, per_request: [f64; Side::ALL.len()]) {
        self.statements = Some(per_request);
    }

    fn rounds(&self, side: Side) -> &[Figures] {
        &self.rounds[side as usize]
    }

    fn cost(&self, side: Side) -> f64 {
        median(self.rounds(side).iter().map(Figures::cost))
    }

    /// entify's cost by the hand-written server's, of each round.
    fn ratios(&self) -> impl Iterator<Item = f64> + Clone {
        let rounds = self.rounds(Side::Handwritten).iter().zip(self.rounds(Side::Entify));
        rounds.map(|(left, right)| right.cost() / left.cost())
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

/// Costs per request and their ratio.
pub(crate) fn print_requests(rows: &[Row]) {
    println!(
        "\nServer CPU per request, in microseconds (median of the rounds); the ratio is entify / hand-written"
    );
    println!(
        "{:<28} {:>11} {:>8} {:>12} {:>8} {:>6} {:>14} {:>20} {:>15}",
        "scenario",
        "connections",
        "floor",
        "hand-written",
        "entify",
        "ratio",
        "least-greatest",
        "latency µs",
        "statements"
    );
    for row in rows {
        let (least, most) = row
            .ratios()
            .fold((f64::INFINITY, 0.0_f64), |(least, most), ratio| (least.min(ratio), most.max(ratio)));
        let latency =
            Side::ALL.map(|side| format!("{:.0}", median(row.rounds(side).iter().map(Figures::latency))));
        let statements = row.statements.map(|sides| sides.map(|count| format!("{count:.1}")).join(" / "));
        println!(
            "{:<28} {:>11} {:>8.1} {:>12.1} {:>8.1} {:>6.2} {:>14} {:>20} {:>15}",
            row.scenario,
            row.connections,
            row.cost(Side::Floor),
            row.cost(Side::Handwritten),
            row.cost(Side::Entify),
            median(row.ratios()),
            format!("{least:.2}-{most:.2}"),
            latency.join(" / "),
            statements.unwrap_or_default(),
        );
    }
    println!("latency and statements per request: floor / hand-written / entify");
}

/// What a request costs at each further number of connections, by what it costs at the first.
pub(crate) fn print_cliffs(rows: &[Row]) {
    let Some(first) = rows.first().map(Row::connections) else { return };
    if rows.iter().all(|row| row.connections == first) {
        return;
    }
    println!("\nA request's cost by its cost at {first} connections");
    println!(
        "{:<28} {:>11} {:>8} {:>12} {:>8}",
        "scenario", "connections", "floor", "hand-written", "entify"
    );
    for row in rows.iter().filter(|row| row.connections != first) {
        let base = rows.iter().find(|base| base.scenario == row.scenario && base.connections == first);
        let growth = |side| base.map_or(f64::NAN, |base| row.cost(side) / base.cost(side));
        println!(
            "{:<28} {:>11} {:>8.2} {:>12.2} {:>8.2}",
            row.scenario,
            row.connections,
            growth(Side::Floor),
            growth(Side::Handwritten),
            growth(Side::Entify),
        );
    }
}

/// Exports of a whole table as lines of JSON.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn print_exports(exports: &[(Side, Export)]) {
    println!("\n{:<30} {:>10} {:>10} {:>16} {:>16}", "export", "MB", "MB/s", "CPU µs a row", "memory MiB");
    for (side, export) in exports {
        let megabytes = export.bytes as f64 / 1e6;
        println!(
            "{:<30} {megabytes:>10.1} {:>10.1} {:>16.2} {:>16.1}",
            format!("{}, {COMMENTS} rows", side.name()),
            megabytes / export.took.as_secs_f64(),
            export.cpu.as_secs_f64() * 1e6 / COMMENTS as f64,
            export.memory as f64 / 1024.0,
        );
    }
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
