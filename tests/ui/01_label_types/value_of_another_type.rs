use observe::{Label, metered};

#[derive(Label)]
enum Model {
    Gpt4,
}

#[metered(name = "answer", labels(model: Model = "gpt4", cached: bool = hits.len()))]
fn answer(hits: &[u8]) -> usize {
    hits.len()
}

fn main() {
    answer(&[]);
    let _ = Model::Gpt4;
}
