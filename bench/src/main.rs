//! Measures entify beside a hand-written server: CPU per request, statements, start-up and memory.
//!
//! Both servers run on the same PostgreSQL database, one after the other, under the same load. What counts is the
//! CPU time that the server process itself spends, which is steadier than throughput on a shared machine and does
//! not include the database. See README.md.

mod compare;
mod database;
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

/// Compares entify with a hand-written server: CPU microseconds per request, by scenario.
#[derive(Debug, Parser)]
struct Options {
    /// Rounds; in each, every scenario runs on both servers.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of load per scenario, server and round.
    #[arg(long, default_value_t = 3)]
    seconds: u32,
    /// Connections that the load generator keeps open.
    #[arg(long, default_value_t = 8)]
    connections: u32,
    /// Only the scenarios whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Only compare the answers of both servers, without load.
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
    let wrk = Wrk::find(options.connections)?;
    let programs = Programs::build()?;
    let database = Database::open(options.database_url.as_deref()).await?;
    database.migrate(&programs.engine)?;
    database.fill().await?;
    let scenarios = scenario::all()
        .into_iter()
        .filter(|scenario| scenario.name.contains(&options.only))
        .collect::<Vec<_>>();

    let handwritten = programs.start(Side::Handwritten, &database).await?;
    let entify = programs.start(Side::Entify, &database).await?;
    for scenario in &scenarios {
        compare::answers(scenario, &handwritten, &entify).await?;
    }
    println!("Both servers answer the same in all {} scenarios.", scenarios.len());
    if options.check {
        return Ok(());
    }
    let mut rows = rounds(options, &wrk, &database, &scenarios, [&handwritten, &entify]).await?;
    if let Some(folder) = &options.perf {
        profile(&wrk, &entify, &scenarios, folder, options.seconds)?;
        database.tidy().await?;
    }
    drop((handwritten, entify));
    for (scenario, row) in scenarios.iter().zip(&mut rows) {
        for side in Side::BOTH {
            let statements = statements(&wrk, &programs, side, &database, scenario).await?;
            row.set_statements(side, statements);
        }
        database.tidy().await?;
    }
    report::print_requests(&rows);
    let mut footprints = Vec::new();
    for side in Side::BOTH {
        footprints.push((side, footprint(&wrk, &programs, side, &database, &scenarios).await?));
    }
    report::print_footprints(&footprints, MEMORY_REQUESTS);
    Ok(())
}

/// Runs every scenario on both servers, as often as there are rounds.
async fn rounds(
    options: &Options,
    wrk: &Wrk,
    database: &Database,
    scenarios: &[Scenario],
    [handwritten, entify]: [&Server; 2],
) -> Result<Vec<Row>> {
    let mut rows: Vec<Row> = scenarios.iter().map(|scenario| Row::new(scenario.name)).collect();
    for round in 0..options.rounds {
        for (scenario, row) in scenarios.iter().zip(&mut rows) {
            println!("round {} of {}: {}", round + 1, options.rounds, scenario.name);
            let mut turns = [(Side::Handwritten, handwritten), (Side::Entify, entify)];
            if round % 2 == 1 {
                turns.reverse();
            }
            for (side, server) in turns {
                if round == 0 {
                    let prefix = format!("{}warm", side.letter());
                    wrk.run(server, scenario, Load::Seconds(1), &prefix)?;
                }
                let prefix = format!("{}{round}", side.letter());
                let figures = measure(wrk, server, scenario, options.seconds, &prefix)?;
                row.add(side, figures);
            }
            database.tidy().await?;
        }
    }
    Ok(rows)
}

/// The CPU time of the server over one load.
fn measure(wrk: &Wrk, server: &Server, scenario: &Scenario, seconds: u32, prefix: &str) -> Result<Figures> {
    let before = server.cpu_time()?;
    let outcome = wrk.run(server, scenario, Load::Seconds(seconds), prefix)?;
    // The last answers of the load are still being written when it ends.
    std::thread::sleep(Duration::from_millis(50));
    let cpu = server.cpu_time()?.saturating_sub(before);
    Ok(Figures { requests: outcome.requests, cpu, median_latency: outcome.median_latency })
}

/// Records where entify spends its time, one `perf.data` per scenario.
fn profile(wrk: &Wrk, server: &Server, scenarios: &[Scenario], folder: &Path, seconds: u32) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for scenario in scenarios {
        let file = folder.join(format!("{}.data", scenario.name.replace(' ', "-")));
        let mut perf = Command::new("perf")
            .args(["record", "-q", "-F", "997", "-g", "--call-graph", "dwarf,16384", "-p"])
            .arg(server.pid().to_string())
            .arg("-o")
            .arg(&file)
            .args(["--", "sleep", &seconds.to_string()])
            .spawn()
            .map_err(|error| format!("cannot run perf: {error}"))?;
        wrk.run(server, scenario, Load::Seconds(seconds + 1), "perf")?;
        perf.wait()?;
        println!("profile: {}", file.display());
    }
    Ok(())
}

/// Statements per request, over a server's whole life.
async fn statements(
    wrk: &Wrk,
    programs: &Programs,
    side: Side,
    database: &Database,
    scenario: &Scenario,
) -> Result<f64> {
    let before = database.transactions().await?;
    let server = programs.start(side, database).await?;
    let prefix = format!("{}count", side.letter());
    let outcome = wrk.run(&server, scenario, Load::Seconds(1), &prefix)?;
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
        let outcome = wrk.run(&server, &mixed, Load::Requests(MEMORY_REQUESTS - sent), "memory")?;
        sent += u32::try_from(outcome.requests)?;
    }
    Ok((starts[STARTS / 2], server.memory()?))
}

/// The server programs, which lie beside this one.
#[derive(Debug)]
struct Programs {
    handwritten: PathBuf,
    engine: PathBuf,
}

impl Programs {
    /// Brings both up to date when cargo runs this program, else takes them as they are.
    fn build() -> Result<Self> {
        if let Some(cargo) = std::env::var_os("CARGO") {
            let mut build = Command::new(cargo);
            build.args(["build", "--quiet", "-p", "bench", "--bin", "handwritten", "--bin", "engine"]);
            if !cfg!(debug_assertions) {
                build.arg("--release");
            }
            if !build.status()?.success() {
                return Err("the servers do not compile".into());
            }
        }
        let here = std::env::current_exe()?;
        let folder = here.parent().ok_or("this program lies in no folder")?;
        let program = |name: &str| {
            let path = folder.join(name);
            match path.is_file() {
                true => Ok(path),
                false => Err(format!("{} is missing; run `cargo build --release -p bench`", path.display())),
            }
        };
        Ok(Self { handwritten: program("handwritten")?, engine: program("engine")? })
    }

    async fn start(&self, side: Side, database: &Database) -> Result<Server> {
        let program = match side {
            Side::Handwritten => &self.handwritten,
            Side::Entify => &self.engine,
        };
        Server::start(program, database).await
    }
}
