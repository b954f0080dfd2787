use observe::{Label, metered};

#[derive(Label)]
enum Model {
    Gpt4,
    Claude,
}

#[metered(labels(model, cached), max_series = 100)]
fn answer(model: &Model, cached: bool) {
    let _ = (model, cached);
}

#[metered(name = "count", labels(model), duration = off, max_series = 4)]
fn count(model: &Model) {
    let _ = model;
}

fn main() {
    answer(&Model::Gpt4, true);
    count(&Model::Claude);
}
