use observe::{Capped, LabelSet, metered};

#[derive(LabelSet)]
struct Caller<'a> {
    tenant: Capped<'a, 200>,
    internal: bool,
}

/// The labels of a set are factors like any other.
#[metered(name = "answer", labels(..caller, cached: bool = false))]
fn answer(caller: &Caller<'_>) -> bool {
    caller.internal
}

fn main() {
    answer(&Caller { tenant: Capped::new("acme"), internal: false });
}
