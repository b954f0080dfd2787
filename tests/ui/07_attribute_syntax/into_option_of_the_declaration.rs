use observe::{Calls, metered, metric};

/// Retrieval over all stores.
#[metric]
static RAG_QUERY: Calls;

#[metered(into = RAG_QUERY, name = "search", help = "Searches", buckets = ai, max_series = 100)]
fn search() {}

#[metered(into = RAG_QUERY, calls = off, duration = off, in_progress = off, outcome = "result")]
fn scan() {}

#[metered(objective(success = 99.9), into = RAG_QUERY, error = std::fmt::Error)]
fn walk() -> Result<(), std::fmt::Error> {
    Ok(())
}

struct Store;

#[metered(name = "store", into = RAG_QUERY)]
impl Store {
    fn read(&self) {}
}

#[derive(observe::LabelSet)]
struct Caller {
    internal: bool,
}

#[metered(into = RAG_QUERY, labels(..caller, cached))]
fn mixed(caller: &Caller, cached: bool) {}

#[metered(into = RAG_QUERY, labels(cached, cached))]
fn twice(cached: bool) {}

#[metered(into = RAG_QUERY, labels(a, b, c, d, e, f, g))]
fn seven(a: bool, b: bool, c: bool, d: bool, e: bool, f: bool, g: bool) {}

fn main() {
    search();
    scan();
    let _ = walk();
    Store.read();
    mixed(&Caller { internal: true }, true);
    twice(true);
    seven(true, true, true, true, true, true, true);
}
