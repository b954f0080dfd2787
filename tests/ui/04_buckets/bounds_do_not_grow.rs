use observe::metered;

const BOUNDS: [f64; 3] = [0.1, 0.05, 1.0];

#[metered(name = "answer", buckets = [0.01, 0.025, 0.025])]
fn answer() {}

#[metered(name = "query", buckets = BOUNDS)]
fn query() {}

#[metered(buckets = [-1.0, 1.0])]
fn upload() {}

fn main() {
    answer();
    query();
    upload();
}
