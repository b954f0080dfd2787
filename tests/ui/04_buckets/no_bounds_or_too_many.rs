use observe::metered;

#[metered(name = "answer", buckets = [])]
fn answer() {}

#[metered(name = "query", buckets = [1.0; 65])]
fn query() {}

fn main() {
    answer();
    query();
}
