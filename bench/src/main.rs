//! Measures entify beside a hand-written server and the floor: CPU per request, statements, start-up and memory.
//!
//! All servers run on the same PostgreSQL database, one after the other, under the same load. What counts is the
//! CPU time that the server process itself spends, which is steadier than throughput on a shared machine and does
//! not include the database. See README.md.

mod compare;
mod database;
mod export;
mod load;
mod report;
mod scenario;
mod server;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::Parser;

use crate::database::Database;
use crate::load::{Load, Wrk};
use crate::report::{Figures, Row, Side};
use crate::scenario::Scenario;
use crate::server::Server;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How often a server is started to measure the time that takes.
const STARTS: usize = 5;

/// Requests after which memory is read.
const MEMORY_REQUESTS: u32 = 10_000;

/// Compares entify with a hand-written server and the floor: CPU microseconds per request, by scenario.
#[derive(Debug, Parser)]
struct Options {
    /// Rounds; in each, every scenario runs on every server.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of load per scenario, server and round.
    #[arg(long, default_value_t = 3)]
    seconds: u32,
    /// Connections that the load generator keeps open, one number or several.
    #[arg(long, value_delimiter = ',', default_values_t = [8, 64])]
    connections: Vec<u32>,
    /// Only the scenarios whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Only compare the answers of the servers, without load.
    #[arg(long)]
    check: bool,
    /// Record a `perf` profile of entify for each scenario into this folder.
    #[arg(long)]
    perf: Option<PathBuf>,
    /// An empty PostgreSQL database to use, instead of a throw-away one.
    #[arg(long, env = "BENCH_DATABASE_URL")]
    database_url: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<()> {
    if cfg!(debug_assertions) && !options.check {
        return Err("an unoptimised build tells nothing; run `cargo run --release -p bench`".into());
    }
    let wrk = Wrk::find()?;
    let programs = Programs::build()?;
    let database = Database::open(options.database_url.as_deref()).await?;
    database.migrate(&programs.path(Side::Entify))?;
    database.fill().await?;
    let scenarios = scenario::all()
        .into_iter()
        .filter(|scenario| scenario.name.contains(&options.only))
        .collect::<Vec<_>>();

    let mut servers = Vec::new();
    for side in Side::ALL {
        servers.push((side, programs.start(side, &database).await?));
    }
    for scenario in &scenarios {
        compare::answers(scenario, &servers).await?;
    }
    println!("All servers answer the same in all {} scenarios.", scenarios.len());
    exports(&programs, &database).await?;
    if options.check {
        return Ok(());
    }
    let mut rows = rounds(options, &wrk, &database, &scenarios, &mut servers).await?;
    let few = options.connections.first().copied().unwrap_or(1);
    if let Some(folder) = &options.perf {
        for (_, server) in servers.iter().filter(|(side, _)| *side == Side::Entify) {
            profile(&wrk, server, &scenarios, options, folder)?;
        }
        database.tidy().await?;
    }
    drop(servers);
    for scenario in &scenarios {
        let mut statements = [0.0; Side::ALL.len()];
        for side in Side::ALL {
            statements[side as usize] =
                statements_of(&wrk, &programs, side, &database, scenario, few).await?;
        }
        let row = rows.iter_mut().find(|row| row.is_of(scenario.name, few));
        row.ok_or("a scenario without a row")?.set_statements(statements);
        database.tidy().await?;
    }
    report::print_requests(&rows);
    report::print_cliffs(&rows);
    let mut footprints = Vec::new();
    for side in Side::ALL {
        footprints.push((side, footprint(&wrk, &programs, side, &database, &scenarios, few).await?));
    }
    report::print_footprints(&footprints, MEMORY_REQUESTS);
    Ok(())
}

/// Exports a table from each server that can, a fresh one.
async fn exports(programs: &Programs, database: &Database) -> Result<()> {
    let mut exports = Vec::new();
    for side in [Side::Handwritten, Side::Entify] {
        let server = programs.start(side, database).await?;
        exports.push((side, export::measure(&server).await?));
    }
    report::print_exports(&exports);
    Ok(())
}

/// Runs every scenario on every server at every number of connections, as often as there are rounds.
async fn rounds(
    options: &Options,
    wrk: &Wrk,
    database: &Database,
    scenarios: &[Scenario],
    servers: &mut [(Side, Server)],
) -> Result<Vec<Row>> {
    let row = |scenario: &Scenario| {
        let name = scenario.name;
        options.connections.iter().map(move |connections| Row::new(name, *connections))
    };
    let mut rows: Vec<Row> = scenarios.iter().flat_map(row).collect();
    for round in 0..options.rounds {
        for (scenario, rows) in scenarios.iter().zip(rows.chunks_mut(options.connections.len())) {
            println!("round {} of {}: {}", round + 1, options.rounds, scenario.name);
            for row in rows {
                for (side, server) in &*servers {
                    let prefix = format!("{}-{}-{round}", side.program(), row.connections());
                    if round == 0 {
                        let prefix = format!("{prefix}-warm");
                        wrk.run(server, scenario, row.connections(), Load::Seconds(1), &prefix)?;
                    }
                    row.add(
                        *side,
                        measure(wrk, server, scenario, row.connections(), options.seconds, &prefix)?,
                    );
                }
                database.tidy().await?;
            }
        }
        servers.reverse();
    }
    Ok(rows)
}

/// The CPU time of the server over one load.
fn measure(
    wrk: &Wrk,
    server: &Server,
    scenario: &Scenario,
    connections: u32,
    seconds: u32,
    prefix: &str,
) -> Result<Figures> {
    let before = server.cpu_time()?;
    let outcome = wrk.run(server, scenario, connections, Load::Seconds(seconds), prefix)?;
    // The last answers of the load are still being written when it ends.
    std::thread::sleep(Duration::from_millis(50));
    let cpu = server.cpu_time()?.saturating_sub(before);
    Ok(Figures { requests: outcome.requests, cpu, median_latency: outcome.median_latency })
}

/// Records where entify spends its time, one `perf.data` per scenario and number of connections.
fn profile(
    wrk: &Wrk,
    server: &Server,
    scenarios: &[Scenario],
    options: &Options,
    folder: &Path,
) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let seconds = options.seconds;
    let each = |scenario| options.connections.iter().map(move |connections| (scenario, *connections));
    for (scenario, connections) in scenarios.iter().flat_map(each) {
        let file = folder.join(format!("{}-{connections}.data", scenario.name.replace(' ', "-")));
        let mut perf = Command::new("perf")
            .args(["record", "-q", "-F", "997", "-g", "--call-graph", "dwarf,16384", "-p"])
            .arg(server.pid().to_string())
            .arg("-o")
            .arg(&file)
            .args(["--", "sleep", &seconds.to_string()])
            .spawn()
            .map_err(|error| format!("cannot run perf: {error}"))?;
        wrk.run(server, scenario, connections, Load::Seconds(seconds + 1), &format!("perf-{connections}"))?;
        perf.wait()?;
        println!("profile: {}", file.display());
    }
    Ok(())
}

/// Statements per request, over a server's whole life.
async fn statements_of(
    wrk: &Wrk,
    programs: &Programs,
    side: Side,
    database: &Database,
    scenario: &Scenario,
    connections: u32,
) -> Result<f64> {
    let before = database.transactions().await?;
    let server = programs.start(side, database).await?;
    let prefix = format!("{}-count", side.program());
    let outcome = wrk.run(&server, scenario, connections, Load::Seconds(1), &prefix)?;
    drop(server);
    let after = database.transactions().await?;
    #[allow(clippy::cast_precision_loss)]
    Ok((after - before) as f64 / outcome.requests.max(1) as f64)
}

/// Start-up time (the median of several) and memory.
async fn footprint(
    wrk: &Wrk,
    programs: &Programs,
    side: Side,
    database: &Database,
    scenarios: &[Scenario],
    connections: u32,
) -> Result<(Duration, u64)> {
    let mut starts = Vec::with_capacity(STARTS);
    for _ in 1..STARTS {
        starts.push(programs.start(side, database).await?.startup);
    }
    let server = programs.start(side, database).await?;
    starts.push(server.startup);
    starts.sort_unstable();
    let mixed = scenario::mixed(scenarios);
    let mut sent = 0;
    while sent < MEMORY_REQUESTS {
        let outcome =
            wrk.run(&server, &mixed, connections, Load::Requests(MEMORY_REQUESTS - sent), "memory")?;
        sent += u32::try_from(outcome.requests)?;
    }
    Ok((starts[STARTS / 2], server.memory()?))
}

/// The folder of the server programs, which lie beside this one.
#[derive(Debug)]
struct Programs(PathBuf);

impl Programs {
    /// Brings them up to date when cargo runs this program, else takes them as they are.
    fn build() -> Result<Self> {
        if let Some(cargo) = std::env::var_os("CARGO") {
            let mut build = Command::new(cargo);
            build.args(["build", "--quiet", "-p", "bench"]);
            for side in Side::ALL {
                build.args(["--bin", side.program()]);
            }
            if !cfg!(debug_assertions) {
                build.arg("--release");
            }
            if !build.status()?.success() {
                return Err("the servers do not compile".into());
            }
        }
        let here = std::env::current_exe()?;
        let programs = Self(here.parent().ok_or("this program lies in no folder")?.to_owned());
        for path in Side::ALL.map(|side| programs.path(side)) {
            if !path.is_file() {
                let missing = path.display();
                return Err(format!("{missing} is missing; run `cargo build --release -p bench`").into());
            }
        }
        Ok(programs)
    }

    fn path(&self, side: Side) -> PathBuf {
        self.0.join(side.program())
    }

    async fn start(&self, side: Side, database: &Database) -> Result<Server> {
        Server::start(&self.path(side), database).await
    }
}
