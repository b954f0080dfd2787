use observe::metered;

#[metered(name = "rag_queries_total")]
fn query() {}

#[metered]
fn upload_count() {}

fn main() {
    query();
    upload_count();
}
