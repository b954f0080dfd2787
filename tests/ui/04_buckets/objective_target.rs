use observe::metered;

#[metered(name = "query", objective(success = 100))]
fn query() {}

#[metered(name = "answer", objective(success = 0.999, latency = 0.25, target = -1.0))]
fn answer() {}

const SUCCESS: f64 = 120.0;

#[metered(name = "sort", objective(success = SUCCESS))]
fn sort() {}

fn main() {
    query();
    answer();
    sort();
}
