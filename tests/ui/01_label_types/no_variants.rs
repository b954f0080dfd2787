use observe::{Label, metered};

#[derive(Label)]
enum Nothing {}

#[metered(name = "answer", labels(nothing))]
fn answer(nothing: Option<Nothing>) {
    let _ = nothing;
}

fn main() {
    answer(None);
}
