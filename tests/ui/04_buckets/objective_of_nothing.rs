use observe::metered;

#[metered(name = "query", objective(latency = 0.25))]
fn query() {}

#[metered(name = "answer", objective(target = 99.0))]
fn answer() {}

#[metered(name = "sort", duration = off, objective(latency = 0.25, target = 99.0))]
fn sort() {}

#[metered(name = "scan", calls = off, duration = off, objective(success = 99.0))]
fn scan() {}

#[metered(name = "list", objective(availability = 99.0, success))]
fn list() {}

fn main() {
    query();
    answer();
    sort();
    scan();
    list();
}
