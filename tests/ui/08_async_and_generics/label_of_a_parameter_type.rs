use observe::{Label, metered};

#[derive(Label, Clone, Copy)]
enum Model {
    Gpt4,
}

#[metered(name = "answer", labels(model, other: Option<L> = Some(model), any, size: [bool; N] = [true; N]))]
fn answer<L: Label + Copy, const N: usize>(model: L, any: impl Label) -> usize {
    let _ = (model.index(), any.index());
    N
}

impl Model {
    #[metered(name = "own", labels(model: Self = self))]
    fn own(self) -> usize {
        1
    }
}

fn main() {
    answer::<Model, 1>(Model::Gpt4, Model::Gpt4.own() == 1);
}
