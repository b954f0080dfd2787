use observe::metered;

#[metered(name = "answer_counter", calls = "answers_counter_total")]
fn answer() {}

#[metered(name = "query_ms_histogram_total")]
fn query() {}

fn main() {
    answer();
    query();
}
