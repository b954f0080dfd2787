//! The section `http`: CPU of a server for each request.

use super::arrivals::Arrivals;
use super::bars::{self, Bar};
use super::child::Child;
use super::figures::{Spread, float, short};
use super::load::Load;
use super::table::Grid;
use super::{Bench, progress, say};
use crate::subject::{Entry, Section};
use crate::subjects;

/// One service's figures.
pub(super) struct Service {
    pub(super) entry: Entry,
    /// CPU microseconds of the server process for a request: the median batch of each run.
    pub(super) micros: Vec<f64>,
    requests: u64,
    arrivals: Option<Arrivals>,
}

/// Measures all services, prints their table and judges.
pub(super) fn run(bench: &Bench) -> Result<Vec<Bar>, String> {
    let entries = subjects::all().into_iter().filter(|entry| entry.section == Section::Http);
    let mut services: Vec<Service> =
        entries.map(|entry| Service { entry, micros: Vec::new(), requests: 0, arrivals: None }).collect();
    for number in 1..=bench.options.runs {
        progress(&format!("http: run {number} of {}", bench.options.runs));
        one_run(bench, &mut services)?;
    }
    say(&table(bench, &services).to_string());
    Ok(bars::http(&services))
}

/// Batches of a run, of each service in turn.
const BATCHES: usize = 5;

fn one_run(bench: &Bench, services: &mut [Service]) -> Result<(), String> {
    let mut servers = Vec::new();
    for service in &*services {
        // A log line a request is part of the work, and a file to write to is not.
        let child = Child::start(bench, &bench.program, &service.entry, false)?;
        let address = child.address.ok_or_else(|| format!("{:?} is no server", service.entry))?;
        let mut load = Load::connect(address)?;
        load.send(bench.options.requests / 2)?;
        servers.push((child, load, Vec::new()));
    }
    let mut order: Vec<usize> = (0..services.len()).collect();
    for _ in 0..BATCHES {
        fastrand::shuffle(&mut order);
        for at in &order {
            let (child, load, batches) = &mut servers[*at];
            let before = child.state()?;
            load.send(bench.options.requests)?;
            let after = child.state()?;
            batches.push(float(after.cpu - before.cpu) / float(after.operations - before.operations) / 1e3);
        }
    }
    for (service, (mut child, _, batches)) in services.iter_mut().zip(servers) {
        let state = child.state()?;
        service.micros.push(Spread::of(&batches).median);
        service.requests += state.operations;
        if let Some(run) = state.exports {
            service.arrivals.get_or_insert(Arrivals::new(service.entry.share)).add(run);
        }
    }
    Ok(())
}

fn table(bench: &Bench, services: &[Service]) -> Grid {
    let title = format!(
        "http: CPU of the server, median of {} runs of {BATCHES} batches of {} requests",
        bench.options.runs, bench.options.requests
    );
    let mut grid =
        Grid::new(title, &["service", "name", "us a request (min..max)", "over bare", "requests", "exported/lost"]);
    let bare = services.first().map_or(f64::NAN, |bare| Spread::of(&bare.micros).median);
    for service in services {
        let spread = Spread::of(&service.micros);
        grid.row(vec![
            service.entry.what.to_owned(),
            service.entry.name.to_owned(),
            spread.to_string(),
            short(spread.median - bare),
            service.requests.to_string(),
            service.arrivals.map_or_else(String::new, |arrivals| arrivals.to_string()),
        ]);
    }
    grid
}
