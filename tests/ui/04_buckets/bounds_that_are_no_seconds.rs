use observe::metered;

#[metered(name = "answer", buckets = [1, 2])]
fn answer() {}

#[metered(name = "query", buckets = ["1s", "2s"])]
fn query() {}

#[metered(name = "upload", buckets = 0.5)]
fn upload() {}

#[metered(name = "search", buckets = MISSING, max_series = ALSO_MISSING)]
fn search() {}

fn main() {
    answer();
    query();
    upload();
    search();
}
