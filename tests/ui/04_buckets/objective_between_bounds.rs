use observe::metered;

#[metered(name = "query", objective(latency = 2.0, target = 99))]
fn query() {}

#[metered(name = "answer", buckets = ai, objective(latency = 90.0, target = 99.5))]
fn answer() {}

#[metered(name = "sort", buckets = [0.001, 0.01], objective(latency = f64::NAN, target = 99.5))]
fn sort() {}

fn main() {
    query();
    answer();
    sort();
}
