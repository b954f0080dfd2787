use observe::metered;

#[metered(name = "answer", buckets = apis)]
fn answer() {}

#[metered(name = "query", buckets = database)]
fn query() {}

fn main() {
    answer();
    query();
}
