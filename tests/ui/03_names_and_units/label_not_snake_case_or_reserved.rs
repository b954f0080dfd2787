use observe::metered;

#[metered(
    name = "answer",
    labels(userType: bool = known, le: bool = known, otel_scope_name: bool = known, __name__: bool = known),
    outcome = "job",
)]
fn answer(known: bool) -> bool {
    known
}

fn main() {
    answer(true);
}
